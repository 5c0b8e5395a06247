import { inlinePoliciesFit } from "../../../../policies/rules/iam/inline-policies-fit";
import { spec } from "../../spec";

spec(inlinePoliciesFit, {
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
