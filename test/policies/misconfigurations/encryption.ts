import { ACCOUNT, document } from "../harness";
import { KEY, RAW } from "./plant";
import { adding, change, lacking, statement, within, type Misconfiguration } from "./run";

const configured = { stackConfig: { "plant:kmsKeyArn": KEY } };
const encryption = (own: (byDefault: Record<string, unknown>) => void) =>
  within("rules.0.applyServerSideEncryptionByDefault", own);

/** At rest, on the way, and where secrets stand. */
export const ENCRYPTION: readonly Misconfiguration[] = [
  change("stream-encrypted", "stream", "not encrypted", (inputs) => (inputs.encryptionType = "NONE")),
  change(
    "stream-encrypted",
    "stream",
    "nothing said",
    (inputs) => (delete inputs.encryptionType, delete inputs.kmsKeyId),
  ),
  change("stream-limits", "stream", "no key", (inputs) => delete inputs.kmsKeyId),
  lacking("bucket-encrypted", "a bucket without a rule", "plant-data-encryption"),
  change(
    "bucket-encrypted",
    "plant-data-encryption",
    "a rule without an algorithm",
    (inputs) => (inputs.rules = [{ bucketKeyEnabled: true }]),
  ),
  change(
    "bucket-encrypted",
    "plant-data-encryption",
    "a call to KMS for each object",
    encryption((own) => ((own.sseAlgorithm = "aws:kms"), (own.kmsMasterKeyId = KEY))),
  ),
  change(
    "bucket-limits",
    "plant-data-encryption",
    "AES256 with a key",
    encryption((own) => (own.kmsMasterKeyId = KEY)),
  ),
  adding("delivery-encrypted", "records wait in plain", [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "direct",
    {
      name: "direct",
      destination: "extended_s3",
      extendedS3Configuration: { bucketArn: RAW, roleArn: `arn:aws:iam::${ACCOUNT}:role/archive` },
    },
  ]),
  change("queue-encrypted", "dead-letters", "not encrypted", (inputs) => (inputs.sqsManagedSseEnabled = false)),
  change("queue-encrypted", "dead-letters", "nothing said", (inputs) => delete inputs.sqsManagedSseEnabled),
  change("queue-encrypted", "alerts", "a topic in plain", (inputs) => delete inputs.kmsMasterKeyId),
  change(
    "results-encrypted",
    "workgroup",
    "results in plain",
    within("configuration.resultConfiguration", (own) => delete own.encryptionConfiguration),
  ),
  change(
    "query-limits",
    "workgroup",
    "SSE_KMS without a key",
    within(
      "configuration.resultConfiguration",
      (own) => (own.encryptionConfiguration = { encryptionOption: "SSE_KMS" }),
    ),
  ),
  change("key-rotates", "key", "a key that never rotates", (inputs) => delete inputs.enableKeyRotation),
  change("key-rotates", "key", "a key that is off", (inputs) => (inputs.isEnabled = false)),
  // the key that was configured
  { rule: "configured-key", what: "the stream has AWS's key", ...configured },
  change("configured-key", "stream", "the log groups have none", (inputs) => (inputs.kmsKeyId = KEY), configured),
  change(
    "configured-key",
    "plant-raw-encryption",
    "the bucket has another key",
    encryption((own) => ((own.sseAlgorithm = "aws:kms"), (own.kmsMasterKeyId = KEY.replace("11111111", "99999999")))),
    configured,
  ),
  // on the way
  lacking("tls-only", "no bucket policy", "plant-raw-policy"),
  change(
    "tls-stated",
    "plant-raw-policy",
    "objects only",
    statement((own) => (own.Resource = [`${RAW}/*`])),
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "reading only",
    statement((own) => (own.Action = "s3:GetObject")),
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "one role only",
    statement((own) => (own.Principal = { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` })),
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "the condition the wrong way round",
    statement((own) => (own.Condition = { Bool: { "aws:SecureTransport": "true" } })),
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "allowed in place of denied",
    (inputs) =>
      (inputs.policy = document({ Effect: "Deny", Principal: "*", Action: "s3:DeleteBucket", Resource: RAW })),
  ),
  adding("transport-encrypted", "a subscription over HTTP", [
    "aws:sns/topicSubscription:TopicSubscription",
    "hook",
    { topic: "plant-alerts", protocol: "http", endpoint: "http://example.com/hook" },
  ]),
  change(
    "transport-encrypted",
    "rule",
    "a rule that sends over HTTP",
    (inputs) => (inputs.https = [{ url: "http://example.com/in" }]),
  ),
  adding("transport-encrypted", "a database without TLS", [
    "aws:dms/endpoint:Endpoint",
    "source",
    { endpointId: "source", endpointType: "source", engineName: "postgres", sslMode: "none", secretsManagerArn: "arn" },
  ]),
  // secrets
  change(
    "no-plain-secret",
    "transform",
    "a password in a variable",
    (inputs) => (inputs.environment = { variables: { DB_PASSWORD: "hunter2-hunter2" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "an API key in a variable",
    (inputs) => (inputs.environment = { variables: { WEATHER_API_KEY: "c0ffee0123456789" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "an access key under a harmless name",
    (inputs) => (inputs.environment = { variables: { SOURCE: "AKIAIOSFODNN7EXAMPLE" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "a URL with a password",
    (inputs) => (inputs.environment = { variables: { SOURCE: "postgres://etl:s3cret@db.example.com/plant" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "a connection string",
    (inputs) => (inputs.environment = { variables: { SOURCE: "Server=db;User Id=etl;Password=s3cret99;" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "a private key",
    (inputs) => (inputs.environment = { variables: { CERT: "-----BEGIN PRIVATE KEY-----\nMIIE" } }),
  ),
  change(
    "no-plain-secret",
    "transform",
    "a token of GitHub",
    (inputs) => (inputs.environment = { variables: { REPO: `ghp_${"a1B2".repeat(9)}` } }),
  ),
  change(
    "no-plain-secret",
    "stream",
    "an access key in a tag",
    (inputs) => (inputs.tags = { note: "AKIAIOSFODNN7EXAMPLE" }),
  ),
  change(
    "no-plain-secret",
    "machine",
    "a password in a definition",
    (inputs) =>
      (inputs.definition = (inputs.definition as string).replace(
        "SELECT count(*)",
        "SELECT 'postgres://etl:s3cret@db'",
      )),
  ),
  adding("no-plain-secret", "a parameter in plain", [
    "aws:ssm/parameter:Parameter",
    "parameter",
    { name: "/plant/db/password", type: "String", value: "hunter2-hunter2" },
  ]),
  adding("no-plain-secret", "a password of a replication endpoint", [
    "aws:dms/endpoint:Endpoint",
    "source",
    { endpointId: "source", endpointType: "source", engineName: "postgres", sslMode: "require", password: "hunter2" },
  ]),
  adding("no-plain-secret", "a connection of Glue", [
    "aws:glue/connection:Connection",
    "connection",
    { name: "db", connectionProperties: { USERNAME: "etl", PASSWORD: "hunter2-hunter2" } },
  ]),
  adding("no-plain-secret", "a certificate whose key is in the state", [
    "aws:iot/certificate:Certificate",
    "certificate",
    { active: true },
  ]),
  adding("no-plain-secret", "a key of a delivery's endpoint", [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "out",
    {
      name: "out",
      destination: "http_endpoint",
      serverSideEncryption: { enabled: true },
      httpEndpointConfiguration: { url: "https://example.com", accessKey: "hunter2-hunter2" },
    },
  ]),
  change(
    "no-secret-output",
    "plant-stack",
    "a password among the outputs",
    (inputs) => (inputs.dbPassword = "hunter2-hunter2"),
  ),
  change(
    "no-secret-output",
    "plant-stack",
    "an access key within an output",
    (inputs) => (inputs.users = [{ id: "AKIAIOSFODNN7EXAMPLE" }]),
  ),
  // found on a second look
  change(
    "key-rotates",
    "key",
    "a policy that may lock everybody out",
    (inputs) => (inputs.bypassPolicyLockoutSafetyCheck = true),
  ),
  adding("results-encrypted", "a database that writes in plain", [
    "aws:athena/database:Database",
    "db",
    { name: "db", bucket: "plant-data" },
  ]),
  adding("transport-encrypted", "a report without TLS", [
    "aws:quicksight/dataSource:DataSource",
    "source",
    { dataSourceId: "s", type: "POSTGRESQL", sslProperties: { disableSsl: true } },
  ]),
  change(
    "no-plain-secret",
    "schedule",
    "a password in a schedule's input",
    within("target", (own) => (own.input = JSON.stringify({ user: "etl", password: "hunter2-hunter2" }))),
  ),
];
