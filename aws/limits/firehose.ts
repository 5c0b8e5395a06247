import { processingLimits } from "./firehose-processing";
import { hasExpression, prefixLimits } from "../firehose-prefix";
import { conversionEnabled } from "./firehose-conversion";
import { loggingLimits, s3Limits } from "./firehose-s3";
import { checkName } from "../names";
import { tagLimits } from "./tags";
import { absent, block, Findings, list, show, text, type Inputs, type Limit } from "../values";

/** The block of arguments for each destination. https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
const DESTINATIONS: Record<string, string> = {
  extended_s3: "extendedS3Configuration",
  iceberg: "icebergConfiguration",
  redshift: "redshiftConfiguration",
  elasticsearch: "elasticsearchConfiguration",
  opensearch: "opensearchConfiguration",
  opensearchserverless: "opensearchserverlessConfiguration",
  splunk: "splunkConfiguration",
  http_endpoint: "httpEndpointConfiguration",
  snowflake: "snowflakeConfiguration",
};

/** Delivery stream. https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
export const deliveryStream: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "deliveryStream");
  findings.among("destination", inputs.destination, Object.keys(DESTINATIONS), "the destination of a delivery stream");
  const own = DESTINATIONS[text(inputs.destination) ?? ""];
  if (own !== undefined) findings.required(own, inputs[own], `destination ${inputs.destination} wants its block`);
  for (const [destination, member] of Object.entries(DESTINATIONS))
    if (own !== undefined && member !== own && !absent(inputs[member]))
      findings.add(
        member,
        "a block",
        `it belongs to destination ${destination}`,
        `remove it, or set destination to ${destination}`,
      );
  checkSource(findings, inputs);
  const s3 = block(inputs.extendedS3Configuration);
  if (s3 !== undefined) findings.within("extendedS3Configuration", s3Limits(s3));
  const iceberg = block(inputs.icebergConfiguration);
  if (iceberg !== undefined) checkIceberg(findings, iceberg);
  findings.within("", tagLimits(inputs.tags));
  return findings.all;
};

function checkSource(findings: Findings, inputs: Inputs): void {
  const source = block(inputs.kinesisSourceConfiguration);
  if (source === undefined) return;
  for (const member of ["kinesisStreamArn", "roleArn"])
    findings.required(`kinesisSourceConfiguration.${member}`, source[member], `a stream as source wants ${member}`);
  const encryption = block(inputs.serverSideEncryption);
  if (encryption !== undefined && encryption.enabled !== false)
    findings.add(
      "serverSideEncryption",
      show(encryption),
      "with a stream as source the stream's own encryption counts",
      "leave it out, and encrypt the stream",
    );
  if (!absent(inputs.mskSourceConfiguration))
    findings.add(
      "mskSourceConfiguration",
      "a block",
      "a delivery stream has one source",
      "keep kinesisSourceConfiguration",
    );
  const streamArn = text(source.kinesisStreamArn);
  const roleArn = text(source.roleArn);
  const accounts = [streamArn?.split(":")[4], roleArn?.split(":")[4]];
  if (accounts[0] !== undefined && accounts[1] !== undefined && accounts[0] !== accounts[1])
    findings.add(
      "kinesisSourceConfiguration.roleArn",
      show(roleArn),
      `a role passed to Firehose is in the stream's account ${accounts[0]}`,
      "use a role of that account",
    );
}

/** Iceberg takes no conversion and no dynamic partitioning. https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination.html */
function checkIceberg(findings: Findings, iceberg: Inputs): void {
  const at = "icebergConfiguration";
  for (const member of ["catalogArn", "roleArn", "s3Configuration"])
    findings.required(`${at}.${member}`, iceberg[member], `an Iceberg destination wants ${member}`);
  const catalog = text(iceberg.catalogArn);
  if (catalog !== undefined && !/^arn:[^:]+:glue:[^:]+:\d{12}:catalog(\/.+)?$/.test(catalog))
    findings.add(
      `${at}.catalogArn`,
      show(catalog),
      "it is the ARN of a Glue catalog",
      "write arn:aws:glue:REGION:ACCOUNT:catalog",
    );
  if (conversionEnabled(iceberg.dataFormatConversionConfiguration) === true)
    findings.add(
      `${at}.dataFormatConversionConfiguration`,
      "format conversion",
      "it goes with destination extended_s3 only",
      "remove it: Iceberg writes Parquet itself",
    );
  if (block(iceberg.dynamicPartitioningConfiguration)?.enabled === true)
    findings.add(
      `${at}.dynamicPartitioningConfiguration`,
      "dynamic partitioning",
      "it goes with destination extended_s3 only",
      "remove it: the table's partition spec decides",
    );
  if (text(iceberg.s3BackupMode) === "AllData")
    findings.add(
      `${at}.s3BackupMode`,
      '"AllData"',
      "an Iceberg destination takes FailedDataOnly",
      "write FailedDataOnly",
    );
  findings.range(`${at}.bufferingSize`, iceberg.bufferingSize, 1, 128, "the buffer in MB");
  findings.range(`${at}.bufferingInterval`, iceberg.bufferingInterval, 0, 900, "the buffering interval in seconds");
  findings.range(`${at}.retryDuration`, iceberg.retryDuration, 0, 7200, "the retry duration in seconds");
  const logging = new Findings();
  loggingLimits(logging, iceberg.cloudwatchLoggingOptions);
  findings.within(at, logging.all);
  const processing = block(iceberg.processingConfiguration);
  if (processing !== undefined) findings.within(`${at}.processingConfiguration`, processingLimits(processing));
  const tables = list(iceberg.destinationTableConfigurations);
  if (
    (absent(iceberg.destinationTableConfigurations) || tables?.length === 0) &&
    absent(iceberg.processingConfiguration)
  )
    findings.add(
      `${at}.destinationTableConfigurations`,
      "no table",
      "without routing by record there is at least one table",
      "name the table",
    );
  const errors = text(block(iceberg.s3Configuration)?.errorOutputPrefix);
  if (errors !== undefined) {
    findings.within(`${at}.s3Configuration`, prefixLimits(errors, "errorOutputPrefix"));
    if (hasExpression(errors) && !errors.includes("!{firehose:error-output-type}"))
      findings.add(
        `${at}.s3Configuration.errorOutputPrefix`,
        show(errors),
        "an errorOutputPrefix with expressions holds !{firehose:error-output-type}",
        "add it",
      );
  }
}
