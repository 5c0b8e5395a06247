/**
 * The rows that a function, or a batch, made of one message, by partition. A delivery stream takes one answer for each record, with the
 * keys of one partition; the rows of the message's other partitions go to the pipeline's fan-out, a delivery stream that divides one record
 * into several before it calls the function. One record therefore holds them all, and it is put whole or not at all.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
import { DIRECT_PUT } from "../../aws/limits/direct-put";
import type { PartitionKeys } from "./keys";

/** A row and where it belongs. */
export interface MadeRow {
  row: Buffer;
  partitionKeys: PartitionKeys;
}

/** Rows of one partition. */
export interface Load {
  partitionKeys: PartitionKeys;
  /** a row on each line */
  data: Buffer;
}

/** Stands between the loads of a record: a character that JSON has nowhere, neither in its texts nor between its tokens. */
export const LOAD_SEPARATOR = "\u001e";

const NEWLINE = Buffer.from("\n");

/** The rows by partition, in the order of each partition's first row. */
export function loadsOf(rows: readonly MadeRow[]): Load[] {
  const parts = new Map<string, { partitionKeys: PartitionKeys; rows: Buffer[] }>();
  for (const { row, partitionKeys } of rows) {
    const id = JSON.stringify(partitionKeys);
    const part = parts.get(id);
    if (part === undefined) parts.set(id, { partitionKeys, rows: [row, NEWLINE] });
    else part.rows.push(row, NEWLINE);
  }
  return [...parts.values()].map(({ partitionKeys, rows: lines }) => ({ partitionKeys, data: Buffer.concat(lines) }));
}

/** One record for the fan-out that holds these loads, or why there can be none. */
export function fanOutRecord(loads: readonly Load[]): Buffer | string {
  const { divided, record: limit } = DIRECT_PUT;
  if (loads.length > divided)
    return `its rows belong to ${loads.length + 1} partitions, and the fan-out takes ${divided + 1} of a message: let the datastore partition by less, or the message hold less`;
  const parts = loads.flatMap(({ partitionKeys, data }, index) => [
    Buffer.from(`${index === 0 ? "" : LOAD_SEPARATOR}${JSON.stringify(partitionKeys)}\n`),
    data,
  ]);
  const record = Buffer.concat(parts);
  return record.length <= limit
    ? record
    : `its rows of further partitions have ${record.length} bytes, and a record of the fan-out ${limit}: let the message hold less`;
}

/** Reads a load out of what the fan-out divided a record into; undefined for bytes that are none. */
export function readLoad(bytes: Buffer): Load | undefined {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  try {
    const partitionKeys: unknown = JSON.parse(bytes.toString("utf8", 0, end));
    return isKeys(partitionKeys) ? { partitionKeys, data: bytes.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

function isKeys(value: unknown): value is PartitionKeys {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
