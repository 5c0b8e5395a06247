import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import type { PartitionScheme } from "../../../etl";
import { deliveryLogging, deliveryStatements } from "./delivery";
import { deliveryLog, type DeliveryLogHooks, type DeliveryLogNodes, type LogSettings } from "../logs";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { actorRole, type RoleHooks, type RoleNodes, type Statement } from "../role";
import { hooked, type Transform } from "../transform";

/** The delivery stream that transforms and converts, its role and its log. */
export interface ConversionNodes extends RoleNodes, DeliveryLogNodes {
  readonly deliveryStream: kinesis.FirehoseDeliveryStream;
}

export interface ConversionHooks extends RoleHooks, DeliveryLogHooks {
  deliveryStream?: Transform<kinesis.FirehoseDeliveryStreamArgs>;
}

interface ConversionSettings {
  place: Place;
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
  logs: LogSettings;
  hooks: ConversionHooks;
}

/** Records of the stream through the function into the datastore's files, by its columns and partitions. */
export function conversion(
  component: pulumi.ComponentResource,
  name: string,
  { place, stream, target, functionName, buffering, logs, hooks }: ConversionSettings,
): ConversionNodes {
  const format = target.json ? "json" : "parquet";
  const physical = physicalName("deliveryStream", name, format);
  const log = deliveryLog(component, `${name}-${format}`, physical, logs, hooks);
  const functionArn = place.arn("lambda", pulumi.interpolate`function:${functionName}:$LATEST`);
  const { role, policy, arn } = actorRole(component, name, place, {
    service: "firehose",
    actor: format,
    description: `Firehose, delivering the pipeline ${name}`,
    statements: [
      ...deliveryStatements({
        place,
        streamName: stream.name,
        streamKey: stream.kmsKeyArn,
        bucket: target.bucket,
        objectKey: target.kmsKeyArn,
        prefixes: [target.prefix, target.errorPrefix],
        log,
      }),
      // The processor: InvokeFunction with each batch; the configuration tells how long it may take.
      {
        Sid: "Transform",
        Effect: "Allow",
        Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
        Resource: [functionArn],
      },
      ...(target.json ? [] : [readsSchema(target, place)]),
    ],
    tags: logs.tags,
    hooks,
  });
  const deliveryStream = new kinesis.FirehoseDeliveryStream(
    ...hooked(
      hooks.deliveryStream,
      `${name}-${format}`,
      {
        name: physical,
        destination: "extended_s3",
        kinesisSourceConfiguration: {
          kinesisStreamArn: place.arn("kinesis", pulumi.interpolate`stream/${stream.name}`),
          roleArn: arn,
        },
        extendedS3Configuration: {
          bucketArn: place.bucket(target.bucket),
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
          ...(target.json
            ? { compressionFormat: "GZIP" }
            : { dataFormatConversionConfiguration: toParquet(target, arn) }),
        },
        tags: logs.tags,
      },
      // Firehose tries its permissions when it is created.
      { parent: component, dependsOn: [policy] },
    ),
  );
  return { deliveryStream, role, policy, ...log };
}

/** The conversion reads the table's columns; Glue wants the permission on catalog, database and table. */
function readsSchema({ database, table }: ConversionSettings["target"], place: Place): Statement {
  return {
    Sid: "ReadSchema",
    Effect: "Allow",
    Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
    Resource: [
      place.arn("glue", "catalog"),
      place.arn("glue", pulumi.interpolate`database/${database}`),
      place.arn("glue", pulumi.interpolate`table/${database}/${table}`),
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
