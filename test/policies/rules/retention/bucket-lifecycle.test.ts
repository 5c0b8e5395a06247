import { bucketLifecycle } from "../../../../policies/rules/retention/bucket-lifecycle";
import { spec } from "../../spec";

spec(bucketLifecycle, {
  messages: {
    "no lifecycle": [
      "plant-raw (aws:s3:Bucket): saw no lifecycle configuration; a bucket says when its objects end; add an aws.s3.BucketLifecycleConfiguration",
    ],
    "two lifecycles, of which one is lost": [
      "second (aws:s3:BucketLifecycleConfiguration), bucket: saw 2 lifecycle configurations of plant-raw; each replaces the other whole, so one of them is lost; join their rules",
    ],
    "a bucket that was forgotten": [
      "forgotten (aws:s3:Bucket): saw no lifecycle configuration; a bucket says when its objects end; add an aws.s3.BucketLifecycleConfiguration",
    ],
  },
  unknown: {
    of: "plant-raw-lifecycle",
    property: "bucket",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
