import { queueReaderSafe } from "../../../../policies/rules/compute/queue-reader-safe";
import { spec } from "../../spec";

spec(queueReaderSafe, {
  unknown: {
    of: "dead-letters",
    property: "name",
    says: "dead-letters (aws:sqs:Queue), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
