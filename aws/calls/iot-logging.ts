import { IOT_LOG_GROUP } from "../iot-log";
import type { Inputs } from "../values";
import { ResourceCalls, type ServiceCall } from "./call";

const GUIDE = "https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html";

/** The calls that AWS IoT makes with the role of its log: those that its guide lists. */
export const IOT_LOGGING_CALLS = {
  writeLog: {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    on: `the log group ${IOT_LOG_GROUP}`,
    need: "must",
    refused: "AWS IoT logs nothing, and says so in metrics only.",
    source: GUIDE,
  },
  makeGroup: {
    actions: ["logs:CreateLogGroup", "logs:PutMetricFilter", "logs:PutRetentionPolicy"],
    on: `the log group ${IOT_LOG_GROUP}`,
    need: "must",
    refused: "AWS IoT may not log: its guide lists the permission as needed, and does not say for what.",
    source: GUIDE,
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.iot.LoggingOptions` */
export function loggingOptionsCalls(raw: Inputs): ResourceCalls {
  const calls = new ResourceCalls();
  const group = `arn:*:logs:*:*:log-group:${IOT_LOG_GROUP}:*`;
  calls.add(IOT_LOGGING_CALLS.writeLog, raw.roleArn, group, "defaultLogLevel");
  calls.add(IOT_LOGGING_CALLS.makeGroup, raw.roleArn, group, "defaultLogLevel");
  return calls;
}
