import { twoKeys } from "../../../../policies/rules/retention/two-keys";
import { spec } from "../../spec";

spec(twoKeys, {
  unknown: {
    of: "plant-raw",
    property: "forceDestroy",
    says: "plant-raw (aws:s3:Bucket), forceDestroy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
