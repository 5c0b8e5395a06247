import { conversionEnabled, conversionLimits } from "./firehose-conversion";
import { hasExpression, partitionKeys, prefixLimits } from "../firehose-prefix";
import { processingLimits, readProcessing, type Processing } from "./firehose-processing";
import { absent, block, Findings, number, show, text, type Finding, type Inputs } from "../values";

const COMPRESSION = ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"];

/** The provider sends these when they are left out. https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const DEFAULT_SIZE = 5;
const DEFAULT_INTERVAL = 300;

/** Destination S3; paths are relative to `extendedS3Configuration`. https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export function s3Limits(configuration: Inputs): Finding[] {
  const findings = new Findings();
  for (const member of ["bucketArn", "roleArn"])
    findings.required(member, configuration[member], `a delivery to S3 wants ${member}`);
  findings.range("bufferingSize", configuration.bufferingSize, 1, 128, "the buffer in MB");
  findings.range("bufferingInterval", configuration.bufferingInterval, 0, 900, "the buffering interval in seconds");
  findings.among("compressionFormat", configuration.compressionFormat, COMPRESSION, "the compression");
  findings.among("s3BackupMode", configuration.s3BackupMode, ["Disabled", "Enabled"], "the backup mode");
  if (text(configuration.s3BackupMode) === "Enabled" && absent(configuration.s3BackupConfiguration))
    findings.add(
      "s3BackupConfiguration",
      "nothing",
      "s3BackupMode Enabled needs the backup's bucket",
      "set s3BackupConfiguration",
    );
  const extension = text(configuration.fileExtension);
  if (extension !== undefined && extension !== "" && (!extension.startsWith(".") || extension.length > 50))
    findings.add(
      "fileExtension",
      show(extension),
      "an extension starts with a dot and has at most 50 characters",
      "write it so, for example .json.gz",
    );
  loggingLimits(findings, configuration.cloudwatchLoggingOptions);
  const processing = block(configuration.processingConfiguration);
  if (processing !== undefined) findings.within("processingConfiguration", processingLimits(processing));
  const conversion = block(configuration.dataFormatConversionConfiguration);
  const converts = conversionEnabled(configuration.dataFormatConversionConfiguration);
  if (converts === true) {
    if (conversion !== undefined) findings.within("dataFormatConversionConfiguration", conversionLimits(conversion));
    smallestBuffer(findings, configuration, "format conversion");
    const compression = text(configuration.compressionFormat);
    if (compression !== undefined && compression !== "UNCOMPRESSED")
      findings.add(
        "compressionFormat",
        show(compression),
        "with format conversion the serializer compresses, and compressionFormat is UNCOMPRESSED",
        "leave it out, and set parquetSerDe.compression",
      );
  }
  checkPrefixes(findings, configuration);
  checkPartitioning(findings, configuration, converts === true);
  return findings.all;
}

/** Logging to CloudWatch, of any destination. https://docs.aws.amazon.com/firehose/latest/APIReference/API_CloudWatchLoggingOptions.html */
export function loggingLimits(findings: Findings, value: unknown): void {
  const options = block(value);
  if (options?.enabled !== true) return;
  for (const member of ["logGroupName", "logStreamName"])
    findings.required(
      `cloudwatchLoggingOptions.${member}`,
      options[member],
      "logging that is enabled names its group and its stream",
    );
}

function smallestBuffer(findings: Findings, configuration: Inputs, feature: string): void {
  const size = absent(configuration.bufferingSize) ? DEFAULT_SIZE : number(configuration.bufferingSize);
  if (size === undefined || size >= 64) return;
  const seen = absent(configuration.bufferingSize) ? `nothing, which is sent as ${DEFAULT_SIZE}` : String(size);
  findings.add("bufferingSize", seen, `with ${feature} the buffer has at least 64 MB`, "set 64 to 128");
}

function checkPrefixes(findings: Findings, configuration: Inputs): void {
  const prefix = text(configuration.prefix);
  const errorPrefix = text(configuration.errorOutputPrefix);
  if (prefix !== undefined) findings.within("", prefixLimits(prefix, "prefix"));
  if (errorPrefix !== undefined) findings.within("", prefixLimits(errorPrefix, "errorOutputPrefix"));
  if (prefix !== undefined && hasExpression(prefix) && absent(configuration.errorOutputPrefix))
    findings.add(
      "errorOutputPrefix",
      "nothing",
      "a prefix with expressions needs an errorOutputPrefix",
      "set one with !{firehose:error-output-type}",
    );
  if (errorPrefix !== undefined && hasExpression(errorPrefix) && !errorPrefix.includes("!{firehose:error-output-type}"))
    findings.add(
      "errorOutputPrefix",
      show(errorPrefix),
      "an errorOutputPrefix with expressions holds !{firehose:error-output-type}",
      "add it",
    );
}

function checkPartitioning(findings: Findings, configuration: Inputs, converts: boolean): void {
  const dynamic = absent(configuration.dynamicPartitioningConfiguration)
    ? {}
    : block(configuration.dynamicPartitioningConfiguration);
  if (dynamic === undefined || (!absent(dynamic.enabled) && typeof dynamic.enabled !== "boolean")) return;
  const enabled = dynamic.enabled === true;
  findings.range(
    "dynamicPartitioningConfiguration.retryDuration",
    dynamic.retryDuration,
    0,
    7200,
    "the retry duration in seconds",
  );
  const processing = readProcessing(configuration.processingConfiguration);
  const prefix = text(configuration.prefix);
  if (prefix !== undefined) checkKeys(findings, prefix, enabled, processing);
  if (!enabled) {
    for (const type of ["MetadataExtraction", "RecordDeAggregation"])
      if (processing.types.has(type))
        findings.add(
          "processingConfiguration",
          `a ${type} processor`,
          "it goes with dynamic partitioning only",
          "take it out, or enable dynamicPartitioningConfiguration",
        );
    return;
  }
  if (absent(configuration.prefix))
    findings.add(
      "prefix",
      "nothing",
      "dynamic partitioning needs a partition key in the prefix",
      "write !{partitionKeyFromLambda:KEY} into it",
    );
  if (absent(configuration.errorOutputPrefix) && (prefix === undefined || !hasExpression(prefix)))
    findings.add(
      "errorOutputPrefix",
      "nothing",
      "dynamic partitioning needs an errorOutputPrefix",
      "set one with !{firehose:error-output-type}",
    );
  if (processing.known && !processing.types.has("Lambda") && !processing.types.has("MetadataExtraction"))
    findings.add(
      "processingConfiguration",
      "no processor that gives partition keys",
      "dynamic partitioning needs a Lambda or a MetadataExtraction processor",
      "add one",
    );
  // With conversion the same bound has been reported already.
  if (!converts) smallestBuffer(findings, configuration, "dynamic partitioning");
  const interval = absent(configuration.bufferingInterval) ? DEFAULT_INTERVAL : number(configuration.bufferingInterval);
  if (interval !== undefined && interval < 60)
    findings.add(
      "bufferingInterval",
      String(interval),
      "with dynamic partitioning the interval has at least 60 s",
      "set 60 to 900",
    );
}

/** Partition keys in the prefix, the processor that gives them, and dynamic partitioning belong together. https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html */
function checkKeys(findings: Findings, prefix: string, enabled: boolean, processing: Processing): void {
  const keys = partitionKeys(prefix);
  const any = keys.lambda.length + keys.query.length > 0;
  if (any && !enabled)
    findings.add(
      "prefix",
      show(prefix),
      "partition keys in a prefix need dynamic partitioning",
      "enable dynamicPartitioningConfiguration, which is only possible when the stream is created",
    );
  if (enabled && !any)
    findings.add(
      "prefix",
      show(prefix),
      "dynamic partitioning needs a partition key in the prefix",
      "write !{partitionKeyFromLambda:KEY} into it, or turn it off",
    );
  if (!processing.known) return;
  if (keys.lambda.length > 0 && !processing.types.has("Lambda"))
    findings.add(
      "prefix",
      show(prefix),
      "partitionKeyFromLambda needs a Lambda processor",
      "add the processor that returns the keys",
    );
  if (keys.query.length > 0 && !processing.types.has("MetadataExtraction"))
    findings.add(
      "prefix",
      show(prefix),
      "partitionKeyFromQuery needs a MetadataExtraction processor",
      "add the processor with its query",
    );
  const query = processing.parameters.get("MetadataExtraction")?.get("MetadataExtractionQuery");
  for (const key of queryKeys(query ?? ""))
    if (!keys.query.includes(key))
      findings.add(
        "prefix",
        show(prefix),
        `the query gives the key ${show(key)}, and every key of the query is used in the prefix`,
        `write !{partitionKeyFromQuery:${key}} into it, or take the key out of the query`,
      );
}

/** Names on the left side of a jq object, `{device:.device_id, day:.ts|...}`. */
function queryKeys(query: string): string[] {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(query)?.[1];
  if (body === undefined) return [];
  const keys: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= body.length; at++) {
    const char = body[at];
    if (char === '"' && body[at - 1] !== "\\") quoted = !quoted;
    if (!quoted && char !== undefined && "([{".includes(char)) depth++;
    if (!quoted && char !== undefined && ")]}".includes(char)) depth--;
    if (at === body.length || (char === "," && depth === 0 && !quoted)) {
      const key = /^\s*"?([A-Za-z_][\w-]*)"?\s*:/.exec(body.slice(start, at))?.[1];
      if (key !== undefined) keys.push(key);
      start = at + 1;
    }
  }
  return keys;
}
