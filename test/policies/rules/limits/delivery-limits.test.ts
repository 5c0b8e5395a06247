import { deliveryLimits } from "../../../../policies/rules/limits/delivery-limits";
import { spec } from "../../spec";

spec(deliveryLimits, {
  messages: {
    "archive: too long a buffer": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingInterval: saw 1200; the buffering interval in seconds is 0 to 900; set at most 900",
    ],
    "archive: too large a buffer": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw 256; the buffer in MB is 1 to 128; set at most 128",
    ],
    "archive: a namespace that is not there": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "!{time:yyyy}"; a prefix knows the namespaces timestamp, firehose, partitionKeyFromLambda, partitionKeyFromQuery; use one of them',
    ],
    "archive: a slash first": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "/raw/"; a prefix that begins with a slash makes a folder without a name; begin with the folder\'s name',
    ],
    "archive: the error's kind in the data's prefix": [
      'archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "!{firehose:error-output-type}"; the error type belongs to errorOutputPrefix alone; take it out of the prefix',
    ],
    "archive: no block for the destination": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: saw nothing; destination extended_s3 wants its block; set extendedS3Configuration",
    ],
    "archive: an encryption of its own beside a stream": [
      'archive (aws:kinesis:FirehoseDeliveryStream), serverSideEncryption: saw {"enabled":true}; with a stream as source the stream\'s own encryption counts; leave it out, and encrypt the stream',
    ],
    "archive: logging without a stream's name": [
      "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.cloudwatchLoggingOptions.logStreamName: saw nothing; logging that is enabled names its group and its stream; set cloudwatchLoggingOptions.logStreamName",
    ],
    "parquet: compression beside conversion": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.compressionFormat: saw "GZIP"; with format conversion the serializer compresses, and compressionFormat is UNCOMPRESSED; leave it out, and set parquetSerDe.compression',
    ],
    "parquet: a small buffer with conversion": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw 32; with format conversion the buffer has at least 64 MB; set 64 to 128",
    ],
    "parquet: the default buffer with conversion": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.bufferingSize: saw nothing, which is sent as 5; with format conversion the buffer has at least 64 MB; set 64 to 128",
    ],
    "parquet: two deserializers": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.inputFormatConfiguration.deserializer: saw openXJsonSerDe and hiveJsonSerDe; there is exactly one deserializer; keep one of openXJsonSerDe, hiveJsonSerDe",
    ],
    "parquet: no schema": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration: saw nothing; format conversion wants a deserializer, a serializer and a schema; set schemaConfiguration",
    ],
    "parquet: no role for the schema": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.roleArn: saw nothing; the schema wants roleArn; set schemaConfiguration.roleArn",
    ],
    "parquet: two functions": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors: saw 2 Lambda processors; a delivery stream has at most one; do all in one function",
    ],
    "parquet: a function without a qualifier": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0].parameters[0].parameterValue: saw "arn:aws:lambda:eu-central-1:123456789012:function:transform"; the function\'s ARN carries a qualifier; append :$LATEST, a version or an alias',
    ],
    "parquet: a buffer's size without its interval": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration.processors[0]: saw BufferSizeInMBs alone; BufferSizeInMBs and BufferIntervalInSeconds come together or not at all; give both, or leave both out",
    ],
    "parquet: partition keys without dynamic partitioning": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{partitionKeyFromLambda:dt}/"; partition keys in a prefix want dynamic partitioning; enable dynamicPartitioningConfiguration, which is only possible when the stream is created',
    ],
    "parquet: dynamic partitioning without a key": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{timestamp:yyyy-MM-dd}/"; dynamic partitioning wants a partition key in the prefix; write !{partitionKeyFromLambda:KEY} into it, or turn it off',
    ],
    "parquet: a key of a query without the processor": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.prefix: saw "rows/dt=!{partitionKeyFromQuery:dt}/"; partitionKeyFromQuery wants a MetadataExtraction processor; add the processor with its query',
    ],
    "parquet: partition keys among the errors": [
      'parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.errorOutputPrefix: saw "!{partitionKeyFromLambda:dt}"; partition keys do not belong into errorOutputPrefix; take it out; !{firehose:error-output-type} tells the errors apart',
    ],
    "parquet: de-aggregation without dynamic partitioning": [
      "parquet (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration.processingConfiguration: saw a RecordDeAggregation processor; it goes with dynamic partitioning only; take it out, or enable dynamicPartitioningConfiguration",
    ],
    "archive: Iceberg with dynamic partitioning": [
      "archive (aws:kinesis:FirehoseDeliveryStream), icebergConfiguration.dynamicPartitioningConfiguration: saw dynamic partitioning; it goes with destination extended_s3 only; remove it: the table's partition spec decides",
    ],
  },
  unknown: {
    of: "archive",
    property: "extendedS3Configuration",
    says: "archive (aws:kinesis:FirehoseDeliveryStream), extendedS3Configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
