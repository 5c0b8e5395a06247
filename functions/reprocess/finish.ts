/** The last step of a run: its counts, from the results of the Distributed Map, and what it has not seen. */
import { objectTime } from "../../etl/archive";
import { mayHold } from "./prepare";
import { fileId, markersPrefix, sumOf, type Run, type RunCounts } from "./run";
import type { ReprocessSettings } from "./settings";
import type { ObjectStore } from "./store";

/** Where the ResultWriter has left the manifest. */
export interface ResultPlace {
  Bucket: string;
  Key: string;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
interface Manifest {
  DestinationBucket: string;
  ResultFiles: Partial<Record<"SUCCEEDED" | "FAILED" | "PENDING", { Key: string }[]>>;
}

/** An execution of the Map, as the result files have it. */
interface Child {
  Input: string;
  Output?: string;
  Error?: string;
  Cause?: string;
}

/** What a run has come to. */
export interface RunResult extends RunCounts {
  /** ms since 1970; null for failed messages of all times */
  boundary: number | null;
  /** objects whose processing failed, and why the first of them did */
  failedObjects: number;
  failure: string | null;
  /** objects that the archive has delivered since the run listed it */
  unseen: number;
}

/** Adds up the results, and looks for objects that came while the run was going on. */
export async function finish(
  run: Run,
  results: ResultPlace,
  { settings, store }: { settings: ReprocessSettings; store: ObjectStore },
): Promise<RunResult> {
  const manifest = JSON.parse((await store.text(results.Bucket, results.Key)) ?? "{}") as Partial<Manifest>;
  const { SUCCEEDED = [], FAILED = [], PENDING = [] } = manifest.ResultFiles ?? {};
  const read = async ({ Key }: { Key: string }): Promise<Child[]> =>
    JSON.parse((await store.text(manifest.DestinationBucket ?? results.Bucket, Key)) ?? "[]") as Child[];
  let sum = sumOf([]);
  for (const file of SUCCEEDED)
    sum = sumOf([sum, ...(await read(file)).map(({ Output = "{}" }) => JSON.parse(Output) as Partial<RunCounts>)]);
  let failedObjects = 0;
  let failure: string | null = null;
  for (const file of [...FAILED, ...PENDING])
    for (const { Input, Error: error, Cause } of await read(file)) {
      const items = (JSON.parse(Input) as { Items?: unknown[] }).Items ?? [];
      failedObjects += items.length;
      if (error !== undefined) failure ??= `${error}: ${causeText(Cause)}`;
    }
  const unseen = failedObjects > 0 || run.mode === "errors" ? 0 : await unseenObjects(run, settings, store);
  return { ...sum, boundary: run.to, failedObjects, failure, unseen };
}

/** The function's own words, where the cause is its error object. */
function causeText(cause = ""): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** Objects that have no marker yet. */
async function unseenObjects(run: Run, { target }: ReprocessSettings, store: ObjectStore): Promise<number> {
  const seen = new Set<string>();
  const prefix = markersPrefix(target.statePrefix, run);
  for await (const key of store.list(target.bucket, prefix)) seen.add(key.slice(prefix.length, -".json".length));
  let unseen = 0;
  for await (const key of store.list(run.bucket, run.prefix)) {
    const time = objectTime(key);
    if ((time === undefined || mayHold(time, run)) && !seen.has(fileId(run, key))) unseen++;
  }
  return unseen;
}
