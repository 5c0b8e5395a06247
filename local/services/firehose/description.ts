import type {
  DataFormatConversionConfiguration,
  DeliveryStreamDescription,
  ExtendedS3DestinationDescription,
  ProcessingConfiguration,
} from "@aws-sdk/client-firehose";
import type { Properties } from "../../core/model";
import type { DeliveryStream } from "./delivery-stream";

/** What DescribeDeliveryStream says of a delivery stream. https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamDescription.html */
export function describe(stream: DeliveryStream): DeliveryStreamDescription {
  const { inputs, outputs } = stream.resource;
  const source: Properties | undefined = inputs.kinesisSourceConfiguration;
  const created = new Date(stream.created);
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: "ACTIVE",
    DeliveryStreamType: source === undefined ? "DirectPut" : "KinesisStreamAsSource",
    DeliveryStreamEncryptionConfiguration: encryption(inputs.serverSideEncryption),
    VersionId: String(outputs.versionId ?? 1),
    CreateTimestamp: created,
    Source:
      source === undefined
        ? undefined
        : {
            KinesisStreamSourceDescription: {
              KinesisStreamARN: source.kinesisStreamArn,
              RoleARN: source.roleArn,
              DeliveryStartTimestamp: created,
            },
          },
    Destinations: [
      {
        DestinationId: outputs.destinationId ?? "destinationId-000000000001",
        ExtendedS3DestinationDescription: destination(
          outputs.extendedS3Configuration ?? inputs.extendedS3Configuration,
        ),
      },
    ],
    HasMoreDestinations: false,
  };
}

function encryption(given: Properties | undefined): DeliveryStreamDescription["DeliveryStreamEncryptionConfiguration"] {
  if (given?.enabled !== true) return { Status: "DISABLED" };
  return { Status: "ENABLED", KeyType: given.keyType ?? "AWS_OWNED_CMK", KeyARN: given.keyArn };
}

function destination(s3: Properties): ExtendedS3DestinationDescription {
  const logging: Properties = s3.cloudwatchLoggingOptions ?? {};
  const dynamic: Properties | undefined = s3.dynamicPartitioningConfiguration;
  return {
    RoleARN: s3.roleArn,
    BucketARN: s3.bucketArn,
    Prefix: s3.prefix,
    ErrorOutputPrefix: s3.errorOutputPrefix,
    BufferingHints: { SizeInMBs: s3.bufferingSize ?? 5, IntervalInSeconds: s3.bufferingInterval ?? 300 },
    CompressionFormat: s3.compressionFormat ?? "UNCOMPRESSED",
    EncryptionConfiguration:
      s3.kmsKeyArn === undefined
        ? { NoEncryptionConfig: "NoEncryption" }
        : { KMSEncryptionConfig: { AWSKMSKeyARN: s3.kmsKeyArn } },
    CloudWatchLoggingOptions: {
      Enabled: logging.enabled === true,
      LogGroupName: logging.logGroupName,
      LogStreamName: logging.logStreamName,
    },
    ProcessingConfiguration: processing(s3.processingConfiguration),
    S3BackupMode: "Disabled",
    DataFormatConversionConfiguration: conversion(s3.dataFormatConversionConfiguration),
    DynamicPartitioningConfiguration:
      dynamic === undefined
        ? undefined
        : { Enabled: dynamic.enabled === true, RetryOptions: { DurationInSeconds: dynamic.retryDuration ?? 300 } },
    FileExtension: s3.fileExtension,
    CustomTimeZone: s3.customTimeZone ?? "UTC",
  };
}

function processing(given: Properties | undefined): ProcessingConfiguration {
  const processors: Properties[] = given?.processors ?? [];
  return {
    Enabled: given?.enabled === true,
    Processors: processors.map(({ type, parameters = [] }) => ({
      Type: type,
      Parameters: (parameters as Properties[]).map(({ parameterName, parameterValue }) => ({
        ParameterName: parameterName,
        ParameterValue: parameterValue,
      })),
    })),
  };
}

function conversion(given: Properties | undefined): DataFormatConversionConfiguration | undefined {
  if (given === undefined) return undefined;
  const schema: Properties = given.schemaConfiguration;
  const openX: Properties | undefined = given.inputFormatConfiguration.deserializer.openXJsonSerDe;
  const parquet: Properties = given.outputFormatConfiguration.serializer.parquetSerDe ?? {};
  return {
    Enabled: given.enabled !== false,
    SchemaConfiguration: {
      RoleARN: schema.roleArn,
      DatabaseName: schema.databaseName,
      TableName: schema.tableName,
      Region: schema.region,
      VersionId: "LATEST",
    },
    InputFormatConfiguration: {
      Deserializer: { OpenXJsonSerDe: { CaseInsensitive: openX?.caseInsensitive ?? true } },
    },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: parquet.compression ?? "SNAPPY" } } },
  };
}
