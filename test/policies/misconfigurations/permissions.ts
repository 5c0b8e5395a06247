import { ACCOUNT, document, REGION } from "../resources";
import { arn, DATA, functionArn, LAMBDA_TRUST, QUEUE, RAW, RESULTS, role, roleArn, STREAM } from "./plant";
import { adding, allow, change, statement, type Misconfiguration } from "./run";

const lone = (...statements: object[]): string => document(...statements.map((own) => ({ Effect: "Allow", ...own })));

/** What roles may do: too much, too little, or what only administrators need. */
export const PERMISSIONS: readonly Misconfiguration[] = [
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
    adding(
      "no-broad-managed-policy",
      `${policy} attached`,
      `attachment (aws:iam:RolePolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/${policy}"; this AWS managed policy applies to every resource of the account; write an inline policy that names the resources`,
      [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attachment",
        { role: "transform", policyArn: `arn:aws:iam::aws:policy/${policy}` },
      ],
    ),
  ),
  change(
    "no-broad-managed-policy",
    "transform-role",
    "AmazonS3ReadOnlyAccess in managedPolicyArns",
    (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]),
    'transform-role (aws:iam:Role), managedPolicyArns[0]: saw "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"; this AWS managed policy applies to every resource of the account; write an inline policy that names the resources',
  ),
  change(
    "no-broad-managed-policy",
    "rule-role",
    "a function's policy on a rule's role",
    (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]),
    'rule-role (aws:iam:Role), managedPolicyArns[0]: saw "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"; this policy is made for lambda, edgelambda, and the role trusts iot; write an inline policy with what the role\'s user calls',
  ),
  adding(
    "no-broad-managed-policy",
    "AdministratorAccess for a user",
    'attachment (aws:iam:UserPolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AdministratorAccess"; this AWS managed policy applies to every resource of the account; write an inline policy that names the resources',
    [
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      "attachment",
      { user: "ci", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    ],
  ),
  adding(
    "no-broad-managed-policy",
    "IAMFullAccess for a group",
    'attachment (aws:iam:GroupPolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/IAMFullAccess"; this AWS managed policy applies to every resource of the account; write an inline policy that names the resources',
    [
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      "attachment",
      { group: "team", policyArn: "arn:aws:iam::aws:policy/IAMFullAccess" },
    ],
  ),
  adding(
    "no-broad-managed-policy",
    "PolicyAttachment over several",
    'attachment (aws:iam:PolicyAttachment), policyArn: saw "arn:aws:iam::aws:policy/AmazonAthenaFullAccess"; this AWS managed policy applies to every resource of the account; write an inline policy that names the resources',
    [
      "aws:iam/policyAttachment:PolicyAttachment",
      "attachment",
      { roles: ["transform"], users: ["ci"], policyArn: "arn:aws:iam::aws:policy/AmazonAthenaFullAccess" },
    ],
  ),
  adding(
    "no-access-key",
    "an access key",
    'key-of-ci (aws:iam:AccessKey), user: saw "ci"; credentials that do not end are not made; use a role',
    ["aws:iam/accessKey:AccessKey", "key-of-ci", { user: "ci" }],
  ),
  adding(
    "no-access-key",
    "a password",
    'login (aws:iam:UserLoginProfile), user: saw "ci"; credentials that do not end are not made; use a role',
    ["aws:iam/userLoginProfile:UserLoginProfile", "login", { user: "ci" }],
  ),
  // what nobody needs
  change(
    "unused-permission",
    "archive-policy",
    "another stream's bucket",
    statement((own) => (own.Resource as string[]).push(`${DATA}/*`), "WriteObjects"),
    [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:AbortMultipartUpload on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:GetObject on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:PutObject on "arn:aws:s3:::plant-data/*"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
    ],
  ),
  change(
    "unused-permission",
    "archive-policy",
    "a bucket that the stack does not hold",
    statement((own) => (own.Resource as string[]).push("arn:aws:s3:::somebody-elses/*"), "WriteObjects"),
    'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:::somebody-elses/*"; the stack neither owns nor names this resource; remove it, or name the resource where it is used',
  ),
  change(
    "unused-permission",
    "archive-policy",
    "an action that Firehose does not call",
    statement((own) => (own.Action as string[]).push("s3:DeleteObject"), "WriteObjects"),
    [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-raw/raw/*"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the action',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-raw/raw-errors/*"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the action',
    ],
  ),
  change(
    "unused-permission",
    "archive-policy",
    "another stream",
    statement((own) => (own.Resource = [STREAM, arn("kinesis", "stream/historian")]), "ReadStream"),
    [
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:DescribeStream on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:GetShardIterator on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
      'archive-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw kinesis:ListShards on "arn:aws:kinesis:eu-central-1:123456789012:stream/historian"; archive (aws:kinesis:FirehoseDeliveryStream), which uses the role archive-role, does not need it; remove the resource',
    ],
  ),
  change(
    "unused-permission",
    "rule-policy",
    "reading beside writing",
    statement((own) => (own.Action = ["kinesis:PutRecord", "kinesis:GetRecords"])),
    'rule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/plant"; rule (aws:iot:TopicRule), which uses the role rule-role, does not need it; remove the action',
  ),
  change(
    "unused-permission",
    "rule-policy",
    "another log group",
    statement(
      (own) => (own.Resource = [own.Resource, arn("logs", "log-group:/aws/lambda/transform:*")].flat()),
      "WriteErrors",
    ),
    [
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:CreateLogStream on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which uses the role rule-role, does not need it; remove the resource',
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:DescribeLogStreams on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which uses the role rule-role, does not need it; remove the resource',
      'rule-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw logs:PutLogEvents on "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/transform:*"; rule (aws:iot:TopicRule), which uses the role rule-role, does not need it; remove the resource',
    ],
  ),
  change(
    "unused-permission",
    "parquet-policy",
    "the archive's function",
    statement((own) => (own.Resource = [own.Resource, functionArn("bridge")].flat()), "Transform"),
    [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; parquet (aws:kinesis:FirehoseDeliveryStream), which uses the role parquet-role, does not need it; remove the resource',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw lambda:GetFunctionConfiguration on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; parquet (aws:kinesis:FirehoseDeliveryStream), which uses the role parquet-role, does not need it; remove the resource',
    ],
  ),
  change(
    "unused-permission",
    "parquet-policy",
    "the table may be changed",
    statement((own) => (own.Action as string[]).push("glue:UpdateTable"), "ReadSchema"),
    [
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:catalog"; parquet (aws:kinesis:FirehoseDeliveryStream), which uses the role parquet-role, does not need it; remove the action',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:database/plant"; parquet (aws:kinesis:FirehoseDeliveryStream), which uses the role parquet-role, does not need it; remove the action',
      'parquet-policy (aws:iam:RolePolicy), policy.Statement[5].Resource: saw glue:UpdateTable on "arn:aws:glue:eu-central-1:123456789012:table/plant/readings"; parquet (aws:kinesis:FirehoseDeliveryStream), which uses the role parquet-role, does not need it; remove the action',
    ],
  ),
  change(
    "unused-permission",
    "schedule-policy",
    "stopping beside starting",
    statement((own) => (own.Action = ["states:StartExecution", "states:StopExecution"])),
    'schedule-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw states:StopExecution on "arn:aws:states:eu-central-1:123456789012:stateMachine:plant-daily"; schedule (aws:scheduler:Schedule), which uses the role schedule-role, does not need it; remove the action',
  ),
  change(
    "unused-permission",
    "machine-policy",
    "the raw bucket",
    statement((own) => (own.Resource = [`${DATA}/rows/*`, `${RAW}/*`]), "ReadRows"),
    'machine-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw s3:GetObject on "arn:aws:s3:::plant-raw/*"; machine (aws:sfn:StateMachine), which uses the role machine-role, does not need it; remove the resource',
  ),
  change(
    "unused-permission",
    "machine-policy",
    "deleting objects",
    statement((own) => (own.Action as string[]).push("s3:DeleteObject"), "WriteResults"),
    'machine-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw s3:DeleteObject on "arn:aws:s3:::plant-results/queries/*"; machine (aws:sfn:StateMachine), which uses the role machine-role, does not need it; remove the action',
  ),
  change(
    "unused-permission",
    "machine-policy",
    "invoking a function that no task calls",
    allow({ Action: "lambda:InvokeFunction", Resource: functionArn("bridge") }),
    'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Resource: saw lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:bridge"; machine (aws:sfn:StateMachine), which uses the role machine-role, does not need it; remove the action',
  ),
  change(
    "unused-permission",
    "transform-policy",
    "a stream in another account's name",
    allow({ Action: "kinesis:PutRecord", Resource: `arn:aws:kinesis:${REGION}:999999999999:stream/other` }),
    'transform-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw "arn:aws:kinesis:eu-central-1:999999999999:stream/other"; the stack neither owns nor names this resource; remove it, or name the resource where it is used',
  ),
  // administration and destruction
  ...(
    [
      ["machine-policy", 6, "s3:DeleteBucket", RESULTS],
      ["bridge-policy", 4, "kinesis:DeleteStream", STREAM],
      ["importer-policy", 3, "s3:PutBucketPolicy", RAW],
      ["importer-policy", 3, "s3:PutLifecycleConfiguration", RAW],
      ["bridge-policy", 4, "kms:ScheduleKeyDeletion", arn("kms", "key/11111111-2222-3333-4444-555555555555")],
      ["bridge-policy", 4, "iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/ci`],
      ["bridge-policy", 4, "iam:PutRolePolicy", roleArn("bridge")],
      ["transform-policy", 1, "logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/transform:*")],
      ["bridge-policy", 4, "lambda:UpdateFunctionCode", functionArn("bridge")],
      ["bridge-policy", 4, "sqs:PurgeQueue", QUEUE],
      ["machine-policy", 6, "glue:DeleteDatabase", arn("glue", "database/plant")],
      ["bridge-policy", 4, "kinesis:DecreaseStreamRetentionPeriod", STREAM],
      ["machine-policy", 6, "ssm:DeleteParameter", arn("ssm", "parameter/plant-window")],
    ] as const
  ).map(([of, index, Action, Resource]) =>
    change(
      "no-admin-action",
      of,
      `${Action} for a service's role`,
      allow({ Action, Resource }),
      `${of} (aws:iam:RolePolicy), policy.Statement[${index}].Action: saw "${Action}"; this action administers or deletes resources, and no service calls it at run time; remove it`,
    ),
  ),
  adding(
    "no-admin-action",
    "a user that may rewrite policies",
    'user-policy (aws:iam:UserPolicy), policy.Statement[0].Action: saw "s3:PutBucketPolicy"; this action administers or deletes resources, and no service calls it at run time; remove it',
    [
      "aws:iam/userPolicy:UserPolicy",
      "user-policy",
      { name: "u", user: "ci", policy: lone({ Action: "s3:PutBucketPolicy", Resource: RAW }) },
    ],
  ),
  adding(
    "no-admin-action",
    "a managed policy of the program, attached",
    'managed (aws:iam:Policy), policy.Statement[0].Action: saw "firehose:DeleteDeliveryStream"; this action administers or deletes resources, and no service calls it at run time; remove it',
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
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw no s3:PutObject on "arn:aws:s3:::plant-raw/raw-errors/*" in the role archive-role; the call is made with this role, and is denied without it; add s3:PutObject to the role\'s policy',
  ),
  change(
    "missing-permission",
    "archive-policy",
    "the stream cannot be read",
    statement((own) => (own.Action = ["kinesis:DescribeStream", "kinesis:GetShardIterator"]), "ReadStream"),
    'archive (aws:kinesis:FirehoseDeliveryStream), kinesisSourceConfiguration.kinesisStreamArn: saw no kinesis:GetRecords on "arn:aws:kinesis:eu-central-1:123456789012:stream/plant" in the role archive-role; the call is made with this role, and is denied without it; add kinesis:GetRecords to the role\'s policy',
  ),
  change(
    "missing-permission",
    "rule-policy",
    "the rule may not write its stream",
    statement((own) => (own.Action = "kinesis:PutRecords")),
    'rule (aws:iot:TopicRule), kineses[0]: saw no kinesis:PutRecord on "arn:*:kinesis:*:*:stream/plant" in the role rule-role; the call is made with this role, and is denied without it; add kinesis:PutRecord to the role\'s policy',
  ),
  change(
    "missing-permission",
    "rule-policy",
    "the error action may not write its log",
    statement((own) => (own.Action = ["logs:CreateLogStream"]), "WriteErrors"),
    'rule (aws:iot:TopicRule), errorAction.cloudwatchLogs: saw no logs:PutLogEvents on "arn:*:logs:*:*:log-group:/plant/rule-errors:*" in the role rule-role; the call is made with this role, and is denied without it; add logs:PutLogEvents to the role\'s policy',
  ),
  change(
    "missing-permission",
    "parquet-policy",
    "the function may not be called",
    statement((own) => (own.Action = ["lambda:GetFunctionConfiguration"]), "Transform"),
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0]: saw no lambda:InvokeFunction on "arn:aws:lambda:eu-central-1:123456789012:function:transform:$LATEST" in the role parquet-role; the call is made with this role, and is denied without it; add lambda:InvokeFunction to the role\'s policy',
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
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration: saw no glue:GetTableVersions on "arn:*:glue:*:*:table/plant/readings" in the role parquet-role; the call is made with this role, and is denied without it; add glue:GetTableVersions to the role\'s policy',
  ),
  adding(
    "missing-permission",
    "AWS IoT may not write its log",
    ["CreateLogStream", "PutLogEvents", "CreateLogGroup", "PutMetricFilter", "PutRetentionPolicy"].map(
      (name) =>
        `iot-options (aws:iot:LoggingOptions), defaultLogLevel: saw no logs:${name} on "arn:*:logs:*:*:log-group:AWSIotLogsV2:*" in the role rule-role; the call is made with this role, and is denied without it; add logs:${name} to the role's policy`,
    ),
    ["aws:iot/loggingOptions:LoggingOptions", "iot-options", { defaultLogLevel: "INFO", roleArn: roleArn("rule") }],
  ),
  change(
    "missing-permission",
    "schedule-policy",
    "the machine may not be started",
    statement((own) => (own.Resource = arn("states", "stateMachine:other"))),
    'schedule (aws:scheduler:Schedule), target.arn: saw no states:StartExecution on "arn:aws:states:eu-central-1:123456789012:stateMachine:plant-daily" in the role schedule-role; the call is made with this role, and is denied without it; add states:StartExecution to the role\'s policy',
  ),
  change(
    "missing-permission",
    "importer-policy",
    "dead letters may not be sent",
    statement((own) => (own.Action = ["sqs:GetQueueAttributes"]), "KeepFailures"),
    'importer (aws:lambda:Function), deadLetterConfig.targetArn: saw no sqs:SendMessage on "arn:aws:sqs:eu-central-1:123456789012:plant-dead-letters" in the role importer-role; the call is made with this role, and is denied without it; add sqs:SendMessage to the role\'s policy',
  ),
  // shape and size
  change(
    "iam-limits",
    "archive-policy",
    "a Sid twice",
    statement((own) => (own.Sid = "FindBucket"), "WriteObjects"),
    'archive-policy (aws:iam:RolePolicy), policy.Statement[1].Sid: saw "FindBucket" twice; a Sid occurs once in a document; rename one',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "a Sid with a hyphen",
    statement((own) => (own.Sid = "Write-Objects"), "WriteObjects"),
    'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Sid: saw "Write-Objects"; a Sid has letters and digits only; write "WriteObjects"',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "an old version",
    (inputs) => (inputs.policy = (inputs.policy as string).replace("2012-10-17", "2008-10-17")),
    'archive-policy (aws:iam:RolePolicy), policy.Version: saw "2008-10-17"; the version of a policy document is 2012-10-17; write "2012-10-17"',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "no JSON",
    (inputs) => (inputs.policy = "{"),
    'archive-policy (aws:iam:RolePolicy), policy: saw "{"; a policy document is a JSON object; write it with JSON.stringify',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "a principal in a role's policy",
    statement((own) => (own.Principal = "*"), "WriteObjects"),
    'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Principal: saw "*"; a role\'s policy names no principal; remove the member',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "an ARN with a region for S3",
    statement((own) => (own.Resource = [`arn:aws:s3:${REGION}::plant-raw/*`]), "WriteObjects"),
    'archive-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "arn:aws:s3:eu-central-1::plant-raw/*"; ARNs of s3 carry no region; leave the region empty',
  ),
  change(
    "iam-limits",
    "archive-policy",
    "over 10,240 characters",
    statement(
      (own) => (own.Resource = Array.from({ length: 300 }, (_, i) => `${RAW}/raw/a-rather-long-prefix-number-${i}/*`)),
      "WriteObjects",
    ),
    "archive-policy (aws:iam:RolePolicy), policy: saw 19502 characters without blanks; the inline policies of one role have at most 10,240 together; name fewer resources, or use a managed policy",
  ),
  change(
    "iam-limits",
    "archive-policy",
    "no effect",
    statement((own) => delete own.Effect, "WriteObjects"),
    "archive-policy (aws:iam:RolePolicy), policy.Statement[0].Effect: not set; an effect is Allow or Deny; write one of them",
  ),
  adding(
    "iam-limits",
    "a managed policy over 6,144 characters",
    "managed (aws:iam:Policy), policy: saw 9434 characters without blanks; a managed policy has at most 6,144; split it in two",
    [
      "aws:iam/policy:Policy",
      "managed",
      {
        name: "managed",
        policy: lone({
          Action: "s3:GetObject",
          Resource: Array.from({ length: 150 }, (_, i) => `${RAW}/raw/a-rather-long-prefix-number-${i}/*`),
        }),
      },
    ],
  ),
  adding(
    "inline-policies-fit",
    "too much in several policies",
    "importer-role (aws:iam:Role): saw 16065 characters without blanks in 4 inline policies; all of a role together have at most 10,240; name fewer resources, or use a managed policy",
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
    [
      'other-role (aws:iam:Role), assumeRolePolicy: saw "lambda.amazonaws.com"; direct (aws:kinesis:FirehoseDeliveryStream) uses the role as firehose.amazonaws.com; trust firehose.amazonaws.com',
      'other-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "lambda.amazonaws.com"; nothing in the stack uses the role as this service; remove the principal',
    ],
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
  adding(
    "no-public-principal",
    "logs of everybody",
    'destination (aws:cloudwatch:LogDestinationPolicy), accessPolicy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    [
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
    ],
  ),
  change(
    "no-wildcard-action",
    "machine-policy",
    "sts:*",
    allow({ Action: "sts:*", Resource: roleArn("bridge") }),
    'machine-policy (aws:iam:RolePolicy), policy.Statement[6].Action: saw "sts:*"; a statement that allows names each action in full; write the actions that are needed',
  ),
  change(
    "no-wildcard-resource",
    "bridge-policy",
    "any role may be assumed",
    allow({ Action: "sts:AssumeRole", Resource: "*" }),
    'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "*"; sts:AssumeRole can be granted for single resources, and * is every resource of the account; name the resource that is used',
  ),
  change(
    "unused-permission",
    "bridge-policy",
    "a role that the stack does not hold",
    allow({ Action: "sts:AssumeRole", Resource: "arn:aws:iam::999999999999:role/admin" }),
    'bridge-policy (aws:iam:RolePolicy), policy.Statement[4].Resource: saw "arn:aws:iam::999999999999:role/admin"; the stack neither owns nor names this resource; remove it, or name the resource where it is used',
  ),
];
