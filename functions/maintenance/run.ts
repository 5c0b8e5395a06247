/** One run of a datastore's maintenance: what is due, as far as the time of an invocation goes; the next run goes on. */
import { compact, underWay, type Compacted } from "./compaction-run";
import { isWorthIt, type CompactionRules } from "./compaction-select";
import type { CompactedTable, Compaction, Rewriter } from "./compaction-types";
import { maintenanceLine } from "./log";
import { withLease, type Notes } from "./notes";
import { scanIfDue, type Scan } from "./scan";
import type { FoundPartition } from "./sweep";

/** What a run works on. */
export interface MaintenanceSettings {
  /** `database.table`, for messages */
  name: string;
  table: CompactedTable;
  notes: Notes;
  /** hours from one look over all of the datastore to the next */
  scanHours: number;
  /** days after which rows expire; undefined if they never do, or if the bucket is the user's */
  retentionDays: number | undefined;
  /** undefined: partitions are not compacted */
  compaction: CompactionSettings | undefined;
  sleep(ms: number): Promise<void>;
  writeLog(lines: string): void;
  /** ms since 1970-01-01 UTC */
  now(): number;
}

/** How partitions are compacted. */
export interface CompactionSettings extends CompactionRules {
  graceMinutes: number;
  rewriter: Rewriter;
  /** `s3://BUCKET/PREFIX/`, below which the queries leave their results */
  place: string;
}

/** How a run was started. */
export interface MaintenanceEvent {
  /** whether to look over all of the datastore even if that is not due yet */
  scan?: boolean;
}

/** What a run has done; the answer of the function. */
export interface MaintenanceResult {
  /** whether another run was at work, so that this one has done nothing */
  busy: boolean;
  /** absent if it was not due */
  scan?: Scan;
  /** absent if partitions are not compacted */
  compacted?: Compacted;
}

/** ms of an invocation that are left to finish what was begun. */
const RESERVE = 60_000;
/** ms after the end of an invocation until its lease is over. */
const MARGIN = 60_000;

/** @param remaining ms until the invocation is stopped */
export async function maintain(
  settings: MaintenanceSettings,
  event: MaintenanceEvent,
  remaining: () => number,
): Promise<MaintenanceResult> {
  const { name, table, notes, scanHours, retentionDays, compaction, sleep, writeLog } = settings;
  const begun = settings.now();
  const lease = { now: begun, until: begun + remaining() + MARGIN };
  const stop = (): boolean => remaining() < RESERVE;
  const done = await withLease(notes, lease, async () => {
    const going = await underWay(notes);
    const busy = new Set(going.map(({ values }) => JSON.stringify(values)));
    const wanted: FoundPartition[] = [];
    const scan = await scanIfDue(table, notes, {
      now: begun,
      everyHours: scanHours,
      retentionDays,
      force: event.scan === true,
      busy,
      stop,
      onPartition: (partition) => {
        if (compaction === undefined || wanted.length >= MOST || busy.has(JSON.stringify(partition.values))) return;
        if (isWorthIt(partition, compaction, retentionDays !== undefined, begun)) wanted.push(partition);
      },
    });
    if (compaction === undefined) return { scan, stranded: going.length };
    const { graceMinutes, rewriter } = compaction;
    const run = { table, rewriter, notes, graceMs: graceMinutes * 60_000, now: () => settings.now(), stop, sleep };
    const compacted = await compact(run, going, wanted);
    if (scan !== undefined) await clearResults(table, compaction.place, await underWay(notes), begun);
    return { scan, compacted };
  });
  if (done === undefined) return { busy: true };
  const { scan, compacted, stranded = 0 } = done;
  const failures = [...(scan?.refused ?? []), ...(compacted?.failures ?? [])];
  if (stranded > 0)
    failures.push(
      `${stranded} partitions are on their way through a compaction, which is off now: rows that arrive in them are hidden. Turn it on until none is left`,
    );
  const figures = {
    PartitionsRegistered: scan?.registered ?? 0,
    PartitionsRemoved: (scan?.ended.removed ?? 0) - (scan?.ended.restored ?? 0),
    PartitionsCompacted: compacted?.partitions ?? 0,
    LateObjects: compacted?.lateObjects ?? 0,
    MaintenanceFailures: failures.length,
  };
  if (scan !== undefined || Object.values(figures).some((figure) => figure > 0)) {
    const shown = {
      scan: scan && { ...scan, refused: undefined },
      compacted: compacted && { ...compacted, failures: undefined },
    };
    writeLog(`${maintenanceLine(name, figures, failures, shown, settings.now())}\n`);
  }
  return { busy: false, ...(scan && { scan }), ...(compacted && { compacted }) };
}

/** Partitions that one look finds to be compacted, at most; the next look finds the others. */
const MOST = 1000;

/** ms after which what a query left is of no use to anybody. */
const RESULT_MS = 2 * 86_400_000;

/** Deletes results of queries, and rows that were written by queries of runs that were killed. */
async function clearResults(
  table: CompactedTable,
  place: string,
  going: readonly Compaction[],
  now: number,
): Promise<void> {
  const locations = going.flatMap((compaction) => compaction.place ?? []);
  for await (const { uri, modified } of table.objects(place))
    if (now - modified > RESULT_MS && !locations.some((location) => uri.startsWith(location))) await table.delete(uri);
}
