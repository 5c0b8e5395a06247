import * as kinesis from "@pulumi/aws/kinesis";
import type * as pulumi from "@pulumi/pulumi";
import { deliveryLogging, deliveryStatements } from "./delivery";
import { deliveryLog, type DeliveryLogHooks, type DeliveryLogNodes, type LogSettings } from "../logs";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { actorRole, type RoleHooks, type RoleNodes } from "../role";
import type { Store } from "../storage/storage";
import { hooked, type Transform } from "../transform";

/** The delivery stream that keeps every raw message, its role and its log. */
export interface ArchiveNodes extends RoleNodes, DeliveryLogNodes {
  readonly deliveryStream: kinesis.FirehoseDeliveryStream;
}

export interface ArchiveHooks extends RoleHooks, DeliveryLogHooks {
  deliveryStream?: Transform<kinesis.FirehoseDeliveryStreamArgs>;
}

interface ArchiveSettings {
  place: Place;
  stream: kinesis.Stream;
  store: Store;
  prefix: string;
  errorPrefix: string;
  buffering: { seconds: number; megabytes: number };
  kmsKeyArn: pulumi.Input<string> | undefined;
  logs: LogSettings;
  hooks: ArchiveHooks;
}

/** Every message of the stream, as it came, a line each, in gzip by the hour of its arrival. */
export function archive(
  component: pulumi.ComponentResource,
  name: string,
  { place, stream, store, prefix, errorPrefix, buffering, kmsKeyArn, logs, hooks }: ArchiveSettings,
): ArchiveNodes {
  const physical = physicalName("deliveryStream", name, "archive");
  const log = deliveryLog(component, `${name}-archive`, physical, logs, hooks);
  const { role, policy, arn } = actorRole(component, name, place, {
    service: "firehose",
    actor: "archive",
    description: `Firehose, archiving the channel ${name}`,
    statements: deliveryStatements({
      place,
      streamName: stream.name,
      streamKey: kmsKeyArn,
      bucket: store.bucket,
      objectKey: kmsKeyArn,
      prefixes: [prefix, errorPrefix],
      log,
    }),
    tags: logs.tags,
    hooks,
  });
  const deliveryStream = new kinesis.FirehoseDeliveryStream(
    ...hooked(
      hooks.deliveryStream,
      `${name}-archive`,
      {
        name: physical,
        destination: "extended_s3",
        kinesisSourceConfiguration: {
          kinesisStreamArn: place.arn(
            "kinesis",
            stream.name.apply((of) => `stream/${of}`),
          ),
          roleArn: arn,
        },
        extendedS3Configuration: {
          bucketArn: place.bucket(store.bucket),
          roleArn: arn,
          prefix: `${prefix}dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`,
          errorOutputPrefix: `${errorPrefix}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
          bufferingSize: buffering.megabytes,
          bufferingInterval: buffering.seconds,
          compressionFormat: "GZIP",
          kmsKeyArn,
          cloudwatchLoggingOptions: deliveryLogging(log),
          // The rule writes payloads with nothing between them; a message that is no JSON could not be told from the next.
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
        tags: logs.tags,
      },
      // Firehose tries its permissions when it is created, and the first object must find the bucket as it is meant to be.
      { parent: component, dependsOn: [policy, ...store.ready] },
    ),
  );
  return { deliveryStream, role, policy, ...log };
}
