/** A stream that a function reads into DynamoDB, everything under one customer managed key, with alarms on a topic. */
/* eslint-disable no-restricted-syntax -- written as people write who know nothing of this project */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { accountId } = aws.getCallerIdentityOutput();
const region = aws.getRegionOutput().name;

const key = new aws.kms.Key("plant", {
  description: "readings of the plant",
  enableKeyRotation: true,
  deletionWindowInDays: 30,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:aws:logs:${region}:${accountId}:log-group:*`,
          },
        },
      },
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  }),
});
new aws.kms.Alias("plant", { name: "alias/plant", targetKeyId: key.keyId });

const stream = new aws.kinesis.Stream("readings", {
  shardCount: 2,
  retentionPeriod: 168,
  encryptionType: "KMS",
  kmsKeyId: key.arn,
});
const table = new aws.dynamodb.Table("latest", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "device",
  attributes: [{ name: "device", type: "S" }],
  pointInTimeRecovery: { enabled: true },
  serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
});
const failures = new aws.sqs.Queue("failures", { messageRetentionSeconds: 1209600, kmsMasterKeyId: key.arn });
const log = new aws.cloudwatch.LogGroup("latest", { retentionInDays: 30, kmsKeyId: key.arn });

const role = new aws.iam.Role("latest", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const policy = new aws.iam.RolePolicy("latest", {
  role: role.id,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${log.arn}:*`,
      },
      {
        Effect: "Allow",
        Action: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        Resource: stream.arn,
      },
      { Effect: "Allow", Action: "dynamodb:PutItem", Resource: table.arn },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: failures.arn },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: key.arn,
        Condition: {
          StringEquals: {
            "kms:ViaService": ["kinesis", "dynamodb", "sqs"].map(
              (service) => pulumi.interpolate`${service}.${region}.amazonaws.com`,
            ),
          },
        },
      },
    ],
  },
});
const latest = new aws.lambda.Function(
  "latest",
  {
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    timeout: 30,
    role: role.arn,
    code: new pulumi.asset.AssetArchive({
      "index.mjs": new pulumi.asset.StringAsset(
        'import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";\nconst db = new DynamoDBClient({});\nexport const handler = async ({ Records }) => { for (const { kinesis } of Records) await db.send(new PutItemCommand({ TableName: process.env.TABLE, Item: JSON.parse(Buffer.from(kinesis.data, "base64")) })); return { batchItemFailures: [] }; };\n',
      ),
    }),
    environment: { variables: { TABLE: table.name, MAX_TOKENS: "20", TOKEN_URL: "https://auth.example.com/token" } },
    loggingConfig: { logFormat: "JSON", logGroup: log.name, applicationLogLevel: "INFO" },
  },
  { dependsOn: [policy] },
);
new aws.lambda.EventSourceMapping("latest", {
  eventSourceArn: stream.arn,
  functionName: latest.arn,
  startingPosition: "LATEST",
  batchSize: 500,
  maximumBatchingWindowInSeconds: 5,
  maximumRetryAttempts: 10,
  bisectBatchOnFunctionError: true,
  functionResponseTypes: ["ReportBatchItemFailures"],
  destinationConfig: { onFailure: { destinationArn: failures.arn } },
});

const alerts = new aws.sns.Topic("alerts", { kmsMasterKeyId: key.id });
new aws.sns.TopicPolicy("alerts", {
  arn: alerts.arn,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Owner",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: alerts.arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "SNS:Publish",
        Resource: alerts.arn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  }),
});
new aws.sns.TopicSubscription("alerts", { topic: alerts.arn, protocol: "email", endpoint: "on-call@example.com" });
const alarm = (
  name: string,
  args: Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "threshold" | "statistic">,
) =>
  new aws.cloudwatch.MetricAlarm(name, {
    ...args,
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [alerts.arn],
  });
const FunctionName = latest.name;
alarm("errors", {
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName },
  statistic: "Sum",
  threshold: 0,
});
alarm("throttles", {
  namespace: "AWS/Lambda",
  metricName: "Throttles",
  dimensions: { FunctionName },
  statistic: "Sum",
  threshold: 0,
});
alarm("behind", {
  namespace: "AWS/Lambda",
  metricName: "IteratorAge",
  dimensions: { FunctionName },
  statistic: "Maximum",
  threshold: 3_600_000,
});
alarm("failures", {
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: failures.name },
  statistic: "Maximum",
  threshold: 0,
});

export const streamName = stream.name;
