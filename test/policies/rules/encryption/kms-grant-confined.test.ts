import { kmsGrantConfined } from "../../../../policies/rules/encryption/kms-grant-confined";
import { spec } from "../../spec";

spec(kmsGrantConfined, {
  unknown: {
    of: "bridge-policy",
    property: "policy",
    says: "bridge-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
