import { bucketPrivate } from "../../../../policies/rules/exposure/bucket-private";
import { spec } from "../../spec";

spec(bucketPrivate, {
  messages: {
    "plant-data-block: blockPublicAcls off": [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), blockPublicAcls: saw false; public access is blocked in all four ways; set true",
    ],
    "plant-data-block: blockPublicPolicy off": [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), blockPublicPolicy: saw false; public access is blocked in all four ways; set true",
    ],
    "plant-data-block: ignorePublicAcls off": [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), ignorePublicAcls: saw false; public access is blocked in all four ways; set true",
    ],
    "plant-data-block: restrictPublicBuckets off": [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), restrictPublicBuckets: saw false; public access is blocked in all four ways; set true",
    ],
    "plant-data-block: two left out": [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), ignorePublicAcls: saw nothing; public access is blocked in all four ways; set true",
      "plant-data-block (aws:s3:BucketPublicAccessBlock), restrictPublicBuckets: saw nothing; public access is blocked in all four ways; set true",
    ],
    "no public access block": [
      "plant-raw (aws:s3:Bucket): saw no public access block; a bucket blocks public access; add an aws.s3.BucketPublicAccessBlock",
    ],
    "the account's block partly off": [
      "account (aws:s3:AccountPublicAccessBlock), blockPublicPolicy: saw false; public access is blocked in all four ways; set true",
    ],
  },
  unknown: {
    of: "plant-data-block",
    property: "blockPublicAcls",
    says: "plant-data-block (aws:s3:BucketPublicAccessBlock), blockPublicAcls: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
