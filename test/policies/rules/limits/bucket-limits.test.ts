import { bucketLimits } from "../../../../policies/rules/limits/bucket-limits";
import { spec } from "../../spec";

spec(bucketLimits, {
  messages: {
    "plant-raw-policy: another bucket's objects": [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data"; a bucket policy speaks of its own bucket, plant-raw; name that bucket',
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data/*"; a bucket policy speaks of its own bucket, plant-raw; name that bucket',
    ],
    "plant-data-encryption: AES256 with a key": [
      'plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId: saw "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"; AES256 takes no key; set sseAlgorithm to aws:kms, or leave the key out',
    ],
    "plant-raw: capitals in a bucket's name": [
      'plant-raw (aws:s3:Bucket), bucket: saw "Plant-Raw"; the name has lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and is no IP address; choose another name',
    ],
    "plant-raw-lifecycle: infrequent access after a week": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].transitions[0]: saw 7 days; objects move to STANDARD_IA after 30 days at the earliest; set 30 or more",
    ],
    "plant-raw-lifecycle: gone before it is moved": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 365 days; expiration comes after the transition to GLACIER_IR at 400 days; raise it, or drop the transition",
    ],
    "plant-raw-lifecycle: a class that is not there": [
      'plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].transitions[0].storageClass: saw "COLD"; the storage class is one of STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE; choose one of them',
    ],
    "plant-raw: fifty-one tags": ["plant-raw (aws:s3:Bucket), tags: saw 51 tags; a resource has at most 50; drop some"],
  },
  unknown: {
    of: "plant-raw-policy",
    property: "policy",
    says: "plant-raw-policy (aws:s3:BucketPolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
