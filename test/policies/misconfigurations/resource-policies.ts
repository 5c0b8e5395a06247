import { ACCOUNT, document, trust } from "../resources";
import { arn, KEY, QUEUE } from "./plant";
import { adding, allow, change, statement, type Misconfiguration } from "./run";
const queuePolicy = (own: object) =>
  [
    "aws:sqs/queuePolicy:QueuePolicy",
    "queue-policy",
    {
      queueUrl: `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/plant-dead-letters`,
      policy: document({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...own }),
    },
  ] as const;

/** Who may use a resource, by its policy, an access list or an endpoint. */
export const RESOURCE_POLICIES: readonly Misconfiguration[] = [
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
    "importer-permission (aws:lambda:Permission), sourceArn: not set; s3.amazonaws.com may invoke the function for any resource of anybody; set the ARN of the rule, bucket or topic",
  ),
  change(
    "service-principal-condition",
    "importer-permission",
    "the bucket's next owner may invoke",
    (inputs) => delete inputs.sourceAccount,
    "importer-permission (aws:lambda:Permission), sourceAccount: not set; a permission for s3.amazonaws.com names the account, for its ARNs can be taken over by another; set sourceAccount to the stack's account",
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
    'transform-role (aws:iam:Role), assumeRolePolicy.Statement[0].Principal: saw "arn:aws:iam::123456789012:root"; transform (aws:lambda:Function) uses the role; anyone else who may assume it acts as the service; give people and other roles a separate role',
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
