import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  checked,
  flag,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
} from "../../resources/properties";

/** Log group. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroup: Handler = {
  type: TYPES.logGroup,
  naming: { property: "name", make: (context) => automaticName(context, 512) },
  properties: {
    name: physicalName(NAMES.logGroup),
    // Which numbers of days, says aws/limits.
    retentionInDays: number(0, 3653),
    // CloudWatch Logs uses the key itself, by the key's own policy; no role of the program is asked.
    kmsKeyId: checked(arn("kms")),
    logGroupClass: replaces(oneOf(["STANDARD"])),
    tags,
    region: checked(text()),
    namePrefix: refused("give the whole name as name"),
    skipDestroy: refused("leave it out", false),
    deletionProtectionEnabled: checked(flag()),
  },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: {
      arn: arnOf(context, "logs", `log-group:${inputs.name}`),
      retentionInDays: inputs.retentionInDays ?? 0,
      logGroupClass: "STANDARD",
      skipDestroy: false,
    },
  }),
};

/** Log stream. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const logStream: Handler = {
  type: TYPES.logStream,
  naming: { property: "name", make: (context) => automaticName(context, 512) },
  properties: {
    name: physicalName(NAMES.logStream),
    logGroupName: replaces(required(text())),
    region: checked(text()),
  },
  references: (inputs, declared, report) =>
    declared.require(TYPES.logGroup, inputs.logGroupName, "log group", "logGroupName", report),
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "logs", `log-group:${inputs.logGroupName}:log-stream:${inputs.name}`) },
  }),
};
