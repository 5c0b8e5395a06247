import { asyncFailuresKept } from "../../../../policies/rules/compute/async-failures-kept";
import { spec } from "../../spec";

spec(asyncFailuresKept, {
  unknown: {
    of: "transform",
    property: "name",
    says: "transform (aws:lambda:Function), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
