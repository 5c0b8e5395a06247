import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iot from "@pulumi/aws/iot";
import { IOT_LOG_GROUP, type IotLogLevel } from "../../aws/iot-log";
import { createLogGroup } from "./common/logs";
import { createRole, type RoleNodes, type RoleTransforms } from "./common/role";
import type { Scope } from "./common/scope";
import { transformed, type Transform } from "./common/transform";

/** The resources of AWS IoT Core's log. */
export interface IotLogNodes extends RoleNodes {
  readonly options: iot.LoggingOptions;
  readonly logGroup: cloudwatch.LogGroup;
}

/** Changes to the resources of AWS IoT Core's log. */
export interface IotLogTransforms extends RoleTransforms {
  options?: Transform<iot.LoggingOptionsArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

/** Creates the log group with its retention, the role that writes to it, and the account's setting. */
export function createIotLog(scope: Scope, level: IotLogLevel, transforms: IotLogTransforms): IotLogNodes {
  const { component, name, aws } = scope;
  const logGroup = createLogGroup(scope, `${name}-log`, IOT_LOG_GROUP, transforms.logGroup);
  const { role, policy, arn } = createRole(scope, {
    service: "iot",
    actor: "log",
    // What logs is AWS IoT as a whole.
    sourceResource: "*",
    description: "Writes the log of AWS IoT Core",
    statements: [
      {
        // As the guide of AWS IoT lists them; a role that lacks one may log nothing.
        Sid: "WriteLog",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "logs:PutMetricFilter",
          "logs:PutRetentionPolicy",
        ],
        Resource: [aws.arn("logs", `log-group:${IOT_LOG_GROUP}:*`)],
      },
    ],
    transforms,
  });
  const args: iot.LoggingOptionsArgs = { defaultLogLevel: level, roleArn: arn };
  // AWS IoT would make the group itself, and keep its events for ever.
  const opts = { parent: component, dependsOn: [policy, logGroup] };
  const options = new iot.LoggingOptions(...transformed(transforms.options, `${name}-options`, args, opts));
  return { options, logGroup, role, policy };
}
