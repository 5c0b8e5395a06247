import { functionSafe } from "../../../../policies/rules/compute/function-safe";
import { spec } from "../../spec";

spec(functionSafe, {
  unknown: {
    of: "transform",
    property: "runtime",
    says: "transform (aws:lambda:Function), runtime: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
