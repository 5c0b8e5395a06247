import { parseArn } from "../arn";
import { block, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, withActions, type ServiceCall, type Surroundings } from "./call";

/** The calls that EventBridge Scheduler makes with the role of a schedule's target. */
export const SCHEDULER_CALLS = {
  target: {
    actions: ["states:StartExecution"],
    on: "the target",
    need: "must",
    refused: "The target is not called; the event goes to the dead-letter queue, and is lost without one.",
    source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html",
  },
  deadLetters: {
    actions: ["sqs:SendMessage"],
    on: "the schedule's dead-letter queue",
    need: "must",
    refused: "An event that could not be delivered is lost.",
    source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  },
  deadLetterKey: {
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    on: "the customer managed key of the schedule's dead-letter queue",
    need: "must",
    refused: "An event that could not be delivered is lost.",
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#send-to-encrypted-queue",
  },
} as const satisfies Record<string, ServiceCall>;

/** The action by the target's service. */
const TARGETS: Readonly<Record<string, string>> = {
  states: "states:StartExecution",
  lambda: "lambda:InvokeFunction",
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  firehose: "firehose:PutRecord",
  kinesis: "kinesis:PutRecord",
};

/** @param raw arguments of an `aws.scheduler.Schedule` */
export function scheduleCalls(raw: Inputs, surroundings: Surroundings): ResourceCalls {
  const calls = new ResourceCalls();
  const target = block(raw.target);
  const arn = text(target?.arn);
  const action = TARGETS[parseArn(arn ?? "")?.service ?? ""];
  if (target === undefined || arn === undefined || action === undefined) calls.incomplete = true;
  if (arn !== undefined && action !== undefined) {
    const call = withActions(SCHEDULER_CALLS.target, action);
    calls.add(call, target?.roleArn, arn, "target.arn");
    calls.add({ ...call, need: "may" }, target?.roleArn, `${arn}:*`, "target.arn");
  }
  const deadLetters = block(target?.deadLetterConfig);
  if (deadLetters !== undefined) {
    const at = "target.deadLetterConfig.arn";
    const queue = text(deadLetters.arn);
    if (queue === undefined) calls.incomplete = true;
    calls.add(SCHEDULER_CALLS.deadLetters, target?.roleArn, queue, at);
    calls.add(SCHEDULER_CALLS.deadLetterKey, target?.roleArn, surroundings.keyOf(deadLetters.arn), at);
  }
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}
