import { logRetention } from "../../../../policies/rules/retention/log-retention";
import { spec } from "../../spec";

spec(logRetention, {
  messages: {
    "archive-log: for ever, by nothing": [
      "archive-log (aws:cloudwatch:LogGroup), retentionInDays: saw nothing; a log group ends its events, and without a number it never does; set 1 or more",
    ],
    "archive-log: for ever, by 0": [
      "archive-log (aws:cloudwatch:LogGroup), retentionInDays: saw 0; a log group ends its events, and without a number it never does; set 1 or more",
    ],
    "transform-log: three days, in production (prod)": [
      "transform-log (aws:cloudwatch:LogGroup), retentionInDays: saw 3; logs are kept at least 30 days in prod; set 30 or more",
    ],
  },
  unknown: {
    of: "archive-log",
    property: "retentionInDays",
    says: "archive-log (aws:cloudwatch:LogGroup), retentionInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
