import { asyncFailuresKept } from "../../../../policies/rules/compute/async-failures-kept";
import { spec } from "../../spec";

spec(asyncFailuresKept, {
  messages: {
    "events that fail are thrown away": [
      "transform (aws:lambda:Function), deadLetterConfig: saw nothing; rule-permission has it called without waiting, so events that fail are kept; set targetArn to a queue or a topic",
    ],
    "importer: no dead letters": [
      "importer (aws:lambda:Function), deadLetterConfig: saw nothing; importer-permission has it called without waiting, so events that fail are kept; set targetArn to a queue or a topic",
    ],
  },
  unknown: {
    of: "transform",
    property: "name",
    says: "transform (aws:lambda:Function), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
