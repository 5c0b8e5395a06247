import { queueEncrypted } from "../../../../policies/rules/encryption/queue-encrypted";
import { spec } from "../../spec";

spec(queueEncrypted, {
  unknown: {
    of: "dead-letters",
    property: "sqsManagedSseEnabled",
    says: "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
