import { arn, RAW, roleArn } from "./plant";
import { adding, change, type Misconfiguration } from "./run";

/** What the internet reaches, and what is off or out of date. */
export const EXPOSURE: readonly Misconfiguration[] = [
  adding(
    "no-open-endpoint",
    "a function's URL for everyone",
    'url (aws:lambda:FunctionUrl), authorizationType: saw "NONE"; a function\'s URL asks who calls; set "AWS_IAM"',
    ["aws:lambda/functionUrl:FunctionUrl", "url", { functionName: "bridge", authorizationType: "NONE" }],
  ),
  adding(
    "no-open-endpoint",
    "a permission for a URL without log-in",
    [
      'url-permission (aws:lambda:Permission), principal: saw "*"; a permission names who may call; name the service or the account',
      'url-permission (aws:lambda:Permission), functionUrlAuthType: saw "NONE"; a function\'s URL asks who calls; set "AWS_IAM"',
    ],
    [
      "aws:lambda/permission:Permission",
      "url-permission",
      { action: "lambda:InvokeFunctionUrl", function: "bridge", principal: "*", functionUrlAuthType: "NONE" },
    ],
  ),
  adding(
    "no-open-endpoint",
    "an API's route without log-in",
    'route (aws:apigatewayv2:Route), authorizationType: saw "NONE"; an API\'s route asks who calls; set "AWS_IAM", "JWT" or "CUSTOM"',
    ["aws:apigatewayv2/route:Route", "route", { apiId: "a", routeKey: "POST /readings", authorizationType: "NONE" }],
  ),
  adding(
    "no-open-endpoint",
    "an API's method without log-in",
    'method (aws:apigateway:Method), authorization: saw "NONE"; an API\'s method asks who calls; set "AWS_IAM", or an authorizer',
    [
      "aws:apigateway/method:Method",
      "method",
      { restApi: "a", resourceId: "r", httpMethod: "POST", authorization: "NONE" },
    ],
  ),
  adding(
    "no-open-endpoint",
    "a database with a public address",
    "db (aws:rds:Instance), publiclyAccessible: saw true; a database has no public address; set false",
    ["aws:rds/instance:Instance", "db", { identifier: "db", publiclyAccessible: true }],
  ),
  adding(
    "no-open-endpoint",
    "a replication instance with a public address",
    "dms (aws:dms:ReplicationInstance), publiclyAccessible: saw true; a replication instance has no public address; set false",
    [
      "aws:dms/replicationInstance:ReplicationInstance",
      "dms",
      { replicationInstanceId: "dms", multiAz: true, publiclyAccessible: true },
    ],
  ),
  adding(
    "no-open-endpoint",
    "SSH for the internet",
    'group (aws:ec2:SecurityGroup), ingress[0].cidrBlocks: saw "0.0.0.0/0"; the internet does not come in; name the networks that may',
    [
      "aws:ec2/securityGroup:SecurityGroup",
      "group",
      { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] },
    ],
  ),
  adding(
    "no-open-endpoint",
    "a rule of its own for the internet, IPv6",
    'ingress (aws:vpc:SecurityGroupIngressRule), cidrIpv6: saw "::/0"; the internet does not come in; name the networks that may',
    [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "ingress",
      { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv6: "::/0" },
    ],
  ),
  adding(
    "no-open-endpoint",
    "an older rule for the internet",
    'ingress (aws:ec2:SecurityGroupRule), cidrBlocks: saw "0.0.0.0/0"; the internet does not come in; name the networks that may',
    [
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      "ingress",
      { type: "ingress", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] },
    ],
  ),
  change(
    "function-safe",
    "transform",
    "a runtime that is over",
    (inputs) => (inputs.runtime = "nodejs18.x"),
    'transform (aws:lambda:Function), runtime: saw "nodejs18.x"; a function runs on nodejs22.x, nodejs24.x, or python3.11 to 3.14; set "nodejs24.x"',
  ),
  change(
    "function-safe",
    "transform",
    "a Python that is over",
    (inputs) => (inputs.runtime = "python3.8"),
    'transform (aws:lambda:Function), runtime: saw "python3.8"; a function runs on nodejs22.x, nodejs24.x, or python3.11 to 3.14; set "nodejs24.x"',
  ),
  change(
    "function-safe",
    "transform",
    "x86_64",
    (inputs) => (inputs.architectures = ["x86_64"]),
    'transform (aws:lambda:Function), architectures: saw ["x86_64"]; functions run on arm64, which costs a fifth less; set ["arm64"]',
  ),
  change(
    "function-safe",
    "transform",
    "logs in plain text",
    (inputs) => (inputs.loggingConfig = { ...(inputs.loggingConfig as object), logFormat: "Text" }),
    'transform (aws:lambda:Function), loggingConfig.logFormat: saw "Text"; logs must be JSON, so that they can be queried; set "JSON"',
  ),
  adding(
    "current-class",
    "a deprecated class of buckets",
    "old (aws:s3:BucketV2): saw aws:s3/bucketV2:BucketV2; the class is deprecated; use Bucket",
    ["aws:s3/bucketV2:BucketV2", "old", { bucket: "plant-old" }],
  ),
  change(
    "one-region",
    "stream",
    "another region",
    (inputs) => (inputs.region = "us-east-1"),
    'stream (aws:kinesis:Stream), region: saw "us-east-1"; the stack\'s region is eu-central-1; leave it out',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a rule that is off",
    (inputs) => (inputs.enabled = false),
    "rule (aws:iot:TopicRule), enabled: saw false; a rule that is off drops every message without a trace; set true, or remove it",
  ),
  change(
    "topic-rule-safe",
    "rule",
    "messages that go round for ever",
    (inputs) => (inputs.republishes = [{ topic: "dt/${clientid()}/aggregate", roleArn: roleArn("rule") }]),
    'rule (aws:iot:TopicRule), republishes[0].topic: saw "dt/${clientid()}/aggregate"; the rule listens to "dt/+/aggregate" itself, so each message triggers the rule again, without end; republish to a topic that the rule does not match',
  ),
  adding(
    "notebook-safe",
    "a notebook with the internet and root",
    [
      'notebook (aws:sagemaker:NotebookInstance), directInternetAccess: not set; it is disabled; set "Disabled"',
      'notebook (aws:sagemaker:NotebookInstance), rootAccess: not set; it is disabled; set "Disabled"',
    ],
    [
      "aws:sagemaker/notebookInstance:NotebookInstance",
      "notebook",
      {
        name: "n",
        instanceType: "ml.t3.medium",
        roleArn: roleArn("n"),
        platformIdentifier: "notebook-al2023-v1",
        instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
      },
    ],
  ),
  adding(
    "no-access-lists",
    "an object for everyone",
    'object (aws:s3:BucketObject), acl: saw "public-read"; access is granted by policies only; remove it',
    [
      "aws:s3/bucketObject:BucketObject",
      "object",
      { bucket: "plant-raw", key: "readme", acl: "public-read", content: "x" },
    ],
  ),
  adding(
    "bucket-private",
    "the account's block partly off",
    "account (aws:s3:AccountPublicAccessBlock), blockPublicPolicy: saw false; public access must be blocked in all four ways; set true",
    [
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
      "account",
      { blockPublicAcls: true, blockPublicPolicy: false, ignorePublicAcls: true, restrictPublicBuckets: true },
    ],
  ),
  adding(
    "no-public-principal",
    "an access point for everyone",
    'point (aws:s3:AccessPoint), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    [
      "aws:s3/accessPoint:AccessPoint",
      "point",
      {
        bucket: "plant-raw",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: "*",
              Action: "s3:GetObject",
              Resource: `${arn("s3", "accesspoint/point")}/object/*`,
            },
          ],
        }),
      },
    ],
  ),
  adding(
    "no-public-principal",
    "a catalog for everyone",
    'catalog (aws:glue:ResourcePolicy), policy.Statement[0].Principal: saw "*"; it allows everyone; name the principal that needs it, or remove the statement',
    [
      "aws:glue/resourcePolicy:ResourcePolicy",
      "catalog",
      {
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: "*", Action: "glue:GetTable", Resource: arn("glue", "table/plant/readings") },
          ],
        }),
      },
    ],
  ),
  adding(
    "no-public-principal",
    "a secret for everyone",
    'policy (aws:secretsmanager:SecretPolicy), policy.Statement[0].Principal: saw {"AWS":"*"}; it allows everyone; name the principal that needs it, or remove the statement',
    [
      "aws:secretsmanager/secretPolicy:SecretPolicy",
      "policy",
      {
        secretArn: arn("secretsmanager", "secret:x-AbCdEf"),
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { AWS: "*" }, Action: "secretsmanager:GetSecretValue", Resource: "*" },
          ],
        }),
      },
    ],
  ),
  adding(
    "async-failures-kept",
    "events that fail are thrown away",
    "transform (aws:lambda:Function), deadLetterConfig: not set; rule-permission has it called without waiting, so events that fail are kept; set targetArn to a queue or a topic",
    [
      "aws:lambda/permission:Permission",
      "rule-permission",
      {
        action: "lambda:InvokeFunction",
        function: "transform",
        principal: "events.amazonaws.com",
        sourceArn: arn("events", "rule/x"),
        bucket: RAW,
      },
    ],
  ),
  {
    rule: "service-in-region",
    what: "a region without IoT Core",
    region: "ap-south-2",
    messages: [
      "rule (aws:iot:TopicRule): saw region ap-south-2; AWS IoT Core is not in that region; choose another with aws:region",
    ],
  },
  adding(
    "no-open-endpoint",
    "a function's URL for every web page",
    'url (aws:lambda:FunctionUrl), cors.allowOrigins: saw ["*"]; any web page could use the log-in of whoever has it open; name the origins',
    [
      "aws:lambda/functionUrl:FunctionUrl",
      "url",
      { functionName: "bridge", authorizationType: "AWS_IAM", cors: { allowOrigins: ["*"] } },
    ],
  ),
];
