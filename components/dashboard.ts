import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARM_PERIOD } from "./parts/alarms/alarm-kinds";
import { uniqueName } from "./parts/common/names";
import { awsContextOf } from "./parts/common/aws-context";
import { transformed, type Transform } from "./parts/common/transform";

export interface TelemetryDashboardArgs {
  /** Names of topic rules. Default: none. Example: channel.ruleNames. */
  rules?: pulumi.Input<string>[];
  /** Names of Kinesis streams. Default: none. Example: [channel.streamName]. */
  streams?: pulumi.Input<string>[];
  /** Names of delivery streams. Default: none. Example: [channel.archiveStream, pipeline.deliveryStreamName]. */
  deliveryStreams?: pulumi.Input<string>[];
  /** Names of transform functions. Default: none. Example: [pipeline.functionName]. */
  functions?: pulumi.Input<string>[];
  /** ARNs of state machines. Default: none. Example: ["arn:aws:states:eu-central-1:123456789012:stateMachine:daily"]. */
  stateMachines?: pulumi.Input<string>[];
  /** Names of alarms. Default: none. Example: Object.values(channel.nodes.alarms).map(({ name }) => name). */
  alarms?: pulumi.Input<string>[];
}

export interface TelemetryDashboardOptions extends pulumi.ComponentResourceOptions {
  transform?: { dashboard?: Transform<cloudwatch.DashboardArgs> };
}

type Widget = Record<string, unknown>;
type Metric = [string, string, ...pulumi.Input<string>[]];

/** What one graph and one list of alarms can show (CloudWatch takes 500 and 100). */
const LINES = 100;
/** The grid is 24 wide. */
const WIDTH = 12;
const HEIGHT = 6;

/**
 * A page of CloudWatch: the alarms first, then a message's way from rule to row, a line a resource.
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

  constructor(name: string, args: TelemetryDashboardArgs, opts: TelemetryDashboardOptions = {}) {
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:TelemetryDashboard", name, {}, options);
    const { region, alarmArns } = this.placed(args.alarms ?? []);
    const { rules = [], streams = [], deliveryStreams = [], functions = [], stateMachines = [] } = args;
    const each = (names: pulumi.Input<string>[], namespace: string, metric: string, dimension: string): Metric[] =>
      names.map((of) => [namespace, metric, dimension, of]);
    const graphs: [title: string, stat: string, metrics: Metric[]][] = [
      ["Messages that a rule matched", "Sum", each(rules, "AWS/IoT", "TopicMatch", "RuleName")],
      [
        "Messages that a rule could not deliver",
        "Sum",
        rules.map((of) => ["AWS/IoT", "Failure", "ActionType", "Kinesis", "RuleName", of]),
      ],
      ["Records into the stream", "Sum", each(streams, "AWS/Kinesis", "IncomingRecords", "StreamName")],
      [
        "How far the slowest reader is behind, ms",
        "Maximum",
        each(streams, "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName"),
      ],
      [
        "Age of the oldest record not delivered, s",
        "Maximum",
        each(deliveryStreams, "AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName"),
      ],
      ["Records delivered", "Sum", each(deliveryStreams, "AWS/Firehose", "DeliveryToS3.Records", "DeliveryStreamName")],
      ["Messages that became rows", "Sum", each(functions, "IotTelemetryEtl", "Stored", "FunctionName")],
      ["Messages that failed", "Sum", each(functions, "IotTelemetryEtl", "Failed", "FunctionName")],
      ["Longest batch, ms", "Maximum", each(functions, "AWS/Lambda", "Duration", "FunctionName")],
      ["Failed batches", "Sum", each(functions, "AWS/Lambda", "Errors", "FunctionName")],
      ["Contents made", "Sum", each(stateMachines, "AWS/States", "ExecutionsSucceeded", "StateMachineArn")],
      ["Contents not made", "Sum", each(stateMachines, "AWS/States", "ExecutionsFailed", "StateMachineArn")],
    ];
    const widgets: Widget[] = [
      ...chunks(alarmArns).map((alarms, index) => ({
        type: "alarm",
        width: 2 * WIDTH,
        height: HEIGHT,
        properties: { title: `Alarms${part(alarmArns, index)}`, alarms },
      })),
      ...graphs.flatMap(([title, stat, metrics]) =>
        chunks(metrics).map((lines, index) => ({
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
        })),
      ),
    ];
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

  private placed(alarms: pulumi.Input<string>[]): {
    region: pulumi.Output<string>;
    alarmArns: pulumi.Output<string>[];
  } {
    const aws = awsContextOf(this);
    return {
      region: aws.region,
      alarmArns: alarms.map((alarm) => aws.arn("cloudwatch", pulumi.interpolate`alarm:${alarm}`)),
    };
  }
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
