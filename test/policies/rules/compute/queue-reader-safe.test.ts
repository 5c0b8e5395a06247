import { queueReaderSafe } from "../../../../policies/rules/compute/queue-reader-safe";
import { spec } from "../../spec";

spec(queueReaderSafe, {
  messages: {
    "a queue that never gives up": [
      "jobs (aws:sqs:Queue), redrivePolicy: saw nothing; jobs-reader reads it, and what fails again and again goes to a queue for dead letters; set deadLetterTargetArn and maxReceiveCount",
      "jobs (aws:sqs:Queue), visibilityTimeoutSeconds: saw 30; importer may take 60 s, and Lambda refuses the mapping; set 360",
    ],
    "a message that is worked on twice": [
      "jobs (aws:sqs:Queue), visibilityTimeoutSeconds: saw 5; importer may take 60 s, and Lambda refuses the mapping; set 360",
    ],
  },
  unknown: {
    of: "dead-letters",
    property: "name",
    says: "dead-letters (aws:sqs:Queue), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
