import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { isJsonFormat, partitionScheme, type TransformDefinition } from "../../../etl";
import type { AwsContext } from "../common/aws-context";
import { readsObjects, writesObjects } from "../common/kms";
import { createLogGroup, writesFunctionLog } from "../common/logs";
import { uniqueName } from "../common/names";
import { createRole, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed } from "../common/transform";
import {
  archiveOf,
  callStatements,
  catalogStatements,
  type Calls,
  type FunctionNodes,
  type FunctionTransforms,
} from "./transform-function";
import { INVOCATION_SECONDS } from "./reprocess-states";

/** Messages of a channel, as its delivery stream archives them. */
export interface Archive {
  bucket: pulumi.Input<string>;
  prefix: string;
  kmsKeyArn: pulumi.Input<string> | undefined;
  bufferSeconds: pulumi.Input<number>;
}

/** Where rows go, and what runs remember. */
export interface ReprocessTarget {
  bucket: pulumi.Input<string>;
  rowsPrefix: string;
  errorPrefix: string;
  statePrefix: pulumi.Input<string>;
  kmsKeyArn: pulumi.Input<string> | undefined;
  database: pulumi.Input<string>;
  table: pulumi.Input<string>;
  boundaryKey: string | undefined;
}

interface ReprocessFunctionSettings {
  definition: Omit<TransformDefinition, "functions">;
  version: string;
  calls: Calls;
  archive: Archive;
  target: ReprocessTarget;
  memoryMegabytes: number;
  logPayloads: boolean;
  concurrency: number;
  transforms: FunctionTransforms;
}

/** Creates the function that reads source objects and puts rows: the code of the transformation, and the conversion that the delivery stream does. */
export function createReprocessFunction(scope: Scope, settings: ReprocessFunctionSettings): FunctionNodes {
  const { component, name, aws, tags } = scope;
  const { definition, version, calls, archive, target, transforms } = settings;
  const physical = uniqueName(component, "function", name, "reprocess");
  const logGroup = createLogGroup(scope, `${name}-reprocess-log`, `/aws/lambda/${physical}`, transforms.logGroup);
  const json = isJsonFormat(definition.datastore);
  const { dynamic } = partitionScheme(definition.datastore);
  const { role, policy, arn } = createRole(scope, {
    service: "lambda",
    actor: "reprocess",
    description: `Reprocesses the archive of the pipeline ${name}`,
    statements: [
      writesFunctionLog(logGroup, aws),
      ...callStatements(calls, aws),
      ...(json || dynamic
        ? catalogStatements(
            {
              database: target.database,
              table: target.table,
              columns: json,
              partitions: dynamic,
              readers: [],
              copiesFrom: undefined,
            },
            aws,
          )
        : []),
      ...objectStatements(archive, target, aws),
    ],
    transforms,
  });
  const args: lambda.FunctionArgs = {
    name: physical,
    description: `Reprocesses the archive of the pipeline ${name}`,
    role: arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: archiveOf("reprocess", { ...definition, version }, calls),
    memorySize: settings.memoryMegabytes,
    timeout: INVOCATION_SECONDS,
    // The live pipeline's functions keep what the account has beside it.
    reservedConcurrentExecutions: settings.concurrency,
    environment: {
      variables: {
        ARCHIVE_BUCKET: archive.bucket,
        ARCHIVE_PREFIX: archive.prefix,
        ARCHIVE_BUFFER_SECONDS: pulumi.interpolate`${archive.bufferSeconds}`,
        DATASTORE_BUCKET: target.bucket,
        DATASTORE_DATABASE: target.database,
        DATASTORE_TABLE: target.table,
        ROWS_PREFIX: target.rowsPrefix,
        ERROR_PREFIX: target.errorPrefix,
        STATE_PREFIX: target.statePrefix,
        ...(target.boundaryKey === undefined ? {} : { BOUNDARY_KEY: target.boundaryKey }),
        ...(target.kmsKeyArn === undefined ? {} : { KMS_KEY_ARN: target.kmsKeyArn }),
        ...(settings.logPayloads ? {} : { LOG_PAYLOADS: "false" }),
      },
    },
    loggingConfig: {
      logGroup: logGroup.name,
      logFormat: "JSON",
      applicationLogLevel: "INFO",
      systemLogLevel: "WARN",
    },
    tags,
  };
  const called = [...calls.functions.values()].filter((reference) => pulumi.Resource.isInstance(reference));
  const opts = { parent: component, dependsOn: [policy, ...called] };
  return {
    function: new lambda.Function(...transformed(transforms.function, `${name}-reprocess`, args, opts)),
    logGroup,
    role,
    policy,
  };
}

function objectStatements(archive: Archive, target: ReprocessTarget, aws: AwsContext): Statement[] {
  const { bucket, rowsPrefix, errorPrefix, statePrefix } = target;
  const failed = `${errorPrefix}processing-failed/`;
  return [
    // GetObject: messages of the archive; ListObjectsV2: what it has delivered since a run began.
    {
      Sid: "ReadArchive",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [aws.bucket(archive.bucket, `${archive.prefix}*`)],
    },
    {
      Sid: "ListArchive",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [aws.bucket(archive.bucket)],
      Condition: { StringLike: { "s3:prefix": [`${archive.prefix}*`] } },
    },
    // GetObject: failed messages, and what runs remember of objects, ranges and the boundary, and their results.
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [aws.bucket(bucket, `${failed}*`), aws.bucket(bucket, pulumi.interpolate`${statePrefix}*`)],
    },
    // Without it S3 answers GetObject of an object that is not there with "access denied", and that request has no prefix to restrict it to.
    { Sid: "FindState", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [aws.bucket(bucket)] },
    // PutObject: rows, messages that fail, and what runs remember.
    {
      Sid: "WriteObjects",
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: [
        aws.bucket(bucket, `${rowsPrefix}*`),
        aws.bucket(bucket, `${failed}*`),
        aws.bucket(bucket, pulumi.interpolate`${statePrefix}*`),
      ],
    },
    // DeleteObject: objects of its own that another version does not put any more, for their rows would be there twice.
    {
      Sid: "DeleteSuperseded",
      Effect: "Allow",
      Action: ["s3:DeleteObject"],
      Resource: [aws.bucket(bucket, `${rowsPrefix}*`), aws.bucket(bucket, `${failed}*`)],
    },
    ...readsObjects(archive.kmsKeyArn, aws, archive.bucket, archive.prefix, "1"),
    ...writesObjects(target.kmsKeyArn, aws, bucket, [rowsPrefix, failed, statePrefix]),
  ];
}
