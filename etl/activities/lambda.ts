import type { LambdaActivity } from "../documents/model/types";
import { compact, eachElement, eachMember, spanText, type Message, type Span } from "../json";
import { ARRAY, describeKind, OBJECT } from "../json/token-kinds";
import { MAX_DEPTH, Scanner } from "../json/scanner";
import { align } from "./align";
import type { BatchStep, Compilation, StageResult, Services, InFlightMessage } from "./step";
import type { Stop } from "./stop";

/** Bytes of one call: Lambda takes 6 MB (6,291,556 bytes) of a synchronous caller, whatever `batchSize` says. */
const PAYLOAD_LIMIT = 6_000_000;
/** Calls of one activity at the same time. */
const CALLS = 4;

/**
 * Hands messages to a function of the user's, as the retired service did: the event is an array of messages, the answer
 * another one. What it returns replaces what it was given; a call that fails stops its messages.
 * https://docs.aws.amazon.com/iotanalytics/latest/userguide/pipeline-activities-lambda.html
 */
export function compileLambda(activity: LambdaActivity, compilation: Compilation): BatchStep {
  return new LambdaStep(activity, compilation);
}

class LambdaStep implements BatchStep {
  constructor(
    private readonly activity: LambdaActivity,
    private readonly compilation: Compilation,
  ) {}

  serialize(message: Message, source: number): InFlightMessage {
    const { content, system } = message.toJsonParts();
    return inFlightOf(source, content, system);
  }

  async run(messages: readonly InFlightMessage[], services: Services): Promise<StageResult> {
    const stopped: StageResult["stopped"] = [];
    const chunks = this.chunks(messages, stopped);
    const results = new Array<InFlightMessage[]>(chunks.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < chunks.length) {
        const index = next++;
        results[index] = await this.call(chunks[index] as InFlightMessage[], services, stopped);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLS, chunks.length) }, work));
    return { messages: results.flat(), stopped };
  }

  /** Calls of at most `batchSize` messages and of what Lambda takes. */
  private chunks(messages: readonly InFlightMessage[], stopped: StageResult["stopped"]): InFlightMessage[][] {
    const { batchSize } = this.activity;
    const chunks: InFlightMessage[][] = [];
    let bytes = 0;
    for (const inFlight of messages) {
      const size = inFlight.to - inFlight.from + 1;
      if (size + 1 > PAYLOAD_LIMIT) {
        stopped.push({
          source: inFlight.source,
          stop: this.fail(`the message has ${size} bytes, and a function takes ${PAYLOAD_LIMIT}`),
        });
        continue;
      }
      const last = chunks[chunks.length - 1];
      if (last === undefined || last.length >= batchSize || bytes + size > PAYLOAD_LIMIT) {
        chunks.push([inFlight]);
        bytes = size + 1;
      } else {
        last.push(inFlight);
        bytes += size;
      }
    }
    return chunks;
  }

  private async call(
    chunk: readonly InFlightMessage[],
    services: Services,
    stopped: StageResult["stopped"],
  ): Promise<InFlightMessage[]> {
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
  private attribute(
    chunk: readonly InFlightMessage[],
    returned: Span[],
    stopped: StageResult["stopped"],
  ): InFlightMessage[] {
    const { tallies, counters } = this.compilation;
    const { name, lambdaName } = this.activity;
    const same = returned.length === chunk.length;
    if (!same) counters.lambdaMismatches++;
    const sources = same ? chunk.map((_, index) => index) : align(chunk.map(attributesOf), returned.map(attributesIn));
    const going: InFlightMessage[] = [];
    const answered = new Set<number>();
    returned.forEach((span, index) => {
      const place = sources[index] as number;
      const inFlight = chunk[place] as InFlightMessage;
      if (answered.has(place)) tallies.make(name, 1);
      answered.add(place);
      const { source } = inFlight;
      if (span.kind !== OBJECT) {
        const stop = this.fail(
          `the function ${lambdaName} returned ${describeKind(span.kind)} in the place of a message`,
        );
        stopped.push({ source, stop });
      } else if (isEmpty(span)) stopped.push({ source, stop: this.filtered });
      else going.push(continued(inFlight, span));
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
export function rawInFlight(source: number, bytes: Buffer, from: number, to: number): InFlightMessage {
  const payload = bytes.subarray(from, to);
  const text = payload.toString("utf8");
  return inFlightOf(source, isJson(text) ? text : JSON.stringify(payload.toString("base64")), "");
}

/** A message between two stages, from its JSON text. */
export function inFlightOf(source: number, json: string, system: string): InFlightMessage {
  const bytes = Buffer.from(json);
  return { source, bytes, from: 0, to: bytes.length, system };
}

/** A result with the system's attributes of its message, unless the function made its own: the last of a name counts. */
function continued({ source, system }: InFlightMessage, span: Span): InFlightMessage {
  if (system === "") return { source, bytes: span.bytes, from: span.start, to: span.end, system };
  return inFlightOf(source, `{${system},${spanText(span).replace(/^\{\s*/, "")}`, "");
}

/** The elements of a function's answer, or what is wrong with it. */
function elementsOf(payload: string): Span[] | string {
  const bytes = Buffer.from(payload);
  const scanner = new Scanner(MAX_DEPTH);
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const start = scanner.skipBlanks(0);
  const end = start < bytes.length ? scanner.value(start, 0) : -1;
  if (end < 0 || scanner.skipBlanks(end) < bytes.length) return "did not return JSON";
  if (scanner.kind !== ARRAY) return `returned ${describeKind(scanner.kind)}, and not an array of messages`;
  const elements: Span[] = [];
  eachElement({ bytes, kind: ARRAY, start, end, number: NaN }, (span) => {
    elements.push(span);
  });
  return elements;
}

function attributesOf({ bytes, from, to }: InFlightMessage): Set<string> {
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
