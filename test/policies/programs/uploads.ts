/** Files that people upload, taken in by a function: the older arguments of a bucket, AWS's policy for a function's log, tags. */
/* eslint-disable no-restricted-syntax -- written as people write who know nothing of this project */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const tags = { team: "plant", "cost-center": "4711" };

const uploads = new aws.s3.Bucket("uploads", {
  bucket: "acme-plant-uploads",
  acl: "private",
  versioning: { enabled: true },
  serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } },
  lifecycleRules: [
    {
      enabled: true,
      abortIncompleteMultipartUploadDays: 7,
      expiration: { days: 90 },
      noncurrentVersionExpiration: { days: 14 },
    },
  ],
  tags,
});
new aws.s3.BucketPublicAccessBlock("uploads", {
  bucket: uploads.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketOwnershipControls("uploads", {
  bucket: uploads.bucket,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketPolicy("uploads", {
  bucket: uploads.bucket,
  policy: uploads.arn.apply((arn) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowSSLRequestsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": false } },
        },
      ],
    }),
  ),
});

const failures = new aws.sqs.Queue("import-failures", {
  name: "acme-plant-import-failures",
  messageRetentionSeconds: 14 * 24 * 3600,
  kmsMasterKeyId: "alias/aws/sqs",
  tags,
});

const role = new aws.iam.Role("importer", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
  tags,
});
new aws.iam.RolePolicyAttachment("importer-logs", {
  role,
  policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole,
});
const readUploads = new aws.iam.Policy("read-uploads", {
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: [pulumi.interpolate`${uploads.arn}/incoming/*`] },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [failures.arn] },
    ],
  },
});
new aws.iam.RolePolicyAttachment("importer-uploads", { role: role.name, policyArn: readUploads.arn });

const log = new aws.cloudwatch.LogGroup("importer", {
  name: "/aws/lambda/acme-plant-importer",
  retentionInDays: 30,
  tags,
});
const importer = new aws.lambda.Function(
  "importer",
  {
    name: "acme-plant-importer",
    runtime: "python3.13",
    architectures: ["arm64"],
    handler: "main.handler",
    role: role.arn,
    code: new pulumi.asset.AssetArchive({
      "main.py": new pulumi.asset.StringAsset(
        "import boto3\ns3 = boto3.client('s3')\ndef handler(event, context):\n  for r in event['Records']: s3.get_object(Bucket=r['s3']['bucket']['name'], Key=r['s3']['object']['key'])\n",
      ),
    }),
    loggingConfig: { logFormat: "JSON", logGroup: log.name },
    deadLetterConfig: { targetArn: failures.arn },
    tags,
  },
  { dependsOn: [log] },
);
const permission = new aws.lambda.Permission("importer-s3", {
  action: "lambda:InvokeFunction",
  function: importer.name,
  principal: "s3.amazonaws.com",
  sourceArn: uploads.arn,
  sourceAccount: aws.getCallerIdentityOutput().accountId,
});
new aws.s3.BucketNotification(
  "uploads",
  {
    bucket: uploads.id,
    lambdaFunctions: [{ lambdaFunctionArn: importer.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "incoming/" }],
  },
  { dependsOn: [permission] },
);

for (const metricName of ["Errors", "Throttles"])
  new aws.cloudwatch.MetricAlarm(`importer-${metricName.toLowerCase()}`, {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 2,
    metricName,
    namespace: "AWS/Lambda",
    period: 60,
    statistic: "Sum",
    threshold: 0,
    treatMissingData: "notBreaching",
    dimensions: { FunctionName: importer.name },
    tags,
  });
new aws.cloudwatch.MetricAlarm("import-failures", {
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  metricName: "ApproximateNumberOfMessagesVisible",
  namespace: "AWS/SQS",
  period: 300,
  statistic: "Maximum",
  threshold: 0,
  treatMissingData: "notBreaching",
  dimensions: { QueueName: failures.name },
  tags,
});
