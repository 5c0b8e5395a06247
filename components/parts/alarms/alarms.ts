import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARM_KINDS, ALARM_PERIOD, descriptionOf, type AlarmKind, type AlarmKindName } from "./alarm-kinds";
import type { AlarmsArgs } from "./alarms-args";
import { lift } from "../common/inputs";
import { uniqueName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";

/** The alarms of a component by what they watch; none if they are not wanted. */
export type AlarmNodes = Readonly<Record<string, cloudwatch.MetricAlarm>>;

/** A change to every alarm of a component. */
export type AlarmTransform = Transform<cloudwatch.MetricAlarmArgs>;

/** Creates the alarms of one component. */
export class Alarms {
  /** by logical name */
  readonly nodes: Record<string, cloudwatch.MetricAlarm> = {};

  constructor(
    private readonly scope: Scope,
    private readonly args: AlarmsArgs | undefined,
    private readonly transform: AlarmTransform | undefined,
  ) {}

  /**
   * One alarm.
   * @param subject what is watched, as its description names it: `Pipeline calculate_fahrenheit`
   * @param child begins the names, logical and physical
   * @param threshold for the kinds that have none of their own
   */
  add(
    kindName: AlarmKindName,
    subject: string,
    child: string,
    dimensions: Record<string, pulumi.Input<string>>,
    threshold?: pulumi.Input<number>,
  ): void {
    if (this.args?.enabled === false) return;
    const kind: AlarmKind = ALARM_KINDS[kindName];
    const logicalName = `${child}-${kind.suffix}`;
    const actions = this.args?.topicArn === undefined ? undefined : [this.args.topicArn];
    const [datapointsToAlarm, evaluationPeriods] = kind.datapoints;
    const args: cloudwatch.MetricAlarmArgs = {
      name: uniqueName(this.scope.component, "alarm", child, kind.suffix),
      alarmDescription: descriptionOf(kind, subject),
      ...figure(kindName, kind, dimensions),
      comparisonOperator: kind.comparison,
      threshold: threshold ?? kind.threshold,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: kind.missing,
      alarmActions: actions,
      okActions: actions,
      tags: this.scope.tags,
    };
    this.nodes[logicalName] = new cloudwatch.MetricAlarm(
      ...transformed(this.transform, logicalName, args, { parent: this.scope.component }),
    );
  }
}

/**
 * The metric of an alarm. `ErrorActionFailure` has the kind of the error action as a dimension whose values are not documented, so it is asked
 * for by a query over all of them; an alarm on a dimension that does not exist would be silent for ever.
 */
function figure(
  name: AlarmKindName,
  { namespace, metric, statistic }: AlarmKind,
  dimensions: Record<string, pulumi.Input<string>>,
): Partial<cloudwatch.MetricAlarmArgs> {
  if (name !== "ruleErrorLost") return { namespace, metricName: metric, dimensions, statistic, period: ALARM_PERIOD };
  return {
    metricQueries: [
      {
        id: "failures",
        label: metric,
        expression: pulumi.interpolate`SELECT SUM(${metric}) FROM SCHEMA("${namespace}", ActionType, RuleName) WHERE RuleName = '${dimensions.RuleName}'`,
        period: ALARM_PERIOD,
        returnData: true,
      },
    ],
  };
}

/** The alarms of a topic rule. */
export function ruleAlarms(alarms: Alarms, child: string, ruleName: pulumi.Input<string>, shown: string): void {
  const subject = `Topic rule ${shown}`;
  // "Kinesis" is what the action is called in the metric's dimension (seen in dashboards, not in AWS's guide).
  alarms.add("ruleFailed", subject, child, { RuleName: ruleName, ActionType: "Kinesis" });
  alarms.add("ruleErrorLost", subject, child, { RuleName: ruleName });
  alarms.add("ruleThrottled", subject, child, { RuleName: ruleName });
  alarms.add("ruleUnparsed", subject, child, { RuleName: ruleName });
}

/** The alarms of a delivery stream, whatever it delivers. @param reads whether it reads a stream; records are put into others */
export function deliveryAlarms(
  alarms: Alarms,
  subject: string,
  child: string,
  deliveryStreamName: pulumi.Input<string>,
  bufferingSeconds: pulumi.Input<number>,
  reads = true,
): void {
  const dimensions = { DeliveryStreamName: deliveryStreamName };
  if (reads) alarms.add("readerBehind", subject, child, dimensions);
  alarms.add(
    "deliveryStale",
    subject,
    child,
    dimensions,
    lift<[number], number>([bufferingSeconds], (seconds) => 2 * seconds + 300),
  );
  alarms.add("deliveryFailed", subject, child, dimensions);
}

/** The alarms of a function of lambda activities. */
export function activityAlarms(
  alarms: Alarms,
  subject: string,
  child: string,
  functionName: pulumi.Input<string>,
): void {
  const dimensions = { FunctionName: functionName };
  alarms.add("activityErrors", subject, child, dimensions);
  alarms.add("activityThrottled", subject, child, dimensions);
}

/** The alarms of a state machine that makes a dataset's contents. */
export function executionAlarms(
  alarms: Alarms,
  subject: string,
  child: string,
  stateMachineArn: pulumi.Input<string>,
): void {
  const dimensions = { StateMachineArn: stateMachineArn };
  alarms.add("executionsFailed", subject, child, dimensions);
  alarms.add("executionsTimedOut", subject, child, dimensions);
  alarms.add("executionsThrottled", subject, child, dimensions);
}

/** The alarms of a schedule's group. */
export function scheduleAlarms(
  alarms: Alarms,
  subject: string,
  child: string,
  scheduleGroup: pulumi.Input<string>,
): void {
  alarms.add("scheduleFailed", subject, child, { ScheduleGroup: scheduleGroup });
  alarms.add("scheduleDropped", subject, child, { ScheduleGroup: scheduleGroup });
}

/** The alarm of a dead letter queue. */
export function deadLetterAlarm(alarms: Alarms, subject: string, child: string, queueName: pulumi.Input<string>): void {
  alarms.add("deadLetters", subject, child, { QueueName: queueName });
}

/** The alarms of the function that maintains a datastore. */
export function maintenanceAlarms(
  alarms: Alarms,
  subject: string,
  child: string,
  functionName: pulumi.Input<string>,
): void {
  const dimensions = { FunctionName: functionName };
  alarms.add("maintenanceErrors", subject, child, dimensions);
  alarms.add("maintenanceThrottled", subject, child, dimensions);
  alarms.add("maintenanceIncomplete", subject, child, dimensions);
}

/** What is watched of a historian. */
interface HistorianWatch {
  /** of the replication's metrics */
  dimensions: Record<string, pulumi.Input<string>>;
  capturesChanges: boolean;
  streamName: pulumi.Input<string>;
  functionName: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  behindMs: pulumi.Input<number>;
}

/** The alarms of a historian: its replication, its stream and its bridge. */
export function historianAlarms(alarms: Alarms, subject: string, child: string, watch: HistorianWatch): void {
  const { dimensions, capturesChanges, streamName, functionName, queueName, behindMs } = watch;
  // Only the capture of changes has a latency.
  if (capturesChanges) {
    alarms.add("historianBehind", subject, child, dimensions);
    alarms.add("historianUndelivered", subject, child, dimensions);
  }
  alarms.add("streamThrottled", subject, child, { StreamName: streamName });
  alarms.add("bridgeErrors", subject, child, { FunctionName: functionName });
  alarms.add("bridgeThrottled", subject, child, { FunctionName: functionName });
  alarms.add("bridgeBehind", subject, child, { FunctionName: functionName }, behindMs);
  alarms.add("bridgeFailures", subject, child, { QueueName: queueName });
}
