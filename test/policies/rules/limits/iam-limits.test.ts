import { iamLimits } from "../../../../policies/rules/limits/iam-limits";
import { spec } from "../../spec";

spec(iamLimits, {
  messages: {
    "archive-policy: a Sid twice": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[1].Sid: saw "FindBucket" twice; a Sid occurs once in a document; rename one',
    ],
    "archive-policy: a Sid with a hyphen": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Sid: saw "Write-Objects"; a Sid has letters and digits only; write "WriteObjects"',
    ],
    "archive-policy: an old version": [
      'archive-policy (aws:iam:RolePolicy), policy.Version: saw "2008-10-17"; the version of a policy document is 2012-10-17; write "2012-10-17"',
    ],
    "archive-policy: no JSON": [
      'archive-policy (aws:iam:RolePolicy), policy: saw "{"; a policy document is a JSON object; write it with JSON.stringify',
    ],
    "archive-policy: a principal in a role's policy": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Principal: saw "*"; a role\'s policy names no principal; remove the member',
    ],
    "archive-policy: an ARN with a region for S3": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:eu-central-1::plant-raw/*"; ARNs of s3 carry no region; leave the region empty',
    ],
    "archive-policy: over 10,240 characters": [
      "archive-policy (aws:iam:RolePolicy), policy: saw 19502 characters without blanks; the inline policies of one role have at most 10,240 together; name fewer resources, or use a managed policy",
    ],
    "archive-policy: no effect": [
      "archive-policy (aws:iam:RolePolicy), policy.Statement[0].Effect: saw nothing; an effect is Allow or Deny; write one of them",
    ],
    "a managed policy over 6,144 characters": [
      "managed (aws:iam:Policy), policy: saw 9434 characters without blanks; a managed policy has at most 6,144; split it in two",
    ],
    "transform-role: an action of another service in a trust policy": [
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Action: saw "s3:GetObject"; a trust policy allows sts:AssumeRole; move other actions to the role\'s policy',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
