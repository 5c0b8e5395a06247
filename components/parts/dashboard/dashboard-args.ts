import { show } from "../../../aws/text/show";
import { parseSchedule, tablesOf } from "../../../etl";
import type { TableSchema } from "../../../etl/athena-sql/analyze/session";
import {
  describeDashboard,
  refreshFrequency,
  type DashboardDescription,
  type DashboardSettings,
  type TimeHints,
} from "../../../etl/dashboard";
import type { Checks } from "../common/checks";
import { tablesOfSources } from "../dataset/check-query";
import type { DatasetSource } from "../dataset/dataset-source";

/** The rows are copied into QuickSight's memory, at each refresh anew. */
export const SPICE = "SPICE";
/** Each look at the dashboard runs queries. */
export const DIRECT_QUERY = "DIRECT_QUERY";

/** The description of a dashboard, by the SQL of its dataset. */
export type Describe = (query: string) => DashboardDescription;

/** An argument that is wrong: its path, the value seen, the rule, the way out. */
export interface DashboardArgProblem {
  readonly path: string;
  readonly reason: string;
}

/** What a dashboard is made of. */
export interface DashboardParts extends DashboardSettings, TimeHints {
  readonly query: string;
  /** what the query may read, in lower case; undefined for one whose columns are not known */
  readonly tables: readonly (TableSchema | undefined)[];
  readonly schedules: readonly string[];
  readonly mode: string | undefined;
}

/** What describes the dashboard, for the query and for the same query with its tables in a database; or everything that is wrong. */
export function dashboardOf(parts: DashboardParts): Describe | DashboardArgProblem[] {
  const { query, tables, schedules, mode, time, device, values, timeExpression, timestamps } = parts;
  const problems: DashboardArgProblem[] = [];
  if (mode === SPICE && refreshFrequency(schedules.filter(isSchedule)) === undefined)
    problems.push({
      path: "mode",
      reason:
        'saw "SPICE", and the dataset has no schedule that the refresh could follow; give it one, or let each look run the query: "DIRECT_QUERY"',
    });
  const known = tables.filter((table) => table !== undefined);
  const missing = tablesOf(query).find(({ table }) => known.every(({ name }) => name !== table.toLowerCase()));
  if (missing !== undefined)
    return [
      ...problems,
      {
        path: "query",
        reason: `reads ${show(missing.table)}, whose columns are not known: it is not among what the dashboard may read, or its columns are those that arrive (JSON format); a dashboard needs a datastore with columns`,
      },
    ];
  const describe = (sql: string) =>
    describeDashboard(sql, known, { time, device, values }, { timeExpression, timestamps }, Date.now());
  const described = describe(query);
  if (Array.isArray(described))
    for (const { setting, message } of described)
      problems.push({ path: setting === "dataset" ? "query" : setting, reason: message });
  if (problems.length > 0) return problems;
  return (sql) => (sql === query ? (described as DashboardDescription) : (describe(sql) as DashboardDescription));
}

/** The same of a component's arguments. @returns undefined if something is wrong */
export function checkDashboard(
  checks: Checks,
  args: DashboardSettings & {
    query: string;
    sources: DatasetSource[];
    schedules?: string[];
    mode?: string;
    timeExpression?: string;
  },
): Describe | undefined {
  if (!["query", "sources", "time", "device", "values", "timeExpression"].every((path) => checks.sound(path)))
    return undefined;
  const { sources, schedules = [], mode } = args;
  const timestamps = sources.flatMap(({ partitions = [] }) =>
    partitions.flatMap(({ timestampPartition }) =>
      timestampPartition === undefined
        ? []
        : [{ attribute: timestampPartition.attributeName, format: timestampPartition.timestampFormat }],
    ),
  );
  const found = dashboardOf({ ...args, tables: tablesOfSources(sources), timestamps, schedules, mode });
  if (!Array.isArray(found)) return found;
  for (const { path, reason } of found) checks.add(path, reason);
  return undefined;
}

function isSchedule(expression: string): boolean {
  try {
    parseSchedule(expression);
    return true;
  } catch {
    return false;
  }
}
