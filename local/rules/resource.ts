import { NAMES } from "../../aws/names";
import { checkStatement, checkTemplate } from "../../etl/iot-sql";
import { TYPES, type Properties } from "../core/model";
import { arnOf, automaticName, type Handler } from "../resources/handler";
import {
  arn,
  block,
  checked,
  description,
  flag,
  list,
  oneOf,
  physicalName,
  refused,
  required,
  tags,
  text,
} from "../resources/properties";

const EVENT_BASED = "use the kineses action, which writes to the channel's stream";

/** Topic rule. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html */
export const topicRule: Handler = {
  type: TYPES.topicRule,
  naming: { property: "name", make: (context) => automaticName(context, 128).replace(/[^A-Za-z0-9]/g, "_") },
  properties: {
    name: physicalName(NAMES.topicRule),
    enabled: required(flag()),
    sql: required(
      text({
        check: (sql) =>
          Buffer.byteLength(sql) > 256 * 1024 ? "a rule has at most 256 KB" : checkStatement(sql).error?.withCaret(),
      }),
    ),
    sqlVersion: required(oneOf(["2016-03-23"])),
    description,
    kineses: list(
      block({
        roleArn: required(arn("iam")),
        streamName: required(text()),
        partitionKey: text(),
      }),
    ),
    errorAction: block(
      {
        cloudwatchLogs: block({
          logGroupName: required(text()),
          roleArn: required(arn("iam")),
          batchMode: refused("the error action sends one event; leave it out", false),
        }),
        ...refusedActions("errorAction", ["cloudwatchLogs"]),
      },
      {
        check: (value) =>
          value.cloudwatchLogs === undefined ? "wants cloudwatchLogs {logGroupName, roleArn}" : undefined,
      },
    ),
    tags,
    region: checked(text()),
    ...refusedActions("", ["kineses"]),
  },
  check: (inputs) => {
    const actions = (inputs.kineses ?? []) as Properties[];
    const findings = actions.flatMap(({ partitionKey }, index) => {
      const { error } = checkTemplate(String(partitionKey ?? ""), String(inputs.sql));
      return error === undefined ? [] : [{ path: `kineses[${index}].partitionKey`, message: error.withCaret() }];
    });
    if (actions.length < 1 || actions.length > 10)
      findings.push({ path: "kineses", message: `saw ${actions.length} actions; a rule has 1-10` });
    return findings;
  },
  references: (inputs, declared, report) => {
    ((inputs.kineses ?? []) as Properties[]).forEach(({ roleArn, streamName }, index) => {
      declared.require(TYPES.role, roleArn, "role", `kineses[${index}].roleArn`, report);
      declared.require(TYPES.stream, streamName, "stream", `kineses[${index}].streamName`, report);
    });
    const { logGroupName, roleArn } = inputs.errorAction?.cloudwatchLogs ?? {};
    declared.require(TYPES.role, roleArn, "role", "errorAction.cloudwatchLogs.roleArn", report);
    declared.require(TYPES.logGroup, logGroupName, "log group", "errorAction.cloudwatchLogs.logGroupName", report);
  },
  plan: (inputs, context) => ({ id: inputs.name, outputs: { arn: arnOf(context, "iot", `rule/${inputs.name}`) } }),
};

/** The actions that are not executed; in the error action they have singular names. */
function refusedActions(place: "" | "errorAction", executed: string[]): Record<string, ReturnType<typeof refused>> {
  const names =
    place === ""
      ? "cloudwatchAlarms cloudwatchLogs cloudwatchMetrics dynamodbs dynamodbv2s elasticsearch firehoses https iotAnalytics iotEvents kafkas kineses lambdas republishes s3 sns sqs stepFunctions timestreams"
      : "cloudwatchAlarm cloudwatchLogs cloudwatchMetric dynamodb dynamodbv2 elasticsearch firehose http iotAnalytics iotEvents kafka kinesis lambda republish s3 sns sqs stepFunctions timestream";
  const wayOut = place === "" ? EVENT_BASED : "use cloudwatchLogs";
  return Object.fromEntries(
    names
      .split(" ")
      .filter((name) => !executed.includes(name))
      .map((name) => [
        name,
        refused(
          name.startsWith("iotAnalytics") || name.startsWith("iotEvents")
            ? `AWS switched the service off; ${wayOut}`
            : wayOut,
        ),
      ]),
  );
}
