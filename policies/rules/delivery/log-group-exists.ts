import { IOT_LOG_GROUP } from "../../../aws/iot-log";
import { block, blocks, isUnknown, show, text } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import type { View } from "../../framework/view";
import { DELIVERY, FUNCTION, LOG_GROUP, MACHINE, physicalName, RULE } from "../../graph/links";

export const logGroupExists: StackRule = {
  id: "log-group-exists",
  group: "delivery",
  title: "Everything that logs has a log group in the stack; a delivery stream also has its log stream.",
  rationale: "Firehose creates neither and logs nothing; Lambda creates a log group that keeps its events forever.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Add an aws.cloudwatch.LogGroup with retentionInDays, and for a delivery stream an aws.cloudwatch.LogStream.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html",
  checkStack(stack, found) {
    const groups = new Set(stack.of(LOG_GROUP).map(physicalName));
    // With a group whose name is not known nothing can be missed for sure.
    if (groups.has(undefined)) return;
    const streams = new Set(
      stack
        .of("aws:cloudwatch/logStream:LogStream")
        .map(({ raw }) => `${String(raw.logGroupName)}:${String(raw.name)}`),
    );
    const unnamed = stack
      .of("aws:cloudwatch/logStream:LogStream")
      .some(({ plain }) => isUnknown(plain.name) || isUnknown(plain.logGroupName));
    for (const view of stack.of(DELIVERY)) {
      const options = block(
        (block(view.raw.extendedS3Configuration) ?? block(view.raw.icebergConfiguration))?.cloudwatchLoggingOptions,
      );
      const group = text(options?.logGroupName);
      const stream = text(options?.logStreamName);
      if (options?.enabled !== true || group === undefined || stream === undefined) continue;
      if (!groups.has(group))
        found
          .on(view)
          .add(
            "cloudwatchLoggingOptions.logGroupName",
            show(group),
            "the stack has no such log group",
            "add it with a retention",
          );
      else if (!unnamed && !streams.has(`${group}:${stream}`))
        found
          .on(view)
          .add(
            "cloudwatchLoggingOptions.logStreamName",
            show(stream),
            "the stack has no such log stream, and Firehose makes none",
            "add an aws.cloudwatch.LogStream",
          );
    }
    const demand = (view: View, path: string, group: string | undefined): void => {
      if (group !== undefined && !/[*?$]/.test(group) && !groups.has(group))
        found.on(view).add(path, show(group), "the stack has no such log group", "add it with a retention");
    };
    for (const view of stack.of(MACHINE)) {
      const destination = text(block(view.raw.loggingConfiguration)?.logDestination);
      const group = /:log-group:([^:]+)/.exec(destination ?? "")?.[1];
      demand(view, "loggingConfiguration.logDestination", group);
    }
    for (const view of stack.of(RULE)) {
      for (const [index, action] of blocks(view.raw.cloudwatchLogs))
        demand(view, `cloudwatchLogs[${index}].logGroupName`, text(action.logGroupName));
      const onError = block(block(view.raw.errorAction)?.cloudwatchLogs);
      demand(view, "errorAction.cloudwatchLogs.logGroupName", text(onError?.logGroupName));
    }
    for (const view of stack.of("aws:iot/loggingOptions:LoggingOptions"))
      if (!groups.has(IOT_LOG_GROUP) && view.raw.disableAllLogs !== true && view.raw.defaultLogLevel !== "DISABLED")
        found
          .on(view)
          .add(
            "defaultLogLevel",
            show(view.raw.defaultLogLevel),
            `the stack has no log group ${IOT_LOG_GROUP}, and AWS IoT would make one without a retention`,
            "add an aws.cloudwatch.LogGroup with retentionInDays",
          );
    for (const view of stack.of(FUNCTION)) {
      const name = physicalName(view);
      if (isUnknown(view.raw.loggingConfig) || isUnknown(block(view.raw.loggingConfig)?.logGroup)) continue;
      const group =
        text(block(view.raw.loggingConfig)?.logGroup) ?? (name === undefined ? undefined : `/aws/lambda/${name}`);
      if (group !== undefined && !groups.has(group))
        found
          .on(view)
          .add(
            "loggingConfig.logGroup",
            show(group),
            "the stack has no such log group, and Lambda would make one without a retention",
            "add an aws.cloudwatch.LogGroup with retentionInDays",
          );
    }
  },
};
