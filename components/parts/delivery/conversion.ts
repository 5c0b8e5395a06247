import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import type { PartitionScheme } from "../../../etl";
import { bufferingSecondsOf, deliveryLogging, deliveryStatements } from "./delivery-statements";
import { createDeliveryLog, type DeliveryLogTransforms, type DeliveryLogNodes } from "../common/logs";
import { uniqueName } from "../common/names";
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
  stream: { name: pulumi.Input<string>; kmsKeyArn: pulumi.Input<string> | undefined };
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
  buffering: { seconds: number; megabytes: number };
  transforms: ConversionTransforms;
}

/** Delivers the records of the stream through the function into the datastore's files, by its columns and partitions. */
export function createConversion(
  scope: Scope,
  { stream, target, functionName, buffering, transforms }: ConversionSettings,
): ConversionNodes & { bufferingSeconds: pulumi.Input<number> } {
  const { component, name, aws, tags } = scope;
  const format = target.json ? "json" : "parquet";
  const physical = uniqueName(component, "deliveryStream", name, format);
  const log = createDeliveryLog(scope, `${name}-${format}`, physical, transforms);
  const functionArn = aws.arn("lambda", pulumi.interpolate`function:${functionName}:$LATEST`);
  const { role, policy, arn } = createRole(scope, {
    service: "firehose",
    actor: format,
    description: `Firehose, delivering the pipeline ${name}`,
    statements: () => [
      ...deliveryStatements({
        aws,
        streamName: stream.name,
        streamKey: stream.kmsKeyArn,
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
    kinesisSourceConfiguration: {
      kinesisStreamArn: aws.arn("kinesis", pulumi.interpolate`stream/${stream.name}`),
      roleArn: arn,
    },
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
        processors: [{ type: "Lambda", parameters: [{ parameterName: "LambdaArn", parameterValue: functionArn }] }],
      },
      // Athena knows gzip by the extension, which Firehose adds.
      ...(target.json ? { compressionFormat: "GZIP" } : { dataFormatConversionConfiguration: toParquet(target, arn) }),
    },
    tags,
  };
  // Firehose tries its permissions when it is created.
  const usual = { parent: component, dependsOn: [policy] };
  const [child, args, opts] = transformed(transforms.deliveryStream, `${name}-${format}`, own, usual);
  const deliveryStream = new kinesis.FirehoseDeliveryStream(child, args, opts);
  return { deliveryStream, role, policy, ...log, bufferingSeconds: bufferingSecondsOf(args, buffering.seconds) };
}

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
