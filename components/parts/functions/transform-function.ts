import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { inOrder } from "../../../aws/text/in-order";
import type { PipelineDocument, TransformDefinition } from "../../../etl";
import { functionFile } from "./bundle";
import type { FunctionEntry } from "./entry";
import { lift } from "../common/inputs";
import { writesObjects } from "../common/kms";
import { createLogGroup, writesFunctionLog } from "../common/logs";
import { uniqueName } from "../common/names";
import type { AwsContext } from "../common/aws-context";
import { createRole, type RoleTransforms, type RoleNodes, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import { among, flag, object, whole } from "../common/shape";
import { member, transformed, type Transform } from "../common/transform";

/** The Lambda function of a pipeline. */
export interface FunctionArgs {
  /** Memory, MB, 128 to 10,240; the processor's share grows with it. Default: 512. Example: 1024. */
  memoryMegabytes?: number;
  /** Seconds that a batch may take, 60 to 300. Default: 60, or 300 with activities that call other services. Example: 120. */
  timeoutSeconds?: number;
  /**
   * What it logs. "INFO": the messages that failed and the figures of each batch. "DEBUG": the messages that an activity filtered out as well.
   * Default: "INFO". Example: "DEBUG".
   */
  logLevel?: LogLevel;
  /**
   * Whether the lines about failed messages, and at "DEBUG" about filtered ones, contain the message itself. They stay as long as the log. Without
   * them a line has the reason, which may quote a value, and the record's id; the message is in the error prefix either way. Default: true.
   * Example: false.
   */
  logPayloads?: boolean;
}

/** What a transform function logs. */
export const LogLevel = { DEBUG: "DEBUG", INFO: "INFO" } as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** The argument `function`. */
export const FUNCTION = object<FunctionArgs>({
  memoryMegabytes: whole(128, 10_240, "MB"),
  timeoutSeconds: whole(60, 300, "seconds"),
  logLevel: among(Object.values(LogLevel)),
  logPayloads: flag,
});

/** A Lambda function that a `lambda` activity calls; an ActivityFunction is one. */
export interface FunctionReference {
  /** Its name in this account and region, or its ARN. Example: "fill_gaps". */
  readonly functionName: pulumi.Input<string>;
}

/** What the activities of a pipeline call. */
export interface Calls {
  /** by `lambdaName` */
  functions: ReadonlyMap<string, FunctionReference>;
  registry: boolean;
  shadows: boolean;
}

/** What the activities call; a function that is given nowhere is one that is there already. */
export function callsOf(
  { pipelineActivities: activities }: PipelineDocument,
  given: Readonly<Record<string, FunctionReference>>,
): Calls {
  const functions = new Map(
    activities.flatMap(({ lambda }): [string, FunctionReference][] =>
      lambda === undefined
        ? []
        : [[lambda.lambdaName, given[lambda.lambdaName] ?? { functionName: lambda.lambdaName }]],
    ),
  );
  return {
    functions,
    registry: activities.some(({ deviceRegistryEnrich }) => deviceRegistryEnrich !== undefined),
    shadows: activities.some(({ deviceShadowEnrich }) => deviceShadowEnrich !== undefined),
  };
}

/** The function, its role and its log. */
export interface FunctionNodes extends RoleNodes {
  readonly function: lambda.Function;
  readonly logGroup: cloudwatch.LogGroup;
}

/** Changes to the transform function, its role and its log. */
export interface FunctionTransforms extends RoleTransforms {
  function?: Transform<lambda.FunctionArgs>;
  logGroup?: Transform<cloudwatch.LogGroupArgs>;
}

/** What the function keeps up in the catalog. */
export interface CatalogUse {
  database: pulumi.Input<string>;
  table: pulumi.Input<string>;
  /** whether it adds the columns that arrive */
  columns: boolean;
  /** whether it registers the partitions of rows */
  partitions: boolean;
  /** other names of the rows, which follow */
  readers: readonly string[];
  /** a name whose partitions it copies when a deployment asks for it */
  copiesFrom: string | undefined;
}

/** Where a candidate keeps its boundary. */
export interface BoundaryPlace {
  bucket: pulumi.Input<string>;
  key: pulumi.Input<string>;
  kmsKeyArn: pulumi.Input<string> | undefined;
}

interface FunctionSettings {
  /** without the names of functions, which are the calls' */
  definition: Omit<TransformDefinition, "functions">;
  calls: Calls;
  /** the datastore's table; undefined where the function changes nothing of it */
  table: CatalogUse | undefined;
  /** name of the delivery stream for rows of further partitions; undefined for a pipeline whose messages have rows of one */
  fanOut: string | undefined;
  /** undefined for a pipeline that takes all messages */
  boundary: BoundaryPlace | undefined;
  settings: FunctionArgs;
  transforms: FunctionTransforms;
}

/** Creates the function: the code that every pipeline runs, with the pipeline's definition beside it in the archive. */
export function createTransformFunction(
  scope: Scope,
  { definition, calls, table, fanOut, boundary, settings, transforms }: FunctionSettings,
): FunctionNodes & { timeoutSeconds: pulumi.Input<number> } {
  const { component, name, aws, tags } = scope;
  const physical = uniqueName(component, "function", name, "transform");
  // Before the function, whose first event would make a group without a retention.
  const logGroup = createLogGroup(scope, `${name}-transform-log`, `/aws/lambda/${physical}`, transforms.logGroup);
  const { role, policy, arn } = createRole(scope, {
    service: "lambda",
    actor: "transform",
    description: `Transform function of the pipeline ${name}`,
    statements: [
      writesFunctionLog(logGroup, aws),
      ...callStatements(calls, aws),
      ...(table === undefined ? [] : catalogStatements(table, aws)),
      ...(fanOut === undefined ? [] : [putsFurther(fanOut, aws)]),
      ...(boundary === undefined ? [] : boundaryStatements(boundary, aws)),
    ],
    transforms,
  });
  const waits = calls.functions.size > 0 || calls.registry || calls.shadows;
  return { ...createFunction(), logGroup, role, policy };

  function createFunction(): { function: lambda.Function; timeoutSeconds: pulumi.Input<number> } {
    const usual = settings.timeoutSeconds ?? (waits ? 300 : 60);
    const args: lambda.FunctionArgs = {
      name: physical,
      description: `Transforms the messages of the pipeline ${name}`,
      role: arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: archiveOf("transform", definition, calls),
      memorySize: settings.memoryMegabytes ?? 512,
      timeout: usual,
      environment: environmentOf(table, fanOut, boundary, settings.logPayloads),
      loggingConfig: {
        logGroup: logGroup.name,
        logFormat: "JSON",
        // Lambda hands it to the function as AWS_LAMBDA_LOG_LEVEL. Above INFO it would drop the metrics that alarms watch.
        applicationLogLevel: settings.logLevel ?? "INFO",
        systemLogLevel: "WARN",
      },
      tags,
    };
    const called = [...calls.functions.values()].filter((reference) => pulumi.Resource.isInstance(reference));
    const opts = { parent: component, dependsOn: [policy, ...called] };
    const made = transformed(transforms.function, `${name}-transform`, args, opts);
    return { function: new lambda.Function(...made), timeoutSeconds: member<number>(made[1], "timeout") ?? usual };
  }
}

function environmentOf(
  table: FunctionSettings["table"],
  fanOut: string | undefined,
  boundary: FunctionSettings["boundary"],
  logPayloads = true,
): { variables: Record<string, pulumi.Input<string>> } | undefined {
  const variables = {
    ...(table && { DATASTORE_DATABASE: table.database, DATASTORE_TABLE: table.table }),
    ...(fanOut !== undefined && { FAN_OUT_STREAM: fanOut }),
    ...(table && table.readers.length > 0 && { DATASTORE_READERS: table.readers.join(",") }),
    ...(boundary && { BOUNDARY_BUCKET: boundary.bucket, BOUNDARY_KEY: boundary.key }),
    ...(logPayloads ? {} : { LOG_PAYLOADS: "false" }),
  };
  return Object.keys(variables).length === 0 ? undefined : { variables };
}

/** The function's code, and beside it what it does: for each `lambdaName` that has another name on AWS, that name. */
export function archiveOf(
  entry: FunctionEntry,
  definition: FunctionSettings["definition"] & { version?: string },
  { functions }: Calls,
): pulumi.Input<pulumi.asset.AssetArchive> {
  const others = [...functions].filter(([lambdaName, { functionName }]) => functionName !== lambdaName);
  const names = others.map(([, { functionName }]) => functionName);
  return lift<string[], pulumi.asset.AssetArchive>(names, (...known) => {
    const byName = Object.fromEntries(others.map(([lambdaName], index) => [lambdaName, known[index]]));
    // Definitions without one say nothing of it, so that their functions do not change.
    const { prefix, ...rest } = definition;
    const whole = { ...rest, ...(others.length === 0 ? {} : { functions: inOrder(byName) }), prefix };
    return new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.FileAsset(functionFile(entry)),
      "definition.json": new pulumi.asset.StringAsset(`${JSON.stringify(whole, null, 2)}\n`),
    });
  });
}

/** What the function keeps up in the catalog. Glue requires each permission on catalog, database and table. */
export function catalogStatements(
  { database, table, columns, partitions, readers, copiesFrom }: CatalogUse,
  aws: AwsContext,
): Statement[] {
  const allow = (Sid: string, tables: readonly pulumi.Input<string>[], ...Action: string[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource: [
      aws.arn("glue", "catalog"),
      aws.arn("glue", pulumi.interpolate`database/${database}`),
      ...tables.map((each) => aws.arn("glue", pulumi.interpolate`table/${database}/${each}`)),
    ],
  });
  const all = [table, ...readers];
  return [
    // The columns that arrive: read at the first batch, written when there is a new one.
    ...(columns ? [allow("KeepColumns", all, "glue:GetTable", "glue:UpdateTable")] : []),
    // Partitions: registered before their first row is stored, as the table describes them.
    ...(partitions ? [allow("RegisterPartitions", all, "glue:BatchCreatePartition", "glue:GetTable")] : []),
    // Partitions keep the columns that the table had when they were registered, so they get the new ones.
    ...(columns && partitions
      ? [allow("RealignPartitions", [table], "glue:BatchUpdatePartition", "glue:GetPartitions")]
      : []),
    // Partitions that are registered in one table and not yet in the other.
    ...(copiesFrom === undefined ? [] : [allow("CopyPartitions", [copiesFrom, table], "glue:GetPartitions")]),
  ];
}

/** The boundary is written once, and read by every execution environment. */
function boundaryStatements({ bucket, key, kmsKeyArn }: BoundaryPlace, aws: AwsContext): Statement[] {
  return [
    {
      Sid: "KeepBoundary",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [aws.bucket(bucket, key)],
    },
    ...writesObjects(kmsKeyArn, aws, bucket, [key]),
  ];
}

/** Rows of further partitions are put into the pipeline's own fan-out and nowhere else. */
function putsFurther(deliveryStream: string, aws: AwsContext): Statement {
  return {
    Sid: "PutFurtherPartitions",
    Effect: "Allow",
    Action: ["firehose:PutRecordBatch"],
    Resource: [aws.arn("firehose", `deliverystream/${deliveryStream}`)],
  };
}

/** What the activities' calls need, each on what it calls and nothing else. */
export function callStatements({ functions, registry, shadows }: Calls, aws: AwsContext): Statement[] {
  const allow = (Sid: string, Action: string, Resource: pulumi.Input<string>[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action: [Action],
    Resource,
  });
  const arns = [...functions.values()].map(({ functionName }) =>
    pulumi
      .output(functionName)
      .apply((name) => (name.startsWith("arn:") ? pulumi.output(name) : aws.arn("lambda", `function:${name}`))),
  );
  return [
    // Messages are handed to the functions of lambda activities.
    ...(arns.length > 0 ? [allow("CallFunctions", "lambda:InvokeFunction", arns)] : []),
    // Messages name the things, so it may be any of them.
    ...(registry ? [allow("DescribeThings", "iot:DescribeThing", [aws.arn("iot", "thing/*")])] : []),
    ...(shadows ? [allow("ReadShadows", "iot:GetThingShadow", [aws.arn("iot", "thing/*")])] : []),
  ];
}
