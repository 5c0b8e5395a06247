import { noWildcardAction } from "../../../../policies/rules/iam/no-wildcard-action";
import { spec } from "../../spec";

spec(noWildcardAction, {
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
