import { absent, block, number, show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const scheduleSafe: ResourceRule = {
  id: "schedule-safe",
  group: "workflows",
  title: "A schedule has its own group, retries at most five times and has a dead-letter queue.",
  rationale:
    "185 retries over a day start overlapping runs; without a dead-letter queue a run that never started leaves no trace.",
  severity: "medium",
  level: "mandatory",
  remediation: "Set groupName, target.retryPolicy.maximumRetryAttempts and target.deadLetterConfig.",
  page: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  types: ["aws:scheduler/schedule:Schedule", "aws:cloudwatch/eventRule:EventRule"],
  check({ inputs, type }, found) {
    if (type === "aws:cloudwatch/eventRule:EventRule") {
      if (inputs.state === "DISABLED" || inputs.isEnabled === false)
        found.add("state", '"DISABLED"', "a disabled rule drops every event", 'set "ENABLED", or remove it');
      return;
    }
    found.attempt(() => {
      if (absent(inputs.groupName) || inputs.groupName === "default")
        found.add(
          "groupName",
          show(inputs.groupName),
          "the role's trust is bound to a group",
          "add an aws.scheduler.ScheduleGroup",
        );
    });
    if (inputs.state === "DISABLED")
      found.add("state", '"DISABLED"', "a disabled schedule starts nothing", 'set "ENABLED", or remove it');
    const target = block(inputs.target) ?? {};
    const retries = number(block(target.retryPolicy)?.maximumRetryAttempts);
    if (retries === undefined || retries > 5)
      found.add(
        "target.retryPolicy.maximumRetryAttempts",
        show(retries),
        "a schedule retries at most five times",
        "set 2 or 3",
      );
    if (absent(target.deadLetterConfig))
      found.add(
        "target.deadLetterConfig",
        "nothing",
        "an event that could not be delivered must be kept",
        "set the ARN of a standard queue",
      );
  },
};
