/** The definition of a dataset's state machine, in the Amazon States Language with JSONata: pure, so that a test reads it as it is. */
import { windowedQuery } from "../../../etl";
import { deliver, instead, startNext, type DeliveryStates, type InputStates } from "./after-content";
import { orGoOn, orNoContent, orNotify } from "./failures";
import { countRows, sayLate, type LateStates } from "./late-data";
import { noted, notify } from "./lifecycle-events";
import {
  begin,
  chained,
  DELETED_AT_ONCE,
  deleteEach,
  expression,
  listed,
  PAGE,
  RETRY,
  sdk,
  text,
  verbatim,
  type State,
} from "./states-language";

/** What the state machine of a dataset does, with every name resolved. */
export interface DatasetStates {
  /** the component's name */
  name: string;
  query: string;
  workgroup: string;
  database: string;
  /** where Athena leaves contents */
  bucket: string;
  /** `PREFIX/results/NAME/` */
  prefix: string;
  /** contents that are kept, the newest; undefined for all */
  keep: number | undefined;
  window: WindowStates | undefined;
  deliveries: readonly DeliveryStates[];
  inputs: readonly InputStates[];
  /** ARNs of the state machines of datasets that a content starts */
  starts: readonly string[];
}

/** The delta window of a state machine. */
export interface WindowStates {
  /** name of the parameter that holds the end of the last window */
  parameter: string;
  timeExpression: string;
  tables: readonly string[];
  offsetSeconds: number;
  /** ms that the first window is long; undefined for all that there is */
  firstMs: number | undefined;
  /** what finds rows that arrive for earlier windows; undefined for nothing */
  late?: LateStates;
}

/** What the parameter holds before the first window. */
export const NO_WINDOW_YET = "none";

/** Athena ends a query after 30 minutes; a larger content takes its time to be copied. */
const QUERY_SECONDS = 2100;
const EXECUTION_SECONDS = 5400;

/** The definition of a state machine. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export function datasetStates(settings: DatasetStates): Record<string, unknown> {
  const { name, window, deliveries, inputs, starts, keep } = settings;
  const windowed = window !== undefined;
  const late = window?.late;
  const { timeExpression = "", tables = [] } = window ?? {};
  const counted = { name, bucket: settings.bucket, database: settings.database, timeExpression, tables };
  const states: [name: string, state: State][] = [
    ["Begin", begin()],
    ...(windowed ? windowStates(window) : []).map(orNoContent),
    ...(late === undefined ? [] : countRows(late, counted)),
    orNoContent(["Query", query(settings)]),
    ...(windowed ? ([["Keep window", keepWindow(window)]] as [string, State][]) : []).map(orNotify),
    ...(late === undefined ? [] : sayLate(late, counted)),
    ...starts.map((arn, index): [string, State] => [`Start ${index + 1}`, startNext(name, arn)]),
    ...deliveries.map((delivery, index): [string, State] => [`Deliver ${index + 1}`, deliver(settings, delivery)]),
    ...inputs.map((input, index): [string, State] => [`Input ${index + 1}`, instead(settings, input)]),
    ...(keep === undefined ? [] : supersede(settings, keep)).map(orNotify),
    ...notify(name, deliveries.length + inputs.length + 1).map(orGoOn),
    ["Failed?", { Type: "Choice", Choices: [{ Condition: "{% $error != '' %}", Next: "Failed" }], Default: "Done" }],
    ["Failed", { Type: "Fail", Error: "{% $error %}", Cause: "{% $cause %}" }],
    ["Done", { Type: "Succeed", Output: outcome(windowed) }],
  ];
  return {
    Comment: `Makes a content of the dataset ${name}`,
    QueryLanguage: "JSONata",
    StartAt: "Begin",
    TimeoutSeconds: EXECUTION_SECONDS,
    States: chained(states),
  };
}

/** An execution's output: what somebody needs to find the content, and to see which rows can be in it. */
function outcome(windowed: boolean): Record<string, string> {
  const output = { version: "{% $version %}", scheduleTime: "{% $scheduled %}" };
  return windowed ? { ...output, windowStart: "{% $from %}", windowEnd: "{% $to %}" } : output;
}

/** From the end of the last window that succeeded to the scheduled time with its offset; a run that comes too late has no rows. */
function windowStates({ parameter, offsetSeconds, firstMs }: WindowStates): [string, State][] {
  const first =
    firstMs === undefined
      ? text("1970-01-01T00:00:00.000Z")
      : `$fromMillis($toMillis($scheduled) + ${offsetSeconds * 1000 - firstMs})`;
  return [
    [
      "Last window",
      {
        Type: "Task",
        Resource: sdk("ssm:getParameter"),
        Arguments: { Name: parameter },
        Assign: {
          from: expression(
            `$states.result.Parameter.Value = ${text(NO_WINDOW_YET)} ? ${first} : $states.result.Parameter.Value`,
          ),
          end: expression(`$fromMillis($toMillis($scheduled) + ${offsetSeconds * 1000})`),
        },
        Retry: RETRY,
      },
    ],
    // Times of ISO 8601 with milliseconds in UTC are in the order of their texts.
    ["Window", { Type: "Pass", Assign: { to: expression("$end < $from ? $from : $end") } }],
  ];
}

/** The id of the query, in its own state. */
const ID = "$states.result.QueryExecution.QueryExecutionId";

function query({ query: sql, workgroup, database, window, bucket, prefix }: DatasetStates): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::athena:startQueryExecution.sync",
    Arguments: {
      QueryString: window === undefined ? verbatim(sql) : windowed(sql, database, window),
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database, Catalog: "AwsDataCatalog" },
    },
    // The id of the query is the content's version, and the name of its object.
    Assign: {
      version: expression(ID),
      events: expression(noted({ state: "SUCCEEDED", uri: `${text(`s3://${bucket}/${prefix}`)} & ${ID} & ".csv"` })),
    },
    TimeoutSeconds: QUERY_SECONDS,
    Retry: [
      {
        ErrorEquals: ["Athena.TooManyRequestsException", "Athena.InternalServerException"],
        IntervalSeconds: 10,
        MaxAttempts: 3,
        BackoffRate: 2,
        JitterStrategy: "FULL",
      },
    ],
  };
}

function windowed(sql: string, database: string, { timeExpression, tables }: WindowStates): string {
  // Stand for the two times until the text is cut there; no query has them.
  const [from, to] = ["\u0001from\u0001", "\u0001to\u0001"];
  const parts = windowedQuery(sql, { timeExpression, tables, database }, from, to).split("\u0001");
  const time = (variable: string): string => `${text("from_iso8601_timestamp('")} & $${variable} & ${text("')")}`;
  return expression(parts.map((part, index) => (index % 2 === 0 ? text(part) : time(part))).join(" & "));
}

function keepWindow({ parameter }: WindowStates): State {
  return {
    Type: "Task",
    Resource: sdk("ssm:putParameter"),
    Arguments: { Name: parameter, Value: expression("$to"), Overwrite: true },
    Retry: RETRY,
  };
}

/**
 * Lists the contents page by page, and deletes all but the newest. Of 10,000 contents no variable holds more than are kept and deleted at once:
 * one has room for 256 KiB (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).
 */
function supersede({ bucket, prefix }: DatasetStates, keep: number): [string, State][] {
  // This execution's content is the newest, also where S3, which counts in seconds, gives two the same time.
  const others = `$states.result.Contents[$contains(Key, /\\.csv$/) and Key != ${text(prefix)} & $version & ".csv"]`;
  const all = `$append($newest, [${others}.{"key": $substring(Key, ${prefix.length}), "time": LastModified}])`;
  const sorted = `$sort(${all}, function($a, $b) { $a.time < $b.time })`;
  return [
    ...listed(
      ["First page", "List contents", "Whole list?"],
      {
        bucket,
        prefix,
        initial: { newest: [], old: [] },
        collect: {
          newest: keep === 1 ? "[]" : `[${sorted}[[0..${keep - 2}]]]`,
          old: `[$append($old, [${sorted}[[${keep - 1}..${keep - 2 + PAGE + keep}]].key])[[0..${DELETED_AT_ONCE - 1}]]]`,
        },
      },
      "Delete superseded",
    ),
    ["Delete superseded", deleteEach(expression(`[$old.(${text(prefix)} & $)]`), bucket, true)],
  ];
}
