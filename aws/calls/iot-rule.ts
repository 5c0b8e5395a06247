import { block, list, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, withActions, type ServiceCall, type Surroundings } from "./call";

const GUIDE = "https://docs.aws.amazon.com/iot/latest/developerguide";
const LOST = "The message goes to the rule's error action, and is lost without one.";
const FUNCTION_FAILS = "The function gives Undefined.";

const must = (action: string, on: string, page: string): ServiceCall => ({
  actions: [action],
  on,
  need: "must",
  refused: LOST,
  source: `${GUIDE}/${page}`,
});

/** The calls that a topic rule makes with the roles of its actions. */
export const IOT_RULE_CALLS = {
  kinesis: must("kinesis:PutRecord", "the stream", "kinesis-rule-action.html"),
  firehose: must("firehose:PutRecord", "the delivery stream", "kinesis-firehose-rule-action.html"),
  cloudwatchLogs: must("logs:PutLogEvents", "the log group", "cloudwatch-logs-rule-action.html"),
  /** the log streams that the action writes to */
  logStreams: {
    ...must("logs:PutLogEvents", "the log group", "cloudwatch-logs-rule-action.html"),
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    need: "may",
  },
  s3: must("s3:PutObject", "objects under the key's literal beginning", "s3-rule-action.html"),
  sqs: must("sqs:SendMessage", "the queue", "sqs-rule-action.html"),
  sns: must("sns:Publish", "the topic", "sns-rule-action.html"),
  republish: must("iot:Publish", "the topic", "republish-rule-action.html"),
  dynamodb: must("dynamodb:PutItem", "the table", "dynamodb-rule-action.html"),
  stepFunctions: must("states:StartExecution", "the state machine", "stepfunctions-rule-action.html"),
  cloudwatchMetric: must("cloudwatch:PutMetricData", "any resource", "cloudwatch-metrics-rule-action.html"),
  cloudwatchAlarm: must("cloudwatch:SetAlarmState", "the alarm", "cloudwatch-alarms-rule-action.html"),
  /** of a stream, bucket or queue that a customer's key encrypts */
  encrypt: {
    actions: ["kms:GenerateDataKey"],
    on: "the customer managed key of the stream, bucket or queue",
    need: "must",
    refused: LOST,
    source: `${GUIDE}/kinesis-rule-action.html`,
  },
  getThingShadow: {
    actions: ["iot:GetThingShadow"],
    on: "things",
    need: "may",
    refused: FUNCTION_FAILS,
    source: `${GUIDE}/iot-sql-functions.html#iot-sql-function-get-thing-shadow`,
  },
  getRegistryData: {
    actions: ["iot:DescribeThing", "iot:ListThingGroupsForThing"],
    on: "things",
    need: "may",
    refused: FUNCTION_FAILS,
    source: `${GUIDE}/iot-sql-functions.html#iot-sql-function-get-registry-data`,
  },
  getDynamodb: {
    actions: ["dynamodb:GetItem"],
    on: "tables",
    need: "may",
    refused: FUNCTION_FAILS,
    source: `${GUIDE}/iot-sql-functions.html#iot-sql-function-get-dynamodb`,
  },
  getSecret: {
    actions: ["secretsmanager:GetSecretValue"],
    on: "secrets",
    need: "may",
    refused: FUNCTION_FAILS,
    source: `${GUIDE}/iot-sql-functions.html#iot-sql-get-secret`,
  },
} as const satisfies Record<string, ServiceCall>;

interface RuleAction {
  /** the plural under which the rule has it; the error action has the singular */
  plural: string;
  /** the argument that names the target */
  member: string;
  arn(target: string): string;
}

/** The kinds of action whose calls are known, by their singular name. */
const ACTIONS = {
  kinesis: { plural: "kineses", member: "streamName", arn: (name) => `arn:*:kinesis:*:*:stream/${name}` },
  firehose: {
    plural: "firehoses",
    member: "deliveryStreamName",
    arn: (name) => `arn:*:firehose:*:*:deliverystream/${name}`,
  },
  cloudwatchLogs: {
    plural: "cloudwatchLogs",
    member: "logGroupName",
    arn: (name) => `arn:*:logs:*:*:log-group:${name}:*`,
  },
  s3: { plural: "s3", member: "bucketName", arn: (name) => `arn:*:s3:::${name}/*` },
  sqs: { plural: "sqs", member: "queueUrl", arn: (url) => `arn:*:sqs:*:*:${url.split("/").at(-1)!}` },
  sns: { plural: "sns", member: "targetArn", arn: (arn) => arn },
  republish: {
    plural: "republishes",
    member: "topic",
    arn: (topic) => `arn:*:iot:*:*:topic/${topic.replace(/^\$\$/, "$")}`,
  },
  dynamodb: { plural: "dynamodbs", member: "tableName", arn: (name) => `arn:*:dynamodb:*:*:table/${name}` },
  stepFunctions: {
    plural: "stepFunctions",
    member: "stateMachineName",
    arn: (name) => `arn:*:states:*:*:stateMachine:${name}`,
  },
  cloudwatchMetric: { plural: "cloudwatchMetrics", member: "metricName", arn: () => "*" },
  cloudwatchAlarm: {
    plural: "cloudwatchAlarms",
    member: "alarmName",
    arn: (name) => `arn:*:cloudwatch:*:*:alarm:${name}`,
  },
} as const satisfies Record<string, RuleAction>;

/** Kinds of action whose calls are not described here. */
const OTHER_ACTIONS = ["dynamodbv2s", "elasticsearch", "iotAnalytics", "iotEvents", "kafkas", "timestreams", "https"];

/** DynamoDB's action by the operation of the rule's action. */
const DYNAMODB: Readonly<Record<string, string>> = { UPDATE: "dynamodb:UpdateItem", DELETE: "dynamodb:DeleteItem" };

/** @param raw arguments of an `aws.iot.TopicRule` */
export function topicRuleCalls(raw: Inputs, surroundings: Surroundings): ResourceCalls {
  const calls = new ResourceCalls();
  const add = (kind: string, value: unknown, at: string): void => {
    if (Object.hasOwn(ACTIONS, kind))
      actionCalls(calls, kind as keyof typeof ACTIONS, block(value) ?? {}, at, surroundings);
    else calls.incomplete = true;
  };
  for (const [kind, { plural }] of Object.entries(ACTIONS))
    (list(raw[plural]) ?? []).forEach((action, index) => add(kind, action, `${plural}[${index}]`));
  if (OTHER_ACTIONS.some((plural) => (list(raw[plural])?.length ?? 0) > 0)) calls.incomplete = true;
  for (const [kind, action] of Object.entries(block(raw.errorAction) ?? {}))
    if (action !== undefined && action !== null) add(kind, action, `errorAction.${kind}`);
  // Functions of the SQL that look something up name a role of their own.
  const sql = (text(raw.sql) ?? "").toLowerCase();
  const { getThingShadow, getRegistryData, getDynamodb, getSecret } = IOT_RULE_CALLS;
  for (const [name, call, arn] of [
    ["get_thing_shadow", getThingShadow, "arn:*:iot:*:*:thing/*"],
    ["get_registry_data", getRegistryData, "arn:*:iot:*:*:thing/*"],
    ["get_dynamodb", getDynamodb, "arn:*:dynamodb:*:*:table/*"],
    ["get_secret", getSecret, "arn:*:secretsmanager:*:*:secret:*"],
  ] as const)
    if (sql.includes(name)) calls.add(call, undefined, arn, "sql");
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}

function actionCalls(
  calls: ResourceCalls,
  kind: keyof typeof ACTIONS,
  action: Inputs,
  at: string,
  surroundings: Surroundings,
): void {
  const shape: RuleAction = ACTIONS[kind];
  const target = text(action[shape.member]);
  if (target === undefined) {
    calls.incomplete = true;
    return;
  }
  const call = callOf(kind, action);
  // A substitution template stands for any text, so the target is not certain.
  const open = target.replace(/\$\{[^}]*\}/g, "*");
  if (open !== target) calls.add({ ...call, need: "may" }, action.roleArn, shape.arn(open), at);
  else if (kind === "s3") {
    const key = (text(action.key) ?? "").split("${")[0]!;
    calls.add(call, action.roleArn, `arn:*:s3:::${target}/${key}*`, at);
    calls.add({ ...call, need: "may" }, action.roleArn, shape.arn(target), at);
  } else calls.add(call, action.roleArn, shape.arn(target), at);
  if (kind === "firehose")
    calls.add(
      withActions({ ...call, need: "may" }, "firehose:PutRecord", "firehose:PutRecordBatch"),
      action.roleArn,
      shape.arn(open),
      at,
    );
  if (kind === "cloudwatchLogs")
    calls.add(
      IOT_RULE_CALLS.logStreams,
      action.roleArn,
      [`arn:*:logs:*:*:log-group:${open}`, `arn:*:logs:*:*:log-group:${open}:*`],
      at,
    );
  if (kind === "dynamodb")
    calls.add(
      withActions({ ...call, need: "may" }, "dynamodb:PutItem", ...Object.values(DYNAMODB)),
      action.roleArn,
      shape.arn(open),
      at,
    );
  if (kind === "kinesis" || kind === "s3" || kind === "sqs")
    calls.add(IOT_RULE_CALLS.encrypt, action.roleArn, surroundings.keyOf(target), at);
}

function callOf(kind: keyof typeof ACTIONS, action: Inputs): ServiceCall {
  if (kind === "firehose" && action.batchMode === true)
    return withActions(IOT_RULE_CALLS.firehose, "firehose:PutRecordBatch");
  const operation = kind === "dynamodb" ? DYNAMODB[text(action.operation)?.toUpperCase() ?? ""] : undefined;
  return operation === undefined ? IOT_RULE_CALLS[kind] : withActions(IOT_RULE_CALLS.dynamodb, operation);
}
