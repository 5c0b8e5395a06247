import { roleFitsUser } from "../../../../policies/rules/iam/role-fits-user";
import { spec } from "../../spec";

spec(roleFitsUser, {
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
