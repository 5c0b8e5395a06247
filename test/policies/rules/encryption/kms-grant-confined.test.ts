import { kmsGrantConfined } from "../../../../policies/rules/encryption/kms-grant-confined";
import { spec } from "../../spec";

spec(kmsGrantConfined, {
  messages: {
    "bridge-policy: a key for any service": [
      'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Condition: saw no kms:ViaService; a key is used through one service; add "StringEquals": {"kms:ViaService": "s3.REGION.amazonaws.com"}',
    ],
  },
  unknown: {
    of: "bridge-policy",
    property: "policy",
    says: "bridge-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
