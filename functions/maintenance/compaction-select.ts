/** Which partitions are worth a compaction, and may be compacted. */
import type { FoundPartition } from "./sweep";
import { objectsFor } from "./compaction-step";

/** When a partition is compacted. */
export interface CompactionRules {
  /** hours without a new object after which no delivery is expected any more */
  quietHours: number;
  /** small objects (less than 64 MB) from which on it is worth it */
  leastObjects: number;
}

/**
 * Days since the oldest row was stored, up to which a partition is rewritten, if its rows expire: an object that is written anew expires that
 * much later. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export const RETENTION_SLACK_DAYS = 7;

const HOUR = 3_600_000;

/** @param expires whether the rows expire */
export function isWorthIt(
  partition: FoundPartition,
  { quietHours, leastObjects }: CompactionRules,
  expires: boolean,
  now: number,
): boolean {
  const { objects, bytes, small, oldest, newest, repeatable } = partition;
  if (small < leastObjects || objects < 2 * objectsFor([{ bytes }])) return false;
  // A reprocessing that is repeated overwrites its objects, and must find them.
  if (repeatable > 0) return false;
  if (now - newest < quietHours * HOUR) return false;
  return !expires || now - oldest < RETENTION_SLACK_DAYS * 24 * HOUR;
}
