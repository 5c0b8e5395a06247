import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type * as sqs from "@pulumi/aws/sqs";
import { functionFile } from "./bundle";
import type { FunctionNodes, FunctionTransforms } from "./transform-function";
import { readsObjects, sendsMessages, writesObjects } from "../common/kms";
import { createLogGroup, writesFunctionLog } from "../common/logs";
import { uniqueName } from "../common/names";
import { createRole, type Statement } from "../common/role";
import type { Scope } from "../common/scope";
import type { Compaction } from "../maintenance/compaction";
import type { Maintained } from "../maintenance/maintained";
import { transformed } from "../common/transform";

interface MaintenanceFunctionSettings {
  datastore: Maintained;
  scanHours: number;
  retentionDays: number | undefined;
  compaction: Compaction | undefined;
  deadLetters: sqs.Queue;
  transforms: FunctionTransforms;
}

/** Lambda's longest. */
const TIMEOUT_SECONDS = 900;

/** Creates the function that maintains a datastore, its role and its log. */
export function createMaintenanceFunction(
  scope: Scope,
  { datastore, scanHours, retentionDays, compaction, deadLetters, transforms }: MaintenanceFunctionSettings,
): FunctionNodes & { arn: pulumi.Output<string> } {
  const { component, name, aws, tags } = scope;
  const { bucket, notesPrefix } = datastore;
  const physical = uniqueName(component, "function", name);
  // Before the function, whose first event would make a group without a retention.
  const logGroup = createLogGroup(scope, `${name}-log`, `/aws/lambda/${physical}`, transforms.logGroup);
  const queueArn = aws.arn("sqs", deadLetters.name);
  const { role, policy, arn } = createRole(scope, {
    service: "lambda",
    actor: "function",
    description: `Maintenance of the datastore ${datastore.name}`,
    statements: [
      writesFunctionLog(logGroup, aws),
      ...statements(scope, datastore, compaction),
      // an event that the function has failed on
      { Sid: "KeepDeadLetter", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
      ...sendsMessages(scope.kmsKeyArn, aws),
    ],
    transforms,
  });
  const args: lambda.FunctionArgs = {
    name: physical,
    description: `Maintains the partitions of the datastore ${datastore.name}`,
    role: arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(functionFile("maintain")) }),
    memorySize: 512,
    timeout: TIMEOUT_SECONDS,
    environment: {
      variables: {
        DATASTORE_DATABASE: datastore.databaseName,
        DATASTORE_TABLE: datastore.tableName,
        MAINTENANCE_NOTES: pulumi.interpolate`s3://${bucket}/${notesPrefix}`,
        SCAN_HOURS: String(scanHours),
        ...(retentionDays === undefined ? {} : { RETENTION_DAYS: String(retentionDays) }),
        ...compaction?.environment,
      },
    },
    loggingConfig: {
      logGroup: logGroup.name,
      logFormat: "JSON",
      // Above INFO it would drop the metrics that alarms watch.
      applicationLogLevel: "INFO",
      systemLogLevel: "WARN",
    },
    deadLetterConfig: { targetArn: queueArn },
    tags,
  };
  const opts = { parent: component, dependsOn: [policy] };
  const made = new lambda.Function(...transformed(transforms.function, `${name}-function`, args, opts));
  return {
    function: made,
    logGroup,
    role,
    policy,
    arn: aws.arn("lambda", pulumi.interpolate`function:${made.name}`),
  };
}

function statements({ aws }: Scope, datastore: Maintained, compaction: Compaction | undefined): Statement[] {
  const { bucket, prefix, notesPrefix, databaseName, tableName, kmsKeyArn } = datastore;
  return [
    // the table, and its partitions: looked up, registered, removed when their objects have expired
    {
      Sid: "KeepPartitions",
      Effect: "Allow",
      Action: [
        "glue:GetTable",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
        "glue:BatchCreatePartition",
        "glue:BatchDeletePartition",
      ],
      Resource: [
        aws.arn("glue", "catalog"),
        aws.arn("glue", pulumi.interpolate`database/${databaseName}`),
        aws.arn("glue", pulumi.interpolate`table/${databaseName}/${tableName}`),
      ],
    },
    // the objects with rows, and the notes
    {
      Sid: "ListObjects",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [aws.bucket(bucket)],
      Condition: { StringLike: { "s3:prefix": [`${prefix}*`, `${notesPrefix}*`] } },
    },
    // what it remembers from run to run
    {
      Sid: "KeepNotes",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: [aws.bucket(bucket, `${notesPrefix}*`)],
    },
    ...(compaction?.statements ?? []),
    ...writesObjects(kmsKeyArn, aws, bucket, compaction === undefined ? [notesPrefix] : [notesPrefix, prefix]),
    ...readsObjects(kmsKeyArn, aws, bucket, notesPrefix, ""),
    ...(compaction === undefined ? [] : readsObjects(kmsKeyArn, aws, bucket, prefix, "2")),
  ];
}
