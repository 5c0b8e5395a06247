import type { Inputs } from "../../../aws/values";
import { arn, RAW } from "./plant";
import { adding, change, within, type Misconfiguration } from "./run";

const s3 = (own: (destination: Inputs) => void): ((inputs: Inputs) => void) => within("extendedS3Configuration", own);
const conversion = (own: (block: Inputs) => void): ((inputs: Inputs) => void) =>
  within("extendedS3Configuration.dataFormatConversionConfiguration", own);
const processor = (own: (block: Inputs) => void): ((inputs: Inputs) => void) =>
  within("extendedS3Configuration.processingConfiguration.processors.0", own);
const rule = (own: (block: Inputs) => void): ((inputs: Inputs) => void) => within("kineses.0", own);

/** Topic rules, streams and delivery streams. */
export const DELIVERY: readonly Misconfiguration[] = [
  // topic rules
  change(
    "topic-rule-safe",
    "rule",
    "no error action",
    (inputs) => delete inputs.errorAction,
    "rule (aws:iot:TopicRule), errorAction: not set; a message that an action cannot deliver goes somewhere; add one, for example cloudwatchLogs",
  ),
  change(
    "topic-rule-safe",
    "rule",
    "the SQL of 2015",
    (inputs) => (inputs.sqlVersion = "2015-10-08"),
    'rule (aws:iot:TopicRule), sqlVersion: saw "2015-10-08"; rules are written in the SQL of 2016-03-23; set "2016-03-23"',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "beta SQL",
    (inputs) => (inputs.sqlVersion = "beta"),
    'rule (aws:iot:TopicRule), sqlVersion: saw "beta"; rules are written in the SQL of 2016-03-23; set "2016-03-23"',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "no partition key",
    rule((own) => delete own.partitionKey),
    "rule (aws:iot:TopicRule), kineses[0].partitionKey: not set; without a partition key a device's order is not kept; set ${topic(2)} or ${newuuid()}",
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a fixed partition key",
    rule((own) => (own.partitionKey = "plant")),
    'rule (aws:iot:TopicRule), kineses[0].partitionKey: saw "plant"; a fixed key sends every record to one shard; use a template such as ${topic(2)}',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "a level that no topic has",
    rule((own) => (own.partitionKey = "${topic(5)}")),
    'rule (aws:iot:TopicRule), kineses[0].partitionKey: saw "${topic(5)}"; topics of "dt/+/aggregate" have no level 5, so the action fails for every message; name a level that they have, or use ${newuuid()}',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "one object for all messages",
    (inputs) => (inputs.s3 = [{ bucketName: "plant-raw", key: "latest.json", roleArn: "r" }]),
    'rule (aws:iot:TopicRule), s3[0].key: saw "latest.json"; a key without a template is one object, which each message overwrites; write ${newuuid()} into it',
  ),
  change(
    "topic-rule-safe",
    "rule",
    "IoT Analytics, which is off",
    (inputs) => (inputs.iotAnalytics = [{ channelName: "c", roleArn: "r" }]),
    "rule (aws:iot:TopicRule), iotAnalytics: saw an action; the service is switched off; remove it",
  ),
  change(
    "topic-rule-safe",
    "rule",
    "IoT Events, which is off",
    (inputs) => (inputs.errorAction = { iotEvents: { inputName: "i", roleArn: "r" } }),
    "rule (aws:iot:TopicRule), iotEvents: saw an action; the service is switched off; remove it",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "a name with a hyphen",
    (inputs) => (inputs.name = "plant-rule"),
    'rule (aws:iot:TopicRule), name: saw "plant-rule"; the name has letters, digits and underscores; choose another name',
  ),
  change(
    "topic-rule-limits",
    "rule",
    "# in the middle",
    (inputs) => (inputs.sql = "SELECT * FROM 'dt/#/aggregate'"),
    "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'dt/#/aggregate'\"; the topic filter 'dt/#/aggregate' is not valid: # stands alone in the last level; end the filter with /# (at character 15); correct the SQL",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "+ beside text",
    (inputs) => (inputs.sql = "SELECT * FROM 'dt/device+/aggregate'"),
    "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'dt/device+/aggregate'\"; the topic filter 'dt/device+/aggregate' is not valid: + stands alone in its level; write /+/ (at character 15); correct the SQL",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "nine levels",
    (inputs) => (inputs.sql = "SELECT * FROM 'a/b/c/d/e/f/g/h/i'"),
    "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'a/b/c/d/e/f/g/h/i'\"; the topic filter 'a/b/c/d/e/f/g/h/i' is not valid: it has 9 levels and a topic has at most 8; shorten it (at character 15); correct the SQL",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "SQL that AWS does not parse",
    (inputs) => (inputs.sql = "SELECT * FORM 'dt/+/aggregate'"),
    'rule (aws:iot:TopicRule), sql: saw "SELECT * FORM \'dt/+/aggregate\'"; expected "," or FROM, found "FORM"; did you mean FROM? (at character 10); correct the SQL',
  ),
  change(
    "topic-rule-limits",
    "rule",
    "no action",
    (inputs) => delete inputs.kineses,
    "rule (aws:iot:TopicRule): saw 0 actions; a rule has 1 to 10; add one, for a channel: kineses",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "two error actions",
    (inputs) => ((inputs.errorAction as Inputs).sqs = { queueUrl: "https://sqs/x", roleArn: "r", useBase64: false }),
    "rule (aws:iot:TopicRule), errorAction: saw cloudwatchLogs, sqs; an error action is exactly one action; keep one, for example cloudwatchLogs",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "eleven actions",
    (inputs) => (inputs.kineses = Array.from({ length: 11 }, () => structuredClone((inputs.kineses as Inputs[])[0]))),
    "rule (aws:iot:TopicRule): saw 11 actions; a rule has 1 to 10; split the rule in two",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "a lookup in the error action",
    (inputs) =>
      (inputs.errorAction = {
        s3: { bucketName: "plant-raw", key: "${get_thing_shadow('x','y')}/${newuuid()}", roleArn: "r" },
      }),
    "rule (aws:iot:TopicRule), errorAction.s3.key: saw a template with get_thing_shadow(); templates of an error action call no external function; take the call out",
  ),
  change(
    "topic-rule-limits",
    "rule",
    "a FIFO queue",
    (inputs) =>
      (inputs.sqs = [{ queueUrl: "https://sqs.eu-central-1.amazonaws.com/1/x.fifo", roleArn: "r", useBase64: false }]),
    'rule (aws:iot:TopicRule), sqs[0].queueUrl: saw "https://sqs.eu-central-1.amazonaws.com/1/x.fifo"; the SQS action takes no FIFO queue; use a standard queue',
  ),
  // streams and archives
  {
    rule: "channel-archived",
    what: "no archive of raw messages",
    without: ["archive"],
    messages: [
      "stream (aws:kinesis:Stream): saw no delivery stream that archives it; raw messages are archived as they came; add a delivery stream to S3 without conversion and without a function",
    ],
  },
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
    messages: [
      "rule (aws:iot:TopicRule): saw no dependency on second; second starts at the latest record, so the rule waits for it; add dependsOn: [second]",
    ],
  },
  adding(
    "channel-archived",
    "six readers of one stream",
    "stream (aws:kinesis:Stream): saw 7 consumers; a shard answers five reads a second; join consumers, or give functions enhanced fan-out",
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
    "stream (aws:kinesis:Stream), maxRecordSizeInKib: saw 10240; Firehose takes records of 1,000 KiB; leave it out",
  ),
  change(
    "stream-limits",
    "stream",
    "shards on demand",
    (inputs) => (inputs.shardCount = 2),
    "stream (aws:kinesis:Stream), shardCount: saw 2; a stream in mode ON_DEMAND has no shard count; leave it out",
  ),
  change(
    "stream-limits",
    "historian",
    "no shards",
    (inputs) => delete inputs.shardCount,
    "historian (aws:kinesis:Stream), shardCount: not set; a stream in mode PROVISIONED has at least one shard; set shardCount, or streamModeDetails.streamMode to ON_DEMAND",
  ),
  // delivery streams
  change(
    "delivery-safe",
    "archive",
    "no log",
    s3((own) => delete own.cloudwatchLoggingOptions),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions: not set; a delivery stream logs its errors; set { enabled: true, logGroupName, logStreamName }",
  ),
  change(
    "delivery-safe",
    "archive",
    "the log is off",
    s3((own) => ((own.cloudwatchLoggingOptions as Inputs).enabled = false)),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions: saw {"enabled":false,"logGroupName":"/aws/kinesisfirehose/archive","logStreamName":"DestinationDelivery"}; a delivery stream logs its errors; set { enabled: true, logGroupName, logStreamName }',
  ),
  change(
    "delivery-safe",
    "archive",
    "no error prefix",
    s3((own) => delete own.errorOutputPrefix),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: not set; failed records must have a separate prefix; set one with !{firehose:error-output-type}",
  ),
  change(
    "delivery-safe",
    "archive",
    "errors without their kind",
    s3((own) => (own.errorOutputPrefix = "raw-errors/")),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "raw-errors/"; an error prefix says of what kind the error was; write !{firehose:error-output-type} into it',
  ),
  change(
    "delivery-safe",
    "archive",
    "errors among the data",
    s3((own) => (own.errorOutputPrefix = "raw/dt=errors/!{firehose:error-output-type}/")),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "raw/dt=errors/!{firehose:error-output-type}/"; it is below the prefix of the data "raw/dt=", where a table would read the errors; choose a prefix beside it',
  ),
  change(
    "delivery-safe",
    "archive",
    "an object every ten seconds",
    s3((own) => (own.bufferingInterval = 10)),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingInterval: saw 10; buffers of less than 60 s make countless small objects; set 60 or more",
  ),
  change(
    "delivery-limits",
    "archive",
    "too long a buffer",
    s3((own) => (own.bufferingInterval = 1200)),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingInterval: saw 1200; the buffering interval in seconds is 0 to 900; set at most 900",
  ),
  change(
    "delivery-limits",
    "archive",
    "too large a buffer",
    s3((own) => (own.bufferingSize = 256)),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw 256; the buffer in MB is 1 to 128; set at most 128",
  ),
  change(
    "delivery-limits",
    "archive",
    "a namespace that does not exist",
    s3((own) => (own.prefix = "raw/!{time:yyyy}/")),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "!{time:yyyy}"; a prefix knows the namespaces timestamp, firehose, partitionKeyFromLambda, partitionKeyFromQuery; use one of them',
  ),
  change(
    "delivery-limits",
    "archive",
    "a slash first",
    s3((own) => (own.prefix = "/raw/")),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "/raw/"; a prefix that begins with a slash makes a folder without a name; begin with the folder\'s name',
  ),
  change(
    "delivery-limits",
    "archive",
    "the error's kind in the data's prefix",
    s3((own) => (own.prefix = "raw/!{firehose:error-output-type}/")),
    'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "!{firehose:error-output-type}"; the error type belongs to errorOutputPrefix alone; take it out of the prefix',
  ),
  change(
    "delivery-limits",
    "archive",
    "no block for the destination",
    (inputs) => delete inputs.extendedS3Configuration,
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not set; destination extended_s3 wants its block; set extendedS3Configuration",
  ),
  change(
    "delivery-limits",
    "archive",
    "an encryption of its own beside a stream",
    (inputs) => (inputs.serverSideEncryption = { enabled: true }),
    'archive (aws:kinesis:FirehoseDeliveryStream), serverSideEncryption: saw {"enabled":true}; with a stream as source the stream\'s own encryption counts; leave it out, and encrypt the stream',
  ),
  change(
    "delivery-limits",
    "archive",
    "logging without a stream's name",
    s3((own) => delete (own.cloudwatchLoggingOptions as Inputs).logStreamName),
    "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions.logStreamName: not set; logging that is enabled names its group and its stream; set cloudwatchLoggingOptions.logStreamName",
  ),
  change(
    "delivery-limits",
    "parquet",
    "compression beside conversion",
    s3((own) => (own.compressionFormat = "GZIP")),
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.compressionFormat: saw "GZIP"; with format conversion the serializer compresses, and compressionFormat is UNCOMPRESSED; leave it out, and set parquetSerDe.compression',
  ),
  change(
    "delivery-limits",
    "parquet",
    "a small buffer with conversion",
    s3((own) => (own.bufferingSize = 32)),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw 32; with format conversion the buffer has at least 64 MB; set 64 to 128",
  ),
  change(
    "delivery-limits",
    "parquet",
    "the default buffer with conversion",
    s3((own) => delete own.bufferingSize),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw nothing, which is sent as 5; with format conversion the buffer has at least 64 MB; set 64 to 128",
  ),
  change(
    "delivery-limits",
    "parquet",
    "two deserializers",
    conversion((own) => (own.inputFormatConfiguration = { deserializer: { openXJsonSerDe: {}, hiveJsonSerDe: {} } })),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.inputFormatConfiguration.deserializer: saw openXJsonSerDe and hiveJsonSerDe; there is exactly one deserializer; keep one of openXJsonSerDe, hiveJsonSerDe",
  ),
  change(
    "delivery-limits",
    "parquet",
    "no schema",
    conversion((own) => delete own.schemaConfiguration),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration: not set; format conversion needs a deserializer, a serializer and a schema; set schemaConfiguration",
  ),
  change(
    "delivery-limits",
    "parquet",
    "no role for the schema",
    conversion((own) => delete (own.schemaConfiguration as Inputs).roleArn),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.roleArn: not set; the schema wants roleArn; set schemaConfiguration.roleArn",
  ),
  change(
    "delivery-limits",
    "parquet",
    "two functions",
    within("extendedS3Configuration.processingConfiguration", (own) =>
      (own.processors as Inputs[]).push(structuredClone((own.processors as Inputs[])[0]!)),
    ),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors: saw 2 Lambda processors; a delivery stream has at most one; do all in one function",
  ),
  change(
    "delivery-limits",
    "parquet",
    "a function without a qualifier",
    processor((own) => ((own.parameters as Inputs[])[0]!.parameterValue = arn("lambda", "function:transform"))),
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0].parameters[0].parameterValue: saw "arn:aws:lambda:eu-central-1:123456789012:function:transform"; the function\'s ARN carries a qualifier; append :$LATEST, a version or an alias',
  ),
  change(
    "delivery-limits",
    "parquet",
    "a buffer's size without its interval",
    processor((own) => (own.parameters as Inputs[]).push({ parameterName: "BufferSizeInMBs", parameterValue: "2" })),
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0]: saw BufferSizeInMBs alone; BufferSizeInMBs and BufferIntervalInSeconds come together or not at all; give both, or leave both out",
  ),
  change(
    "delivery-limits",
    "parquet",
    "partition keys without dynamic partitioning",
    s3((own) => (own.prefix = "rows/dt=!{partitionKeyFromLambda:dt}/")),
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{partitionKeyFromLambda:dt}/"; partition keys in a prefix need dynamic partitioning; enable dynamicPartitioningConfiguration, which is only possible when the stream is created',
  ),
  change(
    "delivery-limits",
    "parquet",
    "dynamic partitioning without a key",
    s3((own) => (own.dynamicPartitioningConfiguration = { enabled: true })),
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{timestamp:yyyy-MM-dd}/"; dynamic partitioning needs a partition key in the prefix; write !{partitionKeyFromLambda:KEY} into it, or turn it off',
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
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{partitionKeyFromQuery:dt}/"; partitionKeyFromQuery needs a MetadataExtraction processor; add the processor with its query',
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
    'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "!{partitionKeyFromLambda:dt}"; partition keys do not belong into errorOutputPrefix; take it out; !{firehose:error-output-type} tells the errors apart',
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
    "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration: saw a RecordDeAggregation processor; it goes with dynamic partitioning only; take it out, or enable dynamicPartitioningConfiguration",
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
    "archive (aws:kinesis:FirehoseDeliveryStream), icebergConfiguration.dynamicPartitioningConfiguration: saw dynamic partitioning; it goes with destination extended_s3 only; remove it: the table's partition spec decides",
  ),
];
