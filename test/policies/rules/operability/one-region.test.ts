import { oneRegion } from "../../../../policies/rules/operability/one-region";
import { spec } from "../../spec";

spec(oneRegion, {
  unknown: {
    of: "stream",
    property: "region",
    says: "stream (aws:kinesis:Stream), region: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
