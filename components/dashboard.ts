import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARM_PERIOD } from "./parts/alarms/alarm-kinds";
import { Checks } from "./parts/common/checks";
import { uniqueName } from "./parts/common/names";
import { input, list, takeArgs, text, type Shape } from "./parts/common/shape";
import { awsContextOf } from "./parts/common/aws-context";
import { transformed, type Transform } from "./parts/common/transform";

/** Arguments of a TelemetryDashboard: what it shows, by name or ARN. */
export interface TelemetryDashboardArgs {
  /** Names of topic rules. Default: none. Example: channel.ruleNames. */
  rules?: pulumi.Input<string>[];
  /** Names of Kinesis streams. Default: none. Example: [channel.streamName]. */
  streams?: pulumi.Input<string>[];
  /** Names of delivery streams. Default: none. Example: [channel.archiveStream, pipeline.deliveryStreamName]. */
  deliveryStreams?: pulumi.Input<string>[];
  /** Names of transform functions. Default: none. Example: [pipeline.functionName]. */
  functions?: pulumi.Input<string>[];
  /** Names of bridge functions of historians. Default: none. Example: [historian.functionName]. */
  bridges?: pulumi.Input<string>[];
  /** ARNs of state machines. Default: none. Example: ["arn:aws:states:eu-central-1:123456789012:stateMachine:daily"]. */
  stateMachines?: pulumi.Input<string>[];
  /** Names of alarms. Default: none. Example: Object.values(channel.nodes.alarms).map(({ name }) => name). */
  alarms?: pulumi.Input<string>[];
}

const NAMES = list(input(text()), "names");
const SHAPE: Shape<TelemetryDashboardArgs> = {
  rules: NAMES,
  streams: NAMES,
  deliveryStreams: NAMES,
  functions: NAMES,
  bridges: NAMES,
  stateMachines: list(input(text()), "ARNs"),
  alarms: NAMES,
};

/** Options of a TelemetryDashboard: those of every component, and changes to its child. */
export interface TelemetryDashboardOptions extends pulumi.ComponentResourceOptions {
  transform?: { dashboard?: Transform<cloudwatch.DashboardArgs> };
}

type Widget = Record<string, unknown>;
type Metric = [string, string, ...pulumi.Input<string>[]];

/** Lines of one graph and alarms of one list. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const LINES = 100;
/** Half of the grid, which is 24 wide. */
const WIDTH = 12;
const HEIGHT = 6;

/**
 * A CloudWatch dashboard: the alarms first, then the path of a message from rule to row, a line per resource.
 *
 * The smallest use:
 * ```ts
 * new TelemetryDashboard("plant", { streams: [plant.streamName] });
 * ```
 * The richest:
 * ```ts
 * new TelemetryDashboard("plant", {
 *   rules: plant.ruleNames,
 *   streams: [plant.streamName],
 *   deliveryStreams: [plant.archiveStream, pipeline.deliveryStreamName],
 *   functions: [pipeline.functionName],
 *   alarms: [plant, pipeline].flatMap(({ nodes }) => Object.values(nodes.alarms)).map((alarm) => alarm.name),
 * });
 * ```
 */
export class TelemetryDashboard extends pulumi.ComponentResource {
  readonly nodes: { readonly dashboard: cloudwatch.Dashboard };

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: TelemetryDashboardArgs = {}, opts: TelemetryDashboardOptions = {}) {
    const checks = new Checks("TelemetryDashboard", name);
    args = takeArgs(SHAPE, args, checks);
    checks.throwIfWrong();
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:TelemetryDashboard", name, {}, options);
    const aws = awsContextOf(this);
    const alarms = (args.alarms ?? []).map((alarm) => aws.arn("cloudwatch", pulumi.interpolate`alarm:${alarm}`));
    const widgets = [...alarmWidgets(alarms), ...graphs(args).flatMap((graph) => graphWidgets(graph, aws.region))];
    const dashboard = new cloudwatch.Dashboard(
      ...transformed(
        transform.dashboard,
        `${name}-dashboard`,
        {
          dashboardName: uniqueName(this, "dashboard", name),
          dashboardBody: pulumi.jsonStringify({ widgets: placed(widgets) }),
        },
        { parent: this },
      ),
    );
    this.nodes = { dashboard };
    this.registerOutputs({ dashboard: dashboard.dashboardName });
  }
}

interface Graph {
  title: string;
  stat: "Sum" | "Maximum";
  metrics: Metric[];
}

/** The graphs in the order of a message's path from rule to row, then the datasets. */
function graphs(args: TelemetryDashboardArgs): Graph[] {
  const { rules = [], streams = [], deliveryStreams = [], functions = [], stateMachines = [], bridges = [] } = args;
  const graph = (
    title: string,
    stat: Graph["stat"],
    names: pulumi.Input<string>[],
    ...metric: [namespace: string, name: string, dimension: string]
  ): Graph => ({ title, stat, metrics: names.map((name): Metric => [...metric, name]) });
  return [
    graph("Rows of the historian put into its channel", "Sum", bridges, "IotTelemetryEtl", "Put", "FunctionName"),
    graph("Rows of the historian that failed", "Sum", bridges, "IotTelemetryEtl", "Failed", "FunctionName"),
    graph("Messages matched by a rule", "Sum", rules, "AWS/IoT", "TopicMatch", "RuleName"),
    {
      title: "Messages that a rule could not deliver",
      stat: "Sum",
      metrics: rules.map((rule) => ["AWS/IoT", "Failure", "ActionType", "Kinesis", "RuleName", rule]),
    },
    graph("Records into the stream", "Sum", streams, "AWS/Kinesis", "IncomingRecords", "StreamName"),
    graph(
      ...(["Delay of the slowest reader, ms", "Maximum", streams] as const),
      ...(["AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName"] as const),
    ),
    graph(
      ...(["Age of the oldest undelivered record, s", "Maximum", deliveryStreams] as const),
      ...(["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName"] as const),
    ),
    graph(
      ...(["Records delivered", "Sum", deliveryStreams] as const),
      ...(["AWS/Firehose", "DeliveryToS3.Records", "DeliveryStreamName"] as const),
    ),
    graph("Messages stored as rows", "Sum", functions, "IotTelemetryEtl", "Stored", "FunctionName"),
    graph("Messages that failed", "Sum", functions, "IotTelemetryEtl", "Failed", "FunctionName"),
    graph("Longest batch, ms", "Maximum", functions, "AWS/Lambda", "Duration", "FunctionName"),
    graph("Failed batches", "Sum", functions, "AWS/Lambda", "Errors", "FunctionName"),
    graph("Contents created", "Sum", stateMachines, "AWS/States", "ExecutionsSucceeded", "StateMachineArn"),
    graph("Contents that failed", "Sum", stateMachines, "AWS/States", "ExecutionsFailed", "StateMachineArn"),
  ];
}

function alarmWidgets(all: readonly pulumi.Output<string>[]): Widget[] {
  return chunks(all).map((alarms, index) => ({
    type: "alarm",
    width: 2 * WIDTH,
    height: HEIGHT,
    properties: { title: `Alarms${part(all, index)}`, alarms },
  }));
}

function graphWidgets({ title, stat, metrics }: Graph, region: pulumi.Output<string>): Widget[] {
  return chunks(metrics).map((lines, index) => ({
    type: "metric",
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: `${title}${part(metrics, index)}`,
      view: "timeSeries",
      stat,
      period: ALARM_PERIOD,
      region,
      metrics: lines,
    },
  }));
}

/** From left to right, and down. */
function placed(widgets: readonly Widget[]): Widget[] {
  let x = 0;
  let y = 0;
  return widgets.map((widget) => {
    const width = widget.width as number;
    if (x + width > 2 * WIDTH) {
      x = 0;
      y += HEIGHT;
    }
    const at = { ...widget, x, y };
    x += width;
    return at;
  });
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / LINES) }, (_, index) =>
    items.slice(index * LINES, (index + 1) * LINES),
  );
}

function part(items: readonly unknown[], index: number): string {
  return items.length > LINES ? `, part ${index + 1}` : "";
}
