import { bucketEncrypted } from "../../../../policies/rules/encryption/bucket-encrypted";
import { spec } from "../../spec";

spec(bucketEncrypted, {
  messages: {
    "a bucket without a rule": [
      "plant-data (aws:s3:Bucket): saw no encryption rule; a bucket says how its objects are encrypted; add an aws.s3.BucketServerSideEncryptionConfiguration",
    ],
    "plant-data-encryption: a rule without an algorithm": [
      'plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].applyServerSideEncryptionByDefault: saw nothing; the rule names an algorithm; set sseAlgorithm "aws:kms" or "AES256"',
    ],
    "plant-data-encryption: a call to KMS for each object": [
      "plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].bucketKeyEnabled: saw nothing; without a bucket key each object costs a call to KMS, and its quota stops deliveries; set true",
    ],
  },
  unknown: {
    of: "plant-raw-encryption",
    property: "bucket",
    says: "plant-raw-encryption (aws:s3:BucketServerSideEncryptionConfiguration), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
