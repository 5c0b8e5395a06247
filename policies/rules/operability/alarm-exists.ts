import { block, number, text } from "../../../aws/values";
import { member, stackSetting } from "../../framework/context";
import type { StackFound } from "../../framework/found";
import type { StackRule } from "../../framework/rule";
import { note, type StackView, type View } from "../../framework/view";
import { alarmsOn, isSilent } from "../../graph/alarms";
import {
  ALARM,
  DELIVERY,
  FUNCTION,
  MACHINE,
  MAPPING,
  QUEUE,
  resolve,
  resolveIn,
  RULE,
  STREAM,
} from "../../graph/links";
import { isDeadLetterQueue } from "../../graph/queues";

export const alarmExists: StackRule = {
  id: "alarm-exists",
  group: "operability",
  title:
    "Everything that can fail silently has an alarm: topic rules, streams, delivery streams, conversions, functions, state machines, dead-letter queues.",
  rationale:
    "Messages stop arriving or go to an error prefix, and nobody notices before the stream's retention is over.",
  severity: "high",
  level: "mandatory",
  remediation: "Add an aws.cloudwatch.MetricAlarm on the metric in the message, with the resource's dimension.",
  page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html",
  config: {
    required: member(
      "boolean",
      "whether alarms are required; the stack's own `alarms: false` counts too, but not in production",
      {
        dev: true,
        staging: true,
        prod: true,
      },
    ),
  },
  checkStack(stack, found, context) {
    if (context.config.required !== true) return;
    if (stackSetting(context, "alarms") === "false" && context.environment !== "prod") return;
    for (const rule of stack.of(RULE))
      demand(stack, found, rule, "AWS/IoT", ["Failure"], "RuleName", "messages that its actions cannot deliver");
    for (const stream of stack.of(STREAM)) ofStream(stack, found, stream);
    for (const delivery of stack.of(DELIVERY)) {
      const s3 = block(delivery.raw.extendedS3Configuration);
      if (s3 === undefined) continue;
      const of = (metrics: string[], what: string): void =>
        demand(stack, found, delivery, "AWS/Firehose", metrics, "DeliveryStreamName", what);
      of(["DeliveryToS3.DataFreshness"], "data that waits for much longer than the buffer");
      const conversion = block(s3.dataFormatConversionConfiguration);
      if (conversion !== undefined && conversion.enabled !== false)
        of(["FailedConversion.Records"], "records that do not fit the table");
    }
    for (const view of stack.of(FUNCTION)) {
      const of = (metric: string, what: string): void =>
        demand(stack, found, view, "AWS/Lambda", [metric], "FunctionName", what);
      of("Errors", "invocations that fail");
      of("Throttles", "invocations that are refused");
    }
    for (const machine of stack.of(MACHINE))
      demand(stack, found, machine, "AWS/States", ["ExecutionsFailed"], "StateMachineArn", "executions that fail");
    for (const queue of stack.of(QUEUE))
      if (isDeadLetterQueue(stack, queue))
        demand(
          stack,
          found,
          queue,
          "AWS/SQS",
          ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
          "QueueName",
          "dead letters that arrive",
        );
    for (const alarm of stack.of(ALARM))
      if (isSilent(alarm))
        found.on(alarm).add("actionsEnabled", "false", "an alarm must notify somebody", "set true, or leave it out");
  },
};

/** A stream that something reads: how far the readers are behind, and an alarm that goes off before records are lost. */
function ofStream(stack: StackView, found: StackFound, stream: View): void {
  const reads = (view: View, property: string, value: unknown): boolean =>
    resolve(stack, [STREAM], value) === stream || (view.references[property] ?? []).includes(stream.urn);
  const functions = stack.of(MAPPING).filter((view) => reads(view, "eventSourceArn", view.raw.eventSourceArn));
  const deliveries = stack
    .of(DELIVERY)
    .filter((view) =>
      reads(view, "kinesisSourceConfiguration", block(view.raw.kinesisSourceConfiguration)?.kinesisStreamArn),
    );
  if (functions.length + deliveries.length === 0) return;
  const metric = "GetRecords.IteratorAgeMilliseconds";
  const alarms = alarmsOn(stack, "AWS/Kinesis", [metric], "StreamName", stream);
  if (alarms.length === 0) {
    // Functions alone can be watched one by one.
    const watched = (mapping: View): boolean => {
      const own = resolveIn(stack, [FUNCTION], mapping, "functionName", mapping.raw.functionName);
      return own !== undefined && alarmsOn(stack, "AWS/Lambda", ["IteratorAge"], "FunctionName", own).length > 0;
    };
    if (deliveries.length === 0 && functions.every(watched)) return;
    demand(stack, found, stream, "AWS/Kinesis", [metric], "StreamName", "readers that fall behind");
  }
  const hours = number(stream.raw.retentionPeriod) ?? 24;
  for (const { alarm } of alarms) {
    const threshold = number(alarm.raw.threshold);
    if (threshold !== undefined && threshold >= hours * 3_600_000)
      found
        .on(alarm)
        .add(
          "threshold",
          `${threshold} ms`,
          `${stream.name} keeps records for ${hours} hours, so it goes off when they are lost`,
          `set at most ${(hours * 3_600_000) / 2}`,
        );
  }
}

function demand(
  stack: StackView,
  found: StackFound,
  target: View,
  namespace: string,
  metrics: readonly string[],
  dimension: string,
  what: string,
): void {
  if (alarmsOn(stack, namespace, metrics, dimension, target).length > 0) return;
  // An alarm whose metric is not known may be the one.
  if (stack.of(ALARM).some(({ plain }) => text(plain.metricName) === undefined && plain.metricName !== undefined)) {
    note(target, "");
    return;
  }
  found
    .on(target)
    .add(
      "",
      `no alarm on ${namespace} ${metrics[0]} with ${dimension} of it`,
      `an alarm must report ${what}`,
      "add an aws.cloudwatch.MetricAlarm",
    );
}
