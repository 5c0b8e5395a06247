/**
 * What a dashboard of a dataset shows: values by time for each device, the latest value of each device, and the rows. Found from the query's
 * columns and their types, without running it; QuickSight and Grafana are written from it.
 */
import { nearest } from "../../aws/text/nearest";
import { show } from "../../aws/text/show";
import { analyzeQuery } from "../athena-sql/analyze";
import { catalogOfSchemas } from "../athena-sql/analyze/schema-catalog";
import type { TableSchema } from "../athena-sql/analyze/session";
import { parseOnlyQuery } from "../athena-sql/parser";
import { quoted } from "../athena-sql/quoted";
import { SqlError } from "../athena-sql/syntax/error";
import type { Type } from "../athena-sql/types/type";

/** What the user says of a dashboard; the rest follows from the query. */
export interface DashboardSettings {
  /** SQL over the dataset's columns that gives a row's time as a timestamp or a date */
  readonly time?: string | undefined;
  /** the column that tells devices apart */
  readonly device?: string | undefined;
  /** the columns that are charted, numbers */
  readonly values?: readonly string[] | undefined;
}

/** Where the time may be found if the settings do not say. */
export interface TimeHints {
  /** of the dataset's delta window */
  readonly timeExpression?: string | undefined;
  /** attributes by which its datastores are partitioned, with the format of their texts in Joda's letters */
  readonly timestamps?: readonly { readonly attribute: string; readonly format?: string | undefined }[];
}

/** A column's type in QuickSight. https://docs.aws.amazon.com/quicksight/latest/APIReference/API_InputColumn.html */
export type DataSetType = "STRING" | "INTEGER" | "DECIMAL" | "DATETIME" | "BOOLEAN";

/** A column of a dashboard. */
export interface DashboardColumn {
  readonly name: string;
  readonly type: DataSetType;
}

/** What a dashboard shows. */
export interface DashboardDescription {
  /** a SELECT of the columns below over the dataset's query */
  readonly rowsSql: string;
  /** those that can be shown, and the time */
  readonly columns: readonly DashboardColumn[];
  /** name of the column with the time of a row, UTC */
  readonly time: string;
  /** name of the column that tells devices apart; undefined if there is none */
  readonly device: string | undefined;
  /** names of the columns that are charted */
  readonly values: readonly string[];
  /** columns of the query that cannot be shown, with their types */
  readonly leftOut: readonly string[];
}

/** Charts on one dashboard, unless the settings name the columns. */
const MOST_CHARTS = 6;

/** What is called after a device, if the settings do not say: `device_id`, `asset`, `machineName`. */
const DEVICE = /^(device|thing|asset|sensor|machine|equipment|tag)(_?(id|name|no|number))?$/i;

/** How a row's time is found. */
interface TimeColumn {
  readonly name: string;
  readonly sql: string;
  /** as it was given */
  readonly expression: string;
  /** the column that it is, if it is one */
  readonly column?: string;
}

/** A setting that is wrong, in words: value seen, rule, way out. */
export interface DashboardProblem {
  readonly setting: "dataset" | keyof DashboardSettings;
  readonly message: string;
}

/**
 * The description of a dashboard, or everything that is wrong with its settings.
 * @param tables what the query reads, named in lower case
 * @param now ms since 1970-01-01 UTC
 */
export function describeDashboard(
  query: string,
  tables: readonly TableSchema[],
  settings: DashboardSettings,
  hints: TimeHints,
  now: number,
): DashboardDescription | DashboardProblem[] {
  const inner = query.replace(/[\s;]+$/, "");
  const catalog = catalogOfSchemas(tables);
  const analyzed = (sql: string) => analyzeQuery(parseOnlyQuery(sql), { catalog, now });
  const outputs = (sql: string) => analyzed(sql).columns;
  const problems: DashboardProblem[] = [];
  const report = (setting: DashboardProblem["setting"], message: string): void =>
    void problems.push({ setting, message });

  let columns: readonly { name: string; type: Type }[];
  let named: boolean;
  try {
    const { columns: all, plan } = analyzed(inner);
    columns = all;
    named = plan.output.every(({ name }) => name !== undefined);
  } catch (error) {
    return [{ setting: "dataset", message: `its query cannot be analyzed: ${reasonOf(error)}` }];
  }
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.findIndex((other) => sameName(other, name)) < index);
  if (twice !== undefined)
    return [{ setting: "dataset", message: `its query has two columns ${twice}; name them apart with AS` }];
  // Only columns without a name need one here: a list of all names fails once `SELECT *` has another column.
  const from = `FROM (\n${inner}\n) AS d${named ? "" : ` (${names.map(quoted).join(", ")})`}`;

  const device = deviceOf();
  const time = timeOf();
  if (time === undefined) return problems;
  const values = valuesOf(time);
  if (problems.length > 0) return problems;

  const shown = columns.flatMap(({ name, type }) => {
    if (name === time.column) return [];
    const how = inDataSet(type, quoted(name));
    return how === undefined ? [] : [{ name, type: how.type, sql: how.sql }];
  });
  const select = [
    `${time.sql} AS ${quoted(time.name)}`,
    ...shown.map(({ name, sql }) => (sql === quoted(name) ? sql : `${sql} AS ${quoted(name)}`)),
  ];
  return {
    rowsSql: `SELECT ${select.join(", ")}\n${from}`,
    columns: [{ name: time.name, type: "DATETIME" }, ...shown.map(({ name, type }) => ({ name, type }))],
    time: time.name,
    device,
    values,
    leftOut: columns
      .filter(({ type }) => inDataSet(type, "") === undefined)
      .map(({ name, type }) => `${name} (${type.kind})`),
  };

  function find(setting: "device" | "values", wanted: string): { name: string; type: Type } | undefined {
    const found = columns.find(({ name }) => sameName(name, wanted));
    if (found !== undefined) return found;
    const near = nearest(wanted, names);
    const way = near === undefined ? `it has ${names.join(", ")}` : `did you mean ${near}?`;
    report(setting, `saw ${show(wanted)}, and the dataset has no such column; ${way}`);
    return undefined;
  }

  function deviceOf(): string | undefined {
    if (settings.device === undefined) return names.find((name) => DEVICE.test(name));
    const found = find("device", settings.device);
    if (found !== undefined && inDataSet(found.type, "") === undefined)
      report(
        "device",
        `saw ${show(settings.device)}, whose type is ${found.type.kind}; name a column of texts or numbers`,
      );
    return found?.name;
  }

  /** The first time that there is: what the settings say, the delta window, the only timestamp, a partition's attribute. */
  function timeOf(): TimeColumn | undefined {
    if (settings.time !== undefined) {
      const found = timeExpression(settings.time, (reason) => report("time", `saw ${show(settings.time)}; ${reason}`));
      return found;
    }
    const windowed =
      hints.timeExpression === undefined ? undefined : timeExpression(hints.timeExpression, () => undefined);
    if (windowed !== undefined) return windowed;
    // Partition columns are coarser than a row's time.
    const times = columns.filter(({ name, type }) => isTime(type) && !name.startsWith("__"));
    if (times.length === 1) return timeExpression(quoted(times[0]!.name), () => undefined);
    for (const { attribute, format } of hints.timestamps ?? []) {
      const column = columns.find(({ name }) => sameName(name, attribute));
      if (column === undefined) continue;
      const text = format === undefined || column.type.kind !== "varchar" ? undefined : format.replaceAll("'", "''");
      const sql = text === undefined ? quoted(column.name) : `try(parse_datetime(${quoted(column.name)}, '${text}'))`;
      const found = timeExpression(sql, () => undefined);
      if (found !== undefined) return found;
    }
    report(
      "time",
      times.length > 1
        ? `saw nothing, and the dataset has several times (${times.map(({ name }) => name).join(", ")}); name the one that the charts go by`
        : "saw nothing, and the dataset has no column of type timestamp or date; give SQL that makes a timestamp of its columns, such as " +
            "from_unixtime(time), from_iso8601_timestamp(time) or date_parse(time, '%Y-%m-%d %H:%i:%s')",
    );
    return undefined;
  }

  function timeExpression(expression: string, wrong: (reason: string) => void): TimeColumn | undefined {
    let type: Type;
    try {
      type = outputs(`SELECT (${expression}) AS t ${from}`)[0]!.type;
    } catch (error) {
      wrong(`it is no expression over the dataset's columns: ${reasonOf(error)}`);
      return undefined;
    }
    if (!isTime(type)) {
      wrong(
        `it gives ${type.kind}, and a time is wanted; make one of it, such as from_unixtime(time) or from_iso8601_timestamp(time)`,
      );
      return undefined;
    }
    const sql =
      type.kind === "timestamp with time zone"
        ? `CAST((${expression}) AT TIME ZONE 'UTC' AS timestamp(3))`
        : `CAST((${expression}) AS timestamp(3))`;
    const column = names.find((name) => expression === quoted(name) || sameName(expression, name));
    if (column !== undefined) return { name: column, sql, expression, column };
    let name = "event_time";
    while (names.some((other) => sameName(other, name))) name += "_";
    return { name, sql, expression };
  }

  /** Whether the time is made of a column: without it the expression has no meaning. */
  function isTimes({ expression }: TimeColumn, column: string): boolean {
    const others = names.filter((name) => name !== column).map(quoted);
    try {
      outputs(`SELECT (${expression}) AS t FROM (SELECT ${others.join(", ")} ${from}) AS e`);
      return false;
    } catch (error) {
      reasonOf(error);
      return true;
    }
  }

  function valuesOf(time: TimeColumn): string[] {
    if (settings.values === undefined) {
      const numbers = columns
        .filter(({ name, type }) => isNumber(type) && name !== device && !name.startsWith("__"))
        .map(({ name }) => name)
        .filter((name) => !isTimes(time, name));
      if (numbers.length === 0) report("dataset", "its query has no column of numbers that a chart could show");
      return numbers.slice(0, MOST_CHARTS);
    }
    if (settings.values.length === 0) report("values", "saw an empty list; name a column of numbers, or leave it out");
    return settings.values.flatMap((wanted) => {
      const found = find("values", wanted);
      if (found !== undefined && !isNumber(found.type))
        report("values", `saw ${show(wanted)}, whose type is ${found.type.kind}; name a column of numbers`);
      return found?.name ?? [];
    });
  }
}

/**
 * The rows with a column `is_latest`, 1 for the newest row of each device and 0 for others, so that a filter shows the latest values.
 * Without a device it marks the newest row of all.
 */
export function withLatest({ rowsSql, columns, time, device }: DashboardDescription): {
  sql: string;
  columns: readonly DashboardColumn[];
  latest: string;
} {
  let latest = "is_latest";
  while (columns.some(({ name }) => sameName(name, latest))) latest += "_";
  const partition = device === undefined ? "" : `PARTITION BY ${quoted(device)} `;
  const mark = `CASE WHEN row_number() OVER (${partition}ORDER BY ${quoted(time)} DESC NULLS LAST) = 1 THEN 1 ELSE 0 END`;
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  return {
    sql: `SELECT ${names}, ${mark} AS ${quoted(latest)}\nFROM (\n${rowsSql}\n) AS r`,
    columns: [...columns, { name: latest, type: "INTEGER" }],
    latest,
  };
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** @throws what is no refusal of SQL */
function reasonOf(error: unknown): string {
  if (!(error instanceof SqlError)) throw error;
  return error.text;
}

function isTime({ kind }: Type): boolean {
  return kind === "timestamp" || kind === "timestamp with time zone" || kind === "date";
}

function isNumber({ kind }: Type): boolean {
  return ["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"].includes(kind);
}

/** How a column comes into a data set, which has no nested types and times without a zone; undefined for one that does not. */
function inDataSet(type: Type, sql: string): { type: DataSetType; sql: string } | undefined {
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return { type: "INTEGER", sql };
    case "real":
    case "double":
    case "decimal":
      return { type: "DECIMAL", sql };
    case "boolean":
      return { type: "BOOLEAN", sql };
    case "varchar":
    case "char":
      return { type: "STRING", sql };
    case "date":
      return { type: "DATETIME", sql: `CAST(${sql} AS timestamp(3))` };
    case "timestamp":
      return { type: "DATETIME", sql };
    case "timestamp with time zone":
      return { type: "DATETIME", sql: `CAST(${sql} AT TIME ZONE 'UTC' AS timestamp(3))` };
    case "array":
    case "map":
    case "row":
      return { type: "STRING", sql: `json_format(CAST(${sql} AS json))` };
    case "json":
      return { type: "STRING", sql: `json_format(${sql})` };
    default:
      return undefined;
  }
}
