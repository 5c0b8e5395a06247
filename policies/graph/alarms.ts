import { block, blocks, isUnknown, text, type Inputs } from "../../aws/values";
import { note, type StackView, type View } from "../framework/view";
import { ALARM, namesResource } from "./links";

/** One figure that an alarm watches. */
export interface Watch {
  alarm: View;
  /** place within the alarm's arguments, "" for the alarm's own metric */
  at: string;
  namespace: string;
  metric: string;
  statistic: string | undefined;
  dimensions: Inputs;
  /** whether what it watches is not known */
  unknown: boolean;
  /** whether it takes in every resource: a search, or a sum over all */
  all: boolean;
}

/** What the alarms of the stack watch, by `namespace metric`. */
export function watchesOf(stack: StackView): Map<string, Watch[]> {
  return stack.memo("watches", () => {
    const made = new Map<string, Watch[]>();
    for (const alarm of stack.of(ALARM))
      for (const watch of watchesOfAlarm(alarm)) {
        const key = `${watch.namespace} ${watch.metric}`;
        made.set(key, [...(made.get(key) ?? []), watch]);
      }
    return made;
  });
}

/** What one alarm watches: its own metric, the metrics of its queries, and those that an expression selects. */
export function watchesOfAlarm(alarm: View): Watch[] {
  const watches: Watch[] = [];
  const take = (at: string, metric: Inputs, statistic: unknown): void => {
    const { namespace, metricName } = metric as { namespace?: unknown; metricName?: unknown };
    for (const [member, value] of Object.entries({ namespace, metricName }))
      if (isUnknown(value)) note(alarm, at === "" ? member : `${at}.${member}`);
    const dimensions = block(metric.dimensions) ?? {};
    const known = { namespace: text(namespace), metric: text(metricName) };
    if (known.namespace === undefined || known.metric === undefined) return;
    const all = Object.keys(dimensions).length === 0 && !isUnknown(metric.dimensions);
    watches.push({
      alarm,
      at,
      namespace: known.namespace,
      metric: known.metric,
      statistic: text(statistic),
      dimensions,
      unknown: isUnknown(metric.dimensions),
      // Lambda alone adds all functions up.
      all: all && known.namespace === "AWS/Lambda",
    });
  };
  const { plain } = alarm;
  if (plain.metricName !== undefined) take("", plain, plain.statistic ?? plain.extendedStatistic);
  for (const [index, query] of blocks(plain.metricQueries)) {
    const metric = block(query.metric);
    if (metric !== undefined) take(`metricQueries[${index}].metric`, metric, metric.stat);
    if (isUnknown(query.expression)) note(alarm, `metricQueries[${index}].expression`);
    const selected = selectedBy(text(query.expression) ?? "");
    if (selected !== undefined)
      watches.push({ alarm, at: `metricQueries[${index}].expression`, unknown: false, ...selected });
  }
  return watches;
}

/** The metric of a query, `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName) WHERE RuleName = 'x'`, or of a search. */
function selectedBy(expression: string): Omit<Watch, "alarm" | "at" | "unknown"> | undefined {
  const sql =
    /^\s*SELECT\s+(\w+)\(\s*"?([^")]+)"?\s*\)\s+FROM\s+(?:SCHEMA\(\s*)?"?([^",)\s]+)"?[^W]*?(?:\)|\s|$)([\s\S]*)$/i.exec(
      expression,
    );
  if (sql !== null) {
    const [, statistic, metric = "", namespace = "", rest = ""] = sql;
    const where = [...rest.matchAll(/(\w+)\s*=\s*'([^']*)'/g)].map(
      ([, name = "", value = ""]) => [name, value] as const,
    );
    return { namespace, metric, statistic, dimensions: Object.fromEntries(where), all: where.length === 0 };
  }
  const search = /SEARCH\(\s*'\{\s*"?([^",}]+)"?[^}]*\}\s*[^']*?MetricName\s*=\s*"?([^"'\s]+)"?[^']*'/i.exec(
    expression,
  );
  if (search === null) return undefined;
  return { namespace: search[1]!.trim(), metric: search[2]!, statistic: undefined, dimensions: {}, all: true };
}

/** Alarms on one of the metrics of a resource, which the dimension names. */
export function alarmsOn(
  stack: StackView,
  namespace: string,
  metrics: readonly string[],
  dimension: string,
  target: View,
): Watch[] {
  return metrics
    .flatMap((metric) => watchesOf(stack).get(`${namespace} ${metric}`) ?? [])
    .filter((watch) => {
      if (watch.all) return true;
      const value: unknown = watch.dimensions[dimension];
      if (typeof value === "string" && !isUnknown(value)) return namesResource(value, target);
      const property = watch.at === "" ? "dimensions" : "metricQueries";
      const references = watch.alarm.references[property] ?? [];
      if (!isUnknown(value) && !watch.unknown) return false;
      // What it watches is not known: it may be this resource.
      if (references.length === 0) note(watch.alarm, `${property}.${dimension}`);
      return references.length === 0 || references.includes(target.urn);
    });
}

/** Whether an alarm can notify anybody. */
export function isSilent({ plain }: View): boolean {
  return plain.actionsEnabled === false;
}
