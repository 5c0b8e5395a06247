/**
 * Size of the response to a delivery stream, which must not exceed what Lambda can return.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */

export interface AnsweredRecord {
  recordId: string;
  result: "Ok" | "Dropped" | "ProcessingFailed";
  /** base64; absent for a dropped record, and for a failed one that did not fit */
  data?: string;
  metadata?: { partitionKeys: Readonly<Record<string, string>> };
}

/** Lambda returns at most 6 MB (6,291,556 bytes); the difference covers errors in the estimate of a record's JSON. */
export const ANSWER_LIMIT = 6_000_000;

/** `{"recordId":"","result":"ProcessingFailed"},` */
const LEAST = 48;
/** `,"data":""` */
const DATA = 10;
/** `,"metadata":{"partitionKeys":}` */
const METADATA = 30;

/** Bytes of the shortest answer to a record: its id and a result. */
export function leastSize(recordId: string): number {
  return LEAST + jsonLength(recordId);
}

/** Additional bytes for base64 data and partition keys. */
export function extraSize(dataLength: number, partitionKeys: Readonly<Record<string, string>> | undefined): number {
  return DATA + dataLength + (partitionKeys === undefined ? 0 : METADATA + keysLength(partitionKeys));
}

const lengths = new WeakMap<object, number>();

function keysLength(keys: Readonly<Record<string, string>>): number {
  let length = lengths.get(keys);
  if (length === undefined) lengths.set(keys, (length = Buffer.byteLength(JSON.stringify(keys))));
  return length;
}

/** Ids are opaque; in practice they consist of digits and letters, which JSON does not escape. */
function jsonLength(recordId: string): number {
  return /^[\w.:+/=-]*$/.test(recordId) ? recordId.length : Buffer.byteLength(JSON.stringify(recordId));
}
