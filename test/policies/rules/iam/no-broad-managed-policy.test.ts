import { noBroadManagedPolicy } from "../../../../policies/rules/iam/no-broad-managed-policy";
import { spec } from "../../spec";

spec(noBroadManagedPolicy, {
  unknown: {
    of: "rule-role",
    property: "name",
    says: "rule-role (aws:iam:Role), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
