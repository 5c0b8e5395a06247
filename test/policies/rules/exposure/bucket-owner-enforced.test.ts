import { bucketOwnerEnforced } from "../../../../policies/rules/exposure/bucket-owner-enforced";
import { spec } from "../../spec";

spec(bucketOwnerEnforced, {
  unknown: {
    of: "plant-raw-ownership",
    property: "bucket",
    says: "plant-raw-ownership (aws:s3:BucketOwnershipControls), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
