import { devicePolicy } from "../../../../policies/rules/exposure/device-policy";
import { spec } from "../../spec";

spec(devicePolicy, {
  messages: {
    "device-policy: any client id": [
      'device-policy (aws:iot:Policy), policy.Statement[0].Resource: saw "arn:aws:iot:eu-central-1:123456789012:client/*"; a device connects under its thing\'s name only; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: no attached thing": [
      'device-policy (aws:iot:Policy), policy.Statement[0].Condition: saw no iot:Connection.Thing.IsAttached; the certificate belongs to the thing under whose name it connects; add "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}',
    ],
    "device-policy: everything": [
      'device-policy (aws:iot:Policy), policy.Statement[0].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: every device's topic": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topic/dt/*"; a wildcard reaches other devices\' topics; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: a fixed topic that all may write": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topic/dt/all/aggregate"; a device publishes below its own name, so that nobody speaks for another; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: a subscription to all": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topicfilter/*"; a wildcard reaches other devices\' topics; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: a client id as a wildcard of a filter": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topicfilter/cmd/${iot:ClientId}/*"; a client could call itself +, and ${iot:ClientId} would be a wildcard; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: every shadow": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:thing/*"; a device reads and changes its own thing and shadow only; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: administration": [
      'device-policy (aws:iot:Policy), policy.Statement[2].Action: saw "iot:AttachPolicy"; a device connects, publishes, receives and uses its shadow and jobs, and administers nothing; remove it',
      'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
    ],
    "device-policy: no Connect": [
      "device-policy (aws:iot:Policy), policy: saw no iot:Connect; variables of a thing hold only for a client that connects under the thing's name; allow iot:Connect on client/${iot:Connection.Thing.ThingName}",
    ],
    "a template that gives devices everything": [
      'template (aws:iot:ProvisioningTemplate), templateBody.Resources.policy.Statement[0].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
    ],
  },
  unknown: {
    of: "device-policy",
    property: "policy",
    says: "device-policy (aws:iot:Policy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
