/** The look over all of a datastore: partitions that are not registered, and partitions that have ended. */
import { removeEnded, type Ended } from "./ended";
import type { Notes } from "./notes";
import { repairPartitions, type Repair } from "./repair";
import type { FoundPartition } from "./sweep";
import type { MaintainedTable } from "./table";

const NOTE = "scan";
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** A look that begins a little early is still the next one. */
const EARLY = 5 * 60_000;
/** Days for which a delivery that fails is retried at most: Kinesis Data Streams keeps records for 7 days in the profile prod. */
const LEAST_DAYS = 8;
/** Partitions that a look remembers as not empty; of others it asks, which costs a request each. */
const REMEMBERED = 200_000;

/** How a look goes about it. */
export interface ScanOptions {
  now: number;
  /** hours from the begin of a look to the begin of the next */
  everyHours: number;
  /** days after which rows expire; undefined if they never do, or if the bucket is the user's */
  retentionDays: number | undefined;
  /** whether to look even if the next is not due yet */
  force: boolean;
  /** partitions that are somebody's work right now, JSON of their values */
  busy: ReadonlySet<string>;
  stop(): boolean;
  /** told of each partition with objects */
  onPartition?(partition: FoundPartition): void;
}

/** What a look has found and done. */
export interface Scan extends Omit<Repair, "refused"> {
  ended: Omit<Ended, "refused">;
  refused: string[];
  /** whether it goes on at the next run, because the time was up */
  unfinished: boolean;
}

interface Progress {
  /** ms, when the look began */
  began: number;
  /** the object behind which to go on; absent when it is over */
  after?: string;
}

/** @returns undefined if the next look is not due yet */
export async function scanIfDue(table: MaintainedTable, notes: Notes, options: ScanOptions): Promise<Scan | undefined> {
  const { now, everyHours, force, stop, onPartition } = options;
  const progress = (await notes.read<Progress>(NOTE))?.value;
  const goesOn = progress?.after !== undefined;
  if (!goesOn && !force && progress !== undefined && now < progress.began + everyHours * HOUR - EARLY) return undefined;
  const began = goesOn ? progress.began : now;
  const shape = await table.shape();
  const full = new Set<string>();
  const repair = await repairPartitions(table, shape, {
    after: progress?.after,
    stop,
    onPartition: (partition) => {
      if (full.size < REMEMBERED) full.add(JSON.stringify(partition.values));
      onPartition?.(partition);
    },
  });
  const { after, refused, ...found } = repair;
  await notes.write(NOTE, { began, ...(after === undefined ? {} : { after }) } satisfies Progress);
  if (after !== undefined) return { ...found, ended: { removed: 0, restored: 0 }, refused, unfinished: true };
  const days = Math.max(LEAST_DAYS, options.retentionDays ?? 0);
  const ended = await removeEnded(table, shape, {
    registeredBefore: now - days * DAY,
    skip: (values) => full.has(JSON.stringify(values)) || options.busy.has(JSON.stringify(values)),
    stop,
  });
  return {
    ...found,
    ended: { removed: ended.removed, restored: ended.restored },
    refused: [...refused, ...ended.refused],
    unfinished: false,
  };
}
