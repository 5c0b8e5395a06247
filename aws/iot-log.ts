/**
 * The log of AWS IoT Core, which an account has once in a region. https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
 */

/** The log group that AWS IoT writes to; no other can be chosen for an account. */
export const IOT_LOG_GROUP = "AWSIotLogsV2";

/** Levels, each of which has the entries of those before it. */
export const IOT_LOG_LEVELS = ["ERROR", "WARN", "INFO", "DEBUG"] as const;

/** A level of AWS IoT's log. */
export type IotLogLevel = (typeof IOT_LOG_LEVELS)[number];
