import { retentionDecided } from "../../../../policies/rules/retention/retention-decided";
import { spec } from "../../spec";

spec(retentionDecided, {
  messages: {
    "plant-raw-lifecycle: no expiration": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration for objects below raw/dt=, raw-errors/ in plant-raw; a retention is a number of days, or `unlimited` that is said; add a rule with expiration.days, or say unlimited: in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
    ],
    "plant-raw-lifecycle: the rule is disabled": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration for objects below raw/dt=, raw-errors/ in plant-raw; a retention is a number of days, or `unlimited` that is said; add a rule with expiration.days, or say unlimited: in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
    ],
    "plant-raw-lifecycle: a prefix that nobody writes": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration for objects below raw/dt=, raw-errors/ in plant-raw; a retention is a number of days, or `unlimited` that is said; add a rule with expiration.days, or say unlimited: in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
    ],
    "plant-data-lifecycle: the error prefix is not covered": [
      "plant-data-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration for objects below errors/ in plant-data; a retention is a number of days, or `unlimited` that is said; add a rule with expiration.days, or say unlimited: in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
    ],
    "plant-raw-lifecycle: only objects with a tag": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: saw no expiration for objects below raw/dt=, raw-errors/ in plant-raw; a retention is a number of days, or `unlimited` that is said; add a rule with expiration.days, or say unlimited: in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
    ],
    "plant-raw: a tag that says nothing": [
      'plant-raw (aws:s3:Bucket), tags.data-retention: saw "long"; the tag says `unlimited`, or for example `30 days`; write it so',
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "bucket",
    says: "plant-raw (aws:s3:Bucket), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
