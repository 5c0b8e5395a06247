import type { Inputs } from "../../../aws/values";
import { arn, bucket } from "./plant";
import { adding, change, lacking, within, type Misconfiguration } from "./run";

const rules = (own: (rule: Inputs) => void): ((inputs: Inputs) => void) => within("rules.0", own);
const prod = { stack: "prod" };

/** How long data is kept, and what keeps it from being lost. */
export const RETENTION: readonly Misconfiguration[] = [
  // buckets
  lacking("bucket-lifecycle", "no lifecycle", "plant-raw-lifecycle"),
  adding("bucket-lifecycle", "two lifecycles, of which one is lost", [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "second",
    {
      bucket: "plant-raw",
      rules: [{ id: "x", status: "Enabled", filter: { prefix: "tmp/" }, expiration: { days: 1 } }],
    },
  ]),
  change(
    "retention-decided",
    "plant-raw-lifecycle",
    "no expiration",
    rules((rule) => delete rule.expiration),
  ),
  change(
    "retention-decided",
    "plant-raw-lifecycle",
    "the rule is disabled",
    rules((rule) => (rule.status = "Disabled")),
  ),
  change(
    "retention-decided",
    "plant-raw-lifecycle",
    "a prefix that nobody writes",
    rules((rule) => (rule.filter = { prefix: "row/" })),
  ),
  change(
    "retention-decided",
    "plant-data-lifecycle",
    "the error prefix is not covered",
    rules((rule) => (rule.filter = { prefix: "rows/" })),
  ),
  change(
    "retention-decided",
    "plant-raw-lifecycle",
    "only objects with a tag",
    rules((rule) => (rule.filter = { tag: { key: "keep", value: "no" } })),
  ),
  change(
    "retention-decided",
    "plant-raw",
    "a tag that says nothing",
    (inputs) => (inputs.tags = { "data-retention": "long" }),
  ),
  change(
    "retention-as-said",
    "plant-raw",
    "said unlimited, and expired",
    (inputs) => (inputs.tags = { "data-retention": "unlimited" }),
  ),
  change(
    "retention-as-said",
    "plant-raw",
    "said longer than the lifecycle keeps",
    (inputs) => (inputs.tags = { "data-retention": "400 days" }),
  ),
  change(
    "retention-as-said",
    "plant-raw",
    "said shorter than the lifecycle keeps",
    (inputs) => (inputs.tags = { "data-retention": "90 days" }),
  ),
  change(
    "read-data-kept",
    "plant-raw-lifecycle",
    "raw messages for a day",
    rules((rule) => (rule.expiration = { days: 1 })),
  ),
  change(
    "read-data-kept",
    "plant-raw-lifecycle",
    "raw messages for a week in production",
    rules((rule) => (rule.expiration = { days: 7 })),
    prod,
  ),
  change(
    "read-data-kept",
    "plant-data-lifecycle",
    "rows go to Glacier, where Athena does not see them",
    rules((rule) => (rule.transitions = [{ days: 90, storageClass: "GLACIER" }])),
  ),
  change(
    "read-data-kept",
    "plant-data-lifecycle",
    "rows go to the deep archive",
    rules((rule) => (rule.transitions = [{ days: 180, storageClass: "DEEP_ARCHIVE" }])),
  ),
  change(
    "read-data-kept",
    "table",
    "a projection that reaches behind the expiration",
    within("parameters", (own) => (own["projection.dt.range"] = "NOW-5YEARS,NOW")),
  ),
  change(
    "read-data-kept",
    "table",
    "files of an Iceberg table expire",
    within("parameters", (own) => (own.table_type = "ICEBERG")),
  ),
  adding("read-data-kept", "archive tiers below a table", [
    "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
    "tiers",
    { bucket: "plant-data", name: "all", tierings: [{ accessTier: "ARCHIVE_ACCESS", days: 90 }] },
  ]),
  change(
    "multipart-ends",
    "plant-raw-lifecycle",
    "unfinished uploads stay",
    rules((rule) => delete rule.abortIncompleteMultipartUpload),
  ),
  change(
    "multipart-ends",
    "plant-raw-lifecycle",
    "unfinished uploads stay for a year",
    rules((rule) => (rule.abortIncompleteMultipartUpload = { daysAfterInitiation: 365 })),
  ),
  change(
    "noncurrent-ends",
    "plant-raw-lifecycle",
    "old versions stay",
    rules((rule) => delete rule.noncurrentVersionExpiration),
  ),
  change(
    "noncurrent-ends",
    "plant-raw-lifecycle",
    "old versions stay for ten years",
    rules((rule) => (rule.noncurrentVersionExpiration = { noncurrentDays: 3650 })),
  ),
  lacking("data-versioned", "no versions of raw messages", "plant-raw-versioning"),
  change(
    "data-versioned",
    "plant-data-versioning",
    "versions suspended",
    (inputs) => (inputs.versioningConfiguration = { status: "Suspended" }),
  ),
  change(
    "query-results-end",
    "plant-results-lifecycle",
    "results of queries stay",
    rules((rule) => (rule.filter = { prefix: "others/" })),
  ),
  adding(
    "bucket-lifecycle",
    "a bucket that was forgotten",
    ...bucket("forgotten", 30).filter(([, name]) => name !== "forgotten-lifecycle"),
  ),
  // deletion
  change("two-keys", "plant-raw", "forceDestroy", (inputs) => (inputs.forceDestroy = true)),
  change("two-keys", "plant-data", "forceDestroy in production", (inputs) => (inputs.forceDestroy = true), {
    stack: "prod",
    stackConfig: { "plant:allowDataDeletion": "true" },
  }),
  change(
    "key-deletion-window",
    "key",
    "a key that is gone after a week, in production",
    (inputs) => (inputs.deletionWindowInDays = 7),
    prod,
  ),
  adding("key-deletion-window", "a secret that is gone at once", [
    "aws:secretsmanager/secret:Secret",
    "secret",
    { name: "plant-db", recoveryWindowInDays: 0 },
  ]),
  // streams, logs, queues
  change("stream-retention", "stream", "not decided", (inputs) => delete inputs.retentionPeriod),
  change("stream-retention", "stream", "a day, in production", (inputs) => (inputs.retentionPeriod = 24), prod),
  change("stream-limits", "stream", "longer than a year", (inputs) => (inputs.retentionPeriod = 9000)),
  change("log-retention", "archive-log", "for ever, by nothing", (inputs) => delete inputs.retentionInDays),
  change("log-retention", "archive-log", "for ever, by 0", (inputs) => (inputs.retentionInDays = 0)),
  change("log-retention", "transform-log", "three days, in production", (inputs) => (inputs.retentionInDays = 3), prod),
  change(
    "workflow-limits",
    "transform-log",
    "a number that CloudWatch does not take",
    (inputs) => (inputs.retentionInDays = 100),
  ),
  lacking("log-group-exists", "the function makes its own log group", "transform-log"),
  change(
    "log-group-exists",
    "transform",
    "a log group that is not there",
    within("loggingConfig", (own) => (own.logGroup = "/plant/nowhere")),
  ),
  lacking("log-group-exists", "the delivery stream's log group", "archive-log", "archive-log-stream"),
  lacking("log-group-exists", "the delivery stream's log stream", "archive-log-stream"),
  lacking("log-group-exists", "the machine's log group", "machine-log"),
  lacking("log-group-exists", "the rule's log group of errors", "rule-log"),
  change("queue-retention", "dead-letters", "not decided", (inputs) => delete inputs.messageRetentionSeconds),
  change(
    "queue-retention",
    "dead-letters",
    "dead letters for an hour",
    (inputs) => (inputs.messageRetentionSeconds = 3600),
  ),
  change(
    "queue-retention",
    "dead-letters",
    "dead letters over a weekend only, in production",
    (inputs) => (inputs.messageRetentionSeconds = 345_600),
    prod,
  ),
  change(
    "workflow-limits",
    "dead-letters",
    "longer than SQS takes",
    (inputs) => (inputs.messageRetentionSeconds = 2_000_000),
  ),
  adding("queue-retention", "a queue without a retention", [
    "aws:sqs/queue:Queue",
    "jobs",
    { name: "jobs", sqsManagedSseEnabled: true, arn: arn("sqs", "jobs") },
  ]),
  // found on a second look
  {
    rule: "data-protected",
    what: "production that turns the protection off",
    stack: "prod",
    stackConfig: { "plant:protectData": "false" },
  },
  adding("two-keys", "a database that takes its tables along", [
    "aws:athena/database:Database",
    "db",
    { name: "db", bucket: "plant-data", forceDestroy: true },
  ]),
];
