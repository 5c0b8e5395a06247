import type { LambdaActivity } from "../documents/types";
import { compact, eachElement, eachMember, spanText, type Message, type Span } from "../json";
import { ARRAY, describeKind, OBJECT } from "../json/token-kinds";
import { MAX_DEPTH, Scanner } from "../json/scanner";
import { align } from "./align";
import type { BatchStep, Compilation, Passage, Services, Stop, Traveller } from "./step";

/** Bytes of one call: Lambda takes 6 MB (6,291,556 bytes) of a synchronous caller, whatever `batchSize` says. */
export const PAYLOAD_LIMIT = 6_000_000;
/** Calls of one activity at the same time. */
const CALLS = 4;

/**
 * Hands messages to a function of the user's, as the retired service did: the event is an array of messages, the answer
 * another one (reference 5.1). What it returns replaces what it was given; a call that fails stops its messages.
 */
export function compileLambda(activity: LambdaActivity, compilation: Compilation): BatchStep {
  return new LambdaStep(activity, compilation);
}

class LambdaStep implements BatchStep {
  constructor(
    private readonly activity: LambdaActivity,
    private readonly compilation: Compilation,
  ) {}

  depart(message: Message, source: number): Traveller {
    const { content, system } = message.toJsonParts();
    return travellerOf(source, content, system);
  }

  async run(travellers: readonly Traveller[], services: Services): Promise<Passage> {
    const stopped: Passage["stopped"] = [];
    const chunks = this.chunks(travellers, stopped);
    const results = new Array<Traveller[]>(chunks.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < chunks.length) {
        const index = next++;
        results[index] = await this.call(chunks[index] as Traveller[], services, stopped);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLS, chunks.length) }, work));
    return { travellers: results.flat(), stopped };
  }

  /** Calls of at most `batchSize` messages and of what Lambda takes. */
  private chunks(travellers: readonly Traveller[], stopped: Passage["stopped"]): Traveller[][] {
    const { batchSize } = this.activity;
    const chunks: Traveller[][] = [];
    let bytes = 0;
    for (const traveller of travellers) {
      const size = traveller.to - traveller.from + 1;
      if (size + 1 > PAYLOAD_LIMIT) {
        stopped.push({
          source: traveller.source,
          stop: this.fail(`the message has ${size} bytes, and a function takes ${PAYLOAD_LIMIT}`),
        });
        continue;
      }
      const last = chunks[chunks.length - 1];
      if (last === undefined || last.length >= batchSize || bytes + size > PAYLOAD_LIMIT) {
        chunks.push([traveller]);
        bytes = size + 1;
      } else {
        last.push(traveller);
        bytes += size;
      }
    }
    return chunks;
  }

  private async call(
    chunk: readonly Traveller[],
    services: Services,
    stopped: Passage["stopped"],
  ): Promise<Traveller[]> {
    const { lambdaName } = this.activity;
    const payload = `[${chunk.map(({ bytes, from, to }) => bytes.toString("utf8", from, to)).join(",")}]`;
    const answer = await services.invoke(lambdaName, payload);
    const returned = answer.ok ? elementsOf(answer.payload) : answer.reason;
    if (typeof returned === "string") {
      const stop = this.fail(`the function ${lambdaName} ${returned}`);
      for (const { source } of chunk) stopped.push({ source, stop });
      return [];
    }
    return this.attribute(chunk, returned, stopped);
  }

  /** Gives each result its source, and stops the messages that have none. */
  private attribute(chunk: readonly Traveller[], returned: Span[], stopped: Passage["stopped"]): Traveller[] {
    const { tallies, counters } = this.compilation;
    const { name, lambdaName } = this.activity;
    const same = returned.length === chunk.length;
    if (!same) counters.lambdaMismatches++;
    const sources = same ? chunk.map((_, index) => index) : align(chunk.map(attributesOf), returned.map(attributesIn));
    const going: Traveller[] = [];
    const answered = new Set<number>();
    returned.forEach((span, index) => {
      const place = sources[index] as number;
      const traveller = chunk[place] as Traveller;
      if (answered.has(place)) tallies.make(name, 1);
      answered.add(place);
      const { source } = traveller;
      if (span.kind !== OBJECT) {
        const stop = this.fail(
          `the function ${lambdaName} returned ${describeKind(span.kind)} in the place of a message`,
        );
        stopped.push({ source, stop });
      } else if (isEmpty(span)) stopped.push({ source, stop: this.filtered });
      else going.push(continued(traveller, span));
    });
    chunk.forEach(({ source }, place) => {
      if (!answered.has(place)) stopped.push({ source, stop: this.filtered });
    });
    return going;
  }

  private get filtered(): Stop {
    return { result: "filtered", at: this.activity.name };
  }

  private fail(reason: string): Stop {
    return { result: "failed", at: this.activity.name, reason };
  }
}

/** A payload that is no JSON object as the function gets it: JSON as it is, other bytes as a base64 text. */
export function rawTraveller(source: number, bytes: Buffer, from: number, to: number): Traveller {
  const payload = bytes.subarray(from, to);
  const text = payload.toString("utf8");
  return travellerOf(source, isJson(text) ? text : JSON.stringify(payload.toString("base64")), "");
}

export function travellerOf(source: number, json: string, system: string): Traveller {
  const bytes = Buffer.from(json);
  return { source, bytes, from: 0, to: bytes.length, system };
}

/** A result with the system's attributes of its message, unless the function made its own: the last of a name counts. */
function continued({ source, system }: Traveller, span: Span): Traveller {
  if (system === "") return { source, bytes: span.bytes, from: span.start, to: span.end, system };
  return travellerOf(source, `{${system},${spanText(span).replace(/^\{\s*/, "")}`, "");
}

/** The elements of a function's answer, or what is wrong with it. */
function elementsOf(payload: string): Span[] | string {
  const bytes = Buffer.from(payload);
  const scanner = new Scanner(MAX_DEPTH);
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const start = scanner.skipBlanks(0);
  const end = start < bytes.length ? scanner.value(start, 0) : -1;
  if (end < 0 || scanner.skipBlanks(end) < bytes.length) return "returned what is no JSON";
  if (scanner.kind !== ARRAY) return `returned ${describeKind(scanner.kind)}, and not an array of messages`;
  const elements: Span[] = [];
  eachElement({ bytes, kind: ARRAY, start, end, number: NaN }, (span) => {
    elements.push(span);
  });
  return elements;
}

function attributesOf({ bytes, from, to }: Traveller): Set<string> {
  return attributesIn({ bytes, kind: bytes[from] === 0x7b ? OBJECT : ARRAY, start: from, end: to, number: NaN });
}

function attributesIn(span: Span): Set<string> {
  const attributes = new Set<string>();
  if (span.kind === OBJECT)
    eachMember(span, (name, value) => {
      attributes.add(`${JSON.stringify(name)}:${compact(spanText(value))}`);
    });
  return attributes;
}

function isEmpty(span: Span): boolean {
  return /^\{\s*\}$/.test(spanText(span).slice(0, 64));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
