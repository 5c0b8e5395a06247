import { conditionKeyExists } from "../../../../policies/rules/iam/condition-key-exists";
import { spec } from "../../spec";

spec(conditionKeyExists, {
  messages: {
    "archive-policy: a key that is not there": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.StringEquals["s3:bucketName"]: saw "s3:bucketName"; AWS has no such condition key; write a key of the service authorization reference',
    ],
    "archive-policy: a key of another service": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.StringEquals["kinesis:AccountId"]: saw "kinesis:AccountId"; AWS has no such condition key; write a key of the service authorization reference',
    ],
    "archive-policy: a global key that is not there": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.StringEquals["aws:SourceAcount"]: saw "aws:SourceAcount"; AWS has no such condition key; write a key of the service authorization reference',
    ],
    "archive-policy: an operator that is not there": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.StringEqual["aws:SourceAccount"]: saw "StringEqual"; there is no such condition operator; write one of IAM\'s, for example StringEquals',
    ],
    "machine-policy: a * under StringEquals": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[3].Condition.StringEquals["s3:prefix"]: saw "queries/*"; under StringEquals a * is a mere character, so it never stands for others; use StringLike, or ArnLike for an ARN',
    ],
    "archive-policy: Bool on a text": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.Bool["aws:SourceAccount"]: saw "Bool"; aws:SourceAccount holds a value of kind String, which this operator does not compare; use StringEquals',
    ],
    "archive-policy: a number under an ARN's operator": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Condition.ArnLike["aws:PrincipalAccount"]: saw "123456789012"; ArnLike compares with an ARN; write such a value, or another operator',
    ],
    "rule-role: aws:SourceArn with * under StringEquals": [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["aws:SourceArn"]: saw "arn:aws:iot:eu-central-1:123456789012:*"; under StringEquals a * is a mere character, so it never stands for others; use StringLike, or ArnLike for an ARN',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
