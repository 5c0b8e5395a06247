import { currentClass } from "../../../../policies/rules/operability/current-class";
import { spec } from "../../spec";

spec(currentClass, {
  messages: {
    "a deprecated class of buckets": [
      "old (aws:s3:BucketV2): saw aws:s3/bucketV2:BucketV2; the class is deprecated; use Bucket",
    ],
  },
  unknown: {
    never: "the class is the resource's type",
  },
});
