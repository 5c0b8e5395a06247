import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { TransformDefinition } from "../../../etl";
import { transformFile } from "./bundle";
import { logGroup, type LogSettings } from "../logs";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { actorRole, type RoleHooks, type RoleNodes, type Statement } from "../role";
import { hooked, type Transform } from "../transform";

/** The Lambda function that transforms. */
export interface FunctionArgs {
  /** Memory, MB, 128 to 10,240; the processor's share grows with it. Default: 512. Example: 1024. */
  memoryMegabytes?: number;
  /** Seconds that a batch may take, 60 to 300. Default: 60, or 300 with activities that call other services. Example: 120. */
  timeoutSeconds?: number;
  /**
   * What it logs: "INFO", messages that failed and the figures of each batch, or "DEBUG", the messages that an activity filtered out, too.
   * Default: "INFO". Example: "DEBUG".
   */
  logLevel?: string;
}

/** A Lambda function that a `lambda` activity calls; an ActivityFunction is one. */
export interface FunctionReference {
  /** Its name in this account and region, or its ARN. Example: "fill_gaps". */
  readonly functionName: string;
}

/** What the activities of a pipeline call. */
export interface Calls {
  /** by `lambdaName` */
  functions: ReadonlyMap<string, FunctionReference>;
  registry: boolean;
  shadows: boolean;
}
/** The function, its role and its log. */
export interface FunctionNodes extends RoleNodes {
  readonly function: lambda.Function;
  readonly logGroup: cloudwatch.LogGroup;
}

export interface FunctionHooks extends RoleHooks {
  function?: Transform<lambda.FunctionArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

interface FunctionSettings {
  place: Place;
  definition: TransformDefinition;
  calls: Calls;
  /** the table whose columns the function keeps up with what arrives */
  table: { database: pulumi.Input<string>; table: pulumi.Input<string> } | undefined;
  settings: FunctionArgs;
  logs: LogSettings;
  hooks: FunctionHooks;
}

/** The code that every run of the pipeline uses, with the pipeline's definition beside it in the archive. */
export function transformFunction(
  component: pulumi.ComponentResource,
  name: string,
  { place, definition, calls, table, settings, logs, hooks }: FunctionSettings,
): FunctionNodes & { timeoutSeconds: number } {
  const physical = physicalName("function", name, "transform");
  // Before the function, whose first event would make a group without a retention.
  const group = logGroup(component, `${name}-transform-log`, `/aws/lambda/${physical}`, logs, hooks.logGroup);
  const { role, policy, arn } = actorRole(component, name, place, {
    service: "lambda",
    actor: "transform",
    description: `Transform function of the pipeline ${name}`,
    statements: [
      // Each of its instances makes a log stream and writes to it.
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [place.arn("logs", pulumi.interpolate`log-group:${group.name}:*`)],
      },
      ...callStatements(calls, place),
      // The columns that arrive: read at the first batch, written when there is a new one. Glue wants the permission on all three.
      ...(table === undefined
        ? []
        : [
            {
              Sid: "KeepColumns",
              Effect: "Allow" as const,
              Action: ["glue:GetTable", "glue:UpdateTable"],
              Resource: [
                place.arn("glue", "catalog"),
                place.arn("glue", pulumi.interpolate`database/${table.database}`),
                place.arn("glue", pulumi.interpolate`table/${table.database}/${table.table}`),
              ],
            },
          ]),
    ],
    tags: logs.tags,
    hooks,
  });
  const called = [...calls.functions.values()].filter((reference) => pulumi.Resource.isInstance(reference));
  const waits = calls.functions.size > 0 || calls.registry || calls.shadows;
  const timeoutSeconds = settings.timeoutSeconds ?? (waits ? 300 : 60);
  const transform = new lambda.Function(
    ...hooked(
      hooks.function,
      `${name}-transform`,
      {
        name: physical,
        description: `Transforms the messages of the pipeline ${name}`,
        role: arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.FileAsset(transformFile()),
          "definition.json": new pulumi.asset.StringAsset(`${JSON.stringify(definition, null, 2)}\n`),
        }),
        memorySize: settings.memoryMegabytes ?? 512,
        timeout: timeoutSeconds,
        environment:
          table === undefined
            ? undefined
            : { variables: { DATASTORE_DATABASE: table.database, DATASTORE_TABLE: table.table } },
        loggingConfig: {
          logGroup: group.name,
          logFormat: "JSON",
          // Lambda hands it to the function as AWS_LAMBDA_LOG_LEVEL. Above INFO it would drop the metrics that alarms watch.
          applicationLogLevel: settings.logLevel ?? "INFO",
          systemLogLevel: "WARN",
        },
        tags: logs.tags,
      },
      { parent: component, dependsOn: [policy, ...called] },
    ),
  );
  return { function: transform, logGroup: group, role, policy, timeoutSeconds };
}

/** What the activities' calls need, each on what it calls and nothing else. */
function callStatements({ functions, registry, shadows }: Calls, place: Place): Statement[] {
  const allow = (Sid: string, Action: string, Resource: pulumi.Input<string>[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action: [Action],
    Resource,
  });
  const arns = [...functions.values()].map(({ functionName }) =>
    functionName.startsWith("arn:") ? functionName : place.arn("lambda", `function:${functionName}`),
  );
  return [
    // Messages are handed to the functions of lambda activities.
    ...(arns.length > 0 ? [allow("CallFunctions", "lambda:InvokeFunction", arns)] : []),
    // Messages name the things, so it may be any of them.
    ...(registry ? [allow("DescribeThings", "iot:DescribeThing", [place.arn("iot", "thing/*")])] : []),
    ...(shadows ? [allow("ReadShadows", "iot:GetThingShadow", [place.arn("iot", "thing/*")])] : []),
  ];
}
