import { transportEncrypted } from "../../../../policies/rules/encryption/transport-encrypted";
import { spec } from "../../spec";

spec(transportEncrypted, {
  messages: {
    "a subscription over HTTP": [
      'hook (aws:sns:TopicSubscription), protocol: saw "http"; notifications are sent over TLS; set "https"',
      'hook (aws:sns:TopicSubscription), endpoint: saw "http://example.com/hook"; what is sent is encrypted on the way; use https://',
    ],
    "rule: a rule that sends over HTTP": [
      'rule (aws:iot:TopicRule), https[0].url: saw "http://example.com/in"; what is sent is encrypted on the way; use https://',
    ],
    "a database without TLS": [
      'source (aws:dms:Endpoint), sslMode: saw "none"; DMS reaches a database over TLS; set "require", "verify-ca" or "verify-full"',
    ],
    "a report without TLS": [
      "source (aws:quicksight:DataSource), sslProperties.disableSsl: saw true; a report reaches its source over TLS; set false",
    ],
  },
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
