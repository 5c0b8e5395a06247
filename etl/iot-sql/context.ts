import { randomUUID } from "node:crypto";
import type { Value } from "../expressions";
import { Payload } from "./payload";

/** Headers of MQTT 5 that a rule can ask for. */
export interface MqttProperties {
  readonly payloadFormatIndicator?: boolean;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

/** What a rule can know of a message. */
export interface MessageFacts {
  /** without the prefix of basic ingest */
  readonly topic: string;
  /** undefined when the message did not come over MQTT */
  readonly clientId: string | undefined;
  readonly principal: string;
  readonly account: string;
  /** undefined when the message did not come over MQTT */
  readonly traceId: string | undefined;
  readonly sourceIp: string;
  /** ms since 1970-01-01 UTC */
  readonly time: number;
  readonly properties?: MqttProperties;
}

/** Calls a function outside of the rule. @returns Undefined when the call fails */
export type ExternalFunction = (name: string, args: readonly Value[]) => Promise<Value>;

/** Rounds in which external calls may depend on the results of others. */
const ROUNDS = 10;

/** One message on its way through one rule: facts, the variables of SET, and results of external functions. */
export class RuleContext {
  readonly payload: Payload;
  /** the element that the innermost nested query looks at */
  element: Value;
  /** values of variables that were asked for */
  readonly variables = new Map<string, Value>();
  private readonly results = new Map<string, Value>();
  private readonly pending = new Map<string, Promise<Value>>();
  private readonly draws: (string | number)[] = [];
  private drawn = 0;

  constructor(
    readonly facts: MessageFacts,
    payload: Buffer | Payload,
    private readonly external?: ExternalFunction,
  ) {
    this.payload = payload instanceof Payload ? payload : new Payload(payload);
  }

  /** A random number or name; the same again when the expression is evaluated once more. */
  draw<T extends string | number>(make: () => T): T {
    const place = this.drawn++;
    if (place >= this.draws.length) this.draws.push(make());
    return this.draws[place] as T;
  }

  newUuid(): string {
    return this.draw(() => randomUUID());
  }

  /** The result of an external call; Undefined until `settled` has waited for it. */
  call(name: string, args: readonly Value[], key: string): Value {
    if (this.results.has(key)) return this.results.get(key);
    if (this.external !== undefined && !this.pending.has(key)) this.pending.set(key, this.external(name, args));
    return undefined;
  }

  /**
   * Evaluates, waits for the external calls that it asks for, and evaluates again until it asks for nothing new.
   * @throws Error when that has no end: each result leads to another call
   */
  async settled<T>(evaluate: () => T): Promise<T> {
    for (let round = 0; round < ROUNDS; round++) {
      this.drawn = 0;
      this.variables.clear();
      const result = evaluate();
      if (this.pending.size === 0) return result;
      for (const [key, promise] of this.pending) this.results.set(key, await promise);
      this.pending.clear();
    }
    throw new Error(`external functions called one another ${ROUNDS} times in a row`);
  }
}
