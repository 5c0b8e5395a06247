import { workgroupSafe } from "../../../../policies/rules/queries/workgroup-safe";
import { spec } from "../../spec";

spec(workgroupSafe, {
  unknown: {
    of: "workgroup",
    property: "configuration",
    says: "workgroup (aws:athena:Workgroup), configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
