import { bucketEncrypted } from "../../../../policies/rules/encryption/bucket-encrypted";
import { spec } from "../../spec";

spec(bucketEncrypted, {
  unknown: {
    of: "plant-raw-encryption",
    property: "bucket",
    says: "plant-raw-encryption (aws:s3:BucketServerSideEncryptionConfiguration), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
