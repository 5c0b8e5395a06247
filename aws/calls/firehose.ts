import { parsePrefix } from "../firehose-prefix";
import { block, blocks, isUnknown, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, type ServiceCall, type Surroundings } from "./call";

const ACCESS = "https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html";
const S3 = `${ACCESS}#using-iam-s3`;

/** The calls that a delivery stream makes with its roles. */
export const FIREHOSE_CALLS = {
  readStream: {
    actions: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"],
    on: "the source stream",
    need: "must",
    refused: "Nothing is delivered, and records expire in the stream.",
    source: S3,
  },
  listShards: {
    actions: ["kinesis:DescribeStreamSummary", "kinesis:ListShards"],
    on: "the source stream",
    need: "may",
    refused: "Firehose falls back to DescribeStream.",
    source: S3,
  },
  decryptStream: {
    actions: ["kms:Decrypt"],
    on: "the customer managed key of the source stream",
    need: "must",
    refused: "Nothing is delivered, and records expire in the stream.",
    source: S3,
  },
  writeObjects: {
    actions: ["s3:PutObject"],
    on: "objects under the prefix and the error prefix",
    need: "must",
    refused: "Nothing is delivered, and records expire in the stream; what cannot be processed is lost.",
    source: S3,
  },
  encryptObjects: {
    actions: ["kms:GenerateDataKey"],
    on: "the customer managed key of the bucket",
    need: "must",
    refused: "Nothing is delivered, and records expire in the stream.",
    source: S3,
  },
  /** AWS encrypts the parts of an upload one by one, and decrypts them to put the object together. */
  readParts: {
    actions: ["kms:Decrypt"],
    on: "the customer managed key of the bucket",
    need: "may",
    refused: "An upload in parts cannot be completed.",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html",
  },
  abortUpload: {
    actions: ["s3:AbortMultipartUpload"],
    on: "objects under the prefix and the error prefix",
    need: "may",
    refused: "Parts of a failed upload stay in the bucket and cost storage.",
    source: S3,
  },
  findObject: {
    actions: ["s3:GetObject"],
    on: "objects under the prefix and the error prefix",
    need: "may",
    refused: "After a failure Firehose cannot tell whether an object was written.",
    source: S3,
  },
  shareObjects: {
    actions: ["s3:PutObjectAcl", "s3:ListMultipartUploadParts"],
    on: "objects under the prefix and the error prefix",
    need: "may",
    refused: "Objects in another account's bucket stay unreadable to it.",
    source: S3,
  },
  /** of an Iceberg table */
  deleteObjects: {
    actions: ["s3:DeleteObject"],
    on: "objects of the table",
    need: "may",
    refused: "Updates of the table's metadata fail.",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-prereq.html",
  },
  findBucket: {
    actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    on: "the bucket",
    need: "may",
    refused: "Nothing is delivered, and records expire in the stream.",
    source: S3,
  },
  logErrors: {
    actions: ["logs:PutLogEvents"],
    on: "the delivery stream's log stream",
    need: "must",
    refused: "Errors of the delivery are not logged.",
    source: S3,
  },
  createLogStream: {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    on: "the log group",
    need: "may",
    refused: "Errors of the delivery are not logged.",
    source: S3,
  },
  transform: {
    actions: ["lambda:InvokeFunction"],
    on: "the transform function",
    need: "must",
    refused: "Every record goes to the error prefix.",
    source: S3,
  },
  describeFunction: {
    actions: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
    on: "the transform function, in any version",
    need: "may",
    refused: "Firehose cannot check the function's timeout.",
    source: S3,
  },
  readSchema: {
    actions: ["glue:GetTableVersions"],
    on: "the table that gives the schema",
    need: "must",
    refused: "Every record goes to the error prefix.",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html",
  },
  readCatalog: {
    actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions", "glue:GetDatabase"],
    on: "catalog, database and table",
    need: "may",
    refused: "Every record goes to the error prefix.",
    source: ACCESS,
  },
  updateTable: {
    actions: ["glue:UpdateTable"],
    on: "catalog, database and table of Iceberg",
    need: "may",
    refused: "New columns are not added to the table.",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-prereq.html",
  },
  /** asked where Lake Formation governs the table */
  lakeFormation: {
    actions: ["lakeformation:GetDataAccess"],
    on: "any resource",
    need: "may",
    refused: "A table that Lake Formation governs is not accessible.",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-prereq.html",
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.kinesis.FirehoseDeliveryStream` */
export function deliveryStreamCalls(raw: Inputs, surroundings: Surroundings): ResourceCalls {
  const calls = new ResourceCalls();
  const source = block(raw.kinesisSourceConfiguration);
  if (source !== undefined) {
    const at = "kinesisSourceConfiguration.kinesisStreamArn";
    const stream = text(source.kinesisStreamArn);
    if (stream === undefined) calls.incomplete = true;
    calls.add(FIREHOSE_CALLS.readStream, source.roleArn, stream, at);
    calls.add(FIREHOSE_CALLS.listShards, source.roleArn, stream, at);
    calls.add(FIREHOSE_CALLS.decryptStream, source.roleArn, surroundings.keyOf(source.kinesisStreamArn), at);
  }
  for (const key of Object.keys(raw).filter((name) => name.endsWith("Configuration"))) {
    const destination = block(raw[key]);
    if (destination !== undefined)
      destinationCalls(calls, destination, key, raw.destination === "iceberg", surroundings);
  }
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  calls.add(FIREHOSE_CALLS.lakeFormation, undefined, "*");
  return calls;
}

function destinationCalls(
  calls: ResourceCalls,
  destination: Inputs,
  at: string,
  iceberg: boolean,
  surroundings: Surroundings,
): void {
  for (const member of ["", "s3BackupConfiguration", "s3Configuration"]) {
    const part = member === "" ? destination : block(destination[member]);
    if (part === undefined) continue;
    // The arguments of an S3 destination determine its calls; those of other destinations depend on more.
    const certain = member === "" && at === "extendedS3Configuration";
    if (part.bucketArn !== undefined) objectCalls(calls, part, at, certain, iceberg, surroundings);
    logCalls(calls, part, at, certain);
  }
  for (const [index, processor] of blocks(block(destination.processingConfiguration)?.processors))
    functionCalls(calls, destination, processor, `${at}.processingConfiguration.processors[${index}]`);
  catalogCalls(calls, destination, at);
}

function objectCalls(
  calls: ResourceCalls,
  part: Inputs,
  at: string,
  certain: boolean,
  iceberg: boolean,
  surroundings: Surroundings,
): void {
  const { roleArn: role } = part;
  const bucket = text(part.bucketArn);
  if (bucket === undefined || isUnknown(part.prefix) || isUnknown(part.errorOutputPrefix)) calls.incomplete = true;
  if (bucket === undefined) return;
  calls.add(FIREHOSE_CALLS.findBucket, role, bucket, `${at}.bucketArn`);
  if (certain) calls.add(FIREHOSE_CALLS.encryptObjects, role, surroundings.keyOf(bucket), `${at}.bucketArn`);
  const objects = ["prefix", "errorOutputPrefix"].map((member) => {
    const prefix = text(part[member]);
    const arn = `${bucket}/${literalStart(prefix ?? "")}*`;
    if (certain && prefix !== undefined) calls.add(FIREHOSE_CALLS.writeObjects, role, arn, `${at}.${member}`);
    return arn;
  });
  const { abortUpload, findObject, shareObjects, writeObjects, deleteObjects } = FIREHOSE_CALLS;
  for (const call of [abortUpload, findObject, shareObjects, ...(iceberg ? [deleteObjects] : [])])
    calls.add(call, role, objects, `${at}.bucketArn`);
  calls.add({ ...writeObjects, need: "may" }, role, objects, `${at}.bucketArn`);
}

function logCalls(calls: ResourceCalls, part: Inputs, at: string, certain: boolean): void {
  const options = block(part.cloudwatchLoggingOptions);
  if (options === undefined) return;
  const place = `${at}.cloudwatchLoggingOptions`;
  const group = text(options.logGroupName);
  const stream = text(options.logStreamName);
  if (group === undefined) {
    calls.incomplete = true;
    return;
  }
  calls.add(FIREHOSE_CALLS.createLogStream, part.roleArn, `arn:*:logs:*:*:log-group:${group}:*`, place);
  if (certain && options.enabled === true && stream !== undefined)
    calls.add(FIREHOSE_CALLS.logErrors, part.roleArn, `arn:*:logs:*:*:log-group:${group}:log-stream:${stream}`, place);
}

function functionCalls(calls: ResourceCalls, destination: Inputs, processor: Inputs, at: string): void {
  const parameters = new Map(
    blocks(processor.parameters).map(([, { parameterName, parameterValue }]) => [
      parameterName as unknown,
      parameterValue as unknown,
    ]),
  );
  if (!parameters.has("LambdaArn")) return;
  const arn = text(parameters.get("LambdaArn"));
  if (arn === undefined) calls.incomplete = true;
  const role = parameters.get("RoleArn") ?? destination.roleArn;
  calls.add(FIREHOSE_CALLS.transform, role, arn, at);
  if (arn !== undefined)
    calls.add(FIREHOSE_CALLS.describeFunction, role, `${arn.split(":").slice(0, 7).join(":")}*`, at);
}

function catalogCalls(calls: ResourceCalls, destination: Inputs, at: string): void {
  const schema = block(block(destination.dataFormatConversionConfiguration)?.schemaConfiguration);
  const tables =
    schema !== undefined ? [schema] : blocks(destination.destinationTableConfigurations).map(([, table]) => table);
  for (const table of tables) {
    const database = text(table.databaseName);
    const name = text(table.tableName);
    if (database === undefined || name === undefined) {
      calls.incomplete = true;
      continue;
    }
    const place = `${at}.dataFormatConversionConfiguration.schemaConfiguration`;
    const role: unknown = schema?.roleArn ?? destination.roleArn;
    if (schema !== undefined)
      calls.add(FIREHOSE_CALLS.readSchema, schema.roleArn, `arn:*:glue:*:*:table/${database}/${name}`, place);
    const catalog = [
      "arn:*:glue:*:*:catalog",
      `arn:*:glue:*:*:database/${database}`,
      `arn:*:glue:*:*:table/${database}/${name}`,
      `arn:*:glue:*:*:tableVersion/${database}/${name}/*`,
    ];
    calls.add(FIREHOSE_CALLS.readCatalog, role, catalog, place);
    if (schema === undefined) calls.add(FIREHOSE_CALLS.updateTable, role, catalog, place);
  }
}

/** Literal text at the beginning of a prefix, up to its first expression. */
function literalStart(prefix: string): string {
  const [first] = parsePrefix(prefix).parts;
  return first === undefined || first.namespace !== undefined ? "" : first.text;
}
