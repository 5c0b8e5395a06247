import { block, blocks, isUnknown, text, type Inputs } from "../../aws/values";
import { parsePrefix } from "../../aws/limits/firehose/prefix";
import type { StackView, View } from "../framework/view";
import { satellitesOf } from "./buckets";
import {
  BUCKET,
  DELIVERY,
  FUNCTION,
  LOG_GROUP,
  MACHINE,
  MAPPING,
  physicalName,
  QUEUE,
  referring,
  resolve,
  RULE,
  SCHEDULE,
  STREAM,
} from "./links";
import { statesOf } from "./machine-needs";

/** A call that a resource makes for certain: without it data is lost or nothing works at all. */
export interface Demand {
  /** where the role stands */
  role: unknown;
  action: string;
  /** an ARN with * for partition, region and account where they are not told */
  on: string;
  /** place of the setting that makes the call necessary */
  at: string;
}

/** The calls that the documents of the services demand of each role (building blocks 1.1, 3.7, 4 c, 8.1), as far as arguments are known. */
export function demandsOf(view: View, stack: StackView): Demand[] {
  switch (view.type) {
    case DELIVERY:
      return ofDelivery(view.raw, stack);
    case RULE:
      return ofRule(view.raw, stack);
    case SCHEDULE:
      return ofSchedule(view.raw, stack);
    case FUNCTION:
      return ofFunction(view, stack);
    case MACHINE:
      return ofMachine(view.raw);
    default:
      return [];
  }
}

/** The customer's key of a stream, bucket or queue of the stack, by its name or ARN. */
function keyOf(stack: StackView, value: unknown): string | undefined {
  const target = resolve(stack, [STREAM, BUCKET, QUEUE], value);
  if (target === undefined) return undefined;
  const keys =
    target.type === STREAM
      ? [target.raw.encryptionType === "KMS" ? (target.raw.kmsKeyId as unknown) : undefined]
      : target.type === QUEUE
        ? [target.raw.kmsMasterKeyId as unknown]
        : satellitesOf(stack, "encryption", target)
            .flatMap(({ raw }) => blocks(raw.rules))
            .map(([, rule]) => block(rule.applyServerSideEncryptionByDefault)?.kmsMasterKeyId as unknown);
  return keys.map(text).find((key) => key !== undefined && /^arn:[^:]+:kms:[^:]*:\d{12}:key\//.test(key));
}

class Demands {
  readonly all: Demand[] = [];

  add(role: unknown, action: string, on: string | undefined, at: string): void {
    if (on !== undefined && on !== "" && typeof role === "string" && !isUnknown(role))
      this.all.push({ role, action, on, at });
  }
}

function ofDelivery(raw: Inputs, stack: StackView): Demand[] {
  const demands = new Demands();
  const source = block(raw.kinesisSourceConfiguration);
  for (const action of ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"])
    demands.add(source?.roleArn, action, text(source?.kinesisStreamArn), "kinesisSourceConfiguration.kinesisStreamArn");
  const streamKey = keyOf(stack, source?.kinesisStreamArn);
  demands.add(source?.roleArn, "kms:Decrypt", streamKey, "kinesisSourceConfiguration.kinesisStreamArn");
  const s3 = block(raw.extendedS3Configuration);
  if (s3 === undefined) return demands.all;
  const at = "extendedS3Configuration";
  const bucket = text(s3.bucketArn);
  demands.add(s3.roleArn, "kms:GenerateDataKey", keyOf(stack, bucket), `${at}.bucketArn`);
  for (const member of ["prefix", "errorOutputPrefix"]) {
    const prefix = text(s3[member]);
    if (bucket !== undefined && prefix !== undefined)
      demands.add(s3.roleArn, "s3:PutObject", `${bucket}/${literal(prefix)}*`, `${at}.${member}`);
  }
  const logging = block(s3.cloudwatchLoggingOptions);
  const group = text(logging?.logGroupName);
  const stream = text(logging?.logStreamName);
  if (logging?.enabled === true && group !== undefined && stream !== undefined)
    demands.add(
      s3.roleArn,
      "logs:PutLogEvents",
      `arn:*:logs:*:*:log-group:${group}:log-stream:${stream}`,
      `${at}.cloudwatchLoggingOptions`,
    );
  for (const [index, processor] of blocks(block(s3.processingConfiguration)?.processors)) {
    const parameters = new Map(
      blocks(processor.parameters).map(([, { parameterName, parameterValue }]) => [
        parameterName as unknown,
        parameterValue as unknown,
      ]),
    );
    demands.add(
      parameters.get("RoleArn") ?? s3.roleArn,
      "lambda:InvokeFunction",
      text(parameters.get("LambdaArn")),
      `${at}.processingConfiguration.processors[${index}]`,
    );
  }
  const schema = block(block(s3.dataFormatConversionConfiguration)?.schemaConfiguration);
  const database = text(schema?.databaseName);
  const table = text(schema?.tableName);
  if (database !== undefined && table !== undefined)
    demands.add(
      schema?.roleArn,
      "glue:GetTableVersions",
      `arn:*:glue:*:*:table/${database}/${table}`,
      `${at}.dataFormatConversionConfiguration.schemaConfiguration`,
    );
  return demands.all;
}

function ofRule(raw: Inputs, stack: StackView): Demand[] {
  const demands = new Demands();
  const take = (kind: string, action: Inputs | undefined, at: string): void => {
    if (action === undefined) return;
    const name = (member: string): string | undefined => {
      const given = text(action[member]);
      return given === undefined || given.includes("${") ? undefined : given;
    };
    const on = (form: (name: string) => string, member: string): string | undefined => {
      const given = name(member);
      return given === undefined ? undefined : form(given);
    };
    const calls: Readonly<Record<string, [string, string | undefined]>> = {
      kinesis: ["kinesis:PutRecord", on((own) => `arn:*:kinesis:*:*:stream/${own}`, "streamName")],
      firehose: [
        action.batchMode === true ? "firehose:PutRecordBatch" : "firehose:PutRecord",
        on((own) => `arn:*:firehose:*:*:deliverystream/${own}`, "deliveryStreamName"),
      ],
      cloudwatchLogs: ["logs:PutLogEvents", on((own) => `arn:*:logs:*:*:log-group:${own}:*`, "logGroupName")],
      sqs: ["sqs:SendMessage", on((url) => `arn:*:sqs:*:*:${url.split("/").at(-1)!}`, "queueUrl")],
      sns: ["sns:Publish", on((arn) => arn, "targetArn")],
      s3: ["s3:PutObject", on((own) => `arn:*:s3:::${own}/${literalKey(text(action.key) ?? "")}*`, "bucketName")],
      republish: ["iot:Publish", on((topic) => `arn:*:iot:*:*:topic/${topic.replace(/^\$\$/, "$")}`, "topic")],
    };
    const call = calls[kind];
    if (call !== undefined) demands.add(action.roleArn, call[0], call[1], at);
    if (kind === "kinesis") demands.add(action.roleArn, "kms:GenerateDataKey", keyOf(stack, action.streamName), at);
    if (kind === "s3") demands.add(action.roleArn, "kms:GenerateDataKey", keyOf(stack, action.bucketName), at);
    if (kind === "sqs") demands.add(action.roleArn, "kms:GenerateDataKey", keyOf(stack, action.queueUrl), at);
  };
  const plurals = {
    kineses: "kinesis",
    firehoses: "firehose",
    cloudwatchLogs: "cloudwatchLogs",
    sqs: "sqs",
    sns: "sns",
    s3: "s3",
    republishes: "republish",
  };
  for (const [plural, kind] of Object.entries(plurals))
    for (const [index, action] of blocks(raw[plural])) take(kind, action, `${plural}[${index}]`);
  for (const [kind, action] of Object.entries(block(raw.errorAction) ?? {}))
    take(kind, block(action), `errorAction.${kind}`);
  return demands.all;
}

function ofSchedule(raw: Inputs, stack: StackView): Demand[] {
  const demands = new Demands();
  const target = block(raw.target);
  const arn = text(target?.arn);
  const calls: Readonly<Record<string, string>> = {
    states: "states:StartExecution",
    lambda: "lambda:InvokeFunction",
    sqs: "sqs:SendMessage",
    sns: "sns:Publish",
  };
  const action = calls[arn?.split(":")[2] ?? ""];
  if (action !== undefined && !arn!.includes(":aws-sdk:")) demands.add(target?.roleArn, action, arn, "target.arn");
  demands.add(
    target?.roleArn,
    "sqs:SendMessage",
    text(block(target?.deadLetterConfig)?.arn),
    "target.deadLetterConfig.arn",
  );
  const key = keyOf(stack, block(target?.deadLetterConfig)?.arn);
  demands.add(target?.roleArn, "kms:GenerateDataKey", key, "target.deadLetterConfig.arn");
  return demands.all;
}

function ofFunction(view: View, stack: StackView): Demand[] {
  const demands = new Demands();
  const { raw } = view;
  const name = physicalName(view);
  const unknown = isUnknown(block(raw.loggingConfig)?.logGroup);
  const group = unknown
    ? undefined
    : (text(block(raw.loggingConfig)?.logGroup) ?? (name === undefined ? undefined : `/aws/lambda/${name}`));
  // A group of somebody else's may have a policy of its own.
  if (group !== undefined && resolve(stack, [LOG_GROUP], group) !== undefined)
    demands.add(raw.role, "logs:PutLogEvents", `arn:*:logs:*:*:log-group:${group}:*`, "loggingConfig.logGroup");
  const deadLetters = text(block(raw.deadLetterConfig)?.targetArn);
  const queue = deadLetters?.split(":")[2] === "sqs";
  demands.add(raw.role, queue ? "sqs:SendMessage" : "sns:Publish", deadLetters, "deadLetterConfig.targetArn");
  for (const mapping of referring(stack, [MAPPING], "functionName", view)) {
    const source = text(mapping.raw.eventSourceArn);
    const call = { kinesis: "kinesis:GetRecords", sqs: "sqs:ReceiveMessage", dynamodb: "dynamodb:GetRecords" }[
      source?.split(":")[2] ?? ""
    ];
    if (call !== undefined && !source!.includes("/consumer/"))
      demands.add(raw.role, call, source, `eventSourceArn of ${mapping.name}`);
    const failures = text(block(block(mapping.raw.destinationConfig)?.onFailure)?.destinationArn);
    const send = { sqs: "sqs:SendMessage", sns: "sns:Publish" }[failures?.split(":")[2] ?? ""];
    if (send !== undefined) demands.add(raw.role, send, failures, `destinationConfig of ${mapping.name}`);
  }
  return demands.all;
}

function ofMachine(raw: Inputs): Demand[] {
  const demands = new Demands();
  let machine: Inputs | undefined;
  try {
    machine = block(JSON.parse(text(raw.definition) ?? ""));
  } catch {
    return [];
  }
  for (const state of statesOf(machine ?? {})) {
    if (state.Type !== "Task") continue;
    const resource = text(state.Resource) ?? "";
    const given = block(state.Arguments) ?? block(state.Parameters) ?? {};
    const literalOf = (value: unknown): string | undefined => {
      const own = text(value);
      return own === undefined || own.startsWith("{%") || own.startsWith("$") ? undefined : own;
    };
    if (/:states:::lambda:invoke/.test(resource)) {
      const name = literalOf(given.FunctionName);
      const arn = name?.startsWith("arn:") === false ? `arn:*:lambda:*:*:function:${name}` : name;
      demands.add(raw.roleArn, "lambda:InvokeFunction", arn, "definition");
    }
    if (/:states:::athena:startQueryExecution/.test(resource)) {
      const group = literalOf(given.WorkGroup);
      if (group !== undefined)
        demands.add(raw.roleArn, "athena:StartQueryExecution", `arn:*:athena:*:*:workgroup/${group}`, "definition");
    }
    if (/:states:::sns:publish/.test(resource))
      demands.add(raw.roleArn, "sns:Publish", literalOf(given.TopicArn), "definition");
  }
  return demands.all;
}

function literal(prefix: string): string {
  const [first] = parsePrefix(prefix).parts;
  return first === undefined || first.namespace !== undefined ? "" : first.text;
}

function literalKey(key: string): string {
  return key.split("${")[0]!;
}
