import { noAdminAction } from "../../../../policies/rules/iam/no-admin-action";
import { spec } from "../../spec";

spec(noAdminAction, {
  unknown: {
    of: "machine-policy",
    property: "policy",
    says: "machine-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
