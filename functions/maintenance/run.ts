/** One run of a datastore's maintenance: what is due, as far as the time of an invocation goes; the next run goes on. */
import { maintenanceLine } from "./log";
import { withLease, type Notes } from "./notes";
import { scanIfDue, type Scan } from "./scan";
import type { MaintainedTable } from "./table";

/** What a run works on. */
export interface MaintenanceSettings {
  /** `database.table`, for messages */
  name: string;
  table: MaintainedTable;
  notes: Notes;
  /** hours from one look over all of the datastore to the next */
  scanHours: number;
  /** days after which rows expire; undefined if they never do, or if the bucket is the user's */
  retentionDays: number | undefined;
  writeLog(lines: string): void;
  /** ms since 1970-01-01 UTC */
  now(): number;
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
  const { name, table, notes, scanHours, retentionDays, writeLog } = settings;
  const begun = settings.now();
  const lease = { now: begun, until: begun + remaining() + MARGIN };
  const stop = (): boolean => remaining() < RESERVE;
  const done = await withLease(notes, lease, async () => {
    const scan = await scanIfDue(table, notes, {
      now: begun,
      everyHours: scanHours,
      retentionDays,
      force: event.scan === true,
      busy: new Set(),
      stop,
    });
    return { scan };
  });
  if (done === undefined) return { busy: true };
  const { scan } = done;
  const failures = scan?.refused ?? [];
  if (scan !== undefined) {
    const figures = {
      PartitionsRegistered: scan.registered,
      PartitionsRemoved: scan.ended.removed - scan.ended.restored,
      MaintenanceFailures: failures.length,
    };
    const { refused: _, ...shown } = scan;
    writeLog(`${maintenanceLine(name, figures, failures, { scan: shown }, settings.now())}\n`);
  }
  return { busy: false, ...(scan === undefined ? {} : { scan }) };
}
