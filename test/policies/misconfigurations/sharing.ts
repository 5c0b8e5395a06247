import { ACCOUNT, document, trust } from "../resources";
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
    [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceAccount for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "StringEquals": {"aws:SourceAccount": "ACCOUNT"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
    ],
  ),
  change(
    "trust-condition",
    "rule-role",
    "no aws:SourceArn for IoT",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } })),
    'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
  ),
  change(
    "trust-condition",
    "archive-role",
    "no external id for Firehose",
    (inputs) => (inputs.assumeRolePolicy = trust("firehose.amazonaws.com")),
    'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no sts:ExternalId for firehose.amazonaws.com; firehose.amazonaws.com sends it, and the trust policy must require it; add "StringEquals": {"sts:ExternalId": "ACCOUNT"}',
  ),
  change(
    "trust-condition",
    "archive-role",
    "a key that Firehose does not send",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": ACCOUNT, "aws:SourceAccount": ACCOUNT },
      })),
    'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["aws:SourceAccount"]: saw "aws:SourceAccount"; firehose.amazonaws.com is not documented to send this key, and without it the role can never be assumed; use sts:ExternalId',
  ),
  change(
    "trust-condition",
    "archive-role",
    "another account's external id",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("firehose.amazonaws.com", {
        StringEquals: { "sts:ExternalId": "999999999999" },
      })),
    'archive-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["sts:ExternalId"]: saw "999999999999"; the account of the stack is 123456789012; name that account',
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
    'schedule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLike["aws:SourceArn"]: saw "arn:aws:scheduler:eu-central-1:123456789012:schedule/plant/daily"; aws:SourceArn has the form arn:aws:scheduler:REGION:ACCOUNT:schedule-group/GROUP; write it so',
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
    'machine-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLike["aws:SourceArn"]: saw "arn:aws:states:*:*:stateMachine:*"; aws:SourceArn has the form arn:aws:states:REGION:ACCOUNT:stateMachine:*; write it so',
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
    'machine-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringLike["aws:SourceAccount"]: saw "*"; aws:SourceAccount is the number of an account, twelve digits; write the stack\'s account',
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
    [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceAccount for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "StringEquals": {"aws:SourceAccount": "ACCOUNT"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:*"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEqualsIfExists["aws:SourceAccount"]: saw "StringEqualsIfExists"; it accepts a caller that does not send the key; use StringEquals or ArnLike',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.ArnLikeIfExists["aws:SourceArn"]: saw "ArnLikeIfExists"; it accepts a caller that does not send the key; use StringEquals or ArnLike',
    ],
  ),
  change(
    "condition-key-exists",
    "rule-role",
    "aws:SourceArn with * under StringEquals",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("iot", "*") },
      })),
    'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition.StringEquals["aws:SourceArn"]: saw "arn:aws:iot:eu-central-1:123456789012:*"; under StringEquals a * is a mere character, so it never stands for others; use StringLike, or ArnLike for an ARN',
  ),
  change(
    "trust-condition",
    "transform-role",
    "another account without an external id",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: { AWS: "arn:aws:iam::999999999999:root" } })),
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "arn:aws:iam::999999999999:root"; another account (the stack\'s is 123456789012) becomes the role only with an sts:ExternalId; add StringEquals sts:ExternalId, or remove the principal',
  ),
  change(
    "no-public-principal",
    "transform-role",
    "everyone",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: "*" })),
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
  ),
  change(
    "no-public-principal",
    "transform-role",
    "everyone, as AWS",
    (inputs) => (inputs.assumeRolePolicy = trusting({ Principal: { AWS: "*" } })),
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
  ),
  change(
    "role-fits-user",
    "transform-role",
    "the wrong service",
    (inputs) => (inputs.assumeRolePolicy = trust("ec2.amazonaws.com")),
    [
      'transform-role (aws:iam:Role), assumeRolePolicy: saw "ec2.amazonaws.com"; transform (aws:lambda:Function) uses the role as lambda.amazonaws.com; trust lambda.amazonaws.com',
      'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "ec2.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
    ],
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "ec2.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Action: saw "sts:*"; a statement that allows names each action in full; write the actions that are needed',
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Action: saw "s3:GetObject"; a trust policy allows sts:AssumeRole; move other actions to the role\'s policy',
  ),
  adding(
    "trust-condition",
    "GitHub without a subject",
    'deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no token.actions.githubusercontent.com:sub for arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com; the provider issues tokens to strangers too, so the trust policy must name which it accepts; add "StringEquals": {"token.actions.githubusercontent.com:sub": "..."}',
    [
      "aws:iam/role:Role",
      "deploy",
      {
        name: "deploy",
        assumeRolePolicy: web({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
      },
    ],
  ),
  adding(
    "trust-condition",
    "GitHub, any repository",
    'deploy (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw "repo:*"; it accepts the tokens of everybody; name the tokens that are accepted',
    [
      "aws:iam/role:Role",
      "deploy",
      {
        name: "deploy",
        assumeRolePolicy: web({ StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } }),
      },
    ],
  ),
  // buckets
  change(
    "no-public-principal",
    "plant-raw-policy",
    "everyone reads the bucket",
    allow({ Principal: "*", Action: "s3:GetObject", Resource: `${RAW}/*` }),
    'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
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
    'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
  ),
  change(
    "principal-of-account",
    "plant-raw-policy",
    "another account reads the bucket",
    allow({ Principal: { AWS: "arn:aws:iam::999999999999:root" }, Action: "s3:GetObject", Resource: `${RAW}/*` }),
    "plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Principal: saw \"arn:aws:iam::999999999999:root\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
  ),
  change(
    "no-wildcard-action",
    "plant-raw-policy",
    "s3:* for a role",
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` }, Action: "s3:*", Resource: `${RAW}/*` }),
    'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Action: saw "s3:*"; a statement that allows names each action in full; write the actions that are needed',
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
    'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].NotPrincipal: saw {"AWS":"arn:aws:iam::123456789012:role/archive"}; NotPrincipal with Allow grants everything else; write Principal with what is needed',
  ),
  change(
    "service-principal-condition",
    "plant-raw-policy",
    "a service without its source",
    allow({ Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject", Resource: `${RAW}/access/*` }),
    'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[1].Condition: saw no aws:SourceArn and no aws:SourceAccount for "logging.s3.amazonaws.com"; a service that is allowed in must be limited to the resources it acts for; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
  ),
  change(
    "bucket-limits",
    "plant-raw-policy",
    "another bucket's objects",
    statement((own) => (own.Resource = ["arn:aws:s3:::plant-data", "arn:aws:s3:::plant-data/*"])),
    [
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data"; a bucket policy speaks of its own bucket, plant-raw; name that bucket',
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data/*"; a bucket policy speaks of its own bucket, plant-raw; name that bucket',
    ],
  ),
  change(
    "no-access-lists",
    "plant-raw",
    "public-read",
    (inputs) => (inputs.acl = "public-read"),
    'plant-raw (aws:s3:Bucket), acl: saw "public-read"; access is granted by policies only; remove it',
  ),
  adding(
    "no-access-lists",
    "a list of its own",
    'acl (aws:s3:BucketAcl), acl: saw "public-read-write"; access is granted by policies only; remove it',
    ["aws:s3/bucketAcl:BucketAcl", "acl", { bucket: "plant-raw", acl: "public-read-write" }],
  ),
  adding(
    "no-access-lists",
    "a web site",
    "site (aws:s3:BucketWebsiteConfiguration): saw a web site; a bucket with data is no web site; remove it",
    [
      "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
      "site",
      { bucket: "plant-raw", indexDocument: { suffix: "index.html" } },
    ],
  ),
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((member) =>
    change(
      "bucket-private",
      "plant-data-block",
      `${member} off`,
      (inputs) => (inputs[member] = false),
      `plant-data-block (aws:s3:BucketPublicAccessBlock), ${member}: saw false; public access must be blocked in all four ways; set true`,
    ),
  ),
  change(
    "bucket-private",
    "plant-data-block",
    "two left out",
    (inputs) => (delete inputs.ignorePublicAcls, delete inputs.restrictPublicBuckets),
    [
      "plant-data-block (aws:s3:BucketPublicAccessBlock), ignorePublicAcls: saw nothing; public access must be blocked in all four ways; set true",
      "plant-data-block (aws:s3:BucketPublicAccessBlock), restrictPublicBuckets: saw nothing; public access must be blocked in all four ways; set true",
    ],
  ),
  {
    rule: "bucket-private",
    what: "no public access block",
    without: ["plant-raw-block"],
    messages: [
      "plant-raw (aws:s3:Bucket): saw no public access block; a bucket blocks public access; add an aws.s3.BucketPublicAccessBlock",
    ],
  },
  {
    rule: "bucket-owner-enforced",
    what: "no ownership controls",
    without: ["plant-raw-ownership"],
    messages: [
      "plant-raw (aws:s3:Bucket): saw no ownership controls; access lists are off; add an aws.s3.BucketOwnershipControls with BucketOwnerEnforced",
    ],
  },
  change(
    "bucket-owner-enforced",
    "plant-raw-ownership",
    "ObjectWriter",
    (inputs) => (inputs.rule = { objectOwnership: "ObjectWriter" }),
    'plant-raw-ownership (aws:s3:BucketOwnershipControls), rule.objectOwnership: saw "ObjectWriter"; access lists are off; set "BucketOwnerEnforced"',
  ),
  change(
    "bucket-owner-enforced",
    "plant-raw-ownership",
    "BucketOwnerPreferred",
    (inputs) => (inputs.rule = { objectOwnership: "BucketOwnerPreferred" }),
    'plant-raw-ownership (aws:s3:BucketOwnershipControls), rule.objectOwnership: saw "BucketOwnerPreferred"; access lists are off; set "BucketOwnerEnforced"',
  ),
  // queues, topics, keys, functions
  adding(
    "no-public-principal",
    "everyone sends to the queue",
    'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    queuePolicy({ Principal: "*" }),
  ),
  adding(
    "service-principal-condition",
    "a service sends for anybody",
    'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "sns.amazonaws.com"; a service that is allowed in must be limited to the resources it acts for; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
    queuePolicy({ Principal: { Service: "sns.amazonaws.com" } }),
  ),
  adding(
    "principal-of-account",
    "another account sends to the queue",
    "queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Principal: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    queuePolicy({ Principal: { AWS: "999999999999" } }),
  ),
  adding(
    "no-wildcard-action",
    "sqs:* in the queue's policy",
    'queue-policy (aws:sqs:QueuePolicy), policy.Statement[0].Action: saw "sqs:*"; a statement that allows names each action in full; write the actions that are needed',
    queuePolicy({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sqs:*" }),
  ),
  change(
    "no-public-principal",
    "alerts-policy",
    "everyone publishes",
    allow({ Principal: { AWS: "*" }, Action: "sns:Publish", Resource: arn("sns", "plant-alerts") }),
    'alerts-policy (aws:sns:TopicPolicy), policy.Statement[1].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
  ),
  change(
    "service-principal-condition",
    "alerts-policy",
    "an alarm of anybody publishes",
    statement((own) => delete own.Condition),
    'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "cloudwatch.amazonaws.com"; a service that is allowed in must be limited to the resources it acts for; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
  ),
  change(
    "no-public-principal",
    "key",
    "everyone uses the key",
    allow({ Principal: "*", Action: "kms:Decrypt", Resource: "*" }),
    'key (aws:kms:Key), policy.Statement[2].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
  ),
  change(
    "principal-of-account",
    "key",
    "another account holds the key",
    allow({ Principal: { AWS: "arn:aws:iam::999999999999:root" }, Action: "kms:*", Resource: "*" }),
    "key (aws:kms:Key), policy.Statement[2].Principal: saw \"arn:aws:iam::999999999999:root\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
  ),
  change(
    "service-principal-condition",
    "key",
    "a service uses the key for anybody",
    allow({ Principal: { Service: "logs.eu-central-1.amazonaws.com" }, Action: "kms:Decrypt", Resource: "*" }),
    'key (aws:kms:Key), policy.Statement[2].Condition: saw no aws:SourceArn and no aws:SourceAccount for "logs.eu-central-1.amazonaws.com"; a service that is allowed in must be limited to the resources it acts for; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
  ),
  change(
    "no-wildcard-action",
    "key",
    "kms:* for a role",
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/archive` }, Action: "kms:*", Resource: "*" }),
    'key (aws:kms:Key), policy.Statement[2].Action: saw "kms:*"; a statement that allows names each action in full; write the actions that are needed',
  ),
  change(
    "no-open-endpoint",
    "importer-permission",
    "everyone may invoke",
    (inputs) => ((inputs.principal = "*"), delete inputs.sourceArn),
    'importer-permission (aws:lambda:Permission), principal: saw "*"; a permission names who may call; name the service or the account',
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "any bucket may invoke",
    (inputs) => delete inputs.sourceArn,
    "importer-permission (aws:lambda:Permission), sourceArn: saw nothing; s3.amazonaws.com may invoke the function for any resource of anybody; set the ARN of the rule, bucket or topic",
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "the bucket's next owner may invoke",
    (inputs) => delete inputs.sourceAccount,
    "importer-permission (aws:lambda:Permission), sourceAccount: saw nothing; a permission for s3.amazonaws.com names the account, for its ARNs can be taken over by another; set sourceAccount to the stack's account",
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "every bucket, by a *",
    (inputs) => (inputs.sourceArn = "arn:aws:s3:::*"),
    'importer-permission (aws:lambda:Permission), sourceArn: saw "arn:aws:s3:::*"; it takes in the resources of anybody; write account and name of the rule, bucket or topic',
  ),
  change(
    "no-open-endpoint",
    "importer-permission",
    "every action",
    (inputs) => (inputs.action = "lambda:*"),
    'importer-permission (aws:lambda:Permission), action: saw "lambda:*"; a permission names the action; write "lambda:InvokeFunction"',
  ),
  adding(
    "principal-of-account",
    "another account may invoke",
    "foreign (aws:lambda:Permission), principal: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    [
      "aws:lambda/permission:Permission",
      "foreign",
      { action: "lambda:InvokeFunction", function: "bridge", principal: "999999999999" },
    ],
  ),
  // devices
  change(
    "device-policy",
    "device-policy",
    "any client id",
    statement((own) => (own.Resource = arn("iot", "client/*"))),
    'device-policy (aws:iot:Policy), policy.Statement[0].Resource: saw "arn:aws:iot:eu-central-1:123456789012:client/*"; a device connects under its thing\'s name only; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change(
    "device-policy",
    "device-policy",
    "no attached thing",
    statement((own) => delete own.Condition),
    'device-policy (aws:iot:Policy), policy.Statement[0].Condition: saw no iot:Connection.Thing.IsAttached; the certificate belongs to the thing under whose name it connects; add "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}',
  ),
  change(
    "device-policy",
    "device-policy",
    "everything",
    (inputs) => (inputs.policy = document({ Effect: "Allow", Action: "iot:*", Resource: "*" })),
    'device-policy (aws:iot:Policy), policy.Statement[0].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
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
    'device-policy (aws:iot:Policy), policy.Statement[0].Action: saw "iot:*"; a statement that allows names each action in full; write the actions that are needed',
  ),
  change(
    "device-policy",
    "device-policy",
    "every device's topic",
    allow({ Action: "iot:Publish", Resource: arn("iot", "topic/dt/*") }),
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topic/dt/*"; a wildcard reaches other devices\' topics; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change(
    "device-policy",
    "device-policy",
    "a fixed topic that all may write",
    allow({ Action: "iot:Publish", Resource: arn("iot", "topic/dt/all/aggregate") }),
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topic/dt/all/aggregate"; a device publishes below its own name, so that nobody speaks for another; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change(
    "device-policy",
    "device-policy",
    "a subscription to all",
    allow({ Action: ["iot:Subscribe"], Resource: arn("iot", "topicfilter/*") }),
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topicfilter/*"; a wildcard reaches other devices\' topics; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change(
    "device-policy",
    "device-policy",
    "a client id as a wildcard of a filter",
    allow({ Action: ["iot:Subscribe"], Resource: arn("iot", "topicfilter/cmd/${iot:ClientId}/*") }),
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:topicfilter/cmd/${iot:ClientId}/*"; a client could call itself +, and ${iot:ClientId} would be a wildcard; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change(
    "device-policy",
    "device-policy",
    "every shadow",
    allow({ Action: ["iot:UpdateThingShadow", "iot:GetThingShadow"], Resource: arn("iot", "thing/*") }),
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "arn:aws:iot:eu-central-1:123456789012:thing/*"; a device reads and changes its own thing and shadow only; write ${iot:Connection.Thing.ThingName} into it',
  ),
  change("device-policy", "device-policy", "administration", allow({ Action: "iot:AttachPolicy", Resource: "*" }), [
    'device-policy (aws:iot:Policy), policy.Statement[2].Action: saw "iot:AttachPolicy"; a device connects, publishes, receives and uses its shadow and jobs, and administers nothing; remove it',
    'device-policy (aws:iot:Policy), policy.Statement[2].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
  ]),
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
    "device-policy (aws:iot:Policy), policy: saw no iot:Connect; variables of a thing hold only for a client that connects under the thing's name; allow iot:Connect on client/${iot:Connection.Thing.ThingName}",
  ),
  change(
    "kms-grant-confined",
    "bridge-policy",
    "a key for any service",
    allow({ Action: ["kms:Decrypt"], Resource: KEY }),
    'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Condition: saw no kms:ViaService; a key is used through one service; add "StringEquals": {"kms:ViaService": "s3.REGION.amazonaws.com"}',
  ),
  // found on a second look
  change(
    "role-fits-user",
    "archive",
    "a role of another account",
    (inputs) =>
      ((inputs.extendedS3Configuration as { roleArn: string }).roleArn = "arn:aws:iam::999999999999:role/archive"),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.roleArn: saw a role of the account 999999999999; a service can only use roles of the stack's account 123456789012 only; use a role of this account",
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "arn:aws:iam::123456789012:root"; transform (aws:lambda:Function) uses the role; anyone else who may assume it acts as the service; give people and other roles a role of their own',
  ),
  change(
    "service-principal-condition",
    "alerts-policy",
    "an alarm of anybody, by a *",
    statement((own) => (own.Condition = { ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*" } })),
    'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition: saw no aws:SourceArn and no aws:SourceAccount for "cloudwatch.amazonaws.com"; a service that is allowed in must be limited to the resources it acts for; add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
  ),
  change(
    "principal-of-account",
    "alerts-policy",
    "alarms of another account",
    statement((own) => (own.Condition = { StringEquals: { "aws:SourceAccount": "999999999999" } })),
    'alerts-policy (aws:sns:TopicPolicy), policy.Statement[0].Condition.StringEquals["aws:SourceAccount"]: saw "999999999999"; another account than the stack\'s 123456789012 is let in; remove it, or name the account in the rule\'s setting accounts',
  ),
  change(
    "principal-of-account",
    "importer-permission",
    "a bucket's owner that is somebody else",
    (inputs) => (inputs.sourceAccount = "999999999999"),
    "importer-permission (aws:lambda:Permission), sourceAccount: saw \"999999999999\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
  ),
  adding(
    "principal-of-account",
    "a grant of a key to another account",
    "grant (aws:kms:Grant), granteePrincipal: saw \"arn:aws:iam::999999999999:role/reader\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    [
      "aws:kms/grant:Grant",
      "grant",
      { keyId: KEY, granteePrincipal: "arn:aws:iam::999999999999:role/reader", operations: ["Decrypt"] },
    ],
  ),
  adding(
    "no-open-endpoint",
    "a layer for everyone",
    'layer (aws:lambda:LayerVersionPermission), principal: saw "*"; a layer is shared with those who are named; name the account, or organizationId',
    [
      "aws:lambda/layerVersionPermission:LayerVersionPermission",
      "layer",
      { layerName: "l", versionNumber: 1, statementId: "s", action: "lambda:GetLayerVersion", principal: "*" },
    ],
  ),
  adding(
    "device-policy",
    "a template that gives devices everything",
    'template (aws:iot:ProvisioningTemplate), templateBody.Resources.policy.Statement[0].Resource: saw "*"; * is every client and every topic; write ${iot:Connection.Thing.ThingName} into it',
    [
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
    ],
  ),
  adding(
    "no-access-lists",
    "every web page",
    'cors (aws:s3:BucketCorsConfiguration), corsRules[0].allowedOrigins: saw ["*"]; any web page could use the log-in of whoever has it open; name the origins',
    [
      "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
      "cors",
      { bucket: "plant-raw", corsRules: [{ allowedMethods: ["GET", "PUT"], allowedOrigins: ["*"] }] },
    ],
  ),
  change(
    "trust-condition",
    "transform-role",
    "a service that does not exist",
    (inputs) => (inputs.assumeRolePolicy = trust("lambda.amazon.com")),
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "lambda.amazon.com"; a service is named SERVICE.amazonaws.com, and with another name nobody can assume the role; write the service\'s name',
  ),
  adding(
    "principal-of-account",
    "logs that go to another account",
    "filter (aws:cloudwatch:LogSubscriptionFilter), destinationArn: saw \"arn:aws:logs:eu-central-1:999999999999:destination:all\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    [
      "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
      "filter",
      {
        logGroup: "/aws/lambda/bridge",
        filterPattern: "",
        destinationArn: "arn:aws:logs:eu-central-1:999999999999:destination:all",
      },
    ],
  ),
  adding(
    "principal-of-account",
    "notifications that go to another account",
    "subscription (aws:sns:TopicSubscription), endpoint: saw \"arn:aws:sqs:eu-central-1:999999999999:inbox\"; another account than the stack's 123456789012 is let in; remove it, or name the account in the rule's setting accounts",
    [
      "aws:sns/topicSubscription:TopicSubscription",
      "subscription",
      { topic: "plant-alerts", protocol: "sqs", endpoint: "arn:aws:sqs:eu-central-1:999999999999:inbox" },
    ],
  ),
  change(
    "no-access-lists",
    "rule",
    "objects of a rule for everyone",
    (inputs) =>
      (inputs.s3 = [
        { bucketName: "plant-raw", key: "${newuuid()}", cannedAcl: "public-read", roleArn: arn("iam", "x") },
      ]),
    'rule (aws:iot:TopicRule), s3[0].cannedAcl: saw "public-read"; access is granted by policies only; remove it',
  ),
];
