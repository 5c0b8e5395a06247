/** Messages of a plant, straight from IoT Core into S3: names by Pulumi, documents by getPolicyDocument, one resource a setting. */
/* eslint-disable no-restricted-syntax -- written as people write who know nothing of this project */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const account = aws.getCallerIdentityOutput().accountId;
const region = aws.getRegionOutput().name;

const bucket = new aws.s3.Bucket("messages");
new aws.s3.BucketPublicAccessBlock("messages", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketOwnershipControls("messages", {
  bucket: bucket.id,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketServerSideEncryptionConfiguration("messages", {
  bucket: bucket.id,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
});
new aws.s3.BucketVersioning("messages", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });
new aws.s3.BucketLifecycleConfiguration("messages", {
  bucket: bucket.id,
  rules: [
    {
      id: "expire",
      status: "Enabled",
      expiration: { days: 400 },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
    },
  ],
});
new aws.s3.BucketPolicy("messages", {
  bucket: bucket.id,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        sid: "DenyInsecureTransport",
        effect: "Deny",
        principals: [{ type: "AWS", identifiers: ["*"] }],
        actions: ["s3:*"],
        resources: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  }).json,
});

const log = new aws.cloudwatch.LogGroup("delivery", { retentionInDays: 90 });
const logStream = new aws.cloudwatch.LogStream("delivery", { logGroupName: log.name });
const deliveryRole = new aws.iam.Role("delivery", {
  assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["firehose.amazonaws.com"] }],
        conditions: [{ test: "StringEquals", variable: "sts:ExternalId", values: [account] }],
      },
    ],
  }).json,
});
const deliveryPolicy = new aws.iam.RolePolicy("delivery", {
  role: deliveryRole.id,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: [
          "s3:AbortMultipartUpload",
          "s3:GetBucketLocation",
          "s3:GetObject",
          "s3:ListBucket",
          "s3:ListBucketMultipartUploads",
          "s3:PutObject",
        ],
        resources: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
      },
      { actions: ["logs:PutLogEvents"], resources: [pulumi.interpolate`${log.arn}:log-stream:${logStream.name}`] },
    ],
  }).json,
});
const delivery = new aws.kinesis.FirehoseDeliveryStream(
  "messages",
  {
    destination: "extended_s3",
    serverSideEncryption: { enabled: true },
    extendedS3Configuration: {
      bucketArn: bucket.arn,
      roleArn: deliveryRole.arn,
      prefix: "messages/!{timestamp:yyyy/MM/dd}/",
      errorOutputPrefix: "failed/!{firehose:error-output-type}/",
      compressionFormat: "GZIP",
      cloudwatchLoggingOptions: { enabled: true, logGroupName: log.name, logStreamName: logStream.name },
    },
  },
  { dependsOn: [deliveryPolicy] },
);

const ruleErrors = new aws.cloudwatch.LogGroup("rule-errors", { retentionInDays: 30 });
const ruleRole = new aws.iam.Role("rule", {
  assumeRolePolicy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "iot.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:iot:${region}:${account}:*` },
        },
      },
    ],
  }),
});
const rulePolicy = new aws.iam.RolePolicy("rule", {
  role: ruleRole.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["firehose:PutRecord"], Resource: delivery.arn },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${ruleErrors.arn}:*`,
      },
    ],
  }),
});
const rule = new aws.iot.TopicRule(
  "messages",
  {
    enabled: true,
    sql: "SELECT *, topic() AS topic FROM 'plant/+/readings'",
    sqlVersion: "2016-03-23",
    firehoses: [{ deliveryStreamName: delivery.name, roleArn: ruleRole.arn, separator: "\n" }],
    errorAction: { cloudwatchLogs: { logGroupName: ruleErrors.name, roleArn: ruleRole.arn } },
  },
  { dependsOn: [rulePolicy] },
);

new aws.cloudwatch.MetricAlarm("rule-failures", {
  namespace: "AWS/IoT",
  metricName: "Failure",
  dimensions: { RuleName: rule.name },
  statistic: "Sum",
  period: 300,
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  treatMissingData: "notBreaching",
});
new aws.cloudwatch.MetricAlarm("stale", {
  namespace: "AWS/Firehose",
  metricName: "DeliveryToS3.DataFreshness",
  dimensions: { DeliveryStreamName: delivery.name },
  statistic: "Maximum",
  period: 300,
  evaluationPeriods: 3,
  threshold: 1800,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
});

export const bucketName = bucket.bucket;
export const deliveryStreamArn = delivery.arn;
