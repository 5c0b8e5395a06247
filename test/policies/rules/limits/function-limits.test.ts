import { functionLimits } from "../../../../policies/rules/limits/function-limits";
import { spec } from "../../spec";

spec(functionLimits, {
  unknown: {
    of: "bridge",
    property: "timeout",
    says: "bridge (aws:lambda:Function), timeout: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
