import type {
  Datapoint,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  Dimension,
  GetDashboardInput,
  GetDashboardOutput,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  MetricAlarm,
  MetricDatum,
  PutMetricDataInput,
} from "@aws-sdk/client-cloudwatch";
import { ApiError, operation, pageOf, type Permission, type ServiceApi } from "../../api";
import type { Clock } from "../../core/clock";
import { ACCOUNT, ofType, TYPES, type Properties, type Resource } from "../../core/model";
import type { CloudWatch } from "./index";
import type { Metric } from "./metric";
import { parseQuery } from "./query";
import { figuresOf, isStatistic, periodsOf, STATISTICS } from "./statistics";

/** What the API of CloudWatch works on. */
export interface CloudWatchServices {
  region: string;
  cloudwatch: CloudWatch;
  clock: Clock;
  resources: readonly Resource[];
}

const METRICS_PAGE = 500;
const ALARMS_PAGE = 100;
/** Values of one answer of GetMetricStatistics, and metrics of a PutMetricData. */
const DATAPOINTS = 1440;
const PUT_METRICS = 1000;

/** CloudWatch: metrics, alarms as declared and as they stand, dashboards as declared. */
export function cloudWatchApi(services: CloudWatchServices): ServiceApi {
  const anywhere = (action: string): Permission[] => [{ action: `cloudwatch:${action}`, resource: "*" }];
  return {
    service: "cloudwatch",
    notes: [
      "Values are kept by the minute: sum, count, minimum and maximum of the last 180 minutes with a value of each metric. Times are those of the local clock.",
    ],
    operations: {
      ListMetrics: operation<ListMetricsInput, ListMetricsOutput>({
        takes: ["Namespace", "MetricName", "Dimensions", "NextToken"],
        permissions: () => anywhere("ListMetrics"),
        answer: ({ input }) => {
          const found = services.cloudwatch.list().filter((metric) => isWanted(metric, input));
          const page = paged(found, idOf, input.NextToken, METRICS_PAGE);
          const Metrics = page.items.map(({ namespace, name, dimensions }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          }));
          return { Metrics, NextToken: page.nextToken };
        },
      }),
      GetMetricStatistics: operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
        takes: ["Namespace", "MetricName", "Dimensions", "StartTime", "EndTime", "Period", "Statistics"],
        permissions: () => anywhere("GetMetricStatistics"),
        answer: ({
          input: { Namespace, MetricName, Dimensions = [], StartTime, EndTime, Period, Statistics = [] },
        }) => {
          const wrong = Statistics.find((statistic) => !isStatistic(statistic));
          if (wrong !== undefined || Statistics.length === 0)
            throw invalid(`Statistics: saw ${wrong ?? "none"}; one or more of ${STATISTICS.join(", ")}`);
          const metrics = exact(services.cloudwatch, Namespace!, MetricName!, Dimensions);
          const period = periodMs(Period);
          const periods = periodsOf(metrics, StartTime!.getTime(), EndTime!.getTime(), period);
          if (periods.length > DATAPOINTS)
            throw invalid(
              `${periods.length} datapoints; at most ${DATAPOINTS}: give a longer Period or a shorter time`,
            );
          const Datapoints = periods.map(({ start, values }): Datapoint => {
            const figures = Statistics.filter(isStatistic).map((name) => [
              name,
              figuresOf([{ start, values }], name)[0]!.value,
            ]);
            return { Timestamp: new Date(start), Unit: "None", ...Object.fromEntries(figures) };
          });
          return { Label: MetricName, Datapoints };
        },
      }),
      GetMetricData: operation<GetMetricDataInput, GetMetricDataOutput>({
        takes: ["MetricDataQueries", "StartTime", "EndTime", "ScanBy"],
        permissions: () => anywhere("GetMetricData"),
        note: "queries are a metric with a statistic, or `SELECT STATISTIC(metric) FROM SCHEMA(...) WHERE ...`; metric math and search are refused",
        answer: ({ input: { MetricDataQueries = [], StartTime, EndTime, ScanBy = "TimestampDescending" } }) => {
          const [from, to] = [StartTime!.getTime(), EndTime!.getTime()];
          const results = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map((query) => {
            const { metrics, statistic, period, label } = queried(services.cloudwatch, query as Properties);
            const figures = figuresOf(periodsOf(metrics, from, to, period), statistic);
            if (ScanBy === "TimestampDescending") figures.reverse();
            return {
              Id: query.Id,
              Label: query.Label ?? label,
              Timestamps: figures.map(({ start }) => new Date(start)),
              Values: figures.map(({ value }) => value),
              StatusCode: "Complete" as const,
            };
          });
          return { MetricDataResults: results };
        },
      }),
      PutMetricData: operation<PutMetricDataInput, object>({
        takes: ["Namespace", "MetricData"],
        permissions: ({ Namespace }) => [
          { action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": Namespace ?? "" } },
        ],
        note: "a datum has `Value`, `Values` with `Counts`, or `StatisticValues`",
        answer: ({ input: { Namespace = "", MetricData = [] } }) => {
          if (Namespace.startsWith("AWS/"))
            throw invalid(`The value ${Namespace} for parameter Namespace is reserved.`);
          if (MetricData.length > PUT_METRICS)
            throw invalid(`MetricData has ${MetricData.length} metrics; at most ${PUT_METRICS}`);
          for (const datum of MetricData) put(services, Namespace, datum);
          return {};
        },
      }),
      DescribeAlarms: operation<DescribeAlarmsInput, DescribeAlarmsOutput>({
        takes: ["AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "MaxRecords", "NextToken"],
        permissions: () => anywhere("DescribeAlarms"),
        answer: ({ input }) => {
          const wantsMetricAlarms = input.AlarmTypes === undefined || input.AlarmTypes.includes("MetricAlarm");
          const found = (wantsMetricAlarms ? alarmsOf(services) : []).filter(
            ({ AlarmName, StateValue }) =>
              (input.AlarmNames?.includes(AlarmName!) ?? AlarmName!.startsWith(input.AlarmNamePrefix ?? "")) &&
              (input.StateValue === undefined || StateValue === input.StateValue),
          );
          const size = input.MaxRecords ?? ALARMS_PAGE / 2;
          if (size < 1 || size > ALARMS_PAGE) throw invalid(`MaxRecords is ${size}; it is 1 to ${ALARMS_PAGE}`);
          const page = paged(found, ({ AlarmName }) => AlarmName!, input.NextToken, size);
          return { MetricAlarms: page.items, CompositeAlarms: [], NextToken: page.nextToken };
        },
      }),
      ListDashboards: operation<ListDashboardsInput, ListDashboardsOutput>({
        takes: ["DashboardNamePrefix", "NextToken"],
        permissions: () => anywhere("ListDashboards"),
        answer: ({ input: { DashboardNamePrefix = "", NextToken } }) => {
          const found = dashboards(services).filter(({ DashboardName }) =>
            DashboardName.startsWith(DashboardNamePrefix),
          );
          const page = paged(found, ({ DashboardName }) => DashboardName, NextToken, 1000);
          const DashboardEntries = page.items.map(({ DashboardName, DashboardArn, DashboardBody }) => ({
            DashboardName,
            DashboardArn,
            Size: DashboardBody.length,
          }));
          return { DashboardEntries, NextToken: page.nextToken };
        },
      }),
      GetDashboard: operation<GetDashboardInput, GetDashboardOutput>({
        takes: ["DashboardName"],
        permissions: ({ DashboardName }) => [
          { action: "cloudwatch:GetDashboard", resource: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${DashboardName}` },
        ],
        answer: ({ input }) => {
          const found = dashboards(services).find(({ DashboardName }) => DashboardName === input.DashboardName);
          if (found === undefined)
            throw new ApiError(404, "ResourceNotFound", `Dashboard ${input.DashboardName} does not exist`);
          return found;
        },
      }),
    },
  };
}

function isWanted(metric: Metric, { Namespace, MetricName, Dimensions = [] }: ListMetricsInput): boolean {
  return (
    (Namespace === undefined || metric.namespace === Namespace) &&
    (MetricName === undefined || metric.name === MetricName) &&
    Dimensions.every(
      ({ Name, Value }) => Name! in metric.dimensions && (Value === undefined || metric.dimensions[Name!] === Value),
    )
  );
}

function idOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

/** The metric of exactly these dimensions: none, or one. */
function exact(cloudwatch: CloudWatch, namespace: string, name: string, dimensions: readonly Dimension[]): Metric[] {
  return cloudwatch
    .list()
    .filter(
      (metric) =>
        isWanted(metric, { Namespace: namespace, MetricName: name, Dimensions: [...dimensions] }) &&
        Object.keys(metric.dimensions).length === dimensions.length,
    );
}

function queried(cloudwatch: CloudWatch, query: Properties) {
  const { MetricStat, Expression, Period, Id } = query;
  if (MetricStat !== undefined) {
    const { Metric: metric, Period: seconds, Stat } = MetricStat as Properties;
    if (!isStatistic(Stat)) throw invalid(`Stat of ${Id}: saw ${Stat}; one of ${STATISTICS.join(", ")}`);
    const metrics = exact(cloudwatch, metric.Namespace, metric.MetricName, metric.Dimensions ?? []);
    return { metrics, statistic: Stat, period: periodMs(seconds), label: metric.MetricName as string };
  }
  const parsed = parseQuery(String(Expression));
  if (parsed === undefined)
    throw invalid(
      `Expression of ${Id}: saw ${Expression}; the local cloud executes SELECT STATISTIC(metric) FROM SCHEMA("namespace", dimensions) WHERE dimension = 'value'`,
    );
  const Dimensions = [
    ...parsed.dimensions.filter((Name) => !(Name in parsed.where)).map((Name) => ({ Name })),
    ...Object.entries(parsed.where).map(([Name, Value]) => ({ Name, Value })),
  ];
  const metrics = cloudwatch
    .list()
    .filter((metric) => isWanted(metric, { Namespace: parsed.namespace, MetricName: parsed.metric, Dimensions }));
  return { metrics, statistic: parsed.statistic, period: periodMs(Period), label: parsed.metric };
}

function periodMs(seconds: number | undefined): number {
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 60 || seconds % 60 !== 0)
    throw invalid(`Period is ${seconds}; the local cloud counts whole minutes: 60, 120, ...`);
  return seconds * 1000;
}

function put({ cloudwatch, clock }: CloudWatchServices, namespace: string, datum: MetricDatum): void {
  const { MetricName, Dimensions = [], Value, Values, Counts, StatisticValues, Timestamp } = datum;
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value: value }) => [Name!, value!]));
  const metric = cloudwatch.metric(namespace, MetricName!, dimensions);
  const at = Timestamp?.getTime() ?? clock.now();
  if (Value !== undefined) metric.add(Value, at);
  Values?.forEach((value, i) => metric.add(value, at, Counts?.[i] ?? 1));
  if (StatisticValues !== undefined) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    metric.addSet({ count: SampleCount!, sum: Sum!, min: Minimum!, max: Maximum! }, at);
  }
  if (Value === undefined && Values === undefined && StatisticValues === undefined)
    throw invalid(`MetricData ${MetricName}: give Value, Values or StatisticValues`);
}

function alarmsOf({ cloudwatch, resources, region }: CloudWatchServices): MetricAlarm[] {
  const states = new Map(cloudwatch.alarmStates().map((state) => [state.name, state]));
  return ofType(resources, TYPES.metricAlarm)
    .map(({ inputs, name }): MetricAlarm => {
      const alarm: string = inputs.name ?? name;
      const { state = "INSUFFICIENT_DATA", since, reason } = states.get(alarm) ?? {};
      return {
        AlarmName: alarm,
        AlarmArn: `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:${alarm}`,
        AlarmDescription: inputs.alarmDescription,
        ActionsEnabled: inputs.actionsEnabled ?? true,
        AlarmActions: inputs.alarmActions ?? [],
        OKActions: inputs.okActions ?? [],
        InsufficientDataActions: inputs.insufficientDataActions ?? [],
        StateValue: state,
        StateReason: reason ?? "",
        StateUpdatedTimestamp: since === undefined ? undefined : new Date(since),
        MetricName: inputs.metricName,
        Namespace: inputs.namespace,
        Statistic: inputs.statistic,
        Dimensions: Object.entries((inputs.dimensions ?? {}) as Record<string, string>).map(([Name, Value]) => ({
          Name,
          Value,
        })),
        Period: inputs.period,
        EvaluationPeriods: inputs.evaluationPeriods,
        DatapointsToAlarm: inputs.datapointsToAlarm,
        Threshold: inputs.threshold,
        ComparisonOperator: inputs.comparisonOperator,
        TreatMissingData: inputs.treatMissingData ?? "missing",
        Metrics: (inputs.metricQueries as Properties[] | undefined)?.map(
          ({ id, expression, label, period, returnData }) => ({
            Id: id as string,
            Expression: expression as string,
            Label: label as string | undefined,
            Period: period as number | undefined,
            ReturnData: (returnData as boolean | undefined) ?? true,
          }),
        ),
      };
    })
    .sort((a, b) => (a.AlarmName! < b.AlarmName! ? -1 : 1));
}

function dashboards({ resources }: CloudWatchServices) {
  return ofType(resources, TYPES.dashboard)
    .map(({ inputs }) => ({
      DashboardName: inputs.dashboardName as string,
      DashboardArn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${inputs.dashboardName}`,
      DashboardBody: inputs.dashboardBody as string,
    }))
    .sort((a, b) => (a.DashboardName < b.DashboardName ? -1 : 1));
}

function paged<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  size: number,
): { items: T[]; nextToken: string | undefined } {
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = pageOf(sorted, keyOf, token, size);
  if (page === undefined) throw new ApiError(400, "InvalidNextToken", "The next token specified is invalid.");
  return page;
}

function invalid(message: string): ApiError {
  return new ApiError(400, "InvalidParameterValueException", message);
}
