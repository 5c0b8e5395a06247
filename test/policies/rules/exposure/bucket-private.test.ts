import { bucketPrivate } from "../../../../policies/rules/exposure/bucket-private";
import { spec } from "../../spec";

spec(bucketPrivate, {
  unknown: {
    of: "plant-data-block",
    property: "blockPublicAcls",
    says: "plant-data-block (aws:s3:BucketPublicAccessBlock), blockPublicAcls: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
