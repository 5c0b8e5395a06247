import { queueRetention } from "../../../../policies/rules/retention/queue-retention";
import { spec } from "../../spec";

spec(queueRetention, {
  unknown: {
    of: "dead-letters",
    property: "messageRetentionSeconds",
    says: "dead-letters (aws:sqs:Queue), messageRetentionSeconds: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
