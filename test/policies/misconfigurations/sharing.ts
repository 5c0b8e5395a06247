import { ACCOUNT, document, trust } from "../harness";
import { arn, KEY, QUEUE, RAW } from "./plant";
import { adding, allow, change, statement, type Misconfiguration } from "./run";

const trusting = (own: object): string => document({ Effect: "Allow", Action: "sts:AssumeRole", ...own });
const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const web = (Condition?: object): string =>
  document({
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: GITHUB },
    ...(Condition && { Condition }),
  });
const queuePolicy = (own: object) =>
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "queue-policy",
    {
      queueUrl: `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/plant-dead-letters`,
      policy: document({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...own }),
    },
  ] as const;

/** Who may become a role, and who may use a resource. */
export const SHARING: readonly Misconfiguration[] = [
  // trust policies
  change(
    "trust-condition",
    "rule-role",
    "no condition for IoT",
    (inputs) => (inputs.assumeRolePolicy = trust("iot.amazonaws.com")),
  ),
  change(
    "trust-condition",
    "rule-role",
    "no aws:SourceArn for IoT",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } })),
  ),
  change(
    "trust-condition",
    "archive-role",
    "no external id for Firehose",
    (inputs) => (inputs.assumeRolePolicy = trust("firehose.amazonaws.com")),
  ),
  change(
    "trust-condition",
    "archive-role",
    "a key that Firehose does not send",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": ACCOUNT, "aws:SourceAccount": ACCOUNT },
      })),
  ),
  change(
    "trust-condition",
    "archive-role",
    "another account's external id",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": "999999999999" },
      })),
  ),
  change(
    "trust-condition",
    "schedule-role",
    "a schedule's ARN in place of its group's",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("scheduler.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": arn("scheduler", "schedule/plant/daily") },
      })),
  ),
  change(
    "trust-condition",
    "machine-role",
    "aws:SourceArn of any account",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("states.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": "arn:aws:states:*:*:stateMachine:*" },
      })),
  ),
  change(
    "trust-condition",
    "machine-role",
    "any account",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("states.amazonaws.com", {
        StringLike: { "aws:SourceAccount": "*" },
        ArnLike: { "aws:SourceArn": arn("states", "stateMachine:*") },
      })),
  ),
  change(
    "trust-condition",
    "rule-role",
    "a condition with IfExists",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", {
        StringEqualsIfExists: { "aws:SourceAccount": ACCOUNT },
        ArnLikeIfExists: { "aws:SourceArn": arn("iot", "*") },
      })),
  ),
  change(
    "condition-key-exists",
    "rule-role",
    "aws:SourceArn with * under StringEquals",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("iot", "*") },
      })),
  ),
  change(
    "trust-condition",
    "transform-role",
    "another account without an external id",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: { AWS: "arn:aws:iam::999999999999:root" } })),
  ),
  change(
    "no-public-principal",
    "transform-role",
    "everyone",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: "*" })),
  ),
  change(
    "no-public-principal",
    "transform-role",
    "everyone, as AWS",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: { AWS: "*" } })),
  ),
  change(
    "no-public-principal",
    "transform-role",
    "everyone of the internet, by address",
    (inputs) =>
      (inputs.assumeRolePolicy = trusting({
        Principal: { AWS: "*" },
        Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
      })),
  ),
  change(
    "role-fits-user",
    "transform-role",
    "the wrong service",
    (inputs) => (inputs.assumeRolePolicy = trust("ec2.amazonaws.com")),
  ),
  change(
    "role-fits-user",
    "transform-role",
    "a second service that has no use for it",
    (inputs) =>
      (inputs.assumeRolePolicy = document({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] },
      })),
  ),
  change(
    "no-wildcard-action",
    "transform-role",
    "sts:* in a trust policy",
    (inputs) =>
      (inputs.assumeRolePolicy = document({
        Effect: "Allow",
        Action: "sts:*",
        Principal: { Service: "lambda.amazonaws.com" },
      })),
  ),
  change(
    "iam-limits",
    "transform-role",
    "an action of another service in a trust policy",
    (inputs) =>
      (inputs.assumeRolePolicy = document({
        Effect: "Allow",
        Action: ["sts:AssumeRole", "s3:GetObject"],
        Principal: { Service: "lambda.amazonaws.com" },
      })),
  ),
  adding("trust-condition", "GitHub without a subject", [
    "aws:iam/role:Role",
    "deploy",
    {
      name: "deploy",
      assumeRolePolicy: web({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
    },
  ]),
  adding("trust-condition", "GitHub, any repository", [
    "aws:iam/role:Role",
    "deploy",
    { name: "deploy", assumeRolePolicy: web({ StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } }) },
  ]),
  // buckets
  change(
    "no-public-principal",
    "plant-raw-policy",
    "everyone reads the bucket",
    allow({ Principal: "*", Action: "s3:GetObject", Resource: `${RAW}/*` }),
  ),
  change(
    "no-public-principal",
    "plant-raw-policy",
    "everyone, under a condition that strangers fulfil",
    allow({
      Principal: { AWS: "*" },
      Action: "s3:GetObject",
      Resource: `${RAW}/*`,
      Condition: { StringLike: { "aws:UserAgent": "*" } },
    }),
  ),
  change(
    "principal-of-account",
    "plant-raw-policy",
    "another account reads the bucket",
    allow({ Principal: { AWS: "arn:aws:iam::999999999999:root" }, Action: "s3:GetObject", Resource: `${RAW}/*` }),
  ),
  change(
    "no-wildcard-action",
    "plant-raw-policy",
    "s3:* for a role",
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` }, Action: "s3:*", Resource: `${RAW}/*` }),
  ),
  change(
    "no-inverted-grant",
    "plant-raw-policy",
    "everyone but one",
    allow({
      NotPrincipal: { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` },
      Action: "s3:GetObject",
      Resource: `${RAW}/*`,
    }),
  ),
  change(
    "service-principal-condition",
    "plant-raw-policy",
    "a service without its source",
    allow({ Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject", Resource: `${RAW}/access/*` }),
  ),
  change(
    "bucket-limits",
    "plant-raw-policy",
    "another bucket's objects",
    statement((own) => (own.Resource = ["arn:aws:s3:::plant-data", "arn:aws:s3:::plant-data/*"])),
  ),
  change("no-access-lists", "plant-raw", "public-read", (inputs) => (inputs.acl = "public-read")),
  adding("no-access-lists", "a list of its own", [
    "aws:s3/bucketAcl:BucketAcl",
    "acl",
    { bucket: "plant-raw", acl: "public-read-write" },
  ]),
  adding("no-access-lists", "a web site", [
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "site",
    { bucket: "plant-raw", indexDocument: { suffix: "index.html" } },
  ]),
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((member) =>
    change("bucket-private", "plant-data-block", `${member} off`, (inputs) => (inputs[member] = false)),
  ),
  change(
    "bucket-private",
    "plant-data-block",
    "two left out",
    (inputs) => (delete inputs.ignorePublicAcls, delete inputs.restrictPublicBuckets),
  ),
  { rule: "bucket-private", what: "no public access block", without: ["plant-raw-block"] },
  { rule: "bucket-owner-enforced", what: "no ownership controls", without: ["plant-raw-ownership"] },
  change(
    "bucket-owner-enforced",
    "plant-raw-ownership",
    "ObjectWriter",
    (inputs) => (inputs.rule = { objectOwnership: "ObjectWriter" }),
  ),
  change(
    "bucket-owner-enforced",
    "plant-raw-ownership",
    "BucketOwnerPreferred",
    (inputs) => (inputs.rule = { objectOwnership: "BucketOwnerPreferred" }),
  ),
  // queues, topics, keys, functions
  adding("no-public-principal", "everyone sends to the queue", queuePolicy({ Principal: "*" })),
  adding(
    "service-principal-condition",
    "a service sends for anybody",
    queuePolicy({ Principal: { Service: "sns.amazonaws.com" } }),
  ),
  adding(
    "principal-of-account",
    "another account sends to the queue",
    queuePolicy({ Principal: { AWS: "999999999999" } }),
  ),
  adding(
    "no-wildcard-action",
    "sqs:* in the queue's policy",
    queuePolicy({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sqs:*" }),
  ),
  change(
    "no-public-principal",
    "alerts-policy",
    "everyone publishes",
    allow({ Principal: { AWS: "*" }, Action: "sns:Publish", Resource: arn("sns", "plant-alerts") }),
  ),
  change(
    "service-principal-condition",
    "alerts-policy",
    "an alarm of anybody publishes",
    statement((own) => delete own.Condition),
  ),
  change(
    "no-public-principal",
    "key",
    "everyone uses the key",
    allow({ Principal: "*", Action: "kms:Decrypt", Resource: "*" }),
  ),
  change(
    "principal-of-account",
    "key",
    "another account holds the key",
    allow({ Principal: { AWS: "arn:aws:iam::999999999999:root" }, Action: "kms:*", Resource: "*" }),
  ),
  change(
    "service-principal-condition",
    "key",
    "a service uses the key for anybody",
    allow({ Principal: { Service: "logs.eu-central-1.amazonaws.com" }, Action: "kms:Decrypt", Resource: "*" }),
  ),
  change(
    "no-wildcard-action",
    "key",
    "kms:* for a role",
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` }, Action: "kms:*", Resource: "*" }),
  ),
  change(
    "no-open-endpoint",
    "importer-permission",
    "everyone may invoke",
    (inputs) => ((inputs.principal = "*"), delete inputs.sourceArn),
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "any bucket may invoke",
    (inputs) => delete inputs.sourceArn,
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "the bucket's next owner may invoke",
    (inputs) => delete inputs.sourceAccount,
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "every bucket, by a *",
    (inputs) => (inputs.sourceArn = "arn:aws:s3:::*"),
  ),
  change("no-open-endpoint", "importer-permission", "every action", (inputs) => (inputs.action = "lambda:*")),
  adding("principal-of-account", "another account may invoke", [
    "aws:lambda/permission:Permission",
    "foreign",
    { action: "lambda:InvokeFunction", function: "bridge", principal: "999999999999" },
  ]),
  // devices
  change(
    "device-policy",
    "device-policy",
    "any client id",
    statement((own) => (own.Resource = arn("iot", "client/*"))),
  ),
  change(
    "device-policy",
    "device-policy",
    "no attached thing",
    statement((own) => delete own.Condition),
  ),
  change(
    "device-policy",
    "device-policy",
    "everything",
    (inputs) => (inputs.policy = document({ Effect: "Allow", Action: "iot:*", Resource: "*" })),
  ),
  change(
    "no-wildcard-action",
    "device-policy",
    "every action",
    (inputs) =>
      (inputs.policy = document({
        Effect: "Allow",
        Action: "iot:*",
        Resource: arn("iot", "client/${iot:Connection.Thing.ThingName}"),
      })),
  ),
  change(
    "device-policy",
    "device-policy",
    "every device's topic",
    allow({ Action: "iot:Publish", Resource: arn("iot", "topic/dt/*") }),
  ),
  change(
    "device-policy",
    "device-policy",
    "a fixed topic that all may write",
    allow({ Action: "iot:Publish", Resource: arn("iot", "topic/dt/all/aggregate") }),
  ),
  change(
    "device-policy",
    "device-policy",
    "a subscription to all",
    allow({ Action: ["iot:Subscribe"], Resource: arn("iot", "topicfilter/*") }),
  ),
  change(
    "device-policy",
    "device-policy",
    "a client id as a wildcard of a filter",
    allow({ Action: ["iot:Subscribe"], Resource: arn("iot", "topicfilter/cmd/${iot:ClientId}/*") }),
  ),
  change(
    "device-policy",
    "device-policy",
    "every shadow",
    allow({ Action: ["iot:UpdateThingShadow", "iot:GetThingShadow"], Resource: arn("iot", "thing/*") }),
  ),
  change("device-policy", "device-policy", "administration", allow({ Action: "iot:AttachPolicy", Resource: "*" })),
  change(
    "device-policy",
    "device-policy",
    "no Connect",
    (inputs) =>
      (inputs.policy = document({
        Effect: "Allow",
        Action: "iot:Publish",
        Resource: arn("iot", "topic/dt/${iot:Connection.Thing.ThingName}/aggregate"),
      })),
  ),
  change(
    "kms-grant-confined",
    "bridge-policy",
    "a key for any service",
    allow({ Action: ["kms:Decrypt"], Resource: KEY }),
  ),
  // found on a second look
  change(
    "role-fits-user",
    "archive",
    "a role of another account",
    (inputs) =>
      ((inputs.extendedS3Configuration as { roleArn: string }).roleArn = "arn:aws:iam::999999999999:role/archive"),
  ),
  change(
    "role-fits-user",
    "transform-role",
    "the whole account may be the function",
    (inputs) =>
      (inputs.assumeRolePolicy = document({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com", AWS: `arn:aws:iam::${ACCOUNT}:root` },
      })),
  ),
  change(
    "service-principal-condition",
    "alerts-policy",
    "an alarm of anybody, by a *",
    statement((own) => (own.Condition = { ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*" } })),
  ),
  change(
    "principal-of-account",
    "alerts-policy",
    "alarms of another account",
    statement((own) => (own.Condition = { StringEquals: { "aws:SourceAccount": "999999999999" } })),
  ),
  change(
    "principal-of-account",
    "importer-permission",
    "a bucket's owner that is somebody else",
    (inputs) => (inputs.sourceAccount = "999999999999"),
  ),
  adding("principal-of-account", "a grant of a key to another account", [
    "aws:kms/grant:Grant",
    "grant",
    { keyId: KEY, granteePrincipal: "arn:aws:iam::999999999999:role/reader", operations: ["Decrypt"] },
  ]),
  adding("no-open-endpoint", "a layer for everyone", [
    "aws:lambda/layerVersionPermission:LayerVersionPermission",
    "layer",
    { layerName: "l", versionNumber: 1, statementId: "s", action: "lambda:GetLayerVersion", principal: "*" },
  ]),
  adding("device-policy", "a template that gives devices everything", [
    "aws:iot/provisioningTemplate:ProvisioningTemplate",
    "template",
    {
      name: "fleet",
      provisioningRoleArn: "r",
      templateBody: JSON.stringify({
        Resources: {
          policy: {
            Type: "AWS::IoT::Policy",
            Properties: { PolicyDocument: document({ Effect: "Allow", Action: "iot:*", Resource: "*" }) },
          },
        },
      }),
    },
  ]),
  adding("no-access-lists", "every web page", [
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    "cors",
    { bucket: "plant-raw", corsRules: [{ allowedMethods: ["GET", "PUT"], allowedOrigins: ["*"] }] },
  ]),
  change(
    "trust-condition",
    "transform-role",
    "a service that is not there",
    (inputs) => (inputs.assumeRolePolicy = trust("lambda.amazon.com")),
  ),
  adding("principal-of-account", "logs that go to another account", [
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    "filter",
    {
      logGroup: "/aws/lambda/bridge",
      filterPattern: "",
      destinationArn: "arn:aws:logs:eu-central-1:999999999999:destination:all",
    },
  ]),
  adding("principal-of-account", "notifications that go to another account", [
    "aws:sns/topicSubscription:TopicSubscription",
    "subscription",
    { topic: "plant-alerts", protocol: "sqs", endpoint: "arn:aws:sqs:eu-central-1:999999999999:inbox" },
  ]),
  change(
    "no-access-lists",
    "rule",
    "objects of a rule for everyone",
    (inputs) =>
      (inputs.s3 = [
        { bucketName: "plant-raw", key: "${newuuid()}", cannedAcl: "public-read", roleArn: arn("iam", "x") },
      ]),
  ),
];
