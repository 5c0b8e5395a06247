import { multipartEnds } from "../../../../policies/rules/retention/multipart-ends";
import { spec } from "../../spec";

spec(multipartEnds, {
  messages: {
    "plant-raw-lifecycle: unfinished uploads stay": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no abortIncompleteMultipartUpload for the whole bucket; an upload that was never finished ends; add it with daysAfterInitiation 7 to a rule with an empty prefix",
    ],
    "plant-raw-lifecycle: unfinished uploads stay for a year": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw 365 days; an upload that was never finished ends within 30 days; set daysAfterInitiation to 7",
    ],
  },
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
