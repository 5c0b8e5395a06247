/** The compactions of a datastore in one run: those that are on their way, and new ones as far as the time goes. */
import { createHash } from "node:crypto";
import type { Notes } from "./notes";
import type { FoundPartition } from "./sweep";
import type { StoredObject } from "./table";
import { step } from "./compaction-step";
import type { CompactedTable, Compaction, CompactionContext, Rewriter } from "./compaction-types";

/** Notes of compactions begin so. */
const NOTES = "compactions/";
/** Queries of one datastore at a time; an account has 20 to 200. https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const AT_ONCE = 5;
/** ms between two looks at the queries. */
const LOOK_MS = 2_000;

/** What the compactions of a run have done. */
export interface Compacted {
  /** partitions that queries read in few objects now */
  partitions: number;
  /** of those, the objects before and after, and the bytes after */
  objectsBefore: number;
  objectsAfter: number;
  bytes: number;
  /** objects with rows that arrived while their partition was compacted; `hidden` of them no query found for a while */
  lateObjects: number;
  hidden: number;
  /** partitions that are on their way when the run ends */
  underWay: number;
  failures: string[];
}

/** How a run goes about it. */
export interface CompactionRun {
  table: CompactedTable;
  rewriter: Rewriter;
  notes: Notes;
  graceMs: number;
  now(): number;
  stop(): boolean;
  sleep(ms: number): Promise<void>;
}

/** Partitions that are being compacted, JSON of their values. */
export async function underWay(notes: Notes): Promise<Compaction[]> {
  const found: Compaction[] = [];
  for await (const name of notes.names(NOTES)) {
    const note = await notes.read<Compaction>(name);
    if (note !== undefined) found.push(note.value);
  }
  return found;
}

/**
 * @param going those that earlier runs have begun
 * @param wanted partitions that are worth it
 */
export async function compact(
  { table, rewriter, notes, graceMs, now, stop, sleep }: CompactionRun,
  going: readonly Compaction[],
  wanted: readonly FoundPartition[],
): Promise<Compacted> {
  const result: Compacted = {
    partitions: 0,
    objectsBefore: 0,
    objectsAfter: 0,
    bytes: 0,
    lateObjects: 0,
    hidden: 0,
    underWay: 0,
    failures: [],
  };
  const context: CompactionContext = {
    table,
    rewriter,
    graceMs,
    now,
    save: (compaction, state) =>
      state === undefined ? notes.remove(noteOf(compaction)) : notes.write(noteOf(compaction), state),
  };
  /** those that something has failed of in this run */
  const stuck = new Set<Compaction>();
  let active: Compaction[] = [];
  for (const compaction of going) if (await advance(compaction)) active.push(compaction);
  const waiting = [...wanted];
  const writing = (): Compaction[] => active.filter((each) => each.phase === "writing" && !stuck.has(each));
  while (!stop()) {
    while (writing().length < AT_ONCE && waiting.length > 0) {
      const compaction = await begin(waiting.shift()!);
      if (compaction !== undefined && (await advance(compaction))) active.push(compaction);
    }
    if (writing().length === 0) break;
    await sleep(LOOK_MS);
    const still: Compaction[] = [];
    for (const compaction of active)
      if (compaction.phase !== "writing" || stuck.has(compaction) || (await advance(compaction)))
        still.push(compaction);
    active = still;
  }
  result.underWay = active.length;
  return result;

  /** @returns whether the compaction is still under way; a failure of one does not keep the others from going on */
  async function advance(compaction: Compaction): Promise<boolean> {
    try {
      for (;;) {
        const done = await step(compaction, context);
        if (done.kind === "waits") return true;
        if (done.kind === "over" && compaction.phase === "clearing" && now() - compaction.since >= graceMs)
          return false;
        if (done.kind === "failed") result.failures.push(done.reason);
        if (done.kind === "late") {
          result.lateObjects += done.objects;
          result.hidden += done.hidden;
        }
        if (done.kind === "compacted") {
          result.partitions++;
          result.objectsBefore += done.before;
          result.objectsAfter += done.after;
          result.bytes += done.bytes;
        }
      }
    } catch (error) {
      result.failures.push(`${compaction.values.join("/")}: ${(error as Error).name}: ${(error as Error).message}`);
      // The next run tries again.
      stuck.add(compaction);
      return true;
    }
  }

  async function begin({ values, home, oldest }: FoundPartition): Promise<Compaction | undefined> {
    const since = now();
    const sources: StoredObject[] = [];
    for await (const object of table.objects(home)) sources.push(object);
    const compaction: Compaction = {
      values: [...values],
      home,
      phase: "writing",
      since,
      table: `compaction_${hash([...values, String(since)])}`,
      sources: sources.map(({ uri, etag, bytes }) => ({ uri, etag, bytes })),
      oldest,
    };
    await context.save(compaction, compaction);
    return compaction;
  }
}

function noteOf({ values }: Compaction): string {
  return `${NOTES}${hash(values)}`;
}

function hash(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32);
}
