import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./aws-context";
import type { Statement } from "./role";
import type { Scope } from "./scope";
import { transformed, type Transform } from "./transform";

/** The log of a delivery stream. */
export interface DeliveryLogNodes {
  readonly logGroup: cloudwatch.LogGroup;
  readonly logStream: cloudwatch.LogStream;
}

/** Changes to the log of a delivery stream. */
export interface DeliveryLogTransforms {
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  logStream?: Transform<cloudwatch.LogStreamArgs>;
}

/** A log group with a retention; one that a service creates by itself keeps its events for ever. */
export function createLogGroup(
  { component, logRetentionDays, kmsKeyArn, tags }: Scope,
  child: string,
  name: pulumi.Input<string>,
  transform: Transform<cloudwatch.LogGroupArgs> | undefined,
): cloudwatch.LogGroup {
  const args = { name, retentionInDays: logRetentionDays, kmsKeyId: kmsKeyArn, tags };
  return new cloudwatch.LogGroup(...transformed(transform, child, args, { parent: component }));
}

/** The log of a delivery stream: Firehose creates neither the group nor the stream in it. */
export function createDeliveryLog(
  scope: Scope,
  child: string,
  deliveryStream: string,
  transforms: DeliveryLogTransforms,
): DeliveryLogNodes {
  const logGroup = createLogGroup(scope, `${child}-log`, `/aws/kinesisfirehose/${deliveryStream}`, transforms.logGroup);
  const logStream = new cloudwatch.LogStream(
    ...transformed(
      transforms.logStream,
      `${child}-log-stream`,
      { name: "DestinationDelivery", logGroupName: logGroup.name },
      { parent: scope.component },
    ),
  );
  return { logGroup, logStream };
}

/** PutLogEvents into that one stream, by which Firehose reports why it could not deliver. */
export function writesDeliveryLog({ logGroup, logStream }: DeliveryLogNodes, aws: AwsContext): Statement {
  return {
    Sid: "WriteLog",
    Effect: "Allow",
    Action: ["logs:PutLogEvents"],
    Resource: [aws.arn("logs", pulumi.interpolate`log-group:${logGroup.name}:log-stream:${logStream.name}`)],
  };
}

/** What a Lambda function needs for its log: each of its instances creates a log stream and writes to it. */
export function writesFunctionLog(logGroup: cloudwatch.LogGroup, aws: AwsContext): Statement {
  return {
    Sid: "WriteLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [aws.arn("logs", pulumi.interpolate`log-group:${logGroup.name}:*`)],
  };
}
