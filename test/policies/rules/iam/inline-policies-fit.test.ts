import { inlinePoliciesFit } from "../../../../policies/rules/iam/inline-policies-fit";
import { spec } from "../../spec";

spec(inlinePoliciesFit, {
  messages: {
    "too much in several policies": [
      "importer-role (aws:iam:Role): saw 16065 characters without blanks in 4 inline policies; all of a role together have at most 10,240; name fewer resources, or use a managed policy",
    ],
  },
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
