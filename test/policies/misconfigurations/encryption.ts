import { ACCOUNT, document } from "../resources";
import { KEY, RAW } from "./plant";
import { adding, change, lacking, statement, within, type Misconfiguration } from "./run";

const configured = { stackConfig: { "plant:kmsKeyArn": KEY } };
const encryption = (own: (byDefault: Record<string, unknown>) => void) =>
  within("rules.0.applyServerSideEncryptionByDefault", own);

const OTHER_KEY = KEY.replace("11111111", "99999999");
/** Everything of the good program that can have the configured key: its label, the argument, and the value that it has instead. */
const KEY_HOLDERS = [
  ["stream", "aws:kinesis:Stream", "kmsKeyId", '"alias/aws/kinesis"'],
  ["historian", "aws:kinesis:Stream", "kmsKeyId", '"alias/aws/kinesis"'],
  ...["plant-raw", "plant-data", "plant-results"].map((bucket) => [
    `${bucket}-encryption`,
    "aws:s3:BucketServerSideEncryptionConfiguration",
    "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
    "nothing",
  ]),
  ...["rule-log", "archive-log", "transform-log", "parquet-log", "machine-log", "bridge-log", "importer-log"].map(
    (group) => [group, "aws:cloudwatch:LogGroup", "kmsKeyId", "nothing"],
  ),
  ["dead-letters", "aws:sqs:Queue", "kmsMasterKeyId", "nothing"],
  [
    "workgroup",
    "aws:athena:Workgroup",
    "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn",
    "nothing",
  ],
] as const;

/** The messages about all of them; `other` has the values that differ, undefined for one that has the key. */
function withoutKey(other: Readonly<Record<string, string | undefined>> = {}): string[] {
  return KEY_HOLDERS.flatMap(([name = "", type, path, value]) => {
    const seen = Object.hasOwn(other, name) ? other[name] : value;
    return seen === undefined
      ? []
      : [
          `${name} (${type}), ${path}: ${seen === "nothing" ? "not set" : `saw ${seen}`}; the configured key is ${KEY}; set this key`,
        ];
  });
}

/** At rest, on the way, and where secrets stand. */
export const ENCRYPTION: readonly Misconfiguration[] = [
  change(
    "stream-encrypted",
    "stream",
    "not encrypted",
    (inputs) => (inputs.encryptionType = "NONE"),
    'stream (aws:kinesis:Stream), encryptionType: saw "NONE"; a stream is encrypted; set "KMS" and kmsKeyId',
  ),
  change(
    "stream-encrypted",
    "stream",
    "nothing said",
    (inputs) => (delete inputs.encryptionType, delete inputs.kmsKeyId),
    'stream (aws:kinesis:Stream), encryptionType: not set; a stream is encrypted; set "KMS" and kmsKeyId',
  ),
  change(
    "stream-limits",
    "stream",
    "no key",
    (inputs) => delete inputs.kmsKeyId,
    "stream (aws:kinesis:Stream), kmsKeyId: not set; a stream with encryptionType KMS names its key; set kmsKeyId, for AWS's own key to alias/aws/kinesis",
  ),
  lacking(
    "bucket-encrypted",
    "a bucket without a rule",
    "plant-data (aws:s3:Bucket): saw no encryption rule; a bucket says how its objects are encrypted; add an aws.s3.BucketServerSideEncryptionConfiguration",
    "plant-data-encryption",
  ),
  change(
    "bucket-encrypted",
    "plant-data-encryption",
    "a rule without an algorithm",
    (inputs) => (inputs.rules = [{ bucketKeyEnabled: true }]),
    'plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].applyServerSideEncryptionByDefault: not set; the rule names an algorithm; set sseAlgorithm "aws:kms" or "AES256"',
  ),
  change(
    "bucket-encrypted",
    "plant-data-encryption",
    "a call to KMS for each object",
    encryption((own) => ((own.sseAlgorithm = "aws:kms"), (own.kmsMasterKeyId = KEY))),
    "plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].bucketKeyEnabled: not set; without a bucket key each object costs a call to KMS, and its quota stops deliveries; set true",
  ),
  change(
    "bucket-limits",
    "plant-data-encryption",
    "AES256 with a key",
    encryption((own) => (own.kmsMasterKeyId = KEY)),
    'plant-data-encryption (aws:s3:BucketServerSideEncryptionConfiguration), rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId: saw "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"; AES256 takes no key; set sseAlgorithm to aws:kms, or leave the key out',
  ),
  adding(
    "delivery-encrypted",
    "records wait in plain",
    "direct (aws:kinesis:FirehoseDeliveryStream), serverSideEncryption: not set; stored records must be encrypted; set { enabled: true }",
    [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "direct",
      {
        name: "direct",
        destination: "extended_s3",
        extendedS3Configuration: { bucketArn: RAW, roleArn: `arn:aws:iam::${ACCOUNT}:role/archive` },
      },
    ],
  ),
  change(
    "queue-encrypted",
    "dead-letters",
    "not encrypted",
    (inputs) => (inputs.sqsManagedSseEnabled = false),
    "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: saw false; a queue is encrypted, and the program says so; set true, or kmsMasterKeyId",
  ),
  change(
    "queue-encrypted",
    "dead-letters",
    "nothing said",
    (inputs) => delete inputs.sqsManagedSseEnabled,
    "dead-letters (aws:sqs:Queue), sqsManagedSseEnabled: not set; a queue is encrypted, and the program says so; set true, or kmsMasterKeyId",
  ),
  change(
    "queue-encrypted",
    "alerts",
    "a topic in plain",
    (inputs) => delete inputs.kmsMasterKeyId,
    'alerts (aws:sns:Topic), kmsMasterKeyId: not set; a topic is encrypted; set a key, for alarms one of your own that lets cloudwatch.amazonaws.com in, otherwise "alias/aws/sns"',
  ),
  change(
    "results-encrypted",
    "workgroup",
    "results in plain",
    within("configuration.resultConfiguration", (own) => delete own.encryptionConfiguration),
    'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.encryptionConfiguration: not set; results are encrypted; set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
  ),
  change(
    "query-limits",
    "workgroup",
    "SSE_KMS without a key",
    within(
      "configuration.resultConfiguration",
      (own) => (own.encryptionConfiguration = { encryptionOption: "SSE_KMS" }),
    ),
    "workgroup (aws:athena:Workgroup), configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn: not set; SSE_KMS wants a key; set kmsKeyArn, or SSE_S3",
  ),
  change(
    "key-rotates",
    "key",
    "a key that never rotates",
    (inputs) => delete inputs.enableKeyRotation,
    "key (aws:kms:Key), enableKeyRotation: not set; a key rotates; set true",
  ),
  change(
    "key-rotates",
    "key",
    "a key that is off",
    (inputs) => (inputs.isEnabled = false),
    "key (aws:kms:Key), isEnabled: saw false; a key that is disabled encrypts nothing, and what it encrypted cannot be read; set true",
  ),
  // the key that was configured
  {
    rule: "configured-key",
    what: "the stream has AWS's key",
    ...configured,
    messages: withoutKey(),
  },
  change(
    "configured-key",
    "stream",
    "the log groups have none",
    (inputs) => (inputs.kmsKeyId = KEY),
    withoutKey({ stream: undefined }),
    configured,
  ),
  change(
    "configured-key",
    "plant-raw-encryption",
    "the bucket has another key",
    encryption((own) => ((own.sseAlgorithm = "aws:kms"), (own.kmsMasterKeyId = OTHER_KEY))),
    withoutKey({ "plant-raw-encryption": `"${OTHER_KEY}"` }),
    configured,
  ),
  // on the way
  lacking(
    "tls-only",
    "no bucket policy",
    "plant-raw (aws:s3:Bucket): saw no bucket policy; a bucket denies requests without TLS; add an aws.s3.BucketPolicy that denies s3:* while aws:SecureTransport is false",
    "plant-raw-policy",
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "objects only",
    statement((own) => (own.Resource = [`${RAW}/*`])),
    "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "reading only",
    statement((own) => (own.Action = "s3:GetObject")),
    "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "one role only",
    statement((own) => (own.Principal = { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` })),
    "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "the condition the wrong way round",
    statement((own) => (own.Condition = { Bool: { "aws:SecureTransport": "true" } })),
    "plant-raw-policy (aws:s3:BucketPolicy), policy: saw policy.Statement[0], which leaves requests without TLS open; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
  ),
  change(
    "tls-stated",
    "plant-raw-policy",
    "allowed in place of denied",
    (inputs) =>
      (inputs.policy = document({ Effect: "Deny", Principal: "*", Action: "s3:DeleteBucket", Resource: RAW })),
    "plant-raw-policy (aws:s3:BucketPolicy), policy: saw no statement on aws:SecureTransport; a bucket denies s3:* to everyone, on itself and its objects, while aws:SecureTransport is false; add the statement",
  ),
  adding(
    "transport-encrypted",
    "a subscription over HTTP",
    [
      'hook (aws:sns:TopicSubscription), protocol: saw "http"; notifications are sent over TLS; set "https"',
      'hook (aws:sns:TopicSubscription), endpoint: saw "http://example.com/hook"; what is sent is encrypted on the way; use https://',
    ],
    [
      "aws:sns/topicSubscription:TopicSubscription",
      "hook",
      { topic: "plant-alerts", protocol: "http", endpoint: "http://example.com/hook" },
    ],
  ),
  change(
    "transport-encrypted",
    "rule",
    "a rule that sends over HTTP",
    (inputs) => (inputs.https = [{ url: "http://example.com/in" }]),
    'rule (aws:iot:TopicRule), https[0].url: saw "http://example.com/in"; what is sent is encrypted on the way; use https://',
  ),
  adding(
    "transport-encrypted",
    "a database without TLS",
    'source (aws:dms:Endpoint), sslMode: saw "none"; DMS reaches a database over TLS; set "require", "verify-ca" or "verify-full"',
    [
      "aws:dms/endpoint:Endpoint",
      "source",
      {
        endpointId: "source",
        endpointType: "source",
        engineName: "postgres",
        sslMode: "none",
        secretsManagerArn: "arn",
      },
    ],
  ),
  // secrets
  change(
    "no-plain-secret",
    "transform",
    "a password in a variable",
    (inputs) => (inputs.environment = { variables: { DB_PASSWORD: "hunter2-hunter2" } }),
    "transform (aws:lambda:Function), environment.variables.DB_PASSWORD: saw a literal value; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "an API key in a variable",
    (inputs) => (inputs.environment = { variables: { WEATHER_API_KEY: "c0ffee0123456789" } }),
    "transform (aws:lambda:Function), environment.variables.WEATHER_API_KEY: saw a literal value; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "an access key under a harmless name",
    (inputs) => (inputs.environment = { variables: { SOURCE: "AKIAIOSFODNN7EXAMPLE" } }),
    "transform (aws:lambda:Function), environment.variables.SOURCE: saw an access key of AWS; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "a URL with a password",
    (inputs) => (inputs.environment = { variables: { SOURCE: "postgres://etl:s3cret@db.example.com/plant" } }),
    "transform (aws:lambda:Function), environment.variables.SOURCE: saw a URL with a password; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "a connection string",
    (inputs) => (inputs.environment = { variables: { SOURCE: "Server=db;User Id=etl;Password=s3cret99;" } }),
    "transform (aws:lambda:Function), environment.variables.SOURCE: saw a connection string with a password; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "a private key",
    (inputs) => (inputs.environment = { variables: { CERT: "-----BEGIN PRIVATE KEY-----\nMIIE" } }),
    "transform (aws:lambda:Function), environment.variables.CERT: saw a private key; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "transform",
    "a token of GitHub",
    (inputs) => (inputs.environment = { variables: { REPO: `ghp_${"a1B2".repeat(9)}` } }),
    "transform (aws:lambda:Function), environment.variables.REPO: saw a token of GitHub; an environment variable holds no secret; hand on the ARN of the secret, and read it at run time",
  ),
  change(
    "no-plain-secret",
    "stream",
    "an access key in a tag",
    (inputs) => (inputs.tags = { note: "AKIAIOSFODNN7EXAMPLE" }),
    "stream (aws:kinesis:Stream), tags.note: saw an access key of AWS; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
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
    "machine (aws:sfn:StateMachine), definition: saw a URL with a password; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
  ),
  adding(
    "no-plain-secret",
    "a parameter in plain",
    'parameter (aws:ssm:Parameter), type: saw "String"; a parameter that holds a secret is a SecureString; set "SecureString"',
    [
      "aws:ssm/parameter:Parameter",
      "parameter",
      { name: "/plant/db/password", type: "String", value: "hunter2-hunter2" },
    ],
  ),
  adding(
    "no-plain-secret",
    "a password of a replication endpoint",
    "source (aws:dms:Endpoint), password: saw a password; a password is read from Secrets Manager; use secretsManagerArn and secretsManagerAccessRoleArn",
    [
      "aws:dms/endpoint:Endpoint",
      "source",
      { endpointId: "source", endpointType: "source", engineName: "postgres", sslMode: "require", password: "hunter2" },
    ],
  ),
  adding(
    "no-plain-secret",
    "a connection of Glue",
    "connection (aws:glue:Connection), connectionProperties.PASSWORD: saw a literal value; a setting holds no secret; hand on the ARN of the secret, and read it at run time",
    [
      "aws:glue/connection:Connection",
      "connection",
      { name: "db", connectionProperties: { USERNAME: "etl", PASSWORD: "hunter2-hunter2" } },
    ],
  ),
  adding(
    "no-plain-secret",
    "a certificate whose key is in the state",
    "certificate (aws:iot:Certificate), csr: not set; without a request of its own the certificate's private key is kept in the stack's state; give a CSR, or use fleet provisioning",
    ["aws:iot/certificate:Certificate", "certificate", { active: true }],
  ),
  adding(
    "no-plain-secret",
    "a key of a delivery's endpoint",
    "out (aws:kinesis:FirehoseDeliveryStream), httpEndpointConfiguration.accessKey: saw a secret in plain; a destination's secret is read from Secrets Manager; use secretsManagerConfiguration",
    [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "out",
      {
        name: "out",
        destination: "http_endpoint",
        serverSideEncryption: { enabled: true },
        httpEndpointConfiguration: { url: "https://example.com", accessKey: "hunter2-hunter2" },
      },
    ],
  ),
  change(
    "no-secret-output",
    "plant-stack",
    "a password among the outputs",
    (inputs) => (inputs.dbPassword = "hunter2-hunter2"),
    "plant-stack (pulumi:pulumi:Stack), dbPassword: saw a literal value; an output holds no secret in plain text; mark it with pulumi.secret",
  ),
  change(
    "no-secret-output",
    "plant-stack",
    "an access key within an output",
    (inputs) => (inputs.users = [{ id: "AKIAIOSFODNN7EXAMPLE" }]),
    "plant-stack (pulumi:pulumi:Stack), users.0.id: saw an access key of AWS; an output holds no secret in plain text; mark it with pulumi.secret",
  ),
  // found on a second look
  change(
    "key-rotates",
    "key",
    "a policy that may lock everybody out",
    (inputs) => (inputs.bypassPolicyLockoutSafetyCheck = true),
    "key (aws:kms:Key), bypassPolicyLockoutSafetyCheck: saw true; a policy that locks everybody out makes the key, and its data, unreachable; leave it out",
  ),
  adding(
    "results-encrypted",
    "a database that writes in plain",
    'db (aws:athena:Database), encryptionConfiguration: not set; a database made by a query encrypts what it writes; set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
    ["aws:athena/database:Database", "db", { name: "db", bucket: "plant-data" }],
  ),
  adding(
    "transport-encrypted",
    "a report without TLS",
    "source (aws:quicksight:DataSource), sslProperties.disableSsl: saw true; a report reaches its source over TLS; set false",
    [
      "aws:quicksight/dataSource:DataSource",
      "source",
      { dataSourceId: "s", type: "POSTGRESQL", sslProperties: { disableSsl: true } },
    ],
  ),
  change(
    "no-plain-secret",
    "schedule",
    "a password in a schedule's input",
    within("target", (own) => (own.input = JSON.stringify({ user: "etl", password: "hunter2-hunter2" }))),
    "schedule (aws:scheduler:Schedule), target.input: saw a JSON text with a password; a secret does not stand in plain text in the program's resources; read it from Secrets Manager",
  ),
];
