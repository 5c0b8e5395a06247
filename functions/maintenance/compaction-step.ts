/**
 * The steps of the compaction of one partition. Readers see every row once at every step: they read either the delivery's own place or the
 * rewritten objects, and what is read at neither changes. Whatever is deleted was read last by queries that have ended by then.
 *
 * A row may arrive in the partition's own place at any moment. Until the sources are deleted, the way back is one call, and it is taken as soon as
 * the row is seen; from then on the way forward is, and the row is found when the partition is home. So the row is hidden for the time between
 * two runs at most.
 */
import { oldestName } from "./sweep";
import type { StoredObject } from "./table";
import type { Compaction, CompactionContext, Source, Step } from "./compaction-types";

/** Makes the next step. @throws what a service refuses; the step is made again by the next run */
export function step(compaction: Compaction, context: CompactionContext): Promise<Step> {
  switch (compaction.phase) {
    case "writing":
      return write(compaction, context);
    case "moved":
      return move(compaction, context);
    case "homing":
      return home(compaction, context);
    case "clearing":
      return clear(compaction, context);
  }
}

async function write(compaction: Compaction, context: CompactionContext): Promise<Step> {
  const { table, rewriter } = context;
  const { values, sources } = compaction;
  const location = await locationOf(compaction, context);
  if (compaction.query === undefined) {
    if (location !== compaction.home) return giveUp(compaction, context, { kind: "over" });
    const token = `${compaction.table}-${compaction.since}`.padEnd(32, "0").slice(0, 128);
    const query = await rewriter.start(values, compaction.table, objectsFor(sources), token);
    await to(compaction, context, { query });
    return { kind: "waits" };
  }
  const { state, reason = "", place } = await rewriter.state(compaction.query);
  if (state === "running") return { kind: "waits" };
  if (state === "failed") return giveUp(compaction, context, { kind: "failed", reason }, place);
  // The run was killed after the last call of this step, or before what followed was written down.
  if (location === place) {
    await to(compaction, context, { phase: "moved", place, since: context.now() });
    return { kind: "goes on" };
  }
  if (location !== compaction.home) return giveUp(compaction, context, { kind: "over" }, place);
  const { before, after } = await rewriter.count(values, compaction.table);
  const late = changed(sources, await list(table, compaction.home));
  if (late > 0) return giveUp(compaction, context, { kind: "late", objects: late, hidden: 0 }, place);
  if (before !== after) {
    const reason = `${values.join("/")}: ${before} rows were read and ${after} written; nothing was changed`;
    return giveUp(compaction, context, { kind: "failed", reason }, place);
  }
  const written = (await list(table, place)).map(({ uri }) => uri);
  await to(compaction, context, { place, written });
  await table.relocate(values, place);
  await to(compaction, context, { phase: "moved", since: context.now() });
  return { kind: "goes on" };
}

async function move(compaction: Compaction, context: CompactionContext): Promise<Step> {
  const { home: own, place = "", sources, since, values, written = [] } = compaction;
  // Somebody has led queries back, with the sources still there.
  if ((await locationOf(compaction, context)) !== place) return giveUp(compaction, context, { kind: "over" });
  const late = changed(sources, await list(context.table, own));
  if (late > 0) {
    await context.table.relocate(values, own);
    return giveUp(compaction, context, { kind: "late", objects: late, hidden: late });
  }
  if (context.now() - since < context.graceMs) return { kind: "waits" };
  const there = new Set((await list(context.table, place)).map(({ uri }) => uri));
  if (!written.every((uri) => there.has(uri))) {
    await context.table.relocate(values, own);
    const reason = `${values.join("/")}: rewritten objects are gone; queries read the former ones`;
    return giveUp(compaction, context, { kind: "failed", reason });
  }
  await to(compaction, context, { phase: "homing", since: context.now() });
  return { kind: "goes on" };
}

async function home(compaction: Compaction, context: CompactionContext): Promise<Step> {
  const { table } = context;
  const { home: own, place = "", sources, values } = compaction;
  const names = new Map(
    (await list(table, place)).map((object, index) => [homeName(compaction, index), object] as const),
  );
  const isSource = new Map(sources.map(({ uri, etag }) => [uri, etag]));
  const found = await list(table, own);
  const left = found.filter(({ uri, etag }) => isSource.get(uri) === etag);
  const there = new Set(found.map(({ uri }) => uri));
  const done = left.length === 0 && [...names.keys()].every((name) => there.has(name));
  const location = await locationOf(compaction, context);
  if (!(done && location === own)) {
    // Only here can a place be read of which not everything is there; it is led to again if somebody has led queries away.
    if (location !== place) await table.relocate(values, place);
    for (const { uri } of left) await table.delete(uri);
    for (const [name, object] of names) await table.copy(object.uri, name);
    await table.relocate(values, own);
  }
  await to(compaction, context, { phase: "clearing", since: context.now() });
  const rewritten = [...names.values()];
  return {
    kind: "compacted",
    before: sources.length,
    after: rewritten.length,
    bytes: rewritten.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function clear(compaction: Compaction, context: CompactionContext): Promise<Step> {
  const { table, rewriter } = context;
  const { place, since } = compaction;
  if (context.now() - since < context.graceMs) return { kind: "waits" };
  if (place !== undefined) {
    // Somebody who changed the partition meanwhile has written the place back that he had read.
    if ((await locationOf(compaction, context)) === place) {
      await table.relocate(compaction.values, compaction.home);
      await to(compaction, context, { since: context.now() });
      return { kind: "waits" };
    }
    for (const { uri } of await list(table, place)) await table.delete(uri);
  }
  await rewriter.drop(compaction.table);
  await context.save(compaction, undefined);
  return { kind: "over" };
}

/** Leaves the partition as it is; what was written is deleted when nobody can read it any more. */
async function giveUp(
  compaction: Compaction,
  context: CompactionContext,
  result: Step,
  place = compaction.place,
): Promise<Step> {
  await to(compaction, context, {
    phase: "clearing",
    since: context.now(),
    ...(place === undefined ? {} : { place }),
  });
  return result;
}

async function to(compaction: Compaction, context: CompactionContext, change: Partial<Compaction>): Promise<void> {
  const next = { ...compaction, ...change };
  await context.save(compaction, next);
  Object.assign(compaction, next);
}

async function locationOf({ values }: Compaction, { table }: CompactionContext): Promise<string | undefined> {
  return (await table.find([values]))[0]?.location;
}

async function list(table: CompactionContext["table"], place: string): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of table.objects(place)) objects.push(object);
  return objects;
}

/** Objects that are not what the compaction has read. Those that are gone have expired, and their rows with them. */
function changed(sources: readonly Source[], found: readonly StoredObject[]): number {
  const read = new Map(sources.map(({ uri, etag }) => [uri, etag]));
  return found.filter(({ uri, etag }) => read.get(uri) !== etag).length;
}

/** Bytes of an object that Athena reads best, and that the rewritten objects come near. https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-data-optimization-techniques.html */
const TARGET_BYTES = 128 * 2 ** 20;
/** Buckets of a query. https://docs.aws.amazon.com/athena/latest/ug/ctas-considerations-limitations.html */
const MOST_OBJECTS = 100;

/** Objects that hold what these hold. */
export function objectsFor(sources: readonly { bytes: number }[]): number {
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  return Math.min(MOST_OBJECTS, Math.max(1, Math.round(bytes / TARGET_BYTES)));
}

/** The key says when the oldest row was stored, which the object's own time does not. */
function homeName({ home: own, oldest, table }: Compaction, index: number): string {
  return `${own}${oldestName(oldest)}-${table.slice(-16)}-${index}.parquet`;
}
