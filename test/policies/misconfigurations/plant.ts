import type { Inputs } from "../../../aws/values";
import { ACCOUNT, document, REGION, trust, type Shorthand } from "../resources";

/**
 * A program in plain resources of AWS, with nothing of our components: what a team writes that does the job by hand. No rule finds
 * anything in it, in any environment; each misconfiguration changes it in one way.
 */
export const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const STREAM = arn("kinesis", "stream/plant");
export const RAW = "arn:aws:s3:::plant-raw";
export const DATA = "arn:aws:s3:::plant-data";
export const RESULTS = "arn:aws:s3:::plant-results";
export const KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555");
export const QUEUE = arn("sqs", "plant-dead-letters");
export const MACHINE = arn("states", "stateMachine:plant-daily");
export const functionArn = (name: string): string => arn("lambda", `function:${name}`);

export function bucket(name: string, days: number): Shorthand[] {
  const own = { bucket: name };
  return [
    ["aws:s3/bucket:Bucket", name, { ...own, forceDestroy: false }],
    [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      `${name}-block`,
      {
        ...own,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    ],
    [
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      `${name}-ownership`,
      { ...own, rule: { objectOwnership: "BucketOwnerEnforced" } },
    ],
    [
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      `${name}-encryption`,
      { ...own, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    ],
    [
      "aws:s3/bucketVersioning:BucketVersioning",
      `${name}-versioning`,
      { ...own, versioningConfiguration: { status: "Enabled" } },
    ],
    [
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      `${name}-lifecycle`,
      {
        ...own,
        rules: [
          {
            id: "retention",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days },
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
    ],
    [
      "aws:s3/bucketPolicy:BucketPolicy",
      `${name}-policy`,
      {
        ...own,
        policy: document({
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      },
    ],
  ];
}

export function logGroup(name: string, group: string): Shorthand {
  return ["aws:cloudwatch/logGroup:LogGroup", name, { name: group, retentionInDays: 30 }];
}

export function role(name: string, assumeRolePolicy: string, ...statements: Inputs[]): Shorthand[] {
  return [
    ["aws:iam/role:Role", `${name}-role`, { name, assumeRolePolicy }],
    [
      "aws:iam/rolePolicy:RolePolicy",
      `${name}-policy`,
      { name, role: name, policy: document(...statements.map((own) => ({ Effect: "Allow", ...own }))) },
    ],
  ];
}

export function alarm(
  name: string,
  namespace: string,
  metricName: string,
  dimensions: Inputs,
  more: Inputs = {},
): Shorthand {
  return [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    name,
    {
      name,
      namespace,
      metricName,
      dimensions,
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [arn("sns", "plant-alerts")],
      ...more,
    },
  ];
}

const SOURCE = (service: string, resource: string): Inputs => ({
  StringEquals: { "aws:SourceAccount": ACCOUNT },
  ArnLike: { "aws:SourceArn": arn(service, resource) },
});
export const FIREHOSE_TRUST = trust("firehose.amazonaws.com", { StringEquals: { "sts:ExternalId": ACCOUNT } });
export const LAMBDA_TRUST = trust("lambda.amazonaws.com");
export const IOT_TRUST = trust("iot.amazonaws.com", SOURCE("iot", "*"));
export const STATES_TRUST = trust("states.amazonaws.com", SOURCE("states", "stateMachine:*"));
export const SCHEDULER_TRUST = trust("scheduler.amazonaws.com", SOURCE("scheduler", "schedule-group/plant"));

const READ_STREAM = ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"];
const FIND_BUCKET = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const WRITE_OBJECTS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];

function delivery(name: string, extendedS3Configuration: Inputs): Shorthand[] {
  const group = `/aws/kinesisfirehose/${name}`;
  return [
    logGroup(`${name}-log`, group),
    ["aws:cloudwatch/logStream:LogStream", `${name}-log-stream`, { name: "DestinationDelivery", logGroupName: group }],
    [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      name,
      {
        name,
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: STREAM, roleArn: roleArn(name) },
        extendedS3Configuration: {
          roleArn: roleArn(name),
          bufferingSize: 64,
          bufferingInterval: 300,
          cloudwatchLoggingOptions: { enabled: true, logGroupName: group, logStreamName: "DestinationDelivery" },
          ...extendedS3Configuration,
        },
      },
    ],
    alarm(
      `${name}-stale`,
      "AWS/Firehose",
      "DeliveryToS3.DataFreshness",
      { DeliveryStreamName: name },
      {
        statistic: "Maximum",
        threshold: 900,
      },
    ),
  ];
}

function lambda(name: string, more: Inputs = {}): Shorthand[] {
  return [
    logGroup(`${name}-log`, `/aws/lambda/${name}`),
    [
      "aws:lambda/function:Function",
      name,
      {
        name,
        role: roleArn(name),
        runtime: "nodejs22.x",
        handler: "index.handler",
        architectures: ["arm64"],
        timeout: 60,
        memorySize: 256,
        code: { path: `./dist/${name}` },
        loggingConfig: { logFormat: "JSON", logGroup: `/aws/lambda/${name}` },
        ...more,
      },
    ],
    alarm(`${name}-errors`, "AWS/Lambda", "Errors", { FunctionName: name }),
    alarm(`${name}-throttles`, "AWS/Lambda", "Throttles", { FunctionName: name }),
  ];
}

const writeLog = (group: string): Inputs => ({
  Sid: "WriteLog",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [arn("logs", `log-group:${group}:*`)],
});

const CHANNEL: readonly Shorthand[] = [
  [
    "aws:kinesis/stream:Stream",
    "stream",
    {
      name: "plant",
      retentionPeriod: 168,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
      streamModeDetails: { streamMode: "ON_DEMAND" },
    },
  ],
  alarm(
    "stream-behind",
    "AWS/Kinesis",
    "GetRecords.IteratorAgeMilliseconds",
    { StreamName: "plant" },
    {
      statistic: "Maximum",
      threshold: 3_600_000,
    },
  ),
  logGroup("rule-log", "/plant/rule-errors"),
  ...role(
    "rule",
    IOT_TRUST,
    { Sid: "PutRecords", Action: "kinesis:PutRecord", Resource: STREAM },
    {
      Sid: "WriteErrors",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: arn("logs", "log-group:/plant/rule-errors:*"),
    },
  ),
  [
    "aws:iot/topicRule:TopicRule",
    "rule",
    {
      name: "plant",
      enabled: true,
      sqlVersion: "2016-03-23",
      sql: "SELECT * FROM 'dt/+/aggregate'",
      kineses: [{ streamName: "plant", partitionKey: "${topic(2)}", roleArn: roleArn("rule") }],
      errorAction: { cloudwatchLogs: { logGroupName: "/plant/rule-errors", roleArn: roleArn("rule") } },
    },
    {
      dependencies: ["archive", "parquet"].map(
        (name) => `urn:pulumi:STACK::plant::aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream::${name}`,
      ),
    },
  ],
  alarm("rule-failed", "AWS/IoT", "Failure", { RuleName: "plant", ActionType: "Kinesis" }),
  [
    "aws:iot/policy:Policy",
    "device-policy",
    {
      name: "plant-device",
      policy: document(
        {
          Effect: "Allow",
          Action: "iot:Connect",
          Resource: arn("iot", "client/${iot:Connection.Thing.ThingName}"),
          Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
        },
        {
          Effect: "Allow",
          Action: "iot:Publish",
          Resource: arn("iot", "topic/dt/${iot:Connection.Thing.ThingName}/aggregate"),
        },
      ),
    },
  ],
];

const ARCHIVE: readonly Shorthand[] = [
  ...bucket("plant-raw", 365),
  ...role(
    "archive",
    FIREHOSE_TRUST,
    { Sid: "WriteObjects", Action: WRITE_OBJECTS, Resource: [`${RAW}/raw/*`, `${RAW}/raw-errors/*`] },
    { Sid: "FindBucket", Action: FIND_BUCKET, Resource: RAW },
    { Sid: "ReadStream", Action: READ_STREAM, Resource: STREAM },
    {
      Sid: "WriteLog",
      Action: "logs:PutLogEvents",
      Resource: arn("logs", "log-group:/aws/kinesisfirehose/archive:log-stream:DestinationDelivery"),
    },
  ),
  ...delivery("archive", {
    bucketArn: RAW,
    prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/",
    errorOutputPrefix: "raw-errors/!{firehose:error-output-type}/",
    compressionFormat: "GZIP",
  }),
];

const ROWS: readonly Shorthand[] = [
  ...bucket("plant-data", 730),
  ["aws:glue/catalogDatabase:CatalogDatabase", "database", { name: "plant" }],
  [
    "aws:glue/catalogTable:CatalogTable",
    "table",
    {
      name: "readings",
      databaseName: "plant",
      tableType: "EXTERNAL_TABLE",
      partitionKeys: [{ name: "dt", type: "string" }],
      parameters: {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2026-01-01,NOW",
        "storage.location.template": "s3://plant-data/rows/dt=${dt}/",
      },
      storageDescriptor: {
        location: "s3://plant-data/rows/",
        columns: [
          { name: "device", type: "string" },
          { name: "temperature", type: "double" },
        ],
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
      },
    },
  ],
  ...role("transform", LAMBDA_TRUST, writeLog("/aws/lambda/transform")),
  ...lambda("transform"),
  ...role(
    "parquet",
    FIREHOSE_TRUST,
    { Sid: "WriteObjects", Action: WRITE_OBJECTS, Resource: [`${DATA}/rows/*`, `${DATA}/errors/*`] },
    { Sid: "FindBucket", Action: FIND_BUCKET, Resource: DATA },
    { Sid: "ReadStream", Action: READ_STREAM, Resource: STREAM },
    {
      Sid: "WriteLog",
      Action: "logs:PutLogEvents",
      Resource: arn("logs", "log-group:/aws/kinesisfirehose/parquet:log-stream:DestinationDelivery"),
    },
    {
      Sid: "Transform",
      Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
      Resource: `${functionArn("transform")}:$LATEST`,
    },
    {
      Sid: "ReadSchema",
      Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
      Resource: [arn("glue", "catalog"), arn("glue", "database/plant"), arn("glue", "table/plant/readings")],
    },
  ),
  ...delivery("parquet", {
    bucketArn: DATA,
    prefix: "rows/dt=!{timestamp:yyyy-MM-dd}/",
    errorOutputPrefix: "errors/!{firehose:error-output-type}/",
    processingConfiguration: {
      enabled: true,
      processors: [
        {
          type: "Lambda",
          parameters: [{ parameterName: "LambdaArn", parameterValue: `${functionArn("transform")}:$LATEST` }],
        },
      ],
    },
    dataFormatConversionConfiguration: {
      enabled: true,
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
      outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
      schemaConfiguration: { databaseName: "plant", tableName: "readings", roleArn: roleArn("parquet") },
    },
  }),
  alarm("parquet-unconverted", "AWS/Firehose", "FailedConversion.Records", { DeliveryStreamName: "parquet" }),
];

const DEFINITION = {
  StartAt: "Query",
  States: {
    Query: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:startQueryExecution.sync",
      Parameters: { QueryString: "SELECT count(*) FROM plant.readings", WorkGroup: "plant" },
      TimeoutSeconds: 1800,
      Retry: [{ ErrorEquals: ["Athena.TooManyRequestsException"], MaxAttempts: 3, BackoffRate: 2 }],
      End: true,
    },
  },
};

const QUERIES: readonly Shorthand[] = [
  ...bucket("plant-results", 30),
  [
    "aws:athena/workgroup:Workgroup",
    "workgroup",
    {
      name: "plant",
      configuration: {
        enforceWorkgroupConfiguration: true,
        bytesScannedCutoffPerQuery: 10_737_418_240,
        publishCloudwatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: "s3://plant-results/queries/",
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    },
  ],
  [
    "aws:athena/namedQuery:NamedQuery",
    "query",
    { name: "daily", database: "plant", workgroup: "plant", query: "SELECT 1" },
  ],
  logGroup("machine-log", "/aws/vendedlogs/states/plant-daily"),
  ...role(
    "machine",
    STATES_TRUST,
    {
      Sid: "RunQuery",
      Action: ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
      Resource: arn("athena", "workgroup/plant"),
    },
    {
      Sid: "ReadCatalog",
      Action: ["glue:GetDatabase", "glue:GetTable"],
      Resource: [arn("glue", "catalog"), arn("glue", "database/plant"), arn("glue", "table/plant/readings")],
    },
    { Sid: "ReadRows", Action: "s3:GetObject", Resource: `${DATA}/rows/*` },
    { Sid: "FindBuckets", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: [DATA, RESULTS] },
    {
      Sid: "WriteResults",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      Resource: `${RESULTS}/queries/*`,
    },
    {
      Sid: "SetUpLog",
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
  ),
  [
    "aws:sfn/stateMachine:StateMachine",
    "machine",
    {
      name: "plant-daily",
      type: "STANDARD",
      roleArn: roleArn("machine"),
      definition: JSON.stringify(DEFINITION),
      loggingConfiguration: {
        level: "ERROR",
        includeExecutionData: true,
        logDestination: arn("logs", "log-group:/aws/vendedlogs/states/plant-daily:*"),
      },
    },
  ],
  alarm("machine-failed", "AWS/States", "ExecutionsFailed", { StateMachineArn: MACHINE }),
  [
    "aws:sqs/queue:Queue",
    "dead-letters",
    { name: "plant-dead-letters", messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true },
  ],
  alarm(
    "dead-letters-arrived",
    "AWS/SQS",
    "ApproximateNumberOfMessagesVisible",
    { QueueName: "plant-dead-letters" },
    {
      statistic: "Maximum",
    },
  ),
  ["aws:scheduler/scheduleGroup:ScheduleGroup", "schedules", { name: "plant" }],
  ...role(
    "schedule",
    SCHEDULER_TRUST,
    { Sid: "StartRun", Action: "states:StartExecution", Resource: MACHINE },
    { Sid: "KeepDeadLetter", Action: "sqs:SendMessage", Resource: QUEUE },
  ),
  [
    "aws:scheduler/schedule:Schedule",
    "schedule",
    {
      name: "plant-daily",
      groupName: "plant",
      scheduleExpression: "cron(0 2 * * ? *)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: MACHINE,
        roleArn: roleArn("schedule"),
        input: "{}",
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: QUEUE },
      },
    },
  ],
];

/** A function that reads a second stream and writes into the channel's, and one that S3 calls. */
const FUNCTIONS: readonly Shorthand[] = [
  [
    "aws:kinesis/stream:Stream",
    "historian",
    { name: "historian", retentionPeriod: 168, shardCount: 1, encryptionType: "KMS", kmsKeyId: "alias/aws/kinesis" },
  ],
  alarm(
    "historian-behind",
    "AWS/Kinesis",
    "GetRecords.IteratorAgeMilliseconds",
    { StreamName: "historian" },
    {
      statistic: "Maximum",
      threshold: 3_600_000,
    },
  ),
  ...role(
    "bridge",
    LAMBDA_TRUST,
    writeLog("/aws/lambda/bridge"),
    {
      Sid: "ReadStream",
      Action: [...READ_STREAM, "kinesis:DescribeStreamSummary"],
      Resource: arn("kinesis", "stream/historian"),
    },
    { Sid: "WriteStream", Action: "kinesis:PutRecords", Resource: STREAM },
    { Sid: "KeepFailures", Action: "sqs:SendMessage", Resource: QUEUE },
  ),
  ...lambda("bridge", { environment: { variables: { STREAM_NAME: "plant" } } }),
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "mapping",
    {
      functionName: "bridge",
      eventSourceArn: arn("kinesis", "stream/historian"),
      startingPosition: "TRIM_HORIZON",
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 3600,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: QUEUE } },
    },
  ],
  ...role(
    "importer",
    LAMBDA_TRUST,
    writeLog("/aws/lambda/importer"),
    { Sid: "ReadUploads", Action: "s3:GetObject", Resource: `${RAW}/*` },
    { Sid: "KeepFailures", Action: "sqs:SendMessage", Resource: QUEUE },
  ),
  ...lambda("importer", {
    deadLetterConfig: { targetArn: QUEUE },
    environment: { variables: { BUCKET: "plant-raw" } },
  }),
  [
    "aws:lambda/permission:Permission",
    "importer-permission",
    {
      action: "lambda:InvokeFunction",
      function: "importer",
      principal: "s3.amazonaws.com",
      sourceArn: RAW,
      sourceAccount: ACCOUNT,
    },
  ],
];

const ALERTS: readonly Shorthand[] = [
  [
    "aws:kms/key:Key",
    "key",
    {
      description: "alerts",
      deletionWindowInDays: 30,
      enableKeyRotation: true,
      arn: KEY,
      policy: document(
        {
          Sid: "Administration",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "Alarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
        },
      ),
    },
  ],
  ["aws:sns/topic:Topic", "alerts", { name: "plant-alerts", kmsMasterKeyId: KEY }],
  [
    "aws:sns/topicPolicy:TopicPolicy",
    "alerts-policy",
    {
      arn: arn("sns", "plant-alerts"),
      policy: document({
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arn("sns", "plant-alerts"),
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": arn("cloudwatch", "alarm:*") },
        },
      }),
    },
  ],
];

export const PLANT: readonly Shorthand[] = [
  ["pulumi:pulumi:Stack", "plant-stack", { endpoint: "plant" }],
  ...CHANNEL,
  ...ARCHIVE,
  ...ROWS,
  ...QUERIES,
  ...FUNCTIONS,
  ...ALERTS,
];
