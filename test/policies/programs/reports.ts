/** A nightly report: a table over files, a workgroup, a state machine that EventBridge Scheduler starts. Everything has a name of its own. */
/* eslint-disable no-restricted-syntax -- written as people write who know nothing of this project */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const current = aws.getCallerIdentityOutput({});
const region = aws.getRegionOutput({}).name;
const arn = (service: string, resource: pulumi.Input<string>) =>
  pulumi.interpolate`arn:aws:${service}:${region}:${current.accountId}:${resource}`;
const assume = (service: string, source: pulumi.Input<string>) =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": current.accountId }, ArnLike: { "aws:SourceArn": source } },
      },
    ],
  });

function bucket(name: string, rules: aws.types.input.s3.BucketLifecycleConfigurationRule[]): aws.s3.Bucket {
  const made = new aws.s3.Bucket(name, { bucket: name, tags: { owner: "reporting" } });
  const args = { bucket: made.id };
  const block = new aws.s3.BucketPublicAccessBlock(name, {
    ...args,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketOwnershipControls(name, { ...args, rule: { objectOwnership: "BucketOwnerEnforced" } });
  new aws.s3.BucketServerSideEncryptionConfiguration(name, {
    ...args,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketVersioning(name, { ...args, versioningConfiguration: { status: "Enabled" } });
  new aws.s3.BucketLifecycleConfiguration(name, { ...args, rules });
  new aws.s3.BucketPolicy(
    name,
    {
      ...args,
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: ["s3:*"],
            Resource: [made.arn, pulumi.interpolate`${made.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
    },
    { dependsOn: [block] },
  );
  return made;
}
const housekeeping = {
  id: "housekeeping",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  noncurrentVersionExpiration: { noncurrentDays: 30 },
};
const meters = bucket("acme-meters", [
  housekeeping,
  {
    id: "meters",
    status: "Enabled",
    filter: { prefix: "meters/" },
    transitions: [{ days: 90, storageClass: "GLACIER_IR" }],
    expiration: { days: 3650 },
  },
]);
const results = bucket("acme-meter-reports", [{ ...housekeeping, id: "results", expiration: { days: 30 } }]);

const database = new aws.glue.CatalogDatabase("meters", { name: "meters" });
const table = new aws.glue.CatalogTable("meters", {
  databaseName: database.name,
  name: "readings",
  tableType: "EXTERNAL_TABLE",
  partitionKeys: [
    { name: "site", type: "string" },
    { name: "day", type: "string" },
  ],
  parameters: {
    classification: "parquet",
    "projection.enabled": "true",
    "projection.site.type": "enum",
    "projection.site.values": "berlin,hamburg",
    "projection.day.type": "date",
    "projection.day.format": "yyyy-MM-dd",
    "projection.day.range": "NOW-2YEARS,NOW",
    "storage.location.template": pulumi.interpolate`s3://${meters.bucket}/meters/site=\${site}/day=\${day}/`,
  },
  storageDescriptor: {
    location: pulumi.interpolate`s3://${meters.bucket}/meters/`,
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    columns: [
      { name: "meter", type: "string" },
      { name: "kwh", type: "double" },
    ],
  },
});
const workgroup = new aws.athena.Workgroup("reports", {
  name: "reports",
  configuration: {
    bytesScannedCutoffPerQuery: 50 * 1024 ** 3,
    engineVersion: { selectedEngineVersion: "Athena engine version 3" },
    resultConfiguration: {
      outputLocation: pulumi.interpolate`s3://${results.bucket}/athena/`,
      encryptionConfiguration: { encryptionOption: "SSE_S3" },
    },
  },
});

const machineLog = new aws.cloudwatch.LogGroup("nightly", {
  name: "/aws/vendedlogs/states/nightly-report",
  retentionInDays: 30,
});
const machineRole = new aws.iam.Role("nightly", {
  name: "nightly-report",
  assumeRolePolicy: assume("states.amazonaws.com", arn("states", "stateMachine:*")),
  inlinePolicies: [
    {
      name: "query",
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
            Resource: [workgroup.arn],
          },
          {
            Effect: "Allow",
            Action: ["athena:GetDataCatalog"],
            Resource: [arn("athena", "datacatalog/AwsDataCatalog")],
          },
          {
            Effect: "Allow",
            Action: ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
            Resource: [
              arn("glue", "catalog"),
              arn("glue", pulumi.interpolate`database/${database.name}`),
              arn("glue", pulumi.interpolate`table/${database.name}/*`),
            ],
          },
          { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [meters.arn, results.arn] },
          { Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.interpolate`${meters.arn}/*` },
          {
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            Resource: pulumi.interpolate`${results.arn}/athena/*`,
          },
        ],
      }),
    },
    {
      name: "log",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogDelivery",
              "logs:GetLogDelivery",
              "logs:UpdateLogDelivery",
              "logs:DeleteLogDelivery",
              "logs:ListLogDeliveries",
              "logs:PutResourcePolicy",
              "logs:DescribeResourcePolicies",
              "logs:DescribeLogGroups",
            ],
            Resource: "*",
          },
        ],
      }),
    },
  ],
});
const machine = new aws.sfn.StateMachine("nightly", {
  name: "nightly-report",
  roleArn: machineRole.arn,
  definition: pulumi.jsonStringify({
    Comment: "consumption of yesterday",
    StartAt: "Report",
    TimeoutSeconds: 3600,
    States: {
      Report: {
        Type: "Task",
        Resource: "arn:aws:states:::athena:startQueryExecution.sync",
        TimeoutSeconds: 1800,
        Parameters: {
          QueryString: pulumi.interpolate`SELECT site, sum(kwh) FROM ${database.name}.${table.name} GROUP BY site`,
          WorkGroup: workgroup.name,
        },
        End: true,
      },
    },
  }),
  loggingConfiguration: { level: "ERROR", logDestination: pulumi.interpolate`${machineLog.arn}:*` },
});
const lost = new aws.sqs.Queue("lost", {
  name: "nightly-report-lost",
  messageRetentionSeconds: 1209600,
  sqsManagedSseEnabled: true,
});
const group = new aws.scheduler.ScheduleGroup("reports", { name: "reports" });
const scheduleRole = new aws.iam.Role("schedule", {
  name: "nightly-report-schedule",
  assumeRolePolicy: assume("scheduler.amazonaws.com", group.arn),
});
new aws.iam.RolePolicy("schedule", {
  role: scheduleRole.id,
  policy: pulumi.all([machine.arn, lost.arn]).apply(([machineArn, queueArn]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "states:StartExecution", Resource: machineArn },
        { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn },
      ],
    }),
  ),
});
new aws.scheduler.Schedule("nightly", {
  name: "nightly-report",
  groupName: group.name,
  scheduleExpression: "cron(15 1 * * ? *)",
  scheduleExpressionTimezone: "Europe/Berlin",
  flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
  target: {
    arn: machine.arn,
    roleArn: scheduleRole.arn,
    retryPolicy: { maximumRetryAttempts: 2 },
    deadLetterConfig: { arn: lost.arn },
  },
});

const alarm = (name: string, namespace: string, metricName: string, dimensions: Record<string, pulumi.Input<string>>) =>
  new aws.cloudwatch.MetricAlarm(name, {
    name,
    namespace,
    metricName,
    dimensions,
    statistic: "Maximum",
    period: 300,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
  });
alarm("nightly-report-failed", "AWS/States", "ExecutionsFailed", { StateMachineArn: machine.arn });
alarm("nightly-report-lost", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: lost.name });
