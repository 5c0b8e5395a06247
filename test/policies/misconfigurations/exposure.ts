import { arn, RAW, roleArn } from "./plant";
import { adding, change, type Misconfiguration } from "./run";

/** What the internet reaches, and what is off or out of date. */
export const EXPOSURE: readonly Misconfiguration[] = [
  adding("no-open-endpoint", "a function's URL for everyone", [
    "aws:lambda/functionUrl:FunctionUrl",
    "url",
    { functionName: "bridge", authorizationType: "NONE" },
  ]),
  adding("no-open-endpoint", "a permission for a URL without log-in", [
    "aws:lambda/permission:Permission",
    "url-permission",
    { action: "lambda:InvokeFunctionUrl", function: "bridge", principal: "*", functionUrlAuthType: "NONE" },
  ]),
  adding("no-open-endpoint", "an API's route without log-in", [
    "aws:apigatewayv2/route:Route",
    "route",
    { apiId: "a", routeKey: "POST /readings", authorizationType: "NONE" },
  ]),
  adding("no-open-endpoint", "an API's method without log-in", [
    "aws:apigateway/method:Method",
    "method",
    { restApi: "a", resourceId: "r", httpMethod: "POST", authorization: "NONE" },
  ]),
  adding("no-open-endpoint", "a database with a public address", [
    "aws:rds/instance:Instance",
    "db",
    { identifier: "db", publiclyAccessible: true },
  ]),
  adding("no-open-endpoint", "a replication instance with a public address", [
    "aws:dms/replicationInstance:ReplicationInstance",
    "dms",
    { replicationInstanceId: "dms", multiAz: true, publiclyAccessible: true },
  ]),
  adding("no-open-endpoint", "SSH for the internet", [
    "aws:ec2/securityGroup:SecurityGroup",
    "group",
    { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] },
  ]),
  adding("no-open-endpoint", "a rule of its own for the internet, IPv6", [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "ingress",
    { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv6: "::/0" },
  ]),
  adding("no-open-endpoint", "an older rule for the internet", [
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "ingress",
    { type: "ingress", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] },
  ]),
  change("function-safe", "transform", "a runtime that is over", (inputs) => (inputs.runtime = "nodejs18.x")),
  change("function-safe", "transform", "a Python that is over", (inputs) => (inputs.runtime = "python3.8")),
  change("function-safe", "transform", "x86_64", (inputs) => (inputs.architectures = ["x86_64"])),
  change(
    "function-safe",
    "transform",
    "logs in plain text",
    (inputs) => (inputs.loggingConfig = { ...(inputs.loggingConfig as object), logFormat: "Text" }),
  ),
  adding("current-class", "a deprecated class of buckets", [
    "aws:s3/bucketV2:BucketV2",
    "old",
    { bucket: "plant-old" },
  ]),
  change("one-region", "stream", "another region", (inputs) => (inputs.region = "us-east-1")),
  change("topic-rule-safe", "rule", "a rule that is off", (inputs) => (inputs.enabled = false)),
  change(
    "topic-rule-safe",
    "rule",
    "messages that go round for ever",
    (inputs) => (inputs.republishes = [{ topic: "dt/${clientid()}/aggregate", roleArn: roleArn("rule") }]),
  ),
  adding("notebook-safe", "a notebook with the internet and root", [
    "aws:sagemaker/notebookInstance:NotebookInstance",
    "notebook",
    {
      name: "n",
      instanceType: "ml.t3.medium",
      roleArn: roleArn("n"),
      platformIdentifier: "notebook-al2023-v1",
      instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
    },
  ]),
  adding("no-access-lists", "an object for everyone", [
    "aws:s3/bucketObject:BucketObject",
    "object",
    { bucket: "plant-raw", key: "readme", acl: "public-read", content: "x" },
  ]),
  adding("bucket-private", "the account's block partly off", [
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "account",
    { blockPublicAcls: true, blockPublicPolicy: false, ignorePublicAcls: true, restrictPublicBuckets: true },
  ]),
  adding("no-public-principal", "an access point for everyone", [
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
  ]),
  adding("no-public-principal", "a catalog for everyone", [
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
  ]),
  adding("no-public-principal", "a secret for everyone", [
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
  ]),
  adding("async-failures-kept", "events that fail are thrown away", [
    "aws:lambda/permission:Permission",
    "rule-permission",
    {
      action: "lambda:InvokeFunction",
      function: "transform",
      principal: "events.amazonaws.com",
      sourceArn: arn("events", "rule/x"),
      bucket: RAW,
    },
  ]),
  { rule: "service-in-region", what: "a region without IoT Core", region: "ap-south-2" },
  adding("no-open-endpoint", "a function's URL for every web page", [
    "aws:lambda/functionUrl:FunctionUrl",
    "url",
    { functionName: "bridge", authorizationType: "AWS_IAM", cors: { allowOrigins: ["*"] } },
  ]),
];
