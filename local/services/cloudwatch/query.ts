import type { Statistic } from "./metric";

/** A query of Metrics Insights, as far as an alarm needs it: one figure of one metric over some of its dimensions. */
export interface MetricQuery {
  statistic: Statistic;
  metric: string;
  namespace: string;
  /** the names of the schema */
  dimensions: string[];
  where: Record<string, string>;
}

const FIGURES: Record<string, Statistic> = {
  SUM: "Sum",
  AVG: "Average",
  MIN: "Minimum",
  MAX: "Maximum",
  COUNT: "SampleCount",
};
const NAME = String.raw`(?:"[^"]+"|[A-Za-z_][\w]*)`;
const QUERY = new RegExp(
  String.raw`^\s*SELECT\s+(SUM|AVG|MIN|MAX|COUNT)\(\s*(${NAME})\s*\)\s+FROM\s+SCHEMA\(\s*("[^"]+")\s*((?:,\s*${NAME}\s*)*)\)` +
    String.raw`(?:\s+WHERE\s+(${NAME}\s*=\s*'[^']*'(?:\s+AND\s+${NAME}\s*=\s*'[^']*')*))?\s*$`,
  "i",
);

/**
 * `SELECT SUM(metric) FROM SCHEMA("namespace", dimension, ...) WHERE dimension = 'value' AND ...`
 * @returns undefined for any other text
 */
export function parseQuery(text: string): MetricQuery | undefined {
  const match = QUERY.exec(text);
  if (match === null) return undefined;
  const [, figure, metric, namespace, dimensions, conditions = ""] = match;
  const where: Record<string, string> = {};
  for (const [, name, value] of conditions.matchAll(new RegExp(String.raw`(${NAME})\s*=\s*'([^']*)'`, "g")))
    where[bare(name!)] = value!;
  const names = dimensions!
    .split(",")
    .map((name) => bare(name.trim()))
    .filter((name) => name !== "");
  if (Object.keys(where).some((name) => !names.includes(name))) return undefined;
  return {
    statistic: FIGURES[figure!.toUpperCase()]!,
    metric: bare(metric!),
    namespace: bare(namespace!),
    dimensions: names,
    where,
  };
}

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name;
}
