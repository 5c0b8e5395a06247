/**
 * The answer to a delivery stream: every record once, and never larger than Lambda can return.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */

export interface AnsweredRecord {
  recordId: string;
  result: "Ok" | "Dropped" | "ProcessingFailed";
  /** base64; left out for a record that is dropped, or failed when there was no room for it */
  data?: string;
  metadata?: { partitionKeys: Readonly<Record<string, string>> };
}

/** Lambda returns at most 6 MB (6,291,556 bytes); below that by more than the estimate of a record's JSON can be off. */
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

/** Bytes that data, which is base64, and partition keys add. */
export function extraSize(dataLength: number, partitionKeys: Readonly<Record<string, string>> | undefined): number {
  return DATA + dataLength + (partitionKeys === undefined ? 0 : METADATA + keysLength(partitionKeys));
}

const lengths = new WeakMap<object, number>();

function keysLength(keys: Readonly<Record<string, string>>): number {
  let length = lengths.get(keys);
  if (length === undefined) lengths.set(keys, (length = Buffer.byteLength(JSON.stringify(keys))));
  return length;
}

/** Ids are opaque; in practice they are digits and letters, which JSON writes as they are. */
function jsonLength(recordId: string): number {
  return /^[\w.:+/=-]*$/.test(recordId) ? recordId.length : Buffer.byteLength(JSON.stringify(recordId));
}
