import { mappingSafe } from "../../../../policies/rules/compute/mapping-safe";
import { spec } from "../../spec";

spec(mappingSafe, {
  unknown: {
    of: "mapping",
    property: "maximumRetryAttempts",
    says: "mapping (aws:lambda:EventSourceMapping), maximumRetryAttempts: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
