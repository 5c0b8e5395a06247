import { transportEncrypted } from "../../../../policies/rules/encryption/transport-encrypted";
import { spec } from "../../spec";

spec(transportEncrypted, {
  unknown: {
    of: "hook",
    property: "protocol",
    says: "hook (aws:sns:TopicSubscription), protocol: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [
      [
        "aws:sns/topicSubscription:TopicSubscription",
        "hook",
        {
          topic: "plant-alerts",
          protocol: "http",
          endpoint: "https://example.com/hook",
        },
      ],
    ],
  },
});
