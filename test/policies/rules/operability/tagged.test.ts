import { tagged } from "../../../../policies/rules/operability/tagged";
import { spec } from "../../spec";

spec(tagged, {
  unknown: {
    of: "workgroup",
    property: "tags",
    says: "workgroup (aws:athena:Workgroup), tags: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
