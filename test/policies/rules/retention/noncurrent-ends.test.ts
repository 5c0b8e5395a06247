import { noncurrentEnds } from "../../../../policies/rules/retention/noncurrent-ends";
import { spec } from "../../spec";

spec(noncurrentEnds, {
  messages: {
    "plant-raw-lifecycle: old versions stay": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no noncurrentVersionExpiration for the whole bucket; plant-raw keeps versions, and old ones end; add it with noncurrentDays 7 to a rule with an empty prefix",
    ],
    "plant-raw-lifecycle: old versions stay for ten years": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw 3650 days; noncurrent versions end within 365 days; lower noncurrentDays",
    ],
  },
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
