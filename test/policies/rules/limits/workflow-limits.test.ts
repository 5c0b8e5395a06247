import { workflowLimits } from "../../../../policies/rules/limits/workflow-limits";
import { spec } from "../../spec";

spec(workflowLimits, {
  unknown: {
    of: "transform-log",
    property: "retentionInDays",
    says: "transform-log (aws:cloudwatch:LogGroup), retentionInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
