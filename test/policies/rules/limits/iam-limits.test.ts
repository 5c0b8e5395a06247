import { iamLimits } from "../../../../policies/rules/limits/iam-limits";
import { spec } from "../../spec";

spec(iamLimits, {
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
