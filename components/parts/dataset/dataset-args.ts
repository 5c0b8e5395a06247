import * as pulumi from "@pulumi/pulumi";
import { parseSchedule, tablesOf, windowProblem } from "../../../etl";
import { show, type Checks } from "../common/checks";
import { lift } from "../common/inputs";
import { flag, input, list, matching, object, reference, required, text, whole, type Shape } from "../common/shape";
import { COLUMN, PARTITION } from "../datastore/document";
import { databaseProblem, queryProblem } from "./check-query";
import { deliveryTableProblem, type DeliveryTableArgs } from "./delivery-table";
import { viewProblem } from "./view";
import type { DatasetSource, SourceVersion } from "./dataset-source";
import { isPlaceholder, PLACEHOLDER } from "./after-content";

/** How many contents are kept. */
export interface VersionsArgs {
  /** The newest so many, 1 to 1,000. Default: 1. Example: 10. */
  max?: number;
  /** All, as long as `retention` says; excludes `max`. Default: false. Example: true. */
  unlimited?: boolean;
}

/** Each run sees the rows of a time that no other run sees. */
export interface DeltaWindowArgs {
  /** SQL that gives a row's time as a timestamp: a column, or a function of columns. Example: "from_iso8601_timestamp(time)". */
  timeExpression: string;
  /** Seconds that a window ends after its run's scheduled time; below 0 for data that comes late. Default: 0. Example: -180. */
  offsetSeconds?: number;
  /**
   * Seconds after which a row can surely be found. No window ends later than this before its run, whatever `offsetSeconds` says: a row that
   * came after its window would be in no content. Default: 0. Example: 420, for delivery streams that buffer 300 s.
   */
  delaySeconds?: number;
  /** Finds rows that arrive for windows of earlier contents. Default: nothing does. Example: { timeoutMinutes: 60 }. */
  lateData?: LateDataArgs;
  /** Tables that the window holds for. Default: all that the query names. Example: ["readings"]. */
  tables?: string[];
}

/**
 * Each run counts the rows of earlier windows again. An event on the default bus of EventBridge names the contents for whose windows rows have
 * arrived since, and the metric LateRows counts them.
 */
export interface LateDataArgs {
  /** Name that the event has as `late-data-rule-name`. Default: none. Example: "late_readings". */
  ruleName?: string;
  /** Minutes after a content's window for which it is looked at, 1 to 60; that of the run before is always looked at. Default: that one alone. Example: 60. */
  timeoutMinutes?: number;
}

/** A copy of each content in a bucket of yours. */
export interface DeliveryArgs {
  /** Name of the bucket. Example: "reports". */
  bucket: pulumi.Input<string>;
  /** Key with the placeholders `!{iotanalytics:scheduleTime}`, `creationTime` (UTC, 20260131T120000Z) and `versionId`. Example: "daily/!{iotanalytics:scheduleTime}.csv". */
  key: string;
  /** Number of the delivery in its events (`content-delivery-rule-index`), from 0. Default: its place in the list. Example: 2. */
  rule?: number;
  /**
   * A table over the contents in the key's folder: a view of its name with the types of the query, over a table NAME__csv. Default: none.
   * Example: { tableName: "daily_report", databaseName: "reports" }.
   */
  table?: DeliveryTableArgs;
}

/** An event in the place of a delivery to an input of AWS IoT Events, which AWS has switched off. */
export interface InputEventArgs {
  /** Name of the input, which the event has as `iot-events-input`. Example: "overheated". */
  inputName: string;
  /** Number of the delivery in the event (`content-delivery-rule-index`), from 0. Default: its place after the deliveries. Example: 1. */
  rule?: number;
}

/** The arguments of a dataset that decide what a run of it does. */
interface RunArgs {
  query: pulumi.Input<string>;
  database: pulumi.Input<string>;
  sources?: DatasetSource[];
  schedules?: string[];
  window?: DeltaWindowArgs;
  versions?: VersionsArgs;
  deliveries?: DeliveryArgs[];
  inputEvents?: InputEventArgs[];
  starts?: pulumi.Input<string>[];
  triggered?: boolean;
  view?: boolean;
}

/** Whether a state machine runs the query, and not only a person. */
export function runsByItself({ window, versions, triggered, ...lists }: RunArgs): boolean {
  const { schedules = [], deliveries = [], inputEvents = [], starts = [] } = lists;
  return (
    [schedules, deliveries, inputEvents, starts].some(({ length }) => length > 0) ||
    window !== undefined ||
    versions !== undefined ||
    triggered === true
  );
}

/** When a dataset runs. */
export const SCHEDULES = list(text("a schedule such as rate(1 day)", scheduleProblem), "schedules", { max: 5 });
/** How many contents are kept. */
export const VERSIONS = object<VersionsArgs>({ max: whole(1, 1000, "contents"), unlimited: flag });
/** Where a content is copied to. */
export const DELIVERY: Shape<Pick<DeliveryArgs, "bucket" | "key" | "rule">> = {
  bucket: required(
    input(
      matching(
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "a bucket's name has 3-63 lower-case letters, digits, dots and hyphens",
      ),
    ),
  ),
  key: required(text("a key", keyProblem)),
  rule: whole(0, 19, "as the number of a delivery"),
};

/** The arguments that decide what a run does. */
export const RUNS: Shape<RunArgs> = {
  query: required(input(text("SQL of Athena, one SELECT"))),
  database: required(input(text("the name of a Glue database"))),
  sources: list(
    reference<DatasetSource>("a ParquetDatastore, a JsonDatastore, or an object with tableName, bucket and prefix", {
      tableName: required(input(text("the name of a table"))),
      databaseName: input(text("the name of a database")),
      bucket: required(input(text("the name of a bucket"))),
      prefix: required(text("a prefix")),
      kmsKeyArn: input(text("the ARN of a key")),
      columns: list(COLUMN, "columns"),
      partitions: list(PARTITION, "partitions"),
      versions: list(
        object<SourceVersion>({
          tableName: required(input(text("the name of a table"))),
          prefix: required(text("a prefix")),
          partitions: list(PARTITION, "partitions"),
        }),
        "tables",
      ),
    }),
    "sources",
  ),
  schedules: SCHEDULES,
  window: object<DeltaWindowArgs>({
    timeExpression: required(
      text("SQL that gives a time", (sql) => (sql.trim() === "" ? "is empty; wants SQL that gives a time" : undefined)),
    ),
    offsetSeconds: whole(-31_536_000, 31_536_000, "seconds"),
    delaySeconds: whole(0, 86_400, "seconds"),
    lateData: object<LateDataArgs>({
      ruleName: matching(/^[a-zA-Z0-9_]{1,128}$/, "a rule's name has 1-128 letters, digits and _"),
      timeoutMinutes: whole(1, 60, "minutes"),
    }),
    tables: list(text("the name of a table"), "tables", { min: 1 }),
  }),
  versions: VERSIONS,
  deliveries: list(
    object<DeliveryArgs>({
      ...DELIVERY,
      table: object<DeliveryTableArgs>({
        tableName: required(
          matching(/^[^\p{C}/]{1,150}$/u, "a table's name has 1-150 characters, no slash among them"),
        ),
        databaseName: required(input(text("the name of a Glue database"))),
      }),
    }),
    "deliveries",
    { max: 20 },
  ),
  inputEvents: list(
    object<InputEventArgs>({
      inputName: required(
        matching(/^[a-zA-Z][a-zA-Z0-9_]{0,127}$/, "an input's name has 1-128 letters, digits and _, a letter first"),
      ),
      rule: whole(0, 19, "as the number of a delivery"),
    }),
    "events",
    { max: 20 },
  ),
  starts: list(input(text("the ARN of a state machine", startProblem)), "state machines", { max: 10 }),
  triggered: flag,
  view: flag,
};

function startProblem(arn: string): string | undefined {
  return /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+$/.test(arn)
    ? undefined
    : `saw ${show(arn)}; wants the ARN of a state machine, a dataset's stateMachineArn`;
}

function scheduleProblem(expression: string): string | undefined {
  try {
    parseSchedule(expression);
    return undefined;
  } catch (error) {
    return `saw ${(error as Error).message}`;
  }
}

function keyProblem(key: string): string | undefined {
  if (!/^[a-zA-Z0-9!_.*'()/{}:-]{1,255}$/.test(key) || key.startsWith("/"))
    return `saw ${show(key)}; a key has 1-255 letters, digits and !_.*'()/{}:- and does not begin with a slash`;
  const [unknown] = [...key.matchAll(PLACEHOLDER)].filter(([, name]) => !isPlaceholder(name!));
  if (unknown !== undefined)
    return `saw ${unknown[0]}; there are !{iotanalytics:scheduleTime}, !{iotanalytics:creationTime} and !{iotanalytics:versionId}`;
  return key.replace(PLACEHOLDER, "").includes("!{")
    ? `saw ${show(key)}; "!{" begins a placeholder such as !{iotanalytics:versionId}`
    : undefined;
}

/** Bytes of a query that a state machine can hand on: Step Functions takes 256 KB for all of a task's arguments. */
const MACHINE_QUERY_BYTES = 200_000;

/**
 * Checks what the arguments say together: the query's length, syntax, tables, columns and types, and the delta window around it.
 * @returns the query, which fails its users if it turns out to be wrong
 */
export function checkRuns(checks: Checks, name: string, args: RunArgs): pulumi.Input<string> {
  const { versions, sources = [], window } = args;
  checks.notBoth("versions.max", versions?.max !== undefined, "versions.unlimited", versions?.unlimited === true);
  if (runsByItself(args) && sources.length === 0)
    checks.add("sources", "there is none; name what the query reads, for the role that runs it may read nothing else");
  if (!checks.shaped("query")) return args.query;
  const sound = checks.known("query", args.query, (sql) => lengthProblem(sql, args) ?? textProblem(sql));
  let query = checks.known("view", sound, (sql) =>
    args.view === true && ["view", "sources", "query"].every((path) => checks.sound(path))
      ? viewProblem(name, { query: sql, sources, windowed: window !== undefined })
      : undefined,
  );
  for (const [at, { key, table }] of checks.entries("deliveries", args.deliveries))
    if (table !== undefined && checks.sound("sources") && checks.sound("query") && checks.sound(at))
      query = checks.known(`${at}.table`, query, (sql) => deliveryTableProblem(key, sql, sources));
  if (window === undefined || !checks.shaped("window")) return withDatabases(query);
  const windowed = checks.known("window", withDatabases(query), windowProblem);
  return checks.known("window.tables", windowed, (sql) => windowTablesProblem(sql, window));

  function textProblem(sql: string): string | undefined {
    return checks.sound("sources") ? queryProblem(sql, sources, runsByItself(args)) : undefined;
  }

  /** Names of databases are often those of resources, known only after the program's text. */
  function withDatabases(sql: pulumi.Input<string>): pulumi.Input<string> {
    if (!["database", "query", "sources"].every((path) => checks.shaped(path)) || sources.length === 0) return sql;
    const databases = pulumi.all(sources.map(({ databaseName }) => databaseName ?? args.database));
    const all = lift<[string, string, string[]], [string, string, string[]]>(
      [sql, args.database, databases],
      (...known) => known,
    );
    const checked = checks.known("query", all, ([text, own, others]) => databaseProblem(text, own, sources, others));
    return lift<[[string, string, string[]]], string>([checked], ([text]) => text);
  }
}

function lengthProblem(query: string, args: RunArgs): string | undefined {
  const bytes = Buffer.byteLength(query);
  const most = runsByItself(args) ? MACHINE_QUERY_BYTES : 262_144;
  return query.trim() === "" || bytes > most
    ? `saw ${show(query)} with ${bytes} bytes; a query${runsByItself(args) ? " that a state machine runs" : ""} has 1-${most.toLocaleString("en-US")} bytes`
    : undefined;
}

function windowTablesProblem(query: string, { tables }: DeltaWindowArgs): string | undefined {
  const named = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
  const unknown = tables?.find((table) => !named.has(table.toLowerCase()));
  return unknown === undefined ? undefined : `saw ${show(unknown)}; the query names ${[...named].map(show).join(", ")}`;
}
