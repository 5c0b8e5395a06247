/** The first step of a run: its range, its end, and whether it may run at all. */
import { commonPrefix } from "../../etl/archive";
import { rangesPrefix, RunError, runId, type Run } from "./run";
import type { ReprocessSettings } from "./settings";
import type { ObjectStore } from "./store";

/** The input of an execution. Times are ISO 8601 with an offset or Z, or ms since 1970. */
export interface RunInput {
  /** messages that were received then or later. Default: all */
  from?: string | number;
  /** messages that were received before. Default: the boundary to the live messages */
  to?: string | number;
  /** replays failed messages instead of the archive */
  errors?: boolean;
}

/** What the boundary's object holds. */
interface Boundary {
  /** ms since 1970 */
  boundary: number;
  setBy: string;
}

/** Clocks of AWS IoT and of functions differ by less; so much later than now, no message has been received. */
const CLOCK_MARGIN_MS = 60_000;
/** After its buffer is due, an object takes a moment. */
const DELIVERY_MARGIN_MS = 60_000;
/**
 * How much the name of an object may be earlier or later than the messages in it were received: a buffer of 15 minutes, and a rule that
 * retries for long. Objects further away are not looked at.
 */
const EARLIER_MS = 3_600_000;
const LATER_MS = 86_400_000;

/** Decides a run. @throws RunError with what the caller can do */
export async function prepare(
  input: RunInput,
  { settings, store, version, now }: { settings: ReprocessSettings; store: ObjectStore; version: string; now: number },
): Promise<Run> {
  const { archive, target, boundaryKey } = settings;
  if (input.errors === true) {
    const prefix = `${target.errorPrefix}processing-failed/`;
    const from = timeOf("from", input.from) ?? 0;
    return {
      mode: "errors",
      version,
      bucket: target.bucket,
      prefix,
      from,
      to: timeOf("to", input.to) ?? null,
      taken: await takenRanges(settings, store),
      waitSeconds: 0,
    };
  }
  const boundary = boundaryKey === undefined ? undefined : await boundaryOf(boundaryKey, { settings, store, now });
  const from = timeOf("from", input.from) ?? 0;
  const wanted = timeOf("to", input.to);
  const to = wanted === undefined ? boundary : Math.min(wanted, boundary ?? wanted);
  if (to === undefined)
    throw new RunError("NoEnd", "the run needs an end: give the time up to which messages are taken (--to)");
  if (from >= to)
    throw new RunError(
      "BadRange",
      `the range ends at ${iso(to)}${wanted === to ? "" : ", the boundary to the live messages"}, and begins at ${iso(from)}; it must begin earlier`,
    );
  const run: Run = {
    mode: "archive",
    version,
    bucket: archive.bucket,
    prefix: archive.prefix + (from === 0 ? "" : commonPrefix(from - EARLIER_MS, to + LATER_MS)),
    from,
    to,
    waitSeconds: Math.max(0, Math.ceil((to + settings.bufferSeconds * 1000 + DELIVERY_MARGIN_MS - now) / 1000)),
  };
  await takeRange(run, settings, store);
  return run;
}

/** Whether an object of that time can hold messages of a range. */
export function mayHold(time: number, { from, to }: Pick<Run, "from" | "to">): boolean {
  return (from === 0 || time >= from - EARLIER_MS) && (to === null || time < to + LATER_MS);
}

/** The boundary that the live function has set; set now if no live message has come yet. */
async function boundaryOf(
  key: string,
  { settings, store, now }: { settings: ReprocessSettings; store: ObjectStore; now: number },
): Promise<number> {
  const { bucket } = settings.target;
  const own: Boundary = { boundary: now + CLOCK_MARGIN_MS, setBy: "reprocessing" };
  if (await store.putNew(bucket, key, JSON.stringify(own))) return own.boundary;
  const { boundary } = JSON.parse((await store.text(bucket, key)) ?? "{}") as Partial<Boundary>;
  if (typeof boundary !== "number") throw new Error(`${key} in ${bucket} holds no boundary`);
  return boundary;
}

/** Refuses a range that overlaps with one that was taken before: the rows of what they share would be there twice. */
async function takeRange(run: Run, settings: ReprocessSettings, store: ObjectStore): Promise<void> {
  for (const [from, to] of await takenRanges(settings, store)) {
    if (from === run.from && to === run.to) continue;
    if (from < run.to! && run.from < to)
      throw new RunError(
        "RangeOverlaps",
        `messages ${rangeText(from, to)} have been taken by an earlier run, and this range, ${rangeText(run.from, run.to!)}, shares some of them, which would be stored twice; ` +
          `take exactly that range again, or one that ends at ${from === 0 ? "its beginning" : iso(from)} or begins at ${iso(to)}`,
      );
  }
  await store.put(
    settings.target.bucket,
    `${rangesPrefix(settings.target.statePrefix)}${runId(run)}.json`,
    JSON.stringify({ version: run.version, from: run.from, to: run.to }),
  );
}

/** Ranges that runs over the archive have taken, by the names of their objects. */
async function takenRanges({ target }: ReprocessSettings, store: ObjectStore): Promise<[from: number, to: number][]> {
  const ranges: [number, number][] = [];
  for await (const key of store.list(target.bucket, rangesPrefix(target.statePrefix))) {
    const [, from, to] = /(\d+)-(\d+)\.json$/.exec(key)?.map(Number) ?? [];
    if (from !== undefined && to !== undefined) ranges.push([from, to]);
  }
  return ranges;
}

function rangeText(from: number, to: number): string {
  return `${from === 0 ? "" : `from ${iso(from)} `}up to ${iso(to)}`;
}

function timeOf(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === "number" ? value : Date.parse(value);
  if (!Number.isSafeInteger(time) || time < 0 || (typeof value === "string" && !/T.*(Z|[+-]\d\d:\d\d)$/.test(value)))
    throw new RunError(
      "BadRange",
      `${name}: saw ${JSON.stringify(value)}; give a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970`,
    );
  return time;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
