import type { Inputs } from "../../../aws/values";
import { allow, statement, within, type Misconfiguration } from "./run";

/** A change of our own stack; what the rule says of it follows from names that the project gives, so the messages are not repeated here. */
export type OwnMisconfiguration = Omit<Misconfiguration, "messages">;

const change = (rule: string, of: string, what: string, own: (inputs: Inputs) => void): OwnMisconfiguration => ({
  rule,
  of,
  what,
  change: own,
});
const lacking = (rule: string, what: string, ...without: readonly string[]): OwnMisconfiguration => ({
  rule,
  what,
  without,
});
const s3 = (own: (destination: Inputs) => void): ((inputs: Inputs) => void) => within("extendedS3Configuration", own);
const rules =
  (own: (all: Inputs[]) => void): ((inputs: Inputs) => void) =>
  (inputs) =>
    own(inputs.rules as Inputs[]);
const list = (statement: Inputs, member: string): string[] =>
  (statement[member] = [statement[member] as string | string[]].flat());
/** Every alarm that our own stack must have. */
const ALARMS = [
  "etl_device_data-etl_analytics-rule-failed",
  "etl_device_data-stream-behind",
  "etl_device_data-archive-delivery-stale",
  "calculate_fahrenheit-delivery-stale",
  "calculate_fahrenheit-conversion-failed",
  "calculate_fahrenheit-function-errors",
  "calculate_fahrenheit-function-throttled",
  "hand_on-activity-errors",
  "hand_on-activity-throttled",
  "etl_aggregate_data-executions-failed",
  "etl_aggregate_data-dead-letters MetricAlarm",
];
const SATELLITES: Readonly<Record<string, string>> = {
  "public-access-block": "bucket-private",
  ownership: "bucket-owner-enforced",
  encryption: "bucket-encrypted",
  versioning: "data-versioned",
  lifecycle: "bucket-lifecycle",
  "bucket-policy": "tls-only",
};

/** Changes of the resources of our own stack: with a lambda activity, both enrichments, a key of the customer's, a scheduled dataset. */
export const OWN: readonly OwnMisconfiguration[] = [
  ...ALARMS.map((name) => lacking("alarm-exists", `without ${name}`, name)),
  ...["etl_device_data", "etl_aggregate_store"].flatMap((name) =>
    Object.entries(SATELLITES).map(([kind, rule]) => lacking(rule, `without ${name}-${kind}`, `${name}-${kind}`)),
  ),
  ...[
    "etl_device_data-archive-log",
    "calculate_fahrenheit-transform-log",
    "etl_device_data-etl_analytics-error-log",
    "etl_aggregate_data-executions-log",
    "hand_on-log",
  ].flatMap((name) => [
    lacking("log-group-exists", `without ${name}`, name),
    change("log-retention", name, "for ever", (inputs) => delete inputs.retentionInDays),
    change("configured-key", name, "without the configured key", (inputs) => delete inputs.kmsKeyId),
  ]),
  ...[
    "etl_device_data-archive-role",
    "calculate_fahrenheit-parquet-role",
    "etl_aggregate_data-contents-role",
    "etl_aggregate_data-schedule-role",
    "etl_device_data-etl_analytics-rule-role",
  ].map((name) =>
    change(
      "trust-condition",
      name,
      "without its condition",
      statement((own) => delete own.Condition, undefined, "assumeRolePolicy"),
    ),
  ),
  ...[
    "etl_device_data-archive-policy",
    "calculate_fahrenheit-parquet-policy",
    "calculate_fahrenheit-transform-policy",
    "etl_aggregate_data-contents-policy",
    "etl_aggregate_data-schedule-policy",
    "etl_device_data-etl_analytics-rule-policy",
    "hand_on-function-policy",
  ]
    .flatMap((name) => [
      change("no-wildcard-action", name, "s3:*", allow({ Action: "s3:*", Resource: "*" })),
      change(
        "no-admin-action",
        name,
        "deleting the stream",
        allow({
          Action: "kinesis:DeleteStream",
          Resource: "arn:aws:kinesis:eu-central-1:000000000000:stream/iot-telemetry-etl-dev-etl_device_data",
        }),
      ),
      change(
        "unused-permission",
        name,
        "somebody else's bucket",
        allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::somebody-elses/*" }),
      ),
      change(
        "unused-permission",
        name,
        "a queue that it does not use",
        allow({
          Action: "sqs:ReceiveMessage",
          Resource: "arn:aws:sqs:eu-central-1:000000000000:iot-telemetry-etl-dev-etl_aggregate_data-schedule",
        }),
      ),
      change(
        "iam-limits",
        name,
        "a Sid twice",
        allow({ Sid: "WriteLog", Action: "s3:GetObject", Resource: "arn:aws:s3:::x/*" }, "policy"),
      ),
    ])
    .filter(({ rule, of }) => rule !== "iam-limits" || /archive|parquet|transform|function/.test(of!)),
  change(
    "unused-permission",
    "etl_device_data-archive-policy",
    "the datastore's bucket",
    statement(
      (own) => list(own, "Resource").push("arn:aws:s3:::iot-telemetry-etl-dev-etl-aggregate-store-data-000000000000/*"),
      "WriteObjects",
    ),
  ),
  change(
    "unused-permission",
    "etl_aggregate_data-contents-policy",
    "the raw messages",
    statement(
      (own) => list(own, "Resource").push("arn:aws:s3:::iot-telemetry-etl-dev-etl-device-data-raw-000000000000/*"),
      "ReadRows",
    ),
  ),
  change(
    "unused-permission",
    "etl_aggregate_data-contents-policy",
    "deleting the datastore's rows",
    allow({
      Action: "s3:DeleteObject",
      Resource: "arn:aws:s3:::iot-telemetry-etl-dev-etl-aggregate-store-data-000000000000/data/etl_aggregate_store/*",
    }),
  ),
  change(
    "missing-permission",
    "etl_device_data-archive-policy",
    "without writing",
    statement((own) => (own.Action = ["s3:GetObject"]), "WriteObjects"),
  ),
  change(
    "missing-permission",
    "etl_device_data-etl_analytics-rule-policy",
    "without writing errors",
    statement((own) => (own.Action = ["logs:CreateLogStream"]), "WriteErrors"),
  ),
  change(
    "missing-permission",
    "calculate_fahrenheit-parquet-policy",
    "without the key",
    statement((own) => (own.Action = ["kms:Decrypt"]), "EncryptObjects"),
  ),
  change(
    "kms-grant-confined",
    "calculate_fahrenheit-parquet-policy",
    "the key for anything",
    allow({ Action: "kms:Decrypt", Resource: "KEY" }),
  ),
  change("two-keys", "etl_device_data-bucket", "forceDestroy", (inputs) => (inputs.forceDestroy = true)),
  change("no-access-lists", "etl_aggregate_store-bucket", "public-read", (inputs) => (inputs.acl = "public-read")),
  change(
    "bucket-private",
    "etl_device_data-public-access-block",
    "three of four",
    (inputs) => (inputs.blockPublicPolicy = false),
  ),
  change(
    "tls-stated",
    "etl_aggregate_store-bucket-policy",
    "objects only",
    statement((own) => (own.Resource = ["arn:aws:s3:::iot-telemetry-etl-dev-etl-aggregate-store-data-000000000000/*"])),
  ),
  change("configured-key", "etl_device_data-stream", "AWS's key", (inputs) => (inputs.kmsKeyId = "alias/aws/kinesis")),
  change(
    "configured-key",
    "etl_aggregate_store-encryption",
    "no key",
    (inputs) => (inputs.rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]),
  ),
  change(
    "configured-key",
    "etl_aggregate_data-workgroup",
    "results without the key",
    (inputs) =>
      (((inputs.configuration as Inputs).resultConfiguration as Inputs).encryptionConfiguration = {
        encryptionOption: "SSE_S3",
      }),
  ),
  change("stream-encrypted", "etl_device_data-stream", "not encrypted", (inputs) => (inputs.encryptionType = "NONE")),
  change("stream-retention", "etl_device_data-stream", "not decided", (inputs) => delete inputs.retentionPeriod),
  change(
    "retention-decided",
    "etl_device_data-lifecycle",
    "raw messages are covered no more",
    rules((all) => all.forEach((rule) => delete rule.expiration)),
  ),
  change(
    "multipart-ends",
    "etl_device_data-lifecycle",
    "uploads stay",
    rules((all) => all.forEach((rule) => delete rule.abortIncompleteMultipartUpload)),
  ),
  change(
    "noncurrent-ends",
    "etl_aggregate_store-lifecycle",
    "versions stay",
    rules((all) => all.forEach((rule) => delete rule.noncurrentVersionExpiration)),
  ),
  change(
    "retention-as-said",
    "etl_device_data-lifecycle",
    "shorter than the document says",
    rules((all) => all.forEach((rule) => rule.expiration !== undefined && (rule.expiration = { days: 10 }))),
  ),
  change(
    "query-results-end",
    "etl_aggregate_data-lifecycle",
    "results stay",
    rules((all) => all.forEach((rule) => delete rule.expiration)),
  ),
  change("topic-rule-safe", "etl_device_data-etl_analytics-topic-rule", "off", (inputs) => (inputs.enabled = false)),
  change(
    "topic-rule-safe",
    "etl_device_data-etl_analytics-topic-rule",
    "no error action",
    (inputs) => delete inputs.errorAction,
  ),
  change(
    "topic-rule-safe",
    "etl_device_data-etl_analytics-topic-rule",
    "no partition key",
    (inputs) => delete (inputs.kineses as Inputs[])[0]!.partitionKey,
  ),
  change(
    "delivery-safe",
    "etl_device_data-archive",
    "no log",
    s3((own) => delete own.cloudwatchLoggingOptions),
  ),
  change(
    "delivery-safe",
    "calculate_fahrenheit-parquet",
    "no error prefix",
    s3((own) => delete own.errorOutputPrefix),
  ),
  change(
    "delivery-limits",
    "calculate_fahrenheit-parquet",
    "a small buffer",
    s3((own) => (own.bufferingSize = 5)),
  ),
  change(
    "delivery-limits",
    "calculate_fahrenheit-parquet",
    "no dynamic partitioning",
    s3((own) => delete own.dynamicPartitioningConfiguration),
  ),
  change(
    "conversion-schema",
    "etl_aggregate_store-table",
    "rows go where the table does not look",
    within(
      "parameters",
      (own) =>
        (own["storage.location.template"] = (own["storage.location.template"] as string).replace("/data/", "/rows/")),
    ),
  ),
  change("catalog-limits", "etl_aggregate_store-table", "a key with the name of a column", (inputs) =>
    (inputs.partitionKeys as Inputs[]).push({ name: "device_id", type: "string" }),
  ),
  change(
    "conversion-schema",
    "calculate_fahrenheit-transform",
    "cut off while Firehose waits",
    (inputs) => (inputs.timeout = 30),
  ),
  change(
    "function-safe",
    "calculate_fahrenheit-transform",
    "an old runtime",
    (inputs) => (inputs.runtime = "nodejs20.x"),
  ),
  change(
    "no-plain-secret",
    "calculate_fahrenheit-transform",
    "a password",
    (inputs) => (inputs.environment = { variables: { DB_PASSWORD: "hunter2-hunter2" } }),
  ),
  change("machine-safe", "etl_aggregate_data-contents", "no log", (inputs) => delete inputs.loggingConfiguration),
  change(
    "machine-safe",
    "etl_aggregate_data-contents",
    "a query without an end",
    (inputs) => (inputs.definition = (inputs.definition as string).replace('"TimeoutSeconds":2100,', "")),
  ),
  change(
    "schedule-safe",
    "etl_aggregate_data-schedule",
    "no dead letters",
    within("target", (own) => delete own.deadLetterConfig),
  ),
  change(
    "schedule-safe",
    "etl_aggregate_data-schedule",
    "185 retries",
    within("target", (own) => delete own.retryPolicy),
  ),
  change(
    "queue-retention",
    "etl_aggregate_data-dead-letters",
    "an hour",
    (inputs) => (inputs.messageRetentionSeconds = 3600),
  ),
  change(
    "workgroup-safe",
    "etl_aggregate_data-workgroup",
    "not enforced",
    within("configuration", (own) => (own.enforceWorkgroupConfiguration = false)),
  ),
  change(
    "workgroup-safe",
    "etl_aggregate_data-workgroup",
    "no limit",
    within("configuration", (own) => delete own.bytesScannedCutoffPerQuery),
  ),
  change("one-region", "etl_device_data-bucket", "another region", (inputs) => (inputs.region = "us-east-1")),
  lacking("channel-archived", "without its archive", "etl_device_data-archive"),
];
