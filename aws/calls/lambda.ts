import { block, isUnknown, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, withActions, type ServiceCall, type Surroundings } from "./call";

const GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg";
const LOST_EVENT = "An event that the function failed on is lost.";

/** The calls that Lambda makes with a function's role, beside those of the function's own code. */
export const LAMBDA_CALLS = {
  log: {
    actions: ["logs:PutLogEvents"],
    on: "the function's log group",
    need: "must",
    refused: "What the function logs is lost.",
    source: `${GUIDE}/monitoring-cloudwatchlogs.html`,
  },
  createLogStream: {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    on: "the function's log group",
    need: "may",
    refused: "What the function logs is lost.",
    source: `${GUIDE}/monitoring-cloudwatchlogs.html`,
  },
  createLogGroup: {
    actions: ["logs:CreateLogGroup"],
    on: "the function's log group, if the program has none",
    need: "may",
    refused: "What the function logs is lost.",
    source: `${GUIDE}/monitoring-cloudwatchlogs.html`,
  },
  trace: {
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    on: "any resource",
    need: "may",
    refused: "There are no traces.",
    source: `${GUIDE}/services-xray.html`,
  },
  network: {
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    on: "any resource, for a function in a VPC",
    need: "may",
    refused: "The function cannot be created in the VPC.",
    source: `${GUIDE}/configuration-vpc.html`,
  },
  deadLetters: {
    actions: ["sqs:SendMessage", "sns:Publish"],
    on: "the queue or topic for events that failed",
    need: "must",
    refused: LOST_EVENT,
    source: `${GUIDE}/invocation-async-retain-records.html`,
  },
  readSource: {
    actions: ["kinesis:GetRecords", "sqs:ReceiveMessage", "dynamodb:GetRecords"],
    on: "the source of an event source mapping",
    need: "must",
    refused: "The function is not called, and records expire.",
    source: `${GUIDE}/with-kinesis.html`,
  },
  pollSource: {
    actions: [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetShardIterator",
      "kinesis:GetRecords",
      "kinesis:ListShards",
      "kinesis:SubscribeToShard",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ChangeMessageVisibility",
    ],
    on: "the source of an event source mapping, and its consumers",
    need: "may",
    refused: "The function is not called, and records expire.",
    source: `${GUIDE}/with-kinesis.html`,
  },
  listStreams: {
    actions: ["kinesis:ListStreams"],
    on: "any resource",
    need: "may",
    refused: "None that is known; the managed policy for Kinesis has it.",
    source: `${GUIDE}/with-kinesis.html`,
  },
  failedBatches: {
    actions: ["sqs:SendMessage", "sns:Publish"],
    on: "the destination for failed batches",
    need: "must",
    refused: "A batch that the function failed on is lost.",
    source: `${GUIDE}/kinesis-on-failure-destination.html`,
  },
  failedBatchObjects: {
    actions: ["sqs:SendMessage", "sns:Publish", "s3:PutObject", "s3:ListBucket"],
    on: "the destination for failed batches",
    need: "may",
    refused: "A batch that the function failed on is lost.",
    source: `${GUIDE}/kinesis-on-failure-destination.html`,
  },
} as const satisfies Record<string, ServiceCall>;

const READS: Readonly<Record<string, string>> = {
  kinesis: "kinesis:GetRecords",
  sqs: "sqs:ReceiveMessage",
  dynamodb: "dynamodb:GetRecords",
};
const SENDS: Readonly<Record<string, string>> = { sqs: "sqs:SendMessage", sns: "sns:Publish" };

/**
 * Without the calls of the function's own code.
 * @param raw arguments of an `aws.lambda.Function`
 */
export function functionCalls(raw: Inputs, surroundings: Surroundings): ResourceCalls {
  const calls = new ResourceCalls();
  const { role } = raw;
  logCalls(calls, raw, surroundings);
  if (text(block(raw.tracingConfig)?.mode) === "Active") calls.add(LAMBDA_CALLS.trace, role, "*", "tracingConfig");
  if (raw.vpcConfig !== undefined) calls.add(LAMBDA_CALLS.network, role, "*", "vpcConfig");
  const deadLetters = text(block(raw.deadLetterConfig)?.targetArn);
  const { deadLetters: send } = LAMBDA_CALLS;
  calls.add(
    withActions(send, deadLetters?.split(":")[2] === "sqs" ? "sqs:SendMessage" : "sns:Publish"),
    role,
    deadLetters,
    "deadLetterConfig.targetArn",
  );
  calls.add({ ...send, need: "may" }, role, deadLetters, "deadLetterConfig.targetArn");
  for (const { name, inputs } of surroundings.mappings()) mappingCalls(calls, role, name, inputs);
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}

function logCalls(calls: ResourceCalls, raw: Inputs, { name, hasLogGroup }: Surroundings): void {
  const given: unknown = block(raw.loggingConfig)?.logGroup;
  const group = isUnknown(given)
    ? undefined
    : (text(given) ?? (name === undefined ? undefined : `/aws/lambda/${name}`));
  if (group === undefined) {
    calls.incomplete = true;
    return;
  }
  const arn = `arn:*:logs:*:*:log-group:${group}:*`;
  const at = "loggingConfig.logGroup";
  calls.add(LAMBDA_CALLS.createLogStream, raw.role, arn, at);
  // Somebody else's log group may have a policy of its own.
  if (hasLogGroup(group)) calls.add(LAMBDA_CALLS.log, raw.role, arn, at);
  else calls.add(LAMBDA_CALLS.createLogGroup, raw.role, `arn:*:logs:*:*:log-group:${group}*`, at);
}

function mappingCalls(calls: ResourceCalls, role: unknown, name: string, inputs: Inputs): void {
  const source = text(inputs.eventSourceArn);
  if (source === undefined) calls.incomplete = true;
  else {
    const at = `eventSourceArn of ${name}`;
    const read = READS[source.split(":")[2] ?? ""];
    if (read !== undefined && !source.includes("/consumer/"))
      calls.add(withActions(LAMBDA_CALLS.readSource, read), role, source, at);
    calls.add(LAMBDA_CALLS.pollSource, role, [source, `${source}/consumer/*`], at);
    calls.add(LAMBDA_CALLS.listStreams, role, "*", at);
  }
  const failures = text(block(block(inputs.destinationConfig)?.onFailure)?.destinationArn);
  if (failures === undefined) return;
  const at = `destinationConfig of ${name}`;
  const send = SENDS[failures.split(":")[2] ?? ""];
  if (send !== undefined) calls.add(withActions(LAMBDA_CALLS.failedBatches, send), role, failures, at);
  calls.add(LAMBDA_CALLS.failedBatchObjects, role, [failures, `${failures}/*`], at);
}
