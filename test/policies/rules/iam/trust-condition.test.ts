import { trustCondition } from "../../../../policies/rules/iam/trust-condition";
import { spec } from "../../spec";

spec(trustCondition, {
  unknown: {
    of: "rule-role",
    property: "assumeRolePolicy",
    says: "rule-role (aws:iam:Role), assumeRolePolicy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
