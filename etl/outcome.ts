/** What a pipeline says of the messages that it takes. */
import type { ActivityCounters, Stop } from "./activities";
import type { Message } from "./json";
import type { Load, MadeRow, PartitionKeys } from "./partitions";

/** What became of one message. */
export type Outcome =
  /** `row` is one JSON object with the datastore's columns, compact, without those that are null; in JSON format all there is */
  | { result: "stored"; row: string; partitionKeys: PartitionKeys }
  /** `at` is the name of an activity */
  | { result: "filtered"; at: string }
  | { result: "failed"; at: string; reason: string };

/** What a pipeline counted since it was compiled. */
export interface Counters extends ActivityCounters {
  received: number;
  stored: number;
  filtered: number;
  failed: number;
  /** column to how many of its values did not fit and became null (or failed their message) */
  mismatches: Record<string, number>;
  /** partitions that a message had no usable value for */
  partitionFallbacks: number;
  /** messages with two attributes that differ in case only, for each column; the last one was taken */
  nameCollisions: number;
}

/** A message of a batch. */
export interface InboundRecord {
  bytes: Buffer;
  /** ms since 1970 */
  arrivalTime: number;
}

/** What became of a message of a batch; a function may have made several of it, or of several one. */
export type BatchOutcome =
  | {
      result: "stored";
      /** the rows that were made of it, at least one */
      rows: MadeRow[];
      /** those of the first row's partition, with which its record is answered */
      load: Load;
      /** those of all other partitions, as a record for the fan-out; undefined if there are none */
      further: Buffer | undefined;
    }
  | Stop;

/** Called with a message that left an activity. `source` is its place in the batch; the message is read now and not kept. */
export type BatchObserver = (activity: string, source: number, message: Message) => void;
