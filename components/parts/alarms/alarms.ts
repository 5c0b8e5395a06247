import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { ALARM_KINDS, ALARM_PERIOD, descriptionOf, type AlarmKind, type AlarmKindName } from "./alarm-kinds";
import type { Checks } from "../checks";
import { physicalName } from "../names";
import { hooked, type Transform } from "../transform";

/** The alarms of a component: which there are and what each means is in docs/operations.md. */
export interface AlarmsArgs {
  /** Whether there are alarms. Default: true. Example: false. */
  enabled?: boolean;
  /** ARN of an SNS topic that is told when an alarm goes off and when it is over. Default: none. Example: "arn:aws:sns:eu-central-1:123456789012:on-call". */
  topicArn?: pulumi.Input<string>;
  /** How far a reader of the stream may be behind, percent of the stream's retention, 1 to 90. Default: 10. Example: 25. */
  behindPercent?: number;
  /** How long a batch may take, percent of the function's time, 10 to 99. Default: 80. Example: 90. */
  durationPercent?: number;
  /** Messages of one minute that may fail in the pipeline, 0 to 1,000,000. Default: 0. Example: 10. */
  failedMessages?: number;
}

export const DEFAULT_ALARMS = { behindPercent: 10, durationPercent: 80, failedMessages: 0 } as const;

/** The alarms of a component by what they watch; none if they are not wanted. */
export type AlarmNodes = Readonly<Record<string, cloudwatch.MetricAlarm>>;

export type AlarmHook = Transform<cloudwatch.MetricAlarmArgs>;

export function checkAlarms(checks: Checks, path: string, args: AlarmsArgs = {}): void {
  checks.whole(`${path}.behindPercent`, args.behindPercent, 1, 90, "percent");
  checks.whole(`${path}.durationPercent`, args.durationPercent, 10, 99, "percent");
  checks.whole(`${path}.failedMessages`, args.failedMessages, 0, 1_000_000, "messages");
  checks.input(`${path}.topicArn`, args.topicArn, (arn) =>
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(arn)
      ? undefined
      : `saw ${JSON.stringify(arn)}; the ARN of a topic, arn:aws:sns:REGION:ACCOUNT:NAME, and not a FIFO one, which CloudWatch does not call`,
  );
}

/** Makes the alarms of one component. */
export class Alarms {
  readonly nodes: Record<string, cloudwatch.MetricAlarm> = {};

  constructor(
    private readonly component: pulumi.ComponentResource,
    private readonly args: AlarmsArgs | undefined,
    private readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined,
    private readonly hook: AlarmHook | undefined,
  ) {}

  /**
   * One alarm.
   * @param of what is watched, as its description names it: `Pipeline calculate_fahrenheit`
   * @param child begins the names, logical and physical
   * @param threshold for the kinds that have none of their own
   */
  add(
    name: AlarmKindName,
    of: string,
    child: string,
    dimensions: Record<string, pulumi.Input<string>>,
    threshold?: number,
  ): void {
    if (this.args?.enabled === false) return;
    const kind: AlarmKind = ALARM_KINDS[name];
    const logical = `${child}-${kind.suffix}`;
    const told = this.args?.topicArn === undefined ? undefined : [this.args.topicArn];
    const [datapointsToAlarm, evaluationPeriods] = kind.datapoints;
    this.nodes[logical] = new cloudwatch.MetricAlarm(
      ...hooked(
        this.hook,
        logical,
        {
          name: physicalName("alarm", child, kind.suffix),
          alarmDescription: descriptionOf(kind, of),
          ...figure(name, kind, dimensions),
          comparisonOperator: kind.comparison,
          threshold: threshold ?? kind.threshold,
          evaluationPeriods,
          datapointsToAlarm,
          treatMissingData: kind.missing,
          alarmActions: told,
          okActions: told,
          tags: this.tags,
        },
        { parent: this.component },
      ),
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
  const of = `Topic rule ${shown}`;
  // "Kinesis" is what the action is called in the metric's dimension (seen in dashboards, not in AWS's guide).
  alarms.add("ruleFailed", of, child, { RuleName: ruleName, ActionType: "Kinesis" });
  alarms.add("ruleErrorLost", of, child, { RuleName: ruleName });
  alarms.add("ruleThrottled", of, child, { RuleName: ruleName });
  alarms.add("ruleUnparsed", of, child, { RuleName: ruleName });
}

/** The alarms of a delivery stream, whatever it delivers. */
export function deliveryAlarms(
  alarms: Alarms,
  of: string,
  child: string,
  deliveryStreamName: pulumi.Input<string>,
  bufferingSeconds: number,
): void {
  const dimensions = { DeliveryStreamName: deliveryStreamName };
  alarms.add("readerBehind", of, child, dimensions);
  alarms.add("deliveryStale", of, child, dimensions, 2 * bufferingSeconds + 300);
  alarms.add("deliveryFailed", of, child, dimensions);
}

/** The alarms of a function of lambda activities. */
export function activityAlarms(alarms: Alarms, of: string, child: string, functionName: pulumi.Input<string>): void {
  const dimensions = { FunctionName: functionName };
  alarms.add("activityErrors", of, child, dimensions);
  alarms.add("activityThrottled", of, child, dimensions);
}

/** The alarms of a state machine that makes a dataset's contents. */
export function executionAlarms(
  alarms: Alarms,
  of: string,
  child: string,
  stateMachineArn: pulumi.Input<string>,
): void {
  const dimensions = { StateMachineArn: stateMachineArn };
  alarms.add("executionsFailed", of, child, dimensions);
  alarms.add("executionsTimedOut", of, child, dimensions);
  alarms.add("executionsThrottled", of, child, dimensions);
}

/** The alarms of a schedule's group. */
export function scheduleAlarms(alarms: Alarms, of: string, child: string, scheduleGroup: pulumi.Input<string>): void {
  alarms.add("scheduleFailed", of, child, { ScheduleGroup: scheduleGroup });
  alarms.add("scheduleDropped", of, child, { ScheduleGroup: scheduleGroup });
}

/** The alarm of a dead letter queue. */
export function deadLetterAlarm(alarms: Alarms, of: string, child: string, queueName: pulumi.Input<string>): void {
  alarms.add("deadLetters", of, child, { QueueName: queueName });
}
