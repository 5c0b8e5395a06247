import { NAMES } from "../../../aws/names";
import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { COMPARISONS } from "./alarm";
import { EMITTED, NAMED_BY } from "./emitted";
import { compileFilter, compilePath, compileValue, FilterError } from "./filter";
import { parseQuery } from "./query";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  jsonText,
  list,
  map,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import type { ProgramReport } from "../../resources/references";

/** Nobody is called from here; the summary tells which alarms went off. */
const actions = checked(list(arn("sns")));
const period = number(60, 86_400, {
  check: (seconds) =>
    seconds % 60 === 0 ? undefined : `saw ${seconds}; the local cloud counts whole minutes: 60, 120, ...`,
});
const PERCENTILE =
  "the local cloud keeps only sum, count, minimum and maximum per minute; use statistic, for example Maximum";

/**
 * Metric alarm on a metric or on one query.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export const metricAlarm: Handler = {
  type: TYPES.metricAlarm,
  naming: { property: "name", make: (context) => automaticName(context, 255) },
  properties: {
    name: physicalName(NAMES.alarm),
    alarmDescription: checked(
      text({ check: (words) => (words.length > 1024 ? `${words.length} characters; at most 1,024` : undefined) }),
    ),
    comparisonOperator: required(oneOf(COMPARISONS)),
    evaluationPeriods: required(number(1, 1440)),
    datapointsToAlarm: number(1, 1440),
    threshold: required(number(-1e308, 1e308)),
    metricName: text(),
    namespace: text(),
    dimensions: map(text()),
    period,
    statistic: oneOf(["Sum", "Average", "Minimum", "Maximum", "SampleCount"]),
    treatMissingData: oneOf(["missing", "ignore", "breaching", "notBreaching"]),
    metricQueries: list(
      block({
        id: required(text()),
        label: checked(text()),
        expression: text(),
        period,
        returnData: flag(),
        metric: refused("give the metric as the alarm's own, or one query"),
        accountId: refused("there is one account here; leave it out"),
      }),
      {
        check: (queries) =>
          queries.length === 1 ? undefined : `saw ${queries.length}; the local cloud executes one query`,
      },
    ),
    alarmActions: actions,
    okActions: actions,
    insufficientDataActions: actions,
    actionsEnabled: checked(flag()),
    tags,
    region: checked(text()),
    extendedStatistic: refused(PERCENTILE),
    evaluateLowSampleCountPercentiles: refused(PERCENTILE),
    thresholdMetricId: refused("anomaly detection is not executed; give a threshold"),
    unit: refused("each metric has one unit here; leave it out"),
    evaluationCriteria: refused("leave it out"),
    evaluationInterval: refused("leave it out"),
    warmUpConfiguration: refused("leave it out"),
  },
  check: checkAlarm,
  // An alarm on a resource that does not exist never gets a value.
  references: (inputs, declared, report) => {
    const query = parseQuery(String(inputs.metricQueries?.[0]?.expression ?? ""));
    const dimensions: Record<string, string> = query?.where ?? inputs.dimensions ?? {};
    if (!String(query?.namespace ?? inputs.namespace).startsWith("AWS/")) return;
    for (const [dimension, name] of Object.entries(dimensions))
      if (NAMED_BY[dimension] !== undefined)
        declared.require(
          NAMED_BY[dimension],
          name,
          dimension.replace(/Name$/, "").toLowerCase(),
          query === undefined ? `dimensions.${dimension}` : "metricQueries[0].expression",
          report,
        );
  },
  checkProgram: checkOwnMetrics,
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "cloudwatch", `alarm:${inputs.name}`),
      actionsEnabled: inputs.actionsEnabled ?? true,
      treatMissingData: inputs.treatMissingData ?? "missing",
    },
  }),
};

function checkAlarm(inputs: Properties): Finding[] {
  const findings: Finding[] = [];
  const add = (path: string, message: string): void => void findings.push({ path, message });
  const [query] = (inputs.metricQueries ?? []) as Properties[];
  if ((inputs.datapointsToAlarm ?? 1) > inputs.evaluationPeriods)
    add(
      "datapointsToAlarm",
      `saw ${inputs.datapointsToAlarm} of ${inputs.evaluationPeriods} periods; at most all of them`,
    );
  if (query === undefined) {
    for (const name of ["metricName", "namespace", "period", "statistic"])
      if (inputs[name] === undefined) add(name, "is required without metricQueries");
    const names = Object.keys(inputs.dimensions ?? {});
    findings.push(...unknownMetric("metricName", inputs.namespace, inputs.metricName, names));
    return findings;
  }
  for (const name of ["metricName", "namespace", "dimensions", "period", "statistic"])
    if (inputs[name] !== undefined) add(name, "is set together with metricQueries; AWS accepts only one of the two");
  if (query.period === undefined) add("metricQueries[0].period", "is required of a query");
  if (query.returnData !== true) add("metricQueries[0].returnData", "is true for the one figure that is watched");
  const parsed = parseQuery(String(query.expression ?? ""));
  if (parsed === undefined)
    add(
      "metricQueries[0].expression",
      `saw ${JSON.stringify(query.expression)}; the local cloud executes SELECT SUM(metric) FROM SCHEMA("namespace", dimensions) WHERE dimension = 'value'`,
    );
  else
    findings.push(...unknownMetric("metricQueries[0].expression", parsed.namespace, parsed.metric, parsed.dimensions));
  return findings;
}

/** An alarm on a metric that is never reported would be silent for ever. Namespaces of one's own come from logs. */
function unknownMetric(path: string, namespace: unknown, name: unknown, dimensions: readonly string[]): Finding[] {
  if (typeof namespace !== "string" || typeof name !== "string" || !namespace.startsWith("AWS/")) return [];
  const known = EMITTED[namespace]?.[name];
  if (known === undefined) {
    const near = Object.keys(EMITTED[namespace] ?? {});
    return [
      {
        path,
        message:
          `saw ${name} of ${namespace}, which the local cloud does not report` +
          (near.length > 0
            ? `; of ${namespace} it reports ${near.join(", ")}`
            : "; create the alarm only in stacks that go to AWS"),
      },
    ];
  }
  const given = [...dimensions].sort().join(", ");
  const sets = known.dimensions.map((set) => [...set].sort().join(", "));
  return sets.includes(given)
    ? []
    : [
        {
          path,
          message: `saw ${name} by the dimensions ${given === "" ? "none" : given}; it is reported by ${sets.join(" or by ")}`,
        },
      ];
}

/** Metric filter of a log group. */
export const logMetricFilter: Handler = {
  type: TYPES.logMetricFilter,
  naming: { property: "name", make: (context) => automaticName(context, 512) },
  properties: {
    name: physicalName(NAMES.metricFilter),
    logGroupName: replaces(required(text())),
    pattern: text({ check: (pattern) => problemOf(() => compileFilter(pattern)) }),
    metricTransformation: required(
      block({
        name: required(text({ check: (name) => (name.length > 255 ? "at most 255 characters" : undefined) })),
        namespace: required(
          text({
            check: (namespace) =>
              namespace.startsWith("AWS/")
                ? `saw "${namespace}"; a filter cannot report into AWS's own namespaces`
                : undefined,
          }),
        ),
        value: required(text({ check: (value) => problemOf(() => compileValue(value)) })),
        defaultValue: oneOf(["", "0"]),
        dimensions: map(text({ check: (path) => problemOf(() => compilePath(path)) }), {
          check: (dimensions) =>
            Object.keys(dimensions).length > 3 ? `${Object.keys(dimensions).length} dimensions; at most 3` : undefined,
        }),
        unit: checked(text()),
      }),
    ),
    applyOnTransformedLogs: refused("leave it out", false),
    region: checked(text()),
  },
  check: ({ metricTransformation }) => {
    const { defaultValue = "", dimensions = {} } = (metricTransformation ?? {}) as Properties;
    return defaultValue !== "" && Object.keys(dimensions).length > 0
      ? [
          {
            path: "metricTransformation.defaultValue",
            message: "AWS accepts no default together with dimensions; leave it out",
          },
        ]
      : [];
  },
  references: (inputs, declared, report) =>
    declared.require(TYPES.logGroup, inputs.logGroupName, "log group", "logGroupName", report),
  plan: (inputs) => ({ id: inputs.name, outputs: {} }),
};

function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return error.message;
  }
}

/** Dashboard: nothing is drawn here, but what it shows must be there. */
export const dashboard: Handler = {
  type: TYPES.dashboard,
  naming: { property: "dashboardName", make: (context) => automaticName(context, 255) },
  properties: {
    dashboardName: physicalName(NAMES.dashboard),
    dashboardBody: checked(required(jsonText())),
    region: checked(text()),
  },
  check: (inputs) => checkDashboard(String(inputs.dashboardBody)),
  plan: (inputs, context) => ({
    id: inputs.dashboardName,
    outputs: { dashboardArn: `arn:aws:cloudwatch::${context.account}:dashboard/${inputs.dashboardName}` },
  }),
};

/** What CloudWatch takes of a page: 500 widgets, 500 metrics a graph, 100 alarms a list, on a grid 24 wide. */
function checkDashboard(body: string): Finding[] {
  let widgets: unknown;
  try {
    ({ widgets } = JSON.parse(body) as Properties);
  } catch {
    return []; // the table has said so
  }
  if (!Array.isArray(widgets)) return [{ path: "dashboardBody", message: "wants a list named widgets" }];
  const findings: Finding[] = [];
  if (widgets.length > 500) findings.push({ path: "dashboardBody.widgets", message: `${widgets.length}; at most 500` });
  (widgets as Properties[]).forEach((widget, index) => {
    const at = `dashboardBody.widgets[${index}]`;
    const { type, x = 0, width = 6, properties } = widget;
    if (!["metric", "alarm", "text", "log", "explorer"].includes(type))
      findings.push({
        path: `${at}.type`,
        message: `saw ${JSON.stringify(type)}; one of metric, alarm, text, log, explorer`,
      });
    if (x + width > 24) findings.push({ path: at, message: `ends at column ${x + width}; the grid has 24` });
    if (typeof properties !== "object" || properties === null)
      findings.push({ path: `${at}.properties`, message: "is required" });
    else if (type === "alarm" && (properties.alarms ?? []).length > 100)
      findings.push({ path: `${at}.properties.alarms`, message: `${properties.alarms.length}; at most 100` });
    else if (type === "metric" && (properties.metrics ?? []).length > 500)
      findings.push({ path: `${at}.properties.metrics`, message: `${properties.metrics.length}; at most 500` });
  });
  return findings;
}

/** A metric of one's own is there if a filter makes it from a log, or a function writes it in the embedded metric format. */
function checkOwnMetrics(resources: readonly Resource[], report: ProgramReport): void {
  const alarms = ofType(resources, TYPES.metricAlarm);
  if (alarms.length === 0) return;
  const made = new Set(
    ofType(resources, TYPES.logMetricFilter).map(({ inputs: { metricTransformation } }) =>
      JSON.stringify([metricTransformation?.namespace, metricTransformation?.name]),
    ),
  );
  const functions = ofType(resources, TYPES.function).length > 0;
  for (const resource of alarms) {
    const { namespace, metricName } = resource.inputs;
    if (namespace === undefined || String(namespace).startsWith("AWS/")) continue;
    if (functions || made.has(JSON.stringify([namespace, metricName]))) continue;
    report(
      resource,
      "metricName",
      `saw ${metricName} of ${namespace}; the program has no metric filter that makes it, and no function that could write it`,
    );
  }
}
