import * as kinesis from "@pulumi/aws/kinesis";
import type * as pulumi from "@pulumi/pulumi";
import { bufferingSecondsOf, deliveryLogging, deliveryStatements } from "./delivery-statements";
import { createDeliveryLog, type DeliveryLogTransforms, type DeliveryLogNodes } from "../common/logs";
import { uniqueName } from "../common/names";
import type { Scope } from "../common/scope";
import { createRole, type RoleTransforms, type RoleNodes } from "../common/role";
import type { Store } from "../storage/store";
import { transformed, type Transform } from "../common/transform";

/** The delivery stream that keeps every raw message, its role and its log. */
export interface ArchiveNodes extends RoleNodes, DeliveryLogNodes {
  readonly deliveryStream: kinesis.FirehoseDeliveryStream;
}

/** Changes to the delivery stream that archives, its role and its log. */
export interface ArchiveTransforms extends RoleTransforms, DeliveryLogTransforms {
  deliveryStream?: Transform<kinesis.FirehoseDeliveryStreamArgs>;
}

interface ArchiveSettings {
  stream: kinesis.Stream;
  /** the customer's key of the stream */
  streamKey: pulumi.Input<string> | undefined;
  store: Store;
  prefix: string;
  errorPrefix: string;
  buffering: { seconds: number; megabytes: number };
  transforms: ArchiveTransforms;
}

/** Archives every message of the stream as it came, a line each, in gzip by the hour of its arrival. */
export function createArchive(
  scope: Scope,
  { stream, streamKey, store, prefix, errorPrefix, buffering, transforms }: ArchiveSettings,
): ArchiveNodes & { bufferingSeconds: pulumi.Input<number> } {
  const { component, name, aws, tags } = scope;
  const physical = uniqueName(component, "deliveryStream", name, "archive");
  const log = createDeliveryLog(scope, `${name}-archive`, physical, transforms);
  const { role, policy, arn } = createRole(scope, {
    service: "firehose",
    actor: "archive",
    description: `Firehose, archiving the channel ${name}`,
    statements: () =>
      deliveryStatements({
        aws,
        stream: { name: stream.name, kmsKeyArn: streamKey },
        bucket: store.bucket,
        prefixes: [prefix, errorPrefix],
        written: args,
        log,
      }),
    transforms,
  });
  const own: kinesis.FirehoseDeliveryStreamArgs = {
    name: physical,
    destination: "extended_s3",
    kinesisSourceConfiguration: {
      kinesisStreamArn: aws.arn(
        "kinesis",
        stream.name.apply((stream) => `stream/${stream}`),
      ),
      roleArn: arn,
    },
    extendedS3Configuration: {
      bucketArn: aws.bucket(store.bucket),
      roleArn: arn,
      prefix: `${prefix}dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`,
      errorOutputPrefix: `${errorPrefix}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
      bufferingSize: buffering.megabytes,
      bufferingInterval: buffering.seconds,
      compressionFormat: "GZIP",
      kmsKeyArn: store.kmsKeyArn,
      cloudwatchLoggingOptions: deliveryLogging(log),
      // The rule writes payloads with nothing between them; without a delimiter, a message that is not JSON would run into the next.
      processingConfiguration: {
        enabled: true,
        processors: [
          {
            type: "AppendDelimiterToRecord",
            parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
          },
        ],
      },
    },
    tags,
  };
  const [child, args, opts] = transformed(transforms.deliveryStream, `${name}-archive`, own, {
    parent: component,
    // Firehose tries its permissions when it is created, and the first object must find the bucket configured.
    dependsOn: [policy, ...store.ready],
  });
  const deliveryStream = new kinesis.FirehoseDeliveryStream(child, args, opts);
  return { deliveryStream, role, policy, ...log, bufferingSeconds: bufferingSecondsOf(args, buffering.seconds) };
}
