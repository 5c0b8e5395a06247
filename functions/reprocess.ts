/**
 * Entry point of the function that reprocesses a channel's archive, or the messages that a pipeline failed. A state machine calls it: to
 * prepare a run, for each batch of source objects, and to finish. The archive contains the bundle of this file and `definition.json` (a
 * ReprocessDefinition); the environment says where it reads and writes.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { objectTime } from "../etl/archive";
import { compilePipeline } from "../etl/pipeline";
import { gluePartitionColumns } from "./glue-partition-columns";
import { gluePartitions } from "./glue-partitions";
import { glueTable } from "./glue-table";
import type { HandlerContext } from "./firehose";
import { metricsLine } from "./log";
import { finish, type ResultPlace, type RunResult } from "./reprocess/finish";
import { checkTime, reprocessObject, type ObjectWork, type SourceItem } from "./reprocess/object";
import { mayHold, prepare, type RunInput } from "./reprocess/prepare";
import { RunError, sumOf, type Run, type RunCounts } from "./reprocess/run";
import { settingsOf, type ReprocessDefinition } from "./reprocess/settings";
import { s3Store } from "./reprocess/store";
import { PartitionColumns } from "./partition-columns";
import { AwsServices } from "./services";
import { TableColumns } from "./table-columns";

/** What the state machine calls with. */
export type ReprocessEvent =
  | { action: "prepare"; input: RunInput }
  | { action: "finish"; run: Run; results: ResultPlace }
  | { Items: SourceItem[]; BatchInput: { run: Run } };

const definition = JSON.parse(readFileSync(path.join(__dirname, "definition.json"), "utf8")) as ReprocessDefinition;
const settings = settingsOf(process.env);
const services = new AwsServices(definition.functions);
const store = s3Store(settings.target.kmsKeyArn);
const pipeline = compilePipeline(definition);
const { database, table } = settings.table;
const inferred = pipeline.inferredSchema;
const realigned =
  inferred === undefined || !pipeline.dynamic
    ? undefined
    : new PartitionColumns(`${database}.${table}`, gluePartitionColumns(database, table), writeLog);
const columns =
  inferred === undefined
    ? undefined
    : new TableColumns(inferred, glueTable(database, table), writeLog, Date.now, realigned?.tableChanged);

function writeLog(lines: string): void {
  // Not console: its prefixes and its own JSON would hide the metrics.
  process.stdout.write(lines.endsWith("\n") ? lines : `${lines}\n`);
}

/** Milliseconds that registering partitions may take. */
const REGISTER_LIMIT = 60_000;
/** Milliseconds that partitions may take to get the columns of their table after an object that changed them. */
const REALIGN_LIMIT = 60_000;
const catalog = gluePartitions(database, table, [], realigned?.tableChanged);
const registered = new Set<string>();

const work: ObjectWork = {
  definition,
  pipeline,
  settings,
  store,
  services: pipeline.callsServices ? services : undefined,
  keepColumns:
    columns === undefined
      ? undefined
      : async () => {
          await columns.keepUp();
          await realigned?.keepUp(REALIGN_LIMIT);
        },
  register: pipeline.dynamic
    ? async (partitions) => {
        const wanted = new Map(partitions.map((keys) => [JSON.stringify(keys), keys]));
        for (const id of wanted.keys()) if (registered.has(id)) wanted.delete(id);
        if (wanted.size === 0) return;
        const reasons = await catalog.register([...wanted.values()], REGISTER_LIMIT);
        const refused = reasons.find((reason) => reason !== undefined);
        if (refused !== undefined) throw new RunError("NotRegistered", `partitions of ${catalog.name}: ${refused}`);
        for (const id of wanted.keys()) registered.add(id);
      }
    : undefined,
  writeLog,
};

async function processItems(items: readonly SourceItem[], run: Run, remaining: () => number): Promise<RunCounts> {
  if (run.version !== definition.version)
    throw new RunError(
      "VersionChanged",
      `the run began with version ${run.version} of the documents, and this is ${definition.version}; start another run`,
    );
  services.within(remaining);
  const before = pipeline.counters;
  const counts: RunCounts[] = [];
  let longest = 0;
  for (const item of items) {
    const time = objectTime(item.Key);
    if (time !== undefined && run.mode === "archive" && !mayHold(time, run)) continue;
    if (counts.length > 0) checkTime(remaining(), longest);
    const started = performance.now();
    counts.push(await reprocessObject(item, run, work));
    longest = Math.max(longest, performance.now() - started);
  }
  const sum = sumOf(counts);
  const after = pipeline.counters;
  const change = (name: "received" | "stored" | "filtered" | "failed"): number => after[name] - before[name];
  if (change("received") > 0)
    writeLog(
      metricsLine(
        pipeline.name,
        {
          received: change("received"),
          stored: change("stored"),
          filtered: change("filtered"),
          failed: change("failed"),
          mismatches: {},
          partitionFallbacks: after.partitionFallbacks - before.partitionFallbacks,
          mathFailuresPassed: after.mathFailuresPassed - before.mathFailuresPassed,
          nameCollisions: after.nameCollisions - before.nameCollisions,
          enrichmentFailures: after.enrichmentFailuresPassed - before.enrichmentFailuresPassed,
          lambdaMismatches: after.lambdaMismatches - before.lambdaMismatches,
        },
        Date.now(),
        pipeline.callsServices,
      ),
    );
  return sum;
}

/** The entry point of the reprocess function. */
export async function handler(event: ReprocessEvent, context?: HandlerContext): Promise<Run | RunResult | RunCounts> {
  const remaining = (): number => context?.getRemainingTimeInMillis() ?? Infinity;
  if ("Items" in event) return processItems(event.Items, event.BatchInput.run, remaining);
  if (event.action === "prepare")
    return prepare(event.input, { settings, store, version: definition.version, now: Date.now() });
  return finish(event.run, event.results, { settings, store });
}
