import { queueRetention } from "../../../../policies/rules/retention/queue-retention";
import { spec } from "../../spec";

spec(queueRetention, {
  messages: {
    "dead-letters: not decided": [
      "dead-letters (aws:sqs:Queue), messageRetentionSeconds: saw nothing; a queue's retention is decided, not left to the default of four days; set it, 1209600 for dead letters",
    ],
    "dead-letters: dead letters for an hour": [
      "dead-letters (aws:sqs:Queue), messageRetentionSeconds: saw 3600; dead letters are kept at least a day in dev; set 86400 or more",
    ],
    "dead-letters: dead letters over a weekend only, in production (prod)": [
      "dead-letters (aws:sqs:Queue), messageRetentionSeconds: saw 345600; dead letters are kept at least 7 days in prod; set 604800 or more",
    ],
    "a queue without a retention": [
      "jobs (aws:sqs:Queue), messageRetentionSeconds: saw nothing; a queue's retention is decided, not left to the default of four days; set it, 1209600 for dead letters",
    ],
  },
  unknown: {
    of: "dead-letters",
    property: "messageRetentionSeconds",
    says: "dead-letters (aws:sqs:Queue), messageRetentionSeconds: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
