import { queueEncrypted } from "../../../../policies/rules/encryption/queue-encrypted";
import { spec } from "../../spec";

spec(queueEncrypted, {
  messages: {
    "dead-letters: not encrypted": [
      "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: saw false; a queue is encrypted, and the program says so; set true, or kmsMasterKeyId",
    ],
    "dead-letters: nothing said": [
      "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: saw nothing; a queue is encrypted, and the program says so; set true, or kmsMasterKeyId",
    ],
    "alerts: a topic in plain": [
      'alerts (aws:sns:Topic), kmsMasterKeyId: saw nothing; a topic is encrypted; set a key, for alarms one of your own that lets cloudwatch.amazonaws.com in, otherwise "alias/aws/sns"',
    ],
  },
  unknown: {
    of: "dead-letters",
    property: "sqsManagedSseEnabled",
    says: "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
