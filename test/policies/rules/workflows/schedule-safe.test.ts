import { scheduleSafe } from "../../../../policies/rules/workflows/schedule-safe";
import { spec } from "../../spec";

spec(scheduleSafe, {
  unknown: {
    of: "schedule",
    property: "groupName",
    says: "schedule (aws:scheduler:Schedule), groupName: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
