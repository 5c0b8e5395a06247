import { readDataKept } from "../../../../policies/rules/retention/read-data-kept";
import { spec } from "../../spec";

spec(readDataKept, {
  messages: {
    "plant-raw-lifecycle: raw messages for a day": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 1; archive writes there, and data is kept at least 3 days in dev; set 3 or more",
    ],
    "plant-raw-lifecycle: raw messages for a week in production (prod)": [
      "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 7; archive writes there, and data is kept at least 30 days in prod; set 30 or more",
    ],
    "plant-data-lifecycle: rows go to Glacier, where Athena does not see them": [
      'plant-data-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].transitions[0].storageClass: saw "GLACIER"; the table table lies below rows/, and Athena skips archived objects without an error; use GLACIER_IR or INTELLIGENT_TIERING',
    ],
    "plant-data-lifecycle: rows go to the deep archive": [
      'plant-data-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].transitions[0].storageClass: saw "DEEP_ARCHIVE"; the table table lies below rows/, and Athena skips archived objects without an error; use GLACIER_IR or INTELLIGENT_TIERING',
    ],
    "table: a projection that reaches behind the expiration": [
      "plant-data-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration.days: saw 730; the table table projects partitions of the last 1825 days; keep the objects as long, or narrow the projection's range",
    ],
    "table: files of an Iceberg table expire": [
      "plant-data-lifecycle (aws:s3:BucketLifecycleConfiguration), rules[0].expiration: saw 730 days; the Iceberg table table lies there, and expiring its files corrupts it; remove the rule, and expire snapshots instead",
    ],
    "archive tiers below a table": [
      'tiers (aws:s3:BucketIntelligentTieringConfiguration), tierings[0].accessTier: saw "ARCHIVE_ACCESS"; a table lies in plant-data, and Athena cannot read archived objects; leave the archive tiers out',
    ],
  },
  unknown: {
    of: "plant-raw-lifecycle",
    property: "rules",
    says: "plant-raw-lifecycle (aws:s3:BucketLifecycleConfiguration), rules: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
