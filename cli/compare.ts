import * as path from "node:path";
import { PRICES } from "../aws/prices/table";
import { compareTables, planComparison, type ComparisonOptions } from "../etl/compare";
import { QueryCancelled } from "../local/athena";
import { readCatalog, type FolderCatalog } from "./command/catalog";
import { pairs, recordingOptions, stackOption, UsageError, wholeNumber, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { athenaSource } from "./compare/athena-source";
import { markdownOf } from "./compare/markdown";
import { compareMessages } from "./compare/messages";
import { COMPARE } from "./compare/options";
import { deployedOutputs } from "./command/deployed";
import { candidateOf, pipelinePair } from "./compare/pipelines";
import { StatementProgress } from "./compare/progress";
import { jsonOf, type CompareReport } from "./compare/report";
import { archiveSample, type MessageStream } from "./compare/sample";
import { folderSource, type TableNames, type TableSource } from "./compare/source";
import { textOf } from "./compare/text";
import { size } from "./output/table";
import { print, printError } from "./output/terminal";
import { Messages } from "./try/source";
import { stackSettings, type StackSettings } from "./try/stack";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** USD of scans above which --yes is wanted. */
const ASK_USD = 1;
/** The columns of all queries together are read at most so often: keys, rows, statistics and spread of those that differ. */
const SCANS = 4;
/** Messages of the archive that are tried, by default. */
const SAMPLE = 1000;
const NEEDED = "--pipeline NAME is needed, or --before TABLE and --after TABLE.";

async function compare(parsed: Parsed): Promise<number> {
  if (parsed.flag("json") && parsed.flag("markdown")) throw new UsageError("--json and --markdown exclude each other.");
  const cancelled = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C ends at once.
    if (cancelled.signal.aborted) process.exit(130);
    cancelled.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const ofRecords = parsed.texts("input").length > 0 || parsed.text("candidate") !== undefined;
    const report = ofRecords ? await ofMessages(parsed) : await ofTables(parsed, cancelled.signal);
    if (parsed.flag("json")) process.stdout.write(`${jsonOf(report)}\n`);
    else print(parsed.flag("markdown") ? markdownOf(report) : textOf(report, process.stdout.columns ?? 200));
    return 0;
  } catch (error) {
    if (error instanceof QueryCancelled || cancelled.signal.aborted) return 130;
    if ((error as Error).name !== "AthenaError") throw error;
    throw new UserError([(error as Error).message]);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function refuse(parsed: Parsed, names: readonly string[], why: string): void {
  for (const name of names)
    if (parsed.flag(name) || parsed.texts(name).length > 0) throw new UsageError(`--${name}: ${why}`);
}

/** What the stack's pipeline and a document beside it do with recorded messages, or with those of the archive. */
async function ofMessages(parsed: Parsed): Promise<CompareReport> {
  refuse(
    parsed,
    ["before", "after", "aws", "endpoint", "workgroup", "yes", "key", "ignore", "tolerance", "where"],
    "it is for tables; with --input and --candidate each message is compared with itself.",
  );
  const pipeline = parsed.text("pipeline");
  if (pipeline === undefined)
    throw new UsageError("--pipeline NAME is needed: the pipeline whose candidate is compared.");
  const stack = settingsOf(parsed);
  const files = { document: parsed.text("candidate"), datastore: parsed.text("candidate-datastore") };
  const candidate =
    files.document === undefined ? candidateOf(stack, pipeline) : { ...files, document: files.document };
  if (candidate === undefined)
    throw new UsageError("--candidate FILE is needed: the document that --input is tried with beside the pipeline's.");
  const pair = await pipelinePair(stack, pipeline, candidate);
  const inputs = parsed.texts("input");
  if (inputs.length === 0) {
    refuse(parsed, ["limit", "encoding", "csv-separator", "csv-decimal"], "it goes with --input.");
    return compareMessages({ ...pair, messages: sampleOf(readCatalog(folderOf(parsed)), pipeline, parsed) });
  }
  refuse(parsed, ["sample", "data-dir"], "it is for the archive; --input names other messages.");
  const limit = parsed.text("limit") === undefined ? Infinity : wholeNumber(parsed, "limit", 0, 1, 1e12);
  const read = { ...recordingOptions(parsed), onNote: (note: string) => printError(`${note}\n`) };
  return compareMessages({
    ...pair,
    messages: new Messages({ inputs, messages: [], limit, read, set: [], rename: [] }, false),
  });
}

/** The stack's configuration, with what the command line sets over it. */
function settingsOf(parsed: Parsed): StackSettings {
  const config = Object.fromEntries(pairs(parsed, "config", "a key and its value"));
  return stackSettings(PROJECT_DIR, stackOption(parsed), config);
}

function folderOf(parsed: Parsed): string {
  return path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", stackOption(parsed)));
}

/** Messages of the archive that feeds a pipeline. */
function sampleOf(catalog: FolderCatalog, pipeline: string, parsed: Parsed): MessageStream {
  const found = catalog.outputs.pipelines[pipeline];
  if (found === undefined)
    throw new UserError([
      `--pipeline ${pipeline}: the data folder has no such pipeline; there are ${Object.keys(catalog.outputs.pipelines).join(", ") || "none"}`,
    ]);
  return archiveSample(catalog, found.channel, wholeNumber(parsed, "sample", SAMPLE, 1, 1e9));
}

async function ofTables(parsed: Parsed, signal: AbortSignal): Promise<CompareReport> {
  refuse(
    parsed,
    ["candidate-datastore", "limit", "encoding", "csv-separator", "csv-decimal"],
    "it goes with --input or --candidate.",
  );
  const startedAt = Date.now();
  const options = optionsOf(parsed);
  const source = await sourceOf(parsed, signal);
  const progress = new StatementProgress(process.stderr, () => source.progress());
  try {
    const plan = planComparison(source.before, source.after, { ...options, time: source.time });
    if ("problems" in plan) throw new UserError(plan.problems);
    progress.start();
    const result = await compareTables(plan, (sql, what) => {
      progress.next(what);
      return source.ask(sql, what);
    });
    progress.stop();
    const messages = await fatesOf(parsed);
    return {
      ...(messages === undefined ? {} : { messages }),
      ...(parsed.text("pipeline") === undefined ? {} : { pipeline: parsed.text("pipeline")! }),
      before: `${source.before.database}.${source.before.name}`,
      after: `${source.after.database}.${source.after.name}`,
      compared: "tables",
      ...result,
      seconds: (Date.now() - startedAt) / 1000,
    };
  } finally {
    progress.stop();
    source.close();
  }
}

/** What becomes of a sample of the archive, where the candidate's document is known; tables say nothing of messages that are not stored. */
async function fatesOf(parsed: Parsed): Promise<CompareReport["messages"]> {
  const pipeline = parsed.text("pipeline");
  const other = ["before", "after", "endpoint"].some((name) => parsed.text(name) !== undefined) || parsed.flag("aws");
  if (pipeline === undefined || other) {
    refuse(
      parsed,
      ["sample"],
      "it is for the archive in a data folder, by --pipeline; give other messages by --input.",
    );
    return undefined;
  }
  const stack = settingsOf(parsed);
  const candidate = candidateOf(stack, pipeline);
  if (candidate === undefined) return undefined;
  const pair = await pipelinePair(stack, pipeline, candidate);
  const messages = sampleOf(readCatalog(folderOf(parsed)), pipeline, parsed);
  return (await compareMessages({ ...pair, messages })).messages;
}

function optionsOf(parsed: Parsed): ComparisonOptions {
  const tolerance = parsed.text("tolerance");
  if (
    tolerance !== undefined &&
    !(Number(tolerance) >= 0 && Number.isFinite(Number(tolerance)) && tolerance.trim() !== "")
  )
    throw new UsageError(`--tolerance ${tolerance}: needs a number from 0, such as 0.001.`);
  const where = parsed.text("where");
  return {
    key: parsed.texts("key"),
    ignore: parsed.texts("ignore"),
    tolerance: Number(tolerance ?? 0),
    ...(where === undefined ? {} : { where }),
  };
}

async function sourceOf(parsed: Parsed, signal: AbortSignal): Promise<TableSource> {
  const [aws, endpoint, pipeline] = [parsed.flag("aws"), parsed.text("endpoint"), parsed.text("pipeline")];
  const [before, after] = [parsed.text("before"), parsed.text("after")];
  if (aws && endpoint !== undefined) throw new UsageError("--aws and --endpoint exclude each other.");
  if (!aws && endpoint === undefined) {
    refuse(parsed, ["workgroup", "yes"], "it goes with --aws.");
    if (pipeline === undefined && (before === undefined || after === undefined)) throw new UsageError(NEEDED);
    const catalog = readCatalog(folderOf(parsed));
    return folderSource(
      catalog,
      namesOf({ pipeline, before, after }, catalog.outputs.pipelines, catalog.outputs.datastores),
      signal,
    );
  }
  if (aws && pipeline !== undefined) {
    const outputs = await deployedOutputs(PROJECT_DIR, stackOption(parsed));
    refuse(parsed, ["data-dir"], "with --aws tables are not in a data folder.");
    const workgroup = parsed.text("workgroup") ?? Object.values(outputs.datasets)[0]?.workgroup ?? "primary";
    const names = namesOf({ pipeline, before, after }, outputs.pipelines, outputs.datastores);
    const source = await athenaSource({ endpoint: undefined, workgroup }, names, signal);
    sayCost(source.bytes, parsed.flag("yes"));
    return source;
  }
  refuse(
    parsed,
    ["stack", "data-dir"],
    `it goes without ${aws ? "--aws" : "--endpoint"}: tables are named by --before and --after.`,
  );
  if (before === undefined || after === undefined)
    throw new UsageError(`${aws ? "--aws" : "--endpoint"} needs --before DATABASE.TABLE and --after DATABASE.TABLE.`);
  for (const [option, name] of [
    ["--before", before],
    ["--after", after],
  ] as const)
    if (!/^[^.]+\.[^.]+$/.test(name)) throw new UsageError(`${option} ${name}: needs DATABASE.TABLE.`);
  const place = { endpoint, workgroup: parsed.text("workgroup") ?? "primary" };
  const source = await athenaSource(place, namesOf({ pipeline, before, after }, {}, {}), signal);
  if (aws) sayCost(source.bytes, parsed.flag("yes"));
  return source;
}

/** What the queries may scan, before the first of them. @throws UserError for more than `ASK_USD` without --yes */
function sayCost(bytes: number | undefined, yes: boolean): void {
  const usdPerTb = PRICES["athena-scan"].steps[0]!.usd;
  if (bytes === undefined) {
    printError(`A table is a view, so what Athena scans is not known before; it costs ${usdPerTb} USD a TB.\n`);
    return;
  }
  const usd = ((bytes * SCANS) / 2 ** 40) * usdPerTb;
  const text = `The tables have ${size(bytes)}. Athena reads the keys once, all compared columns once and those that differ twice more: at most ${size(bytes * SCANS)}, ${usd.toFixed(2)} USD`;
  if (usd > ASK_USD && !yes)
    throw new UserError([`${text}. Give --yes to start, or fewer rows by --where on a partition.`]);
  printError(`${text}.\n`);
}

interface Candidate {
  database: string;
  table: string;
}

/** The tables that are meant. @throws UserError */
function namesOf(
  given: Partial<Record<"pipeline" | "before" | "after", string | undefined>>,
  pipelines: Record<string, { datastore: string; candidate?: Candidate }>,
  datastores: Record<string, { database: string; table: string; rows?: string }>,
): TableNames {
  const { pipeline, before, after } = given;
  if (before !== undefined && after !== undefined)
    return { before: { option: "--before", name: before }, after: { option: "--after", name: after } };
  if (pipeline === undefined) throw new UsageError(NEEDED);
  const found = pipelines[pipeline];
  const names = Object.keys(pipelines);
  if (found === undefined)
    throw new UserError([
      `--pipeline ${pipeline}: the stack has no such pipeline; there ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}`,
    ]);
  const { candidate } = found;
  if (candidate === undefined && after === undefined)
    throw new UserError([
      `--pipeline ${pipeline}: it has no candidate. Name its document as pipelines.${pipeline}.candidate in the stack's configuration and deploy, or name a table by --after.`,
    ]);
  const own = datastores[found.datastore]!;
  return {
    before: { option: "--before", name: before ?? `${own.database}.${own.rows ?? own.table}` },
    after: { option: "--after", name: after ?? `${candidate!.database}.${candidate!.table}` },
  };
}

export { COMPARE } from "./compare/options";

if (require.main === module) void runCommand(COMPARE, compare);
