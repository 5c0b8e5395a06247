import { LOG_RETENTION_DAYS } from "../../../aws/log-retention";
import { absent } from "../../../aws/values";
import { member } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";

export const logRetention: ResourceRule = {
  id: "log-retention",
  group: "retention",
  title: "Every log group has a retention in days, long enough for its environment.",
  rationale: "A log group without one keeps its events forever, including any personal data in them.",
  severity: "high",
  level: "mandatory",
  remediation: "Set retentionInDays.",
  page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention",
  config: {
    minimumDays: member("integer", "days that logs are kept at least", { dev: 1, staging: 7, prod: 30 }),
  },
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check(view, found, context) {
    const minimum = context.config.minimumDays as number;
    const days: unknown = view.inputs.retentionInDays;
    const set = nextDays(minimum);
    // AWS takes no retention for this class; it deletes after a day.
    if (view.inputs.logGroupClass === "DELIVERY") return;
    if (absent(days) || days === 0)
      found.add(
        "retentionInDays",
        absent(days) ? "nothing" : "0",
        "without a retention its events never expire",
        `set ${set} or more`,
      );
    else if (typeof days === "number" && days < minimum)
      found.add(
        "retentionInDays",
        String(days),
        `logs are kept at least ${minimum} days in ${context.environment}`,
        `set ${set} or more`,
      );
  },
  autofix: {
    changes: "sets retentionInDays",
    apply(view, context) {
      const days: unknown = view.inputs.retentionInDays;
      const minimum = context.config.minimumDays as number;
      if (view.inputs.logGroupClass === "DELIVERY" || (typeof days === "number" && days >= minimum)) return undefined;
      return { ...view.raw, retentionInDays: nextDays(Math.max(minimum, 7)) };
    },
  },
};

function nextDays(minimum: number): number {
  return LOG_RETENTION_DAYS.find((days) => days >= minimum) ?? 3653;
}
