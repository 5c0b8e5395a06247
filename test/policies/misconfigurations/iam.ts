import { ACCOUNT, document, REGION } from "../harness";
import { arn, DATA, functionArn, LAMBDA_TRUST, QUEUE, RAW, RESULTS, role, roleArn, STREAM } from "./plant";
import { adding, allow, change, statement, type Misconfiguration } from "./run";

const lone = (...statements: object[]): string => document(...statements.map((own) => ({ Effect: "Allow", ...own })));

/** What a role, user or group may do. */
export const IAM: readonly Misconfiguration[] = [
  // wildcards in actions
  change(
    "no-wildcard-action",
    "archive-policy",
    "every action of a service",
    statement((own) => (own.Action = "s3:*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-action",
    "archive-policy",
    "every action there is",
    statement((own) => (own.Action = "*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-action",
    "archive-policy",
    "s3:Get*",
    statement((own) => (own.Action = ["s3:PutObject", "s3:Get*"]), "WriteObjects"),
  ),
  change(
    "no-wildcard-action",
    "archive-policy",
    "s3:Put?bject",
    statement((own) => (own.Action = ["s3:Put?bject"]), "WriteObjects"),
  ),
  change(
    "no-wildcard-action",
    "rule-policy",
    "kinesis:Put*",
    statement((own) => (own.Action = "kinesis:Put*")),
  ),
  change(
    "no-wildcard-action",
    "bridge-policy",
    "a wildcard among named actions",
    allow({ Action: ["sqs:SendMessage", "sqs:*Message"], Resource: QUEUE }),
  ),
  change(
    "no-wildcard-action",
    "machine-policy",
    "athena:*",
    statement((own) => (own.Action = "athena:*"), "RunQuery"),
  ),
  adding("no-wildcard-action", "an inline policy of the role itself", [
    "aws:iam/role:Role",
    "extra-role",
    {
      name: "extra",
      assumeRolePolicy: LAMBDA_TRUST,
      inlinePolicies: [{ name: "all", policy: lone({ Action: "dynamodb:*", Resource: arn("dynamodb", "table/x") }) }],
    },
  ]),
  adding("no-wildcard-action", "a managed policy of the program", [
    "aws:iam/policy:Policy",
    "managed",
    { name: "managed", policy: lone({ Action: "*", Resource: "*" }) },
  ]),
  adding("no-wildcard-action", "an inline policy of a user", [
    "aws:iam/userPolicy:UserPolicy",
    "user-policy",
    { name: "u", user: "ci", policy: lone({ Action: "s3:*", Resource: `${RAW}/*` }) },
  ]),
  adding("no-wildcard-action", "an inline policy of a group", [
    "aws:iam/groupPolicy:GroupPolicy",
    "group-policy",
    { name: "g", group: "team", policy: lone({ Action: "kinesis:*", Resource: STREAM }) },
  ]),
  // inverted grants
  change(
    "no-inverted-grant",
    "archive-policy",
    "NotAction",
    statement((own) => ((own.NotAction = "s3:DeleteBucket"), delete own.Action), "WriteObjects"),
  ),
  change(
    "no-inverted-grant",
    "archive-policy",
    "NotResource",
    statement((own) => ((own.NotResource = `${DATA}/*`), delete own.Resource), "WriteObjects"),
  ),
  // wildcards in resources
  change(
    "no-wildcard-resource",
    "archive-policy",
    "every resource",
    statement((own) => (own.Resource = "*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-resource",
    "archive-policy",
    "every bucket",
    statement((own) => (own.Resource = "arn:aws:s3:::*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-resource",
    "archive-policy",
    "every object of every bucket",
    statement((own) => (own.Resource = "arn:aws:s3:::*/*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-resource",
    "archive-policy",
    "buckets with a common beginning",
    statement((own) => (own.Resource = "arn:aws:s3:::plant-*/*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-resource",
    "archive-policy",
    "a bucket's name with ?",
    statement((own) => (own.Resource = "arn:aws:s3:::plant-ra?/*"), "WriteObjects"),
  ),
  change(
    "no-wildcard-resource",
    "archive-policy",
    "every stream",
    statement((own) => (own.Resource = arn("kinesis", "stream/*")), "ReadStream"),
  ),
  change(
    "no-wildcard-resource",
    "rule-policy",
    "any account and region",
    statement((own) => (own.Resource = "arn:aws:kinesis:*:*:stream/plant")),
  ),
  change(
    "no-wildcard-resource",
    "parquet-policy",
    "every function",
    statement((own) => (own.Resource = arn("lambda", "function:*")), "Transform"),
  ),
  change(
    "no-wildcard-resource",
    "parquet-policy",
    "every table",
    statement((own) => (own.Resource = arn("glue", "table/*/*")), "ReadSchema"),
  ),
  change(
    "no-wildcard-resource",
    "transform-policy",
    "logs of every function",
    statement((own) => (own.Resource = arn("logs", "log-group:/aws/lambda/*"))),
  ),
  change(
    "no-wildcard-resource",
    "transform-policy",
    "every log group",
    statement((own) => (own.Resource = "arn:aws:logs:*:*:*")),
  ),
  change(
    "no-wildcard-resource",
    "schedule-policy",
    "every state machine",
    statement((own) => (own.Resource = arn("states", "stateMachine:*"))),
  ),
  change(
    "no-wildcard-resource",
    "bridge-policy",
    "every queue",
    statement((own) => (own.Resource = "*"), "KeepFailures"),
  ),
  change(
    "no-wildcard-resource",
    "machine-policy",
    "every workgroup",
    statement((own) => (own.Resource = arn("athena", "workgroup/*")), "RunQuery"),
  ),
  // names
  change(
    "action-exists",
    "archive-policy",
    "a misspelt action",
    statement((own) => (own.Action = ["s3:PutObjects"]), "WriteObjects"),
  ),
  change(
    "action-exists",
    "archive-policy",
    "a service that is not there",
    allow({ Action: "kinesisfirehose:PutRecord", Resource: "*" }),
  ),
  change(
    "action-exists",
    "rule-policy",
    "the call's name in place of the action's",
    allow({ Action: "s3:ListObjectsV2", Resource: RAW }),
  ),
  change(
    "action-exists",
    "machine-policy",
    "a pattern that no action fits",
    allow({ Action: "athena:Startt*", Resource: "*" }),
  ),
  change(
    "resource-fits-action",
    "archive-policy",
    "an object action on a bucket",
    statement((own) => (own.Resource = RAW), "WriteObjects"),
  ),
  change(
    "resource-fits-action",
    "archive-policy",
    "a bucket action on objects",
    statement((own) => (own.Resource = `${RAW}/*`), "FindBucket"),
  ),
  change(
    "resource-fits-action",
    "rule-policy",
    "a stream action on a delivery stream",
    statement((own) => (own.Resource = arn("firehose", "deliverystream/plant"))),
  ),
  change(
    "resource-fits-action",
    "parquet-policy",
    "a function action on a log group",
    statement((own) => (own.Resource = arn("logs", "log-group:/aws/lambda/transform")), "Transform"),
  ),
  change(
    "resource-fits-action",
    "bridge-policy",
    "a resource for an action without a resource level",
    allow({ Action: "kinesis:ListStreams", Resource: STREAM }),
  ),
  // conditions
  change(
    "condition-key-exists",
    "archive-policy",
    "a key that is not there",
    statement((own) => (own.Condition = { StringEquals: { "s3:bucketName": "x" } }), "WriteObjects"),
  ),
  change(
    "condition-key-exists",
    "archive-policy",
    "a key of another service",
    statement((own) => (own.Condition = { StringEquals: { "kinesis:AccountId": "x" } }), "WriteObjects"),
  ),
  change(
    "condition-key-exists",
    "archive-policy",
    "a global key that is not there",
    statement((own) => (own.Condition = { StringEquals: { "aws:SourceAcount": ACCOUNT } }), "WriteObjects"),
  ),
  change(
    "condition-key-exists",
    "archive-policy",
    "an operator that is not there",
    statement((own) => (own.Condition = { StringEqual: { "aws:SourceAccount": ACCOUNT } }), "WriteObjects"),
  ),
  change(
    "condition-key-exists",
    "machine-policy",
    "a * under StringEquals",
    statement((own) => (own.Condition = { StringEquals: { "s3:prefix": "queries/*" } }), "FindBuckets"),
  ),
  change(
    "condition-key-exists",
    "archive-policy",
    "Bool on a text",
    statement((own) => (own.Condition = { Bool: { "aws:SourceAccount": ACCOUNT } }), "WriteObjects"),
  ),
  change(
    "condition-key-exists",
    "archive-policy",
    "a number under an ARN's operator",
    statement((own) => (own.Condition = { ArnLike: { "aws:PrincipalAccount": ACCOUNT } }), "WriteObjects"),
  ),
  // roles handed on
  change(
    "pass-role-condition",
    "machine-policy",
    "PassRole without the service",
    allow({ Action: "iam:PassRole", Resource: roleArn("transform") }),
  ),
  change(
    "pass-role-condition",
    "machine-policy",
    "PassRole for every role",
    allow({
      Action: "iam:PassRole",
      Resource: "*",
      Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    }),
  ),
  change(
    "pass-role-condition",
    "machine-policy",
    "PassRole to any service",
    allow({
      Action: "iam:PassRole",
      Resource: roleArn("transform"),
      Condition: { StringLike: { "iam:PassedToService": "*.amazonaws.com" } },
    }),
  ),
  // managed policies
  ...[
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonKinesisFullAccess",
    "service-role/AWSIoTRuleActions",
    "service-role/AWSLambdaKinesisExecutionRole",
    "job-function/DataScientist",
  ].map((policy) =>
    adding("no-broad-managed-policy", `${policy} attached`, [
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "attachment",
      { role: "transform", policyArn: `arn:aws:iam::aws:policy/${policy}` },
    ]),
  ),
  change(
    "no-broad-managed-policy",
    "transform-role",
    "AmazonS3ReadOnlyAccess in managedPolicyArns",
    (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]),
  ),
  change(
    "no-broad-managed-policy",
    "rule-role",
    "a function's policy on a rule's role",
    (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]),
  ),
  adding("no-broad-managed-policy", "AdministratorAccess for a user", [
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "attachment",
    { user: "ci", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ]),
  adding("no-broad-managed-policy", "IAMFullAccess for a group", [
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "attachment",
    { group: "team", policyArn: "arn:aws:iam::aws:policy/IAMFullAccess" },
  ]),
  adding("no-broad-managed-policy", "PolicyAttachment over several", [
    "aws:iam/policyAttachment:PolicyAttachment",
    "attachment",
    { roles: ["transform"], users: ["ci"], policyArn: "arn:aws:iam::aws:policy/AmazonAthenaFullAccess" },
  ]),
  adding("no-access-key", "an access key", ["aws:iam/accessKey:AccessKey", "key-of-ci", { user: "ci" }]),
  adding("no-access-key", "a password", ["aws:iam/userLoginProfile:UserLoginProfile", "login", { user: "ci" }]),
  // what nobody needs
  change(
    "unused-permission",
    "archive-policy",
    "another stream's bucket",
    statement((own) => (own.Resource as string[]).push(`${DATA}/*`), "WriteObjects"),
  ),
  change(
    "unused-permission",
    "archive-policy",
    "a bucket that the stack does not hold",
    statement((own) => (own.Resource as string[]).push("arn:aws:s3:::somebody-elses/*"), "WriteObjects"),
  ),
  change(
    "unused-permission",
    "archive-policy",
    "an action that Firehose does not call",
    statement((own) => (own.Action as string[]).push("s3:DeleteObject"), "WriteObjects"),
  ),
  change(
    "unused-permission",
    "archive-policy",
    "another stream",
    statement((own) => (own.Resource = [STREAM, arn("kinesis", "stream/historian")]), "ReadStream"),
  ),
  change(
    "unused-permission",
    "rule-policy",
    "reading beside writing",
    statement((own) => (own.Action = ["kinesis:PutRecord", "kinesis:GetRecords"])),
  ),
  change(
    "unused-permission",
    "rule-policy",
    "another log group",
    statement(
      (own) => (own.Resource = [own.Resource, arn("logs", "log-group:/aws/lambda/transform:*")].flat()),
      "WriteErrors",
    ),
  ),
  change(
    "unused-permission",
    "parquet-policy",
    "the archive's function",
    statement((own) => (own.Resource = [own.Resource, functionArn("bridge")].flat()), "Transform"),
  ),
  change(
    "unused-permission",
    "parquet-policy",
    "the table may be changed",
    statement((own) => (own.Action as string[]).push("glue:UpdateTable"), "ReadSchema"),
  ),
  change(
    "unused-permission",
    "schedule-policy",
    "stopping beside starting",
    statement((own) => (own.Action = ["states:StartExecution", "states:StopExecution"])),
  ),
  change(
    "unused-permission",
    "machine-policy",
    "the raw bucket",
    statement((own) => (own.Resource = [`${DATA}/rows/*`, `${RAW}/*`]), "ReadRows"),
  ),
  change(
    "unused-permission",
    "machine-policy",
    "deleting objects",
    statement((own) => (own.Action as string[]).push("s3:DeleteObject"), "WriteResults"),
  ),
  change(
    "unused-permission",
    "machine-policy",
    "invoking a function that no task calls",
    allow({ Action: "lambda:InvokeFunction", Resource: functionArn("bridge") }),
  ),
  change(
    "unused-permission",
    "transform-policy",
    "a stream in another account's name",
    allow({ Action: "kinesis:PutRecord", Resource: `arn:aws:kinesis:${REGION}:999999999999:stream/other` }),
  ),
  // administration and destruction
  ...(
    [
      ["machine-policy", "s3:DeleteBucket", RESULTS],
      ["bridge-policy", "kinesis:DeleteStream", STREAM],
      ["importer-policy", "s3:PutBucketPolicy", RAW],
      ["importer-policy", "s3:PutLifecycleConfiguration", RAW],
      ["bridge-policy", "kms:ScheduleKeyDeletion", arn("kms", "key/11111111-2222-3333-4444-555555555555")],
      ["bridge-policy", "iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/ci`],
      ["bridge-policy", "iam:PutRolePolicy", roleArn("bridge")],
      ["transform-policy", "logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/transform:*")],
      ["bridge-policy", "lambda:UpdateFunctionCode", functionArn("bridge")],
      ["bridge-policy", "sqs:PurgeQueue", QUEUE],
      ["machine-policy", "glue:DeleteDatabase", arn("glue", "database/plant")],
      ["bridge-policy", "kinesis:DecreaseStreamRetentionPeriod", STREAM],
    ] as const
  ).map(([of, Action, Resource]) =>
    change("no-admin-action", of, `${Action} for a service's role`, allow({ Action, Resource })),
  ),
  adding("no-admin-action", "a user that may rewrite policies", [
    "aws:iam/userPolicy:UserPolicy",
    "user-policy",
    { name: "u", user: "ci", policy: lone({ Action: "s3:PutBucketPolicy", Resource: RAW }) },
  ]),
  adding(
    "no-admin-action",
    "a managed policy of the program, attached",
    [
      "aws:iam/policy:Policy",
      "managed",
      {
        name: "managed",
        arn: `arn:aws:iam::${ACCOUNT}:policy/managed`,
        policy: lone({ Action: "firehose:DeleteDeliveryStream", Resource: arn("firehose", "deliverystream/archive") }),
      },
    ],
    [
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "attachment",
      { role: "archive", policyArn: `arn:aws:iam::${ACCOUNT}:policy/managed` },
    ],
  ),
  // what is missing
  change(
    "missing-permission",
    "archive-policy",
    "the error prefix is not writable",
    statement((own) => (own.Resource = [`${RAW}/raw/*`]), "WriteObjects"),
  ),
  change(
    "missing-permission",
    "archive-policy",
    "the stream cannot be read",
    statement((own) => (own.Action = ["kinesis:DescribeStream", "kinesis:GetShardIterator"]), "ReadStream"),
  ),
  change(
    "missing-permission",
    "rule-policy",
    "the rule may not write its stream",
    statement((own) => (own.Action = "kinesis:PutRecords")),
  ),
  change(
    "missing-permission",
    "rule-policy",
    "the error action may not write its log",
    statement((own) => (own.Action = ["logs:CreateLogStream"]), "WriteErrors"),
  ),
  change(
    "missing-permission",
    "parquet-policy",
    "the function may not be called",
    statement((own) => (own.Action = ["lambda:GetFunctionConfiguration"]), "Transform"),
  ),
  change(
    "missing-permission",
    "parquet-policy",
    "the schema may not be read",
    statement(
      (own) =>
        (own.Resource = [arn("glue", "catalog"), arn("glue", "database/plant"), arn("glue", "table/plant/others")]),
      "ReadSchema",
    ),
  ),
  change(
    "missing-permission",
    "schedule-policy",
    "the machine may not be started",
    statement((own) => (own.Resource = arn("states", "stateMachine:other"))),
  ),
  change(
    "missing-permission",
    "importer-policy",
    "dead letters may not be sent",
    statement((own) => (own.Action = ["sqs:GetQueueAttributes"]), "KeepFailures"),
  ),
  // shape and size
  change(
    "iam-limits",
    "archive-policy",
    "a Sid twice",
    statement((own) => (own.Sid = "FindBucket"), "WriteObjects"),
  ),
  change(
    "iam-limits",
    "archive-policy",
    "a Sid with a hyphen",
    statement((own) => (own.Sid = "Write-Objects"), "WriteObjects"),
  ),
  change(
    "iam-limits",
    "archive-policy",
    "an old version",
    (inputs) => (inputs.policy = (inputs.policy as string).replace("2012-10-17", "2008-10-17")),
  ),
  change("iam-limits", "archive-policy", "no JSON", (inputs) => (inputs.policy = "{")),
  change(
    "iam-limits",
    "archive-policy",
    "a principal in a role's policy",
    statement((own) => (own.Principal = "*"), "WriteObjects"),
  ),
  change(
    "iam-limits",
    "archive-policy",
    "an ARN with a region for S3",
    statement((own) => (own.Resource = [`arn:aws:s3:${REGION}::plant-raw/*`]), "WriteObjects"),
  ),
  change(
    "iam-limits",
    "archive-policy",
    "over 10,240 characters",
    statement(
      (own) => (own.Resource = Array.from({ length: 300 }, (_, i) => `${RAW}/raw/a-rather-long-prefix-number-${i}/*`)),
      "WriteObjects",
    ),
  ),
  change(
    "iam-limits",
    "archive-policy",
    "no effect",
    statement((own) => delete own.Effect, "WriteObjects"),
  ),
  adding("iam-limits", "a managed policy over 6,144 characters", [
    "aws:iam/policy:Policy",
    "managed",
    {
      name: "managed",
      policy: lone({
        Action: "s3:GetObject",
        Resource: Array.from({ length: 150 }, (_, i) => `${RAW}/raw/a-rather-long-prefix-number-${i}/*`),
      }),
    },
  ]),
  adding(
    "inline-policies-fit",
    "too much in several policies",
    ...Array.from(
      { length: 3 },
      (_, n) =>
        [
          "aws:iam/rolePolicy:RolePolicy",
          `extra-${n}`,
          {
            name: `extra-${n}`,
            role: "importer",
            policy: lone({
              Action: "s3:GetObject",
              Resource: Array.from({ length: 80 }, (_, i) => `${RAW}/raw/a-rather-long-prefix-number-${n}-${i}/*`),
            }),
          },
        ] as const,
    ),
  ),
  adding(
    "role-fits-user",
    "a delivery stream with a function's role",
    ...role("other", LAMBDA_TRUST, { Action: "s3:PutObject", Resource: `${RAW}/direct/*` }),
    [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "direct",
      {
        name: "direct",
        destination: "extended_s3",
        extendedS3Configuration: { bucketArn: RAW, prefix: "direct/", roleArn: roleArn("other") },
      },
    ],
  ),
  // found on a second look
  adding("no-public-principal", "logs of everybody", [
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
    "destination",
    {
      destinationName: "d",
      accessPolicy: document({
        Effect: "Allow",
        Principal: "*",
        Action: "logs:PutSubscriptionFilter",
        Resource: arn("logs", "destination:d"),
      }),
    },
  ]),
  change("no-wildcard-action", "machine-policy", "sts:*", allow({ Action: "sts:*", Resource: roleArn("bridge") })),
  change(
    "no-wildcard-resource",
    "bridge-policy",
    "any role may be assumed",
    allow({ Action: "sts:AssumeRole", Resource: "*" }),
  ),
  change(
    "unused-permission",
    "bridge-policy",
    "a role that the stack does not hold",
    allow({ Action: "sts:AssumeRole", Resource: "arn:aws:iam::999999999999:role/admin" }),
  ),
];
