import { actionExists } from "../../../../policies/rules/iam/action-exists";
import { spec } from "../../spec";

spec(actionExists, {
  messages: {
    "archive-policy: a misspelt action": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Action: saw "s3:PutObjects"; s3 has no such action; write s3:PutObject',
    ],
    "archive-policy: a service that is not there": [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[4].Action: saw "kinesisfirehose:PutRecord"; AWS has no service with the prefix "kinesisfirehose"; write the prefix of the service authorization reference',
    ],
    "rule-policy: the call's name in place of the action's": [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[2].Action: saw "s3:ListObjectsV2"; s3 has no such action; look it up in the service authorization reference',
    ],
    "machine-policy: a pattern that no action fits": [
      'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Action: saw "athena:Startt*"; no action of the service fits it; name the action',
    ],
  },
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
