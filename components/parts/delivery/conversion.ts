import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { LOAD_SEPARATOR, type PartitionScheme } from "../../../etl";
import { bufferingSecondsOf, deliveryLogging, deliveryStatements, type SourceStream } from "./delivery-statements";
import { createDeliveryLog, type DeliveryLogTransforms, type DeliveryLogNodes } from "../common/logs";
import type { AwsContext } from "../common/aws-context";
import type { Scope } from "../common/scope";
import { createRole, type RoleTransforms, type RoleNodes, type Statement } from "../common/role";
import { transformed, type Transform } from "../common/transform";

/** The delivery stream that transforms and converts, its role and its log. */
export interface ConversionNodes extends RoleNodes, DeliveryLogNodes {
  readonly deliveryStream: kinesis.FirehoseDeliveryStream;
}

/** Changes to the delivery stream that transforms and converts, its role and its log. */
export interface ConversionTransforms extends RoleTransforms, DeliveryLogTransforms {
  deliveryStream?: Transform<kinesis.FirehoseDeliveryStreamArgs>;
}

interface ConversionSettings {
  /** what it reads; undefined for the fan-out, into which the function puts records that hold rows of several partitions */
  stream: SourceStream | undefined;
  /** name on AWS, and what tells its resources apart from those of the pipeline's other delivery stream */
  physical: string;
  part: string;
  target: {
    bucket: pulumi.Input<string>;
    prefix: string;
    errorPrefix: string;
    kmsKeyArn: pulumi.Input<string> | undefined;
    database: pulumi.Input<string>;
    table: pulumi.Input<string>;
    /** whether rows are stored as the lines of JSON that the function gives; else they become Parquet */
    json: boolean;
    scheme: PartitionScheme;
  };
  functionName: pulumi.Input<string>;
  /** what must be there before it delivers */
  after: pulumi.Resource[];
  buffering: { seconds: number; megabytes: number };
  transforms: ConversionTransforms;
}

/** Delivers records through the function into the datastore's files, by its columns and partitions. */
export function createConversion(
  scope: Scope,
  { stream, physical, part, target, functionName, after, buffering, transforms }: ConversionSettings,
): ConversionNodes & { bufferingSeconds: pulumi.Input<number> } {
  const { component, name, aws, tags } = scope;
  const log = createDeliveryLog(scope, `${name}-${part}`, physical, transforms);
  const functionArn = aws.arn("lambda", pulumi.interpolate`function:${functionName}:$LATEST`);
  const { role, policy, arn } = createRole(scope, {
    service: "firehose",
    actor: part,
    description: `Firehose, delivering ${stream === undefined ? "further partitions of " : ""}the pipeline ${name}`,
    statements: () => [
      ...deliveryStatements({
        aws,
        stream,
        bucket: target.bucket,
        prefixes: [target.prefix, target.errorPrefix],
        written: args,
        log,
      }),
      // The processor: InvokeFunction with each batch; the configuration says how long it may take.
      {
        Sid: "Transform",
        Effect: "Allow",
        Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
        Resource: [functionArn],
      },
      ...(target.json ? [] : [readsSchema(target, aws)]),
    ],
    transforms,
  });
  const own: kinesis.FirehoseDeliveryStreamArgs = {
    name: physical,
    destination: "extended_s3",
    ...(stream === undefined
      ? // What is put waits in the delivery stream; a key of the customer's would need a grant that only the deploying role could give.
        { serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" } }
      : {
          kinesisSourceConfiguration: {
            kinesisStreamArn: aws.arn("kinesis", pulumi.interpolate`stream/${stream.name}`),
            roleArn: arn,
          },
        }),
    extendedS3Configuration: {
      bucketArn: aws.bucket(target.bucket),
      roleArn: arn,
      prefix: target.scheme.firehosePrefix(target.prefix),
      errorOutputPrefix: `${target.errorPrefix}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
      bufferingSize: buffering.megabytes,
      bufferingInterval: buffering.seconds,
      kmsKeyArn: target.kmsKeyArn,
      cloudwatchLoggingOptions: deliveryLogging(log),
      // Event time and attributes come from the function; by arrival Firehose partitions itself, at no cost.
      dynamicPartitioningConfiguration: target.scheme.dynamic ? { enabled: true } : undefined,
      processingConfiguration: {
        enabled: true,
        // Other parameters would be at their defaults, which AWS leaves out of its answer: a difference in every preview.
        processors: [
          ...(stream === undefined ? [DIVIDE] : []),
          { type: "Lambda", parameters: [{ parameterName: "LambdaArn", parameterValue: functionArn }] },
        ],
      },
      // Athena knows gzip by the extension, which Firehose adds.
      ...(target.json ? { compressionFormat: "GZIP" } : { dataFormatConversionConfiguration: toParquet(target, arn) }),
    },
    tags,
  };
  // Firehose tries its permissions when it is created.
  const usual = { parent: component, dependsOn: [policy, ...after] };
  const [child, args, opts] = transformed(transforms.deliveryStream, `${name}-${part}`, own, usual);
  if (stream === undefined && args.name !== physical) throw renamed(physical);
  const deliveryStream = new kinesis.FirehoseDeliveryStream(child, args, opts);
  return { deliveryStream, role, policy, ...log, bufferingSeconds: bufferingSecondsOf(args, buffering.seconds) };
}

function renamed(physical: string): pulumi.InputPropertiesError {
  const reason = `changed the name, and the function puts into ${physical}; leave the name as it is`;
  return new pulumi.InputPropertiesError({
    message: `wrong options of EtlPipeline\n  transform.fanOut.deliveryStream: ${reason}`,
    errors: [{ propertyPath: "transform.fanOut.deliveryStream", reason }],
  });
}

/**
 * Divides a record into the loads that it holds, before the function is called.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
 */
const DIVIDE = {
  type: "RecordDeAggregation",
  parameters: [
    { parameterName: "SubRecordType", parameterValue: "DELIMITED" },
    { parameterName: "Delimiter", parameterValue: Buffer.from(LOAD_SEPARATOR).toString("base64") },
  ],
};

/** The conversion reads the table's columns; Glue requires the permission on catalog, database and table. */
function readsSchema({ database, table }: ConversionSettings["target"], aws: AwsContext): Statement {
  return {
    Sid: "ReadSchema",
    Effect: "Allow",
    Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
    Resource: [
      aws.arn("glue", "catalog"),
      aws.arn("glue", pulumi.interpolate`database/${database}`),
      aws.arn("glue", pulumi.interpolate`table/${database}/${table}`),
    ],
  };
}

function toParquet({ database, table }: ConversionSettings["target"], roleArn: pulumi.Input<string>) {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: false } } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
    schemaConfiguration: { databaseName: database, tableName: table, roleArn },
  };
}
