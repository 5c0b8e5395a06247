import { bucketLifecycle } from "../../../../policies/rules/retention/bucket-lifecycle";
import { spec } from "../../spec";

spec(bucketLifecycle, {
  unknown: {
    of: "plant-raw-lifecycle",
    property: "bucket",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
