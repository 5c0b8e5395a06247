import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { inOrder } from "../../../aws/text/in-order";
import type { BridgeDefinition } from "../../../etl/historian";
import { readsStream, sendsMessages, writesStream } from "../common/kms";
import { createLogGroup, writesFunctionLog } from "../common/logs";
import { uniqueName } from "../common/names";
import { createRole, type RoleNodes, type RoleTransforms } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import { functionFile } from "./bundle";

/** The bridge from the historian's stream to the channel's. */
export interface BridgeNodes extends RoleNodes {
  readonly function: lambda.Function;
  readonly logGroup: cloudwatch.LogGroup;
  readonly mapping: lambda.EventSourceMapping;
  /** records that cannot be unwrapped, with their bytes, and batches that the function gave up */
  readonly failures: sqs.Queue;
}

/** Changes to the bridge. */
export interface BridgeTransforms extends RoleTransforms {
  function?: Transform<lambda.FunctionArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  mapping?: Transform<lambda.EventSourceMappingArgs>;
  failures?: Transform<sqs.QueueArgs>;
}

interface BridgeSettings {
  definition: BridgeDefinition;
  streamName: pulumi.Output<string>;
  streamKey: pulumi.Input<string> | undefined;
  channel: { streamName: pulumi.Input<string>; kmsKeyArn?: pulumi.Input<string> };
  /** what reads the channel, which would miss what came before */
  readers: Promise<pulumi.Resource[]>;
  transforms: BridgeTransforms;
}

/** Days for which a failed record is kept: the longest that SQS keeps a message. */
const FAILURE_DAYS = 14;
/** Records of a batch: a call of PutRecords takes as many. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const BATCH = 500;
const TIMEOUT_SECONDS = 60;
/** Batches that are tried so often, and records that are so old, go to the queue. */
const RETRIES = 10;
const OLDEST_SECONDS = 43_200;

/** Creates the function, and what calls it with the records of the stream. */
export function createBridge(
  scope: Scope,
  { definition, streamName, streamKey, channel, readers, transforms }: BridgeSettings,
): BridgeNodes {
  const { component, name, aws, kmsKeyArn, tags } = scope;
  const physical = uniqueName(component, "function", name, "bridge");
  const streamArn = aws.arn("kinesis", pulumi.interpolate`stream/${streamName}`);
  const channelArn = aws.arn("kinesis", pulumi.interpolate`stream/${channel.streamName}`);
  const failures = createQueue();
  const queueArn = aws.arn("sqs", failures.name);
  const logGroup = createLogGroup(scope, `${name}-bridge-log`, `/aws/lambda/${physical}`, transforms.logGroup);
  const { role, policy, arn } = createRole(scope, {
    service: "lambda",
    actor: "bridge",
    description: `Bridge from the historian ${name} to its channel`,
    statements: [
      writesFunctionLog(logGroup, aws),
      {
        // The event source mapping's reads.
        Sid: "ReadStream",
        Effect: "Allow",
        Action: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        Resource: [streamArn],
      },
      ...readsStream(streamKey, aws),
      // The messages.
      { Sid: "PutMessages", Effect: "Allow", Action: ["kinesis:PutRecords"], Resource: [channelArn] },
      ...writesStream(channel.kmsKeyArn, aws),
      // Records that cannot be unwrapped, and batches that were given up.
      { Sid: "KeepFailures", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
      ...sendsMessages(kmsKeyArn, aws),
    ],
    transforms,
  });
  const made = createFunction();
  return { function: made, logGroup, role, policy, failures, mapping: createMapping() };

  function createQueue(): sqs.Queue {
    const args: sqs.QueueArgs = {
      name: uniqueName(component, "queue", name, "failures"),
      messageRetentionSeconds: FAILURE_DAYS * 86_400,
      // A bad record is kept with its bytes.
      maxMessageSize: 1_048_576,
      ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
      tags,
    };
    return new sqs.Queue(...transformed(transforms.failures, `${name}-failures`, args, { parent: component }));
  }

  function createFunction(): lambda.Function {
    const args: lambda.FunctionArgs = {
      name: physical,
      description: `Puts the rows of the historian ${name} into its channel`,
      role: arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.FileAsset(functionFile("historian-bridge")),
        "definition.json": new pulumi.asset.StringAsset(`${JSON.stringify(inOrder(definition), null, 2)}\n`),
      }),
      memorySize: 256,
      timeout: TIMEOUT_SECONDS,
      environment: { variables: { CHANNEL_STREAM: channel.streamName, FAILURE_QUEUE_URL: failures.url } },
      loggingConfig: {
        logGroup: logGroup.name,
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "WARN",
      },
      tags,
    };
    const opts = { parent: component, dependsOn: [policy] };
    return new lambda.Function(...transformed(transforms.function, `${name}-bridge`, args, opts));
  }

  function createMapping(): lambda.EventSourceMapping {
    const args: lambda.EventSourceMappingArgs = {
      functionName: made.name,
      eventSourceArn: streamArn,
      // DMS begins when it likes; every record that it wrote is read.
      startingPosition: "TRIM_HORIZON",
      batchSize: BATCH,
      maximumBatchingWindowInSeconds: 1,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: RETRIES,
      maximumRecordAgeInSeconds: OLDEST_SECONDS,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: queueArn } },
      tags,
    };
    const opts: pulumi.CustomResourceOptions = {
      parent: component,
      dependsOn: readers.then((all) => [policy, ...all]) as Promise<pulumi.Resource[]>,
    };
    return new lambda.EventSourceMapping(...transformed(transforms.mapping, `${name}-bridge-mapping`, args, opts));
  }
}
