/**
 * Messages within what AWS writes about failed ones: Firehose's error objects and the error actions of topic rules.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */

/** Payloads that were found, and what they were found in. */
export interface Unwrapped {
  payloads: Buffer[];
  /** for a note to the user */
  what: string;
}

const SIGNS = /"(?:rawData|base64OriginalPayload|message)"/;
const OBJECT = "error object of a delivery stream: the messages in it (rawData) are read";
const ROWS =
  "error object of a delivery stream that could not convert rows: the rows (rawData) are read, which the function had made of messages";
const LOG = "error log of a topic rule: the messages that devices published (base64OriginalPayload) are read";

/**
 * The messages in a line of an error object, in an event of a rule's error log, or in what `aws logs filter-log-events` prints of one; undefined for
 * anything else, which is a message itself.
 */
export function unwrap(payload: Buffer | string): Unwrapped | undefined {
  const text = payload.toString();
  if (!SIGNS.test(text)) return undefined;
  try {
    return found(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function found(value: unknown): Unwrapped | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const {
    rawData,
    arrivalTimestamp,
    errorCode,
    lastErrorCode,
    base64OriginalPayload,
    failures,
    message,
    timestamp,
    events,
  } = value as Record<string, unknown>;
  if (typeof rawData === "string" && typeof arrivalTimestamp === "number") {
    if (typeof errorCode === "string") return { payloads: [decoded(rawData)], what: OBJECT };
    if (typeof lastErrorCode === "string") return { payloads: [decoded(rawData)], what: ROWS };
  }
  if (typeof base64OriginalPayload === "string" && Array.isArray(failures))
    return { payloads: [decoded(base64OriginalPayload)], what: LOG };
  if (typeof message === "string" && typeof timestamp === "number") return unwrap(message);
  if (!Array.isArray(events)) return undefined;
  const inner = events.flatMap((event) => found(event) ?? []);
  return inner.length === 0 ? undefined : { payloads: inner.flatMap(({ payloads }) => payloads), what: inner[0]!.what };
}

function decoded(text: string): Buffer {
  return Buffer.from(text, "base64");
}
