import { ACCOUNT, document, trust } from "../resources";
import { arn, RAW } from "./plant";
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

/** Who may assume a role. */
export const TRUST: readonly Misconfiguration[] = [
  // trust policies
  change(
    "trust-condition",
    "rule-role",
    "no condition for IoT",
    (inputs) => (inputs.assumeRolePolicy = trust("iot.amazonaws.com")),
    [
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceAccount for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "StringEquals": {"aws:SourceAccount": "ACCOUNT"}',
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:rule/NAME"}',
    ],
  ),
  change(
    "trust-condition",
    "rule-role",
    "no aws:SourceArn for IoT",
    (inputs) =>
      (inputs.assumeRolePolicy = trust("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } })),
    'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:rule/NAME"}',
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
      'rule-role (aws:iam:Role), assumeRolePolicy.Statement[0].Condition: saw no aws:SourceArn for iot.amazonaws.com; iot.amazonaws.com sends it, and the trust policy must require it; add "ArnLike": {"aws:SourceArn": "arn:aws:iot:REGION:ACCOUNT:rule/NAME"}',
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
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data"; a bucket policy applies only to its own bucket, plant-raw; name that bucket',
      'plant-raw-policy (aws:s3:BucketPolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::plant-data/*"; a bucket policy applies only to its own bucket, plant-raw; name that bucket',
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
      "plant-data-block (aws:s3:BucketPublicAccessBlock), ignorePublicAcls: not set; public access must be blocked in all four ways; set true",
      "plant-data-block (aws:s3:BucketPublicAccessBlock), restrictPublicBuckets: not set; public access must be blocked in all four ways; set true",
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
];
