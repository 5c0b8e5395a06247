import { alarmHeard } from "../../../../policies/rules/operability/alarm-heard";
import { spec } from "../../spec";

spec(alarmHeard, {
  messages: {
    "alerts: a topic that CloudWatch cannot write": [
      'alerts (aws:sns:Topic), kmsMasterKeyId: saw "alias/aws/sns"; alarms tell this topic, and CloudWatch may not use AWS\'s own key; use a key of your own that lets cloudwatch.amazonaws.com in',
    ],
    "key: a key that CloudWatch may not use": [
      "key (aws:kms:Key), policy: saw nothing for cloudwatch.amazonaws.com; alarms tell alerts, which is encrypted with this key; allow kms:Decrypt and kms:GenerateDataKey to the service",
    ],
    "alerts-policy: a topic's policy that leaves alarms out": [
      "alerts-policy (aws:sns:TopicPolicy), policy: saw nothing for cloudwatch.amazonaws.com; alarms tell alerts, and this policy replaces the one that let them; allow sns:Publish to the service",
    ],
  },
  unknown: {
    of: "alerts",
    property: "kmsMasterKeyId",
    says: "alerts (aws:sns:Topic), kmsMasterKeyId: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
