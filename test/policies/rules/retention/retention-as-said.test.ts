import { retentionAsSaid } from "../../../../policies/rules/retention/retention-as-said";
import { spec } from "../../spec";

spec(retentionAsSaid, {
  messages: {
    "plant-raw: said unlimited, and expired": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 365; plant-raw is said to keep its objects without limit; remove the rule, or change what is said",
    ],
    "plant-raw: said longer than the lifecycle keeps": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 365; plant-raw is said to keep its objects for 400 days; set 400, or change what is said",
    ],
    "plant-raw: said shorter than the lifecycle keeps": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw 365 days; plant-raw is said to keep its objects for 90 days; set 90, or change what is said",
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "bucket",
    says: "plant-raw (aws:s3:Bucket), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
