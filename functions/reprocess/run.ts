/** A run: the messages that it takes, and what it remembers of them beside the rows. */
import { createHash } from "node:crypto";

/** Where a run takes messages from: the channel's archive, or what the pipeline failed. */
export type RunMode = "archive" | "errors";

/** One run, as its first step decides it; the state machine hands it to every other step. */
export interface Run {
  mode: RunMode;
  /** of the definition that the run began with */
  version: string;
  /** where the source objects are */
  bucket: string;
  prefix: string;
  /** ms since 1970: messages are taken that were received then or later; 0 for all */
  from: number;
  /** ms since 1970: messages are taken that were received before; null for all, which only failed messages are */
  to: number | null;
  /**
   * of failed messages: ranges, ms since 1970, whose messages runs over the archive have taken, so that they are stored, or failed in objects
   * of those runs
   */
  taken?: [from: number, to: number][];
  /** seconds until the archive has delivered everything that the run takes */
  waitSeconds: number;
}

/** Messages by what became of them, and the objects they are in. */
export interface RunCounts {
  /** source objects */
  objects: number;
  /** of them, those that an earlier run had done */
  skipped: number;
  /** messages that the run takes; read = stored + filtered + failed */
  read: number;
  stored: number;
  filtered: number;
  failed: number;
  rows: number;
  /** messages in the objects that were received before or after the range */
  outside: number;
  /** bytes of messages, as they were sent */
  bytes: number;
  /** source objects that could not be read to their end */
  broken: number;
}

export const NO_COUNTS: RunCounts = {
  objects: 0,
  skipped: 0,
  read: 0,
  stored: 0,
  filtered: 0,
  failed: 0,
  rows: 0,
  outside: 0,
  bytes: 0,
  broken: 0,
};

export function sumOf(counts: readonly Partial<RunCounts>[]): RunCounts {
  const sum = { ...NO_COUNTS };
  for (const one of counts)
    for (const name of Object.keys(sum) as (keyof RunCounts)[]) sum[name] += Number(one[name] ?? 0);
  return sum;
}

/** An error under a name that the state machine knows. */
export class RunError extends Error {
  constructor(
    name: "RangeOverlaps" | "NoEnd" | "BadRange" | "VersionChanged" | "TimeIsUp" | "NotRegistered",
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}

/** What the names of a run's own objects say of it. */
export function runId({ mode, from, to }: Pick<Run, "mode" | "from" | "to">): string {
  return mode === "errors" ? "errors" : `${from}-${to}`;
}

/**
 * What the names of the files say of the source object that their rows come from. It is the same whenever and by whatever version the object
 * is processed: a repeat overwrites its files.
 */
export function fileId(run: Pick<Run, "mode" | "from" | "to">, key: string): string {
  return createHash("sha256")
    .update(JSON.stringify([runId(run), key]))
    .digest("hex")
    .slice(0, 24);
}

/** Objects that remember what became of each source object. */
export function markersPrefix(statePrefix: string, run: Pick<Run, "mode" | "from" | "to">): string {
  return `${statePrefix}objects/${runId(run)}/`;
}

/** Objects that remember which ranges have been processed. */
export function rangesPrefix(statePrefix: string): string {
  return `${statePrefix}ranges/`;
}
