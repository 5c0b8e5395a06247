import { absent } from "../../../aws/values";
import { member } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";

export const streamRetention: ResourceRule = {
  id: "stream-retention",
  group: "retention",
  title: "Every stream sets its retention, in production a week or more.",
  rationale:
    "The retention is the time you have to notice and repair a consumer that has stopped; after that, messages are lost.",
  severity: "high",
  level: "mandatory",
  remediation: "Set retentionPeriod: 24 to 8,760 hours, 168 or more in production.",
  page: "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html",
  config: {
    minimumHours: member("integer", "hours that records can be read again at least", {
      dev: 24,
      staging: 24,
      prod: 168,
    }),
  },
  types: ["aws:kinesis/stream:Stream"],
  check(view, found, context) {
    const minimum = context.config.minimumHours as number;
    const hours: unknown = view.inputs.retentionPeriod;
    if (absent(hours))
      found.add(
        "retentionPeriod",
        "nothing",
        "the retention must be set, because the default is 24 hours",
        `set ${minimum} or more`,
      );
    else if (typeof hours === "number" && hours < minimum)
      found.add(
        "retentionPeriod",
        String(hours),
        `a stream keeps records at least ${minimum} hours in ${context.environment}`,
        `set ${minimum} or more`,
      );
  },
};
