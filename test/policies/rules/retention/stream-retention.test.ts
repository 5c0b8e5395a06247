import { streamRetention } from "../../../../policies/rules/retention/stream-retention";
import { spec } from "../../spec";

spec(streamRetention, {
  unknown: {
    of: "stream",
    property: "retentionPeriod",
    says: "stream (aws:kinesis:Stream), retentionPeriod: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
