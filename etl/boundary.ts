/**
 * The boundary between the live messages of a candidate and those that its reprocessing takes from the archive: a moment on the system
 * attribute `__received_at`, which is part of a message's own bytes. So the stream and the archive decide alike of every message, however
 * late or how often it is delivered, and each belongs to exactly one of the two.
 */
import { compareExactly } from "./expressions/decimal34";
import { elementsOf, kinds, parseSpan, RECEIVED_AT, type Span } from "./json";
import { decodeNumber, spanText, step } from "./json/decode";

export { RECEIVED_AT };

/** Who takes a message: the candidate's delivery stream, or the reprocessing of the archive. */
export type Side = "live" | "reprocessing";

/**
 * Whether a message belongs to the candidate's delivery stream: it was received at the boundary or later. Never throws.
 * @param message one message, not a batch of several
 * @param fallbackTime ms since 1970, of a message that has no number as `__received_at`, or is not JSON: on the stream the arrival time of
 * its record, in the archive the time in the object's name
 * @param boundary ms since 1970
 */
export function belongsToLive(message: Buffer, fallbackTime: number, boundary: number): boolean {
  let span: Span;
  try {
    span = parseSpan(message);
  } catch {
    return fallbackTime >= boundary;
  }
  return isLive(span, fallbackTime, boundary);
}

/**
 * What a side takes of a record: all of it, nothing (undefined), or of a batch the messages that belong to it, as they were sent. The parts
 * of the two sides together are the record. Never throws.
 * @param batches whether a record that is an array stands for its elements
 */
export function partOfRecord(
  record: Buffer,
  side: Side,
  { boundary, fallbackTime, batches }: { boundary: number; fallbackTime: number; batches: boolean },
): Buffer | undefined {
  const wanted = side === "live";
  const elements = batches ? elementsOf(record) : undefined;
  if (elements === undefined || elements.length === 0)
    return belongsToLive(record, fallbackTime, boundary) === wanted ? record : undefined;
  const own = elements.filter((element) => isLive(element, fallbackTime, boundary) === wanted);
  if (own.length === 0) return undefined;
  return own.length === elements.length ? record : Buffer.from(`[${own.map(spanText).join(",")}]`);
}

function isLive(message: Span, fallbackTime: number, boundary: number): boolean {
  const at = step(message, RECEIVED_AT);
  if (at === undefined || (at.kind !== kinds.INTEGER && at.kind !== kinds.NUMBER)) return fallbackTime >= boundary;
  // No digit is lost: a time with more digits than a double holds is compared as it was written.
  const time = Number.isNaN(at.number) ? decodeNumber(spanText(at)) : at.number;
  return time === undefined ? fallbackTime >= boundary : compareExactly(time, boundary) >= 0;
}
