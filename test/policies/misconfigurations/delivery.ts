import type { Inputs } from "../../../aws/values";
import { arn, KEY, RAW, roleArn } from "./plant";
import { adding, change, lacking, within, type Misconfiguration } from "./run";

const s3 = (own: (destination: Inputs) => void): ((inputs: Inputs) => void) => within("extendedS3Configuration", own);
const conversion = (own: (block: Inputs) => void): ((inputs: Inputs) => void) =>
  within("extendedS3Configuration.dataFormatConversionConfiguration", own);
const parameters = (own: (block: Inputs) => void): ((inputs: Inputs) => void) => within("parameters", own);
const processor = (own: (block: Inputs) => void): ((inputs: Inputs) => void) =>
  within("extendedS3Configuration.processingConfiguration.processors.0", own);
const rule = (own: (block: Inputs) => void): ((inputs: Inputs) => void) => within("kineses.0", own);

/** From the rule to the row, without loss; what AWS refuses on the way. */
export const DELIVERY: readonly Misconfiguration[] = [
  // topic rules
  change("topic-rule-safe", "rule", "no error action", (inputs) => delete inputs.errorAction),
  change("topic-rule-safe", "rule", "the SQL of 2015", (inputs) => (inputs.sqlVersion = "2015-10-08")),
  change("topic-rule-safe", "rule", "beta SQL", (inputs) => (inputs.sqlVersion = "beta")),
  change(
    "topic-rule-safe",
    "rule",
    "no partition key",
    rule((own) => delete own.partitionKey),
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a fixed partition key",
    rule((own) => (own.partitionKey = "plant")),
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a level that no topic has",
    rule((own) => (own.partitionKey = "${topic(5)}")),
  ),
  change(
    "topic-rule-safe",
    "rule",
    "one object for all messages",
    (inputs) => (inputs.s3 = [{ bucketName: "plant-raw", key: "latest.json", roleArn: "r" }]),
  ),
  change(
    "topic-rule-safe",
    "rule",
    "IoT Analytics, which is off",
    (inputs) => (inputs.iotAnalytics = [{ channelName: "c", roleArn: "r" }]),
  ),
  change(
    "topic-rule-safe",
    "rule",
    "IoT Events, which is off",
    (inputs) => (inputs.errorAction = { iotEvents: { inputName: "i", roleArn: "r" } }),
  ),
  change("topic-rule-limits", "rule", "a name with a hyphen", (inputs) => (inputs.name = "plant-rule")),
  change("topic-rule-limits", "rule", "# in the middle", (inputs) => (inputs.sql = "SELECT * FROM 'dt/#/aggregate'")),
  change(
    "topic-rule-limits",
    "rule",
    "+ beside text",
    (inputs) => (inputs.sql = "SELECT * FROM 'dt/device+/aggregate'"),
  ),
  change("topic-rule-limits", "rule", "nine levels", (inputs) => (inputs.sql = "SELECT * FROM 'a/b/c/d/e/f/g/h/i'")),
  change(
    "topic-rule-limits",
    "rule",
    "SQL that AWS does not parse",
    (inputs) => (inputs.sql = "SELECT * FORM 'dt/+/aggregate'"),
  ),
  change("topic-rule-limits", "rule", "no action", (inputs) => delete inputs.kineses),
  change(
    "topic-rule-limits",
    "rule",
    "two error actions",
    (inputs) => ((inputs.errorAction as Inputs).sqs = { queueUrl: "https://sqs/x", roleArn: "r", useBase64: false }),
  ),
  change(
    "topic-rule-limits",
    "rule",
    "eleven actions",
    (inputs) => (inputs.kineses = Array.from({ length: 11 }, () => structuredClone((inputs.kineses as Inputs[])[0]))),
  ),
  change(
    "topic-rule-limits",
    "rule",
    "a lookup in the error action",
    (inputs) =>
      (inputs.errorAction = {
        s3: { bucketName: "plant-raw", key: "${get_thing_shadow('x','y')}/${newuuid()}", roleArn: "r" },
      }),
  ),
  change(
    "topic-rule-limits",
    "rule",
    "a FIFO queue",
    (inputs) =>
      (inputs.sqs = [{ queueUrl: "https://sqs.eu-central-1.amazonaws.com/1/x.fifo", roleArn: "r", useBase64: false }]),
  ),
  // streams and archives
  { rule: "channel-archived", what: "no archive of raw messages", without: ["archive"] },
  {
    rule: "channel-archived",
    what: "the rule does not wait for the archive",
    add: [
      [
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        "second",
        {
          name: "second",
          destination: "extended_s3",
          kinesisSourceConfiguration: { kinesisStreamArn: arn("kinesis", "stream/plant"), roleArn: "r" },
          extendedS3Configuration: { bucketArn: RAW, roleArn: "r" },
        },
      ],
    ],
  },
  adding(
    "channel-archived",
    "six readers of one stream",
    ...Array.from(
      { length: 5 },
      (_, i) =>
        [
          "aws:lambda/eventSourceMapping:EventSourceMapping",
          `reader-${i}`,
          { functionName: `reader-${i}`, eventSourceArn: arn("kinesis", "stream/plant"), startingPosition: "LATEST" },
        ] as const,
    ),
  ),
  change(
    "stream-record-size",
    "stream",
    "records that Firehose does not take",
    (inputs) => (inputs.maxRecordSizeInKib = 10_240),
  ),
  change("stream-limits", "stream", "shards on demand", (inputs) => (inputs.shardCount = 2)),
  change("stream-limits", "historian", "no shards", (inputs) => delete inputs.shardCount),
  // delivery streams
  change(
    "delivery-safe",
    "archive",
    "no log",
    s3((own) => delete own.cloudwatchLoggingOptions),
  ),
  change(
    "delivery-safe",
    "archive",
    "the log is off",
    s3((own) => ((own.cloudwatchLoggingOptions as Inputs).enabled = false)),
  ),
  change(
    "delivery-safe",
    "archive",
    "no error prefix",
    s3((own) => delete own.errorOutputPrefix),
  ),
  change(
    "delivery-safe",
    "archive",
    "errors without their kind",
    s3((own) => (own.errorOutputPrefix = "raw-errors/")),
  ),
  change(
    "delivery-safe",
    "archive",
    "errors among the data",
    s3((own) => (own.errorOutputPrefix = "raw/dt=errors/!{firehose:error-output-type}/")),
  ),
  change(
    "delivery-safe",
    "archive",
    "an object every ten seconds",
    s3((own) => (own.bufferingInterval = 10)),
  ),
  change(
    "delivery-limits",
    "archive",
    "too long a buffer",
    s3((own) => (own.bufferingInterval = 1200)),
  ),
  change(
    "delivery-limits",
    "archive",
    "too large a buffer",
    s3((own) => (own.bufferingSize = 256)),
  ),
  change(
    "delivery-limits",
    "archive",
    "a namespace that is not there",
    s3((own) => (own.prefix = "raw/!{time:yyyy}/")),
  ),
  change(
    "delivery-limits",
    "archive",
    "a slash first",
    s3((own) => (own.prefix = "/raw/")),
  ),
  change(
    "delivery-limits",
    "archive",
    "the error's kind in the data's prefix",
    s3((own) => (own.prefix = "raw/!{firehose:error-output-type}/")),
  ),
  change(
    "delivery-limits",
    "archive",
    "no block for the destination",
    (inputs) => delete inputs.extendedS3Configuration,
  ),
  change(
    "delivery-limits",
    "archive",
    "an encryption of its own beside a stream",
    (inputs) => (inputs.serverSideEncryption = { enabled: true }),
  ),
  change(
    "delivery-limits",
    "archive",
    "logging without a stream's name",
    s3((own) => delete (own.cloudwatchLoggingOptions as Inputs).logStreamName),
  ),
  change(
    "delivery-limits",
    "parquet",
    "compression beside conversion",
    s3((own) => (own.compressionFormat = "GZIP")),
  ),
  change(
    "delivery-limits",
    "parquet",
    "a small buffer with conversion",
    s3((own) => (own.bufferingSize = 32)),
  ),
  change(
    "delivery-limits",
    "parquet",
    "the default buffer with conversion",
    s3((own) => delete own.bufferingSize),
  ),
  change(
    "delivery-limits",
    "parquet",
    "two deserializers",
    conversion((own) => (own.inputFormatConfiguration = { deserializer: { openXJsonSerDe: {}, hiveJsonSerDe: {} } })),
  ),
  change(
    "delivery-limits",
    "parquet",
    "no schema",
    conversion((own) => delete own.schemaConfiguration),
  ),
  change(
    "delivery-limits",
    "parquet",
    "no role for the schema",
    conversion((own) => delete (own.schemaConfiguration as Inputs).roleArn),
  ),
  change(
    "delivery-limits",
    "parquet",
    "two functions",
    within("extendedS3Configuration.processingConfiguration", (own) =>
      (own.processors as Inputs[]).push(structuredClone((own.processors as Inputs[])[0]!)),
    ),
  ),
  change(
    "delivery-limits",
    "parquet",
    "a function without a qualifier",
    processor((own) => ((own.parameters as Inputs[])[0]!.parameterValue = arn("lambda", "function:transform"))),
  ),
  change(
    "delivery-limits",
    "parquet",
    "a buffer's size without its interval",
    processor((own) => (own.parameters as Inputs[]).push({ parameterName: "BufferSizeInMBs", parameterValue: "2" })),
  ),
  change(
    "delivery-limits",
    "parquet",
    "partition keys without dynamic partitioning",
    s3((own) => (own.prefix = "rows/dt=!{partitionKeyFromLambda:dt}/")),
  ),
  change(
    "delivery-limits",
    "parquet",
    "dynamic partitioning without a key",
    s3((own) => (own.dynamicPartitioningConfiguration = { enabled: true })),
  ),
  change(
    "delivery-limits",
    "parquet",
    "a key of a query without the processor",
    s3(
      (own) => (
        (own.dynamicPartitioningConfiguration = { enabled: true }),
        (own.prefix = "rows/dt=!{partitionKeyFromQuery:dt}/")
      ),
    ),
  ),
  change(
    "delivery-limits",
    "parquet",
    "partition keys among the errors",
    s3(
      (own) => (
        (own.dynamicPartitioningConfiguration = { enabled: true }),
        (own.prefix = "rows/dt=!{partitionKeyFromLambda:dt}/"),
        (own.errorOutputPrefix = "errors/!{partitionKeyFromLambda:dt}/!{firehose:error-output-type}/")
      ),
    ),
  ),
  change(
    "delivery-limits",
    "parquet",
    "de-aggregation without dynamic partitioning",
    within("extendedS3Configuration.processingConfiguration", (own) =>
      (own.processors as Inputs[]).push({
        type: "RecordDeAggregation",
        parameters: [{ parameterName: "SubRecordType", parameterValue: "JSON" }],
      }),
    ),
  ),
  change(
    "delivery-limits",
    "archive",
    "Iceberg with dynamic partitioning",
    (inputs) => (
      (inputs.destination = "iceberg"),
      (inputs.icebergConfiguration = {
        catalogArn: arn("glue", "catalog"),
        roleArn: "r",
        s3Configuration: { bucketArn: RAW, roleArn: "r" },
        dynamicPartitioningConfiguration: { enabled: true },
        destinationTableConfigurations: [{ databaseName: "d", tableName: "t" }],
      }),
      delete inputs.extendedS3Configuration
    ),
  ),
  // conversion and table
  change(
    "conversion-schema",
    "parquet",
    "a table that is not there",
    conversion((own) => ((own.schemaConfiguration as Inputs).tableName = "reading")),
  ),
  change(
    "conversion-schema",
    "parquet",
    "another database",
    conversion((own) => ((own.schemaConfiguration as Inputs).databaseName = "plants")),
  ),
  change(
    "conversion-schema",
    "parquet",
    "rows go where the table does not look",
    s3((own) => (own.prefix = "data/dt=!{timestamp:yyyy-MM-dd}/")),
  ),
  change(
    "conversion-schema",
    "parquet",
    "another name for the partition",
    s3((own) => (own.prefix = "rows/day=!{timestamp:yyyy-MM-dd}/")),
  ),
  change(
    "conversion-schema",
    "parquet",
    "records as they come below a table of Parquet",
    conversion((own) => (own.enabled = false)),
  ),
  change(
    "conversion-schema",
    "parquet",
    "a table of another region",
    conversion((own) => ((own.schemaConfiguration as Inputs).region = "us-east-1")),
  ),
  change(
    "conversion-schema",
    "table",
    "a SerDe of another format",
    within("storageDescriptor.serDeInfo", (own) => (own.serializationLibrary = "org.openx.data.jsonserde.JsonSerDe")),
  ),
  change("conversion-schema", "table", "nobody adds partitions", (inputs) => (inputs.parameters = {})),
  change(
    "conversion-schema",
    "transform",
    "a function that is cut off while Firehose waits",
    (inputs) => (inputs.timeout = 10),
  ),
  change("conversion-schema", "transform", "a function's default of three seconds", (inputs) => delete inputs.timeout),
  change(
    "conversion-schema",
    "transform",
    "a function that runs longer than Firehose waits",
    (inputs) => (inputs.timeout = 600),
  ),
  change(
    "catalog-limits",
    "table",
    "a column twice",
    within("storageDescriptor", (own) => (own.columns as Inputs[]).push({ name: "device", type: "int" })),
  ),
  change(
    "catalog-limits",
    "table",
    "a column that is a partition key too",
    within("storageDescriptor", (own) => (own.columns as Inputs[]).push({ name: "dt", type: "string" })),
  ),
  change(
    "catalog-limits",
    "table",
    "a type that nobody reads",
    within("storageDescriptor", (own) => ((own.columns as Inputs[])[1]!.type = "array<struct<a:integr>>")),
  ),
  change(
    "catalog-limits",
    "table",
    "capital letters",
    within("storageDescriptor", (own) => ((own.columns as Inputs[])[1]!.name = "Temperature")),
  ),
  change("catalog-limits", "table", "a key that is not projected", (inputs) =>
    (inputs.partitionKeys as Inputs[]).push({ name: "line", type: "string" }),
  ),
  change(
    "catalog-limits",
    "table",
    "a template without the key",
    parameters((own) => (own["storage.location.template"] = "s3://plant-data/rows/")),
  ),
  change(
    "catalog-limits",
    "table",
    "a template without its slash",
    parameters((own) => (own["storage.location.template"] = "s3://plant-data/rows/dt=${dt}")),
  ),
  change(
    "catalog-limits",
    "table",
    "no template",
    parameters((own) => delete own["storage.location.template"]),
  ),
  change(
    "catalog-limits",
    "table",
    "a projection of no key",
    parameters((own) => (own["projection.day.type"] = "date")),
  ),
  change(
    "catalog-limits",
    "table",
    "no range",
    parameters((own) => delete own["projection.dt.range"]),
  ),
  change(
    "catalog-limits",
    "table",
    "a kind that is not there",
    parameters((own) => (own["projection.dt.type"] = "day")),
  ),
  change(
    "catalog-limits",
    "table",
    "hours without an interval",
    parameters((own) => (own["projection.dt.format"] = "yyyy-MM-dd-HH")),
  ),
  change("catalog-limits", "database", "capitals in a database's name", (inputs) => (inputs.name = "Plant")),
  // functions
  change("function-limits", "bridge", "sixteen minutes", (inputs) => (inputs.timeout = 960)),
  change("function-limits", "bridge", "64 MB", (inputs) => (inputs.memorySize = 64)),
  change(
    "function-limits",
    "bridge",
    "a variable of Lambda's own",
    (inputs) => (inputs.environment = { variables: { AWS_REGION: "eu-central-1" } }),
  ),
  change(
    "function-limits",
    "bridge",
    "six layers",
    (inputs) => (inputs.layers = Array.from({ length: 6 }, (_, i) => arn("lambda", `layer:l:${i}`))),
  ),
  change("function-limits", "mapping", "no starting position", (inputs) => delete inputs.startingPosition),
  change("function-limits", "mapping", "records of half a minute", (inputs) => (inputs.maximumRecordAgeInSeconds = 30)),
  change(
    "function-limits",
    "mapping",
    "failures to a FIFO queue",
    (inputs) => (inputs.destinationConfig = { onFailure: { destinationArn: arn("sqs", "x.fifo") } }),
  ),
  change("mapping-safe", "mapping", "retries for ever", (inputs) => (inputs.maximumRetryAttempts = -1)),
  change("mapping-safe", "mapping", "retries not said", (inputs) => delete inputs.maximumRetryAttempts),
  change("mapping-safe", "mapping", "failures are lost", (inputs) => delete inputs.destinationConfig),
  change("mapping-safe", "mapping", "whole batches fail", (inputs) => delete inputs.functionResponseTypes),
  change(
    "mapping-safe",
    "mapping",
    "a bad record stops its batch",
    (inputs) => (inputs.bisectBatchOnFunctionError = false),
  ),
  change("mapping-safe", "mapping", "a mapping that is off", (inputs) => (inputs.enabled = false)),
  change("async-failures-kept", "importer", "no dead letters", (inputs) => delete inputs.deadLetterConfig),
  lacking("log-group-exists", "a function's log group", "bridge-log"),
  change("bucket-limits", "plant-raw", "capitals in a bucket's name", (inputs) => (inputs.bucket = "Plant-Raw")),
  change(
    "bucket-limits",
    "plant-raw-lifecycle",
    "infrequent access after a week",
    within("rules.0", (own) => (own.transitions = [{ days: 7, storageClass: "STANDARD_IA" }])),
  ),
  change(
    "bucket-limits",
    "plant-raw-lifecycle",
    "gone before it is moved",
    within("rules.0", (own) => (own.transitions = [{ days: 400, storageClass: "GLACIER_IR" }])),
  ),
  change(
    "bucket-limits",
    "plant-raw-lifecycle",
    "a class that is not there",
    within("rules.0", (own) => (own.transitions = [{ days: 90, storageClass: "COLD" }])),
  ),
  change(
    "bucket-limits",
    "plant-raw",
    "fifty-one tags",
    (inputs) => (inputs.tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"]))),
  ),
  change("optimizer-safe", "key", "orphans deleted beside the table", () => undefined, {
    add: [
      [
        "aws:glue/catalogTableOptimizer:CatalogTableOptimizer",
        "optimizer",
        {
          type: "orphan_file_deletion",
          databaseName: "plant",
          tableName: "readings",
          configuration: {
            enabled: true,
            orphanFileDeletionConfiguration: { icebergConfiguration: { location: "s3://plant-data/" } },
          },
        },
      ],
    ],
  }),
  adding("optimizer-safe", "a block of another kind", [
    "aws:glue/catalogTableOptimizer:CatalogTableOptimizer",
    "optimizer",
    {
      type: "compaction",
      databaseName: "plant",
      tableName: "readings",
      configuration: { enabled: true, retentionConfiguration: {}, kmsKeyArn: KEY },
    },
  ]),
  // found on a second look
  change("function-safe", "bridge", "no room to run", (inputs) => (inputs.reservedConcurrentExecutions = 0)),
  change(
    "topic-rule-safe",
    "rule",
    "errors go where messages cannot",
    (inputs) =>
      (inputs.errorAction = {
        kinesis: { streamName: "plant", partitionKey: "${newuuid()}", roleArn: roleArn("rule") },
      }),
  ),
  adding(
    "queue-reader-safe",
    "a queue that never gives up",
    ["aws:sqs/queue:Queue", "jobs", { name: "jobs", messageRetentionSeconds: 345_600, sqsManagedSseEnabled: true }],
    [
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "jobs-reader",
      { functionName: "importer", eventSourceArn: arn("sqs", "jobs") },
    ],
  ),
  adding(
    "queue-reader-safe",
    "a message that is worked on twice",
    [
      "aws:sqs/queue:Queue",
      "jobs",
      {
        name: "jobs",
        messageRetentionSeconds: 345_600,
        sqsManagedSseEnabled: true,
        visibilityTimeoutSeconds: 5,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "plant-dead-letters"), maxReceiveCount: 5 }),
      },
    ],
    [
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "jobs-reader",
      { functionName: "importer", eventSourceArn: arn("sqs", "jobs") },
    ],
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a reserved topic with one $",
    (inputs) => (inputs.republishes = [{ topic: "$aws/things/plant/shadow/update", roleArn: roleArn("rule") }]),
  ),
];
