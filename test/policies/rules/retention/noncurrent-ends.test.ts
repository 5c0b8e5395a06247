import { noncurrentEnds } from "../../../../policies/rules/retention/noncurrent-ends";
import { spec } from "../../spec";

spec(noncurrentEnds, {
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
