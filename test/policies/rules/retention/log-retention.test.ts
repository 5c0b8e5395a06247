import { logRetention } from "../../../../policies/rules/retention/log-retention";
import { spec } from "../../spec";

spec(logRetention, {
  unknown: {
    of: "archive-log",
    property: "retentionInDays",
    says: "archive-log (aws:cloudwatch:LogGroup), retentionInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
