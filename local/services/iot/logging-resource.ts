import { IOT_LOG_GROUP, IOT_LOG_LEVELS } from "../../../aws/iot-log";
import { TYPES } from "../../core/model";
import type { Handler } from "../../resources/handler";
import { arn, checked, flag, oneOf, required, text } from "../../resources/properties";

/** The account's log of AWS IoT. https://docs.aws.amazon.com/iot/latest/apireference/API_SetV2LoggingOptions.html */
export const iotLogging: Handler = {
  type: TYPES.iotLogging,
  properties: {
    defaultLogLevel: required(oneOf([...IOT_LOG_LEVELS, "DISABLED"])),
    disableAllLogs: flag(),
    roleArn: required(arn("iam")),
    region: checked(text()),
  },
  references: ({ roleArn, disableAllLogs, defaultLogLevel }, declared, report) => {
    declared.require(TYPES.role, roleArn, "role", "roleArn", report);
    if (disableAllLogs !== true && defaultLogLevel !== "DISABLED")
      declared.require(TYPES.logGroup, IOT_LOG_GROUP, "log group", "", report);
  },
  // The account has one in a region.
  plan: (inputs, { region }) => ({ id: region, outputs: { disableAllLogs: inputs.disableAllLogs ?? false } }),
};
