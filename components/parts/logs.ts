import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "./aws-context";
import type { Statement } from "./role";
import { hooked, type Transform } from "./transform";

export interface LogSettings {
  retentionDays: number;
  kmsKeyArn: pulumi.Input<string> | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

export interface DeliveryLogNodes {
  readonly logGroup: cloudwatch.LogGroup;
  readonly logStream: cloudwatch.LogStream;
}

export interface DeliveryLogHooks {
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
  logStream?: Transform<cloudwatch.LogStreamArgs>;
}

export const DEFAULT_LOG_RETENTION_DAYS = 30;

/** A log group with a retention; one that AWS made by itself would keep its events for ever. */
export function logGroup(
  component: pulumi.ComponentResource,
  child: string,
  name: pulumi.Input<string>,
  { retentionDays, kmsKeyArn, tags }: LogSettings,
  hook: Transform<cloudwatch.LogGroupArgs> | undefined,
): cloudwatch.LogGroup {
  return new cloudwatch.LogGroup(
    ...hooked(hook, child, { name, retentionInDays: retentionDays, kmsKeyId: kmsKeyArn, tags }, { parent: component }),
  );
}

/** The log of a delivery stream. Firehose makes neither the group nor the stream in it. */
export function deliveryLog(
  component: pulumi.ComponentResource,
  child: string,
  deliveryStream: string,
  settings: LogSettings,
  hooks: DeliveryLogHooks,
): DeliveryLogNodes {
  const group = logGroup(component, `${child}-log`, `/aws/kinesisfirehose/${deliveryStream}`, settings, hooks.logGroup);
  const stream = new cloudwatch.LogStream(
    ...hooked(
      hooks.logStream,
      `${child}-log-stream`,
      { name: "DestinationDelivery", logGroupName: group.name },
      { parent: component },
    ),
  );
  return { logGroup: group, logStream: stream };
}

/** What Firehose needs to write its errors down: PutLogEvents into that one stream. */
export function writesDeliveryLog({ logGroup, logStream }: DeliveryLogNodes, place: Place): Statement {
  return {
    Sid: "WriteLog",
    Effect: "Allow",
    Action: ["logs:PutLogEvents"],
    Resource: [place.arn("logs", pulumi.interpolate`log-group:${logGroup.name}:log-stream:${logStream.name}`)],
  };
}
