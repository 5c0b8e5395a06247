import type { Properties, Resource } from "../../core/model";
import { parquetFormat, plainFormat, type BodyFormat } from "./bodies";
import { compilePrefix, type PrefixContext } from "./prefix";

const MEBIBYTE = 1024 * 1024;

/** The Lambda processor of a delivery stream, as it is configured. */
export interface ProcessorConfiguration {
  /** with its version or alias */
  functionArn: string;
  /** bytes of a batch */
  bufferBytes: number;
  bufferMs: number;
  retries: number;
}

/** A delivery stream's arguments, with Firehose's defaults. */
export interface Configuration {
  /** reads the stream that is the source; undefined for direct put */
  sourceRole: string | undefined;
  /** everything else */
  role: string;
  bucket: string;
  bucketArn: string;
  kmsKeyArn: string | undefined;
  prefixText: string;
  errorPrefixText: string;
  prefix: (context: PrefixContext) => string;
  errorPrefix: (context: PrefixContext) => string;
  dynamicPartitioning: boolean;
  /** keys that the prefix takes from the function's answer */
  partitionKeys: readonly string[];
  bufferBytes: number;
  bufferMs: number;
  processor: ProcessorConfiguration | undefined;
  format: BodyFormat;
  /** where the schema of converted rows is read, and by which role; undefined without conversion */
  schema: { role: string; database: string; table: string } | undefined;
  /** the stream's own log; undefined if it is off */
  log: { group: string; stream: string } | undefined;
}

/**
 * Reads the arguments of a delivery stream. Defaults: buffer 5 MiB or 300 s, batches of 1 MiB or 60 s for the function, 3 retries.
 * @param table the table whose columns are the schema, for a stream that converts
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function configurationOf({ inputs }: Resource, table: Resource | undefined): Configuration {
  const s3: Properties = inputs.extendedS3Configuration;
  const processors: Properties[] = s3.processingConfiguration?.enabled
    ? (s3.processingConfiguration.processors ?? [])
    : [];
  const delimiter = parametersOf(processors, "AppendDelimiterToRecord").Delimiter;
  const conversion: Properties | undefined = s3.dataFormatConversionConfiguration;
  const converts = conversion !== undefined && conversion.enabled !== false;
  const format = converts
    ? parquetFormat(table!.inputs.storageDescriptor.columns, conversion)
    : plainFormat(s3.compressionFormat ?? "UNCOMPRESSED", (delimiter ?? "").replaceAll("\\n", "\n"));
  const schema: Properties | undefined = conversion?.schemaConfiguration;
  const logging: Properties = s3.cloudwatchLoggingOptions ?? {};
  const prefixText: string = s3.prefix ?? "";
  const errorPrefixText: string = s3.errorOutputPrefix ?? "";
  return {
    sourceRole: inputs.kinesisSourceConfiguration?.roleArn,
    role: s3.roleArn,
    bucket: String(s3.bucketArn).split(":::")[1]!,
    bucketArn: s3.bucketArn,
    kmsKeyArn: s3.kmsKeyArn,
    prefixText,
    errorPrefixText,
    prefix: compilePrefix(prefixText, false),
    errorPrefix: compilePrefix(errorPrefixText, true),
    dynamicPartitioning: s3.dynamicPartitioningConfiguration?.enabled === true,
    partitionKeys: [...prefixText.matchAll(/!\{partitionKeyFromLambda:([^}]+)\}/g)].map(([, key]) => key!),
    bufferBytes: (s3.bufferingSize ?? 5) * MEBIBYTE,
    bufferMs: (s3.bufferingInterval ?? 300) * 1000,
    processor: processorOf(parametersOf(processors, "Lambda")),
    format: s3.fileExtension === undefined ? format : { ...format, extension: s3.fileExtension },
    schema:
      schema === undefined
        ? undefined
        : { role: schema.roleArn, database: schema.databaseName, table: schema.tableName },
    log: logging.enabled === true ? { group: logging.logGroupName, stream: logging.logStreamName } : undefined,
  };
}

function processorOf(parameters: Record<string, string>): ProcessorConfiguration | undefined {
  if (parameters.LambdaArn === undefined) return undefined;
  return {
    functionArn: parameters.LambdaArn,
    bufferBytes: Number(parameters.BufferSizeInMBs ?? 1) * MEBIBYTE,
    bufferMs: Number(parameters.BufferIntervalInSeconds ?? 60) * 1000,
    retries: Number(parameters.NumberOfRetries ?? 3),
  };
}

function parametersOf(processors: readonly Properties[], type: string): Record<string, string> {
  const processor = processors.find((other) => other.type === type);
  const parameters = (processor?.parameters ?? []) as { parameterName: string; parameterValue: string }[];
  return Object.fromEntries(parameters.map(({ parameterName, parameterValue }) => [parameterName, parameterValue]));
}
