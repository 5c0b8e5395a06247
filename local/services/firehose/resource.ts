import { NAMES } from "../../../aws/names";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, digitsOf, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  list,
  number,
  oneOf,
  physicalName,
  quote,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";

const LOGGING = block(
  { enabled: flag(), logGroupName: text(), logStreamName: text() },
  {
    check: (value) =>
      value.enabled === true && (value.logGroupName === undefined || value.logStreamName === undefined)
        ? "enabled logging wants logGroupName and logStreamName"
        : undefined,
  },
);

/**
 * Parameters of the processors that are executed, with the values that AWS takes.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html
 */
const PARAMETERS: Record<string, Record<string, (value: string) => string | undefined>> = {
  Lambda: {
    LambdaArn: (value) =>
      /^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(value)
        ? undefined
        : "wants a function's ARN, with :$LATEST or a version",
    NumberOfRetries: numberText(0, 300),
    BufferSizeInMBs: numberText(0.2, 3),
    BufferIntervalInSeconds: numberText(0, 900),
  },
  // JSON is another way of AWS's to divide records; the local cloud executes the one that needs no reading of them.
  RecordDeAggregation: {
    SubRecordType: (value) =>
      value === "DELIMITED" ? undefined : "the local cloud executes DELIMITED; put a delimiter between the records",
    Delimiter: (value) =>
      value !== "" && Buffer.from(value, "base64").toString("base64") === value
        ? undefined
        : "wants one byte or more, in base64",
  },
  AppendDelimiterToRecord: {
    Delimiter: (value) =>
      value === "\\n" ? undefined : 'the local cloud executes the delimiter "\\\\n" (backslash and n)',
  },
};

const PROCESSING = block({
  enabled: flag(),
  processors: list(
    block({
      type: required(oneOf(Object.keys(PARAMETERS))),
      parameters: list(block({ parameterName: required(text()), parameterValue: required(text()) })),
    }),
  ),
});

const CONVERSION = block({
  enabled: flag(),
  inputFormatConfiguration: required(
    block({
      deserializer: required(
        block({
          openXJsonSerDe: block({
            caseInsensitive: flag(),
            columnToJsonKeyMappings: refused("rename the attribute in the pipeline"),
            convertDotsInJsonKeysToUnderscores: refused("rename the attribute in the pipeline", false),
          }),
          hiveJsonSerDe: refused("use openXJsonSerDe"),
        }),
      ),
    }),
  ),
  outputFormatConfiguration: required(
    block({
      serializer: required(
        block({
          parquetSerDe: block({
            compression: oneOf(["SNAPPY", "GZIP", "UNCOMPRESSED"]),
            // Sizes within a file; objects here are far below one block.
            blockSizeBytes: checked(number(64 * 1024 * 1024, Number.MAX_SAFE_INTEGER)),
            pageSizeBytes: checked(number(64 * 1024, Number.MAX_SAFE_INTEGER)),
            maxPaddingBytes: checked(number(0, Number.MAX_SAFE_INTEGER)),
            enableDictionaryCompression: refused("leave it out", false),
            writerVersion: refused("leave it out: files are written as V1", "V1"),
          }),
          orcSerDe: refused("use parquetSerDe"),
        }),
      ),
    }),
  ),
  schemaConfiguration: required(
    block({
      databaseName: required(text()),
      tableName: required(text()),
      roleArn: required(arn("iam")),
      catalogId: refused("the schema comes from this account's catalog; leave it out"),
      region: checked(text()),
      versionId: refused("the newest version is used; leave it out", "LATEST"),
    }),
  ),
});

/**
 * Delivery stream to S3.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
 */
export const deliveryStream: Handler = {
  type: TYPES.deliveryStream,
  naming: { property: "name", make: (context) => automaticName(context, 64) },
  drawn: ["destinationId", "versionId"],
  properties: {
    name: physicalName(NAMES.deliveryStream),
    destination: replaces(required(oneOf(["extended_s3"]))),
    // Without it producers put records (PutRecord, PutRecordBatch).
    kinesisSourceConfiguration: replaces(
      block({ kinesisStreamArn: required(arn("kinesis")), roleArn: required(arn("iam")) }),
    ),
    extendedS3Configuration: required(
      block({
        bucketArn: required(arn("s3")),
        roleArn: required(arn("iam")),
        prefix: text({ check: atMost(1024) }),
        errorOutputPrefix: text({ check: atMost(1024) }),
        bufferingSize: number(1, 128),
        bufferingInterval: number(0, 900),
        compressionFormat: oneOf(["UNCOMPRESSED", "GZIP"]),
        customTimeZone: refused("partitions are in UTC; leave it out", "UTC"),
        fileExtension: text({
          check: (value) =>
            /^\.[0-9a-z!\-_.*'()]{0,49}$/.test(value)
              ? undefined
              : `saw ${quote(value)}; it starts with a dot and has at most 50 characters`,
        }),
        kmsKeyArn: arn("kms"),
        cloudwatchLoggingOptions: LOGGING,
        processingConfiguration: PROCESSING,
        dataFormatConversionConfiguration: CONVERSION,
        dynamicPartitioningConfiguration: replaces(block({ enabled: flag(), retryDuration: checked(number(0, 7200)) })),
        s3BackupMode: refused("the archive delivery stream keeps the raw messages; leave it out", "Disabled"),
        s3BackupConfiguration: refused("the archive delivery stream keeps the raw messages; leave it out"),
      }),
    ),
    tags,
    region: checked(text()),
    // Of direct put; with a stream as source AWS refuses it. Firehose uses the key by a grant of its own.
    serverSideEncryption: checked(
      block({
        enabled: flag(),
        keyType: oneOf(["AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"]),
        keyArn: arn("kms"),
      }),
    ),
    arn: refused("AWS assigns it"),
    destinationId: refused("AWS assigns it"),
    versionId: refused("AWS assigns it"),
    ...Object.fromEntries(
      [
        "elasticsearch",
        "httpEndpoint",
        "iceberg",
        "mskSource",
        "opensearch",
        "opensearchserverless",
        "redshift",
        "snowflake",
        "splunk",
      ].map((name) => [
        `${name}Configuration`,
        refused("use extendedS3Configuration, with kinesisSourceConfiguration or direct put"),
      ]),
    ),
  },
  check: (inputs) =>
    checkProcessors(
      inputs.extendedS3Configuration?.processingConfiguration?.processors ?? [],
      inputs.kinesisSourceConfiguration !== undefined,
    ),
  references: (inputs, declared, report) => {
    const { kinesisSourceConfiguration: source = {}, extendedS3Configuration: target = {} } = inputs;
    declared.require(
      TYPES.stream,
      source.kinesisStreamArn,
      "stream",
      "kinesisSourceConfiguration.kinesisStreamArn",
      report,
    );
    declared.require(TYPES.role, source.roleArn, "role", "kinesisSourceConfiguration.roleArn", report);
    const at = "extendedS3Configuration";
    declared.require(TYPES.role, target.roleArn, "role", `${at}.roleArn`, report);
    const logging: Properties = target.cloudwatchLoggingOptions ?? {};
    if (logging.enabled === true)
      declared.require(
        TYPES.logStream,
        `${logging.logGroupName}:${logging.logStreamName}`,
        "log stream",
        `${at}.cloudwatchLoggingOptions`,
        report,
      );
    const processors: Properties[] = target.processingConfiguration?.processors ?? [];
    processors.forEach(({ parameters = [] }, index) => {
      const lambda = (parameters as Properties[]).find(({ parameterName }) => parameterName === "LambdaArn");
      const unqualified = lambda?.parameterValue?.split(":").slice(0, 7).join(":");
      declared.require(
        TYPES.function,
        unqualified,
        "function",
        `${at}.processingConfiguration.processors[${index}]`,
        report,
      );
    });
    const schema: Properties | undefined = target.dataFormatConversionConfiguration?.schemaConfiguration;
    if (schema === undefined) return;
    const schemaAt = `${at}.dataFormatConversionConfiguration.schemaConfiguration`;
    declared.require(TYPES.role, schema.roleArn, "role", `${schemaAt}.roleArn`, report);
    declared.require(TYPES.table, `${schema.databaseName}.${schema.tableName}`, "table", schemaAt, report);
  },
  plan: (inputs, context) => {
    const streamArn = arnOf(context, "firehose", `deliverystream/${inputs.name}`);
    const configuration: Properties = inputs.extendedS3Configuration ?? {};
    return {
      id: streamArn,
      outputs: {
        arn: streamArn,
        destinationId: "destinationId-000000000001",
        versionId: digitsOf(context, 1),
        extendedS3Configuration: {
          bufferingSize: 5,
          bufferingInterval: 300,
          compressionFormat: "UNCOMPRESSED",
          s3BackupMode: "Disabled",
          customTimeZone: "UTC",
          ...configuration,
        },
      },
    };
  },
};

/** @param readsStream whether the delivery stream reads a Kinesis stream */
function checkProcessors(processors: Properties[], readsStream: boolean): Finding[] {
  const findings: Finding[] = [];
  processors.forEach((processor, index) => {
    const known = PARAMETERS[processor.type];
    if (known === undefined) return; // the table has said so
    const at = `extendedS3Configuration.processingConfiguration.processors[${index}]`;
    const given = new Set<string>();
    (processor.parameters ?? []).forEach((parameter: Properties, number: number) => {
      const check = known[parameter.parameterName];
      given.add(parameter.parameterName);
      const message =
        check === undefined
          ? `the local cloud does not execute the parameter ${quote(String(parameter.parameterName))} of a ${processor.type} processor; it supports ${Object.keys(known).join(", ")}`
          : check(String(parameter.parameterValue));
      if (message !== undefined)
        findings.push({
          path: `${at}.parameters[${number}]`,
          message: check === undefined ? message : `saw ${quote(String(parameter.parameterValue))}; ${message}`,
        });
    });
    if (processor.type === "RecordDeAggregation" && readsStream)
      findings.push({
        path: at,
        message:
          "the local cloud divides records that are put into a delivery stream, and not those of a Kinesis stream; leave kinesisSourceConfiguration out",
      });
    if (processor.type === "Lambda" && !given.has("LambdaArn"))
      findings.push({ path: at, message: "a Lambda processor wants the parameter LambdaArn" });
  });
  return findings;
}

function numberText(min: number, max: number): (value: string) => string | undefined {
  return (value) =>
    value.trim() !== "" && Number(value) >= min && Number(value) <= max
      ? undefined
      : `must be a number from ${min} to ${max}, as text`;
}

function atMost(length: number): (value: string) => string | undefined {
  return (value) => (value.length > length ? `${value.length} characters; at most ${length}` : undefined);
}
