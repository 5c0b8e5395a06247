import { noWildcardAction } from "../../../../policies/rules/iam/no-wildcard-action";
import { spec } from "../../spec";

spec(noWildcardAction, {
  messages: {
    "archive-policy: every action of a service": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "archive-policy: every action there is": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "archive-policy: s3:Get*": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:Get*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "archive-policy: s3:Put?bject": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:Put?bject"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "rule-policy: kinesis:Put*": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "kinesis:Put*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "bridge-policy: a wildcard among named actions": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "sqs:*Message"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "machine-policy: athena:*": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "athena:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "an inline policy of the role itself": [
      'extra-role (aws:iam:Role), inlinePolicies[0].policy.Statement[0].Action: saw "dynamodb:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "a managed policy of the program": [
      'managed (aws:iam:Policy), policy.Statement[0].Action: saw "*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "an inline policy of a user": [
      'user-policy (aws:iam:UserPolicy), policy.Statement[0].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "an inline policy of a group": [
      'group-policy (aws:iam:GroupPolicy), policy.Statement[0].Action: saw "kinesis:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "machine-policy: sts:*": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Action: saw "sts:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "transform-role: sts:* in a trust policy": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Action: saw "sts:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "plant-raw-policy: s3:* for a role": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "sqs:* in the queue's policy": [
      'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Action: saw "sqs:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "key: kms:* for a role": [
      'key (aws:kms:Key), policy.Statement[2].Action: saw "kms:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
    "device-policy: every action": [
      'device-policy (aws:iot:Policy), policy.Statement[0].Action: saw "iot:*"; a statement that allows names each action in full; write the actions that are needed',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
