/** The states by which a dataset's machine finds rows that arrived for windows of earlier contents. */
import { quoted } from "../../../etl/athena-sql/quoted";
import { ALL, FAILURE, orGoOn, orNoContent } from "./failures";
import { entry, put } from "./lifecycle-events";
import { deleteEach, expression, RETRY, sdk, text, type State } from "./states-language";

/** What finds late rows. */
export interface LateStates {
  /** name of the rule, "" if it has none */
  ruleName: string;
  /** minutes after a content's window for which it is looked at; that of the run before always is */
  timeoutMinutes: number;
  /** workgroup of the queries that count, whose results are no contents */
  workgroup: string;
  /** where its results are, in the bucket of the contents */
  prefix: string;
  /** name of the parameter with the windows, and how many rows each had */
  parameter: string;
}

/** The dataset whose rows are counted. */
interface Counted {
  name: string;
  bucket: string;
  database: string;
  timeExpression: string;
  tables: readonly string[];
}

/** What the parameter holds before the first run. */
export const NOTHING_WATCHED = "[]";

/** Windows that are looked at, the newest; their texts fit the 4 KB of a parameter. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const WATCHED = 20;
/** Athena ends a query after 30 minutes. */
const QUERY_SECONDS = 2100;

/** The metric of late rows, with the dimension Dataset. */
export const LATE_METRIC = { namespace: "IotTelemetryEtl", name: "LateRows" };

/** The condition under which the machine's role may put the metric. */
export const LATE_METRIC_CONDITION = { StringEquals: { "cloudwatch:namespace": LATE_METRIC.namespace } };

/**
 * Before the query: counts the rows of the run's window, and of those before. A row that comes between this and the query is in the content, and
 * is said to be late once: none is missed.
 */
export function countRows(late: LateStates, dataset: Counted): [string, State][] {
  const states: [string, State][] = [
    [
      "Watched windows",
      {
        Type: "Task",
        Resource: sdk("ssm:getParameter"),
        Arguments: { Name: late.parameter },
        Assign: {
          windows: expression(
            '$append($parse($states.result.Parameter.Value), [{"v": "", "f": $from, "t": $to, "n": 0}])',
          ),
        },
        Retry: RETRY,
      },
    ],
    [
      "Count rows",
      {
        Type: "Task",
        Resource: "arn:aws:states:::athena:startQueryExecution.sync",
        Arguments: {
          QueryString: expression(countQuery(dataset)),
          WorkGroup: late.workgroup,
          QueryExecutionContext: { Database: dataset.database, Catalog: "AwsDataCatalog" },
        },
        Assign: { counting: expression("$states.result.QueryExecution.QueryExecutionId") },
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
      },
    ],
    [
      "Read counts",
      {
        Type: "Task",
        Resource: "arn:aws:states:::athena:getQueryResults",
        Arguments: { QueryExecutionId: "{% $counting %}", MaxResults: 2 },
        // The first row has the columns' names.
        Assign: { counts: expression("[$states.result.ResultSet.Rows[1].Data.VarCharValue]") },
        Retry: RETRY,
      },
    ],
    [
      "Late rows",
      {
        Type: "Pass",
        Assign: {
          late: expression(
            `[$map($windows, function($w, $i) { $w.v != "" and ${count("$i")} > $w.n ? {"v": $w.v, "rows": ${count("$i")} - $w.n} })]`,
          ),
        },
      },
    ],
  ];
  return states.map(orNoContent);
}

/** After the content: says what was late, and keeps what was counted for the next run. */
export function sayLate(late: LateStates, { name, bucket }: Counted): [string, State][] {
  const detail = [
    '"event-detail-version": "1.0"',
    `"dataset-name": ${text(name)}`,
    `"late-data-rule-name": ${late.ruleName === "" ? "null" : text(late.ruleName)}`,
    '"version-ids": [$late.v]',
    '"message": null',
    '"late-rows": $sum($late.rows)',
  ];
  const kept = `[$map($windows, function($w, $i) { ${isKept(late)} ? {"v": $w.v = "" ? $version : $w.v, "f": $w.f, "t": $w.t, "n": ${count("$i")}} })]`;
  return [
    [
      "Any late?",
      {
        Type: "Choice",
        Choices: [{ Condition: "{% $count($late) > 0 %}", Next: "Late data" }],
        Default: "Keep counts",
      },
    ],
    // What was not said is found again by the next run: its count is not kept.
    [
      "Late data",
      {
        ...put(`[${entry(`{${detail.join(", ")}}`)}]`),
        Catch: [{ ...ALL, Assign: FAILURE, Next: "Delete counts" }],
      },
    ],
    orGoOn([
      "Count late rows",
      {
        Type: "Task",
        Resource: sdk("cloudwatch:putMetricData"),
        Arguments: {
          Namespace: LATE_METRIC.namespace,
          MetricData: [
            {
              MetricName: LATE_METRIC.name,
              Dimensions: [{ Name: "Dataset", Value: name }],
              Value: "{% $sum($late.rows) %}",
              Unit: "Count",
            },
          ],
        },
        Retry: RETRY,
      },
    ]),
    orGoOn([
      "Keep counts",
      {
        Type: "Task",
        Resource: sdk("ssm:putParameter"),
        Arguments: { Name: late.parameter, Value: expression(`$string(${kept})`), Overwrite: true },
        Retry: RETRY,
      },
    ]),
    orGoOn([
      "Delete counts",
      deleteEach(expression(`[${text(late.prefix)} & $counting & ".csv"]`), bucket, true, "counts of rows"),
    ]),
  ];
}

/** JSONata of the rows of a window. */
function count(index: string): string {
  return `$number($counts[${index}])`;
}

/** JSONata of whether a window is looked at by the next run: the newest ones, as long as the rule says, and this run's if it is one. */
function isKept({ timeoutMinutes }: LateStates): string {
  const recent = `$toMillis($to) - $toMillis($w.t) <= ${timeoutMinutes * 60_000}`;
  return `$i >= $count($windows) - ${WATCHED} and $w.f < $w.t and ($w.v = "" or ${recent})`;
}

/** JSONata of the SQL that counts the rows of each window: one pass over the columns of the time expression. */
function countQuery({ database, timeExpression, tables }: Counted): string {
  const time = (jsonata: string): string => `${text("from_iso8601_timestamp('")} & ${jsonata} & ${text("')")}`;
  const within = `${text("count_if(t >= ")} & ${time("$w.f")} & ${text(" AND t < ")} & ${time("$w.t")} & ${text(")")}`;
  const first = "$fromMillis($min($map($windows, function($w) { $toMillis($w.f) })))";
  const last = "$fromMillis($max($map($windows, function($w) { $toMillis($w.t) })))";
  const rows = tables.map((table) => {
    const from = `SELECT (${timeExpression}) AS t FROM ${quoted(database)}.${quoted(table.toLowerCase())}`;
    return `${text(`${from} WHERE (${timeExpression}) >= `)} & ${time(first)} & ${text(` AND (${timeExpression}) < `)} & ${time(last)}`;
  });
  return [
    text("SELECT "),
    `$join($map($windows, function($w) { ${within} }), ", ")`,
    text(" FROM ("),
    rows.join(` & ${text(" UNION ALL ")} & `),
    text(") AS r"),
  ].join(" & ");
}
