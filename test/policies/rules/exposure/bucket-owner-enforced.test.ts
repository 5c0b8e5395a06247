import { bucketOwnerEnforced } from "../../../../policies/rules/exposure/bucket-owner-enforced";
import { spec } from "../../spec";

spec(bucketOwnerEnforced, {
  messages: {
    "no ownership controls": [
      "plant-raw (aws:s3:Bucket): saw no ownership controls; access lists are off; add an aws.s3.BucketOwnershipControls with BucketOwnerEnforced",
    ],
    "plant-raw-ownership: ObjectWriter": [
      'plant-raw-ownership (aws:s3:BucketOwnershipControls), rule.objectOwnership: saw "ObjectWriter"; access lists are off; set "BucketOwnerEnforced"',
    ],
    "plant-raw-ownership: BucketOwnerPreferred": [
      'plant-raw-ownership (aws:s3:BucketOwnershipControls), rule.objectOwnership: saw "BucketOwnerPreferred"; access lists are off; set "BucketOwnerEnforced"',
    ],
  },
  unknown: {
    of: "plant-raw-ownership",
    property: "bucket",
    says: "plant-raw-ownership (aws:s3:BucketOwnershipControls), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
