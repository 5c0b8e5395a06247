import * as path from "node:path";
import { PRICES } from "../aws/prices/table";
import { loadDocuments } from "../etl";
import { compareTables, planComparison, type ComparisonOptions } from "../etl/compare";
import { QueryCancelled } from "../local/athena";
import { readCatalog } from "./command/catalog";
import { recordingOptions, stackOption, UsageError, wholeNumber, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { athenaSource } from "./compare/athena-source";
import { markdownOf } from "./compare/markdown";
import { compareMessages } from "./compare/messages";
import { COMPARE } from "./compare/options";
import { StatementProgress } from "./compare/progress";
import { jsonOf, type CompareReport } from "./compare/report";
import { folderSource, type TableNames, type TableSource } from "./compare/source";
import { textOf } from "./compare/text";
import { size } from "./output/table";
import { print, printError } from "./output/terminal";
import { loadDefinition } from "./try/definition";
import { TrialServices } from "./try/services";
import { Messages } from "./try/source";
import { stackSettings } from "./try/stack";
import { servicesOf } from "./try/stack-services";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** USD of scans above which --yes is wanted. */
const ASK_USD = 1;
/** The columns of all queries together are read at most so often: keys, rows, statistics and spread of those that differ. */
const SCANS = 4;
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
    const report =
      parsed.texts("input").length > 0 ? await ofMessages(parsed) : await ofTables(parsed, cancelled.signal);
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

/** Options of both ways, refused where they would have no effect. */
async function ofMessages(parsed: Parsed): Promise<CompareReport> {
  refuse(
    parsed,
    ["before", "after", "aws", "endpoint", "workgroup", "yes", "key", "ignore", "tolerance", "where", "data-dir"],
    "it is for tables; with --input each message is compared with itself.",
  );
  const pipeline = parsed.text("pipeline");
  if (pipeline === undefined)
    throw new UsageError("--pipeline NAME is needed: the pipeline whose candidate is compared.");
  const stack = stackSettings(PROJECT_DIR, stackOption(parsed), {});
  const folder = path.resolve(stack.folder, stack.definitions);
  const set = loadDocuments(folder, { purpose: "check" });
  const found = set.documents.find(({ kind, name }) => kind === "pipeline" && name === pipeline);
  if (found === undefined) {
    const names = set.documents.flatMap(({ kind, name }) => (kind === "pipeline" ? [name] : []));
    throw new UserError([
      `--pipeline ${pipeline}: ${folder} has no such pipeline; there ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}`,
    ]);
  }
  const candidate = parsed.text("candidate");
  if (candidate === undefined)
    throw new UsageError("--candidate FILE is needed: the document that --input is tried with beside the pipeline's.");
  const first = loadDefinition({
    option: "--pipeline",
    pipeline: found.file,
    name: pipeline,
    datastore: undefined,
    options: {},
    stack,
  });
  const second = loadDefinition({
    option: "--candidate",
    pipeline: candidate,
    name: undefined,
    // Without a document of its own it writes rows as the pipeline does.
    datastore: parsed.text("candidate-datastore") ?? first.files.find((file) => file !== found.file),
    options: {},
    stack,
  });
  const services = await TrialServices.load(
    servicesOf({ lambdas: [], things: [], shadows: [] }, stack, [first, second]),
  );
  const missing = [first, second].flatMap(({ definition }) => services.missing(definition.pipeline).problems);
  if (missing.length > 0) throw new UserError([...new Set(missing)]);
  const limit = parsed.text("limit") === undefined ? Infinity : wholeNumber(parsed, "limit", 0, 1, 1e12);
  const read = { ...recordingOptions(parsed), onNote: (note: string) => printError(`${note}\n`) };
  return compareMessages({
    definitions: [first, second],
    names: [here(found.file), here(candidate)],
    messages: new Messages({ inputs: parsed.texts("input"), messages: [], limit, read, set: [], rename: [] }, false),
    services,
    now: Date.now(),
  });
}

async function ofTables(parsed: Parsed, signal: AbortSignal): Promise<CompareReport> {
  refuse(
    parsed,
    ["candidate", "candidate-datastore", "limit", "encoding", "csv-separator", "csv-decimal"],
    "it goes with --input.",
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
    return {
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
    const folder = path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", stackOption(parsed)));
    const catalog = readCatalog(folder);
    return folderSource(
      catalog,
      namesOf({ pipeline, before, after }, catalog.outputs.pipelines, catalog.outputs.datastores),
      signal,
    );
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

/** A path relative to the working directory if it is below it. */
function here(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith("..") ? file : relative;
}

export { COMPARE } from "./compare/options";

if (require.main === module) void runCommand(COMPARE, compare);
