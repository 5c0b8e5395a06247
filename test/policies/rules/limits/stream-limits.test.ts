import { streamLimits } from "../../../../policies/rules/limits/stream-limits";
import { spec } from "../../spec";

spec(streamLimits, {
  unknown: {
    of: "stream",
    property: "retentionPeriod",
    says: "stream (aws:kinesis:Stream), retentionPeriod: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
