import * as athena from "@pulumi/aws/athena";
import * as pulumi from "@pulumi/pulumi";
import type { Checks } from "../common/checks";
import { uniqueName } from "../common/names";
import type { Statement } from "../common/role";
import type { Scope } from "../common/scope";
import { object, whole } from "../common/shape";
import { transformed, type Transform } from "../common/transform";
import type { ColumnArgs } from "../datastore/document";
import type { Maintained } from "./maintained";

/** When partitions are rewritten as few large objects. */
export interface CompactionArgs {
  /** Hours without a new object after which a partition is taken to be complete, 1 to 720. Default: 24. Example: 48. */
  quietHours?: number;
  /** Objects of less than 64 MB from which on a partition is rewritten, 2 to 1,000. Default: 4. Example: 8. */
  leastObjects?: number;
  /** Minutes that objects stay for queries that read them, 35 to 1,440; Athena ends a query after 30. Default: 60. Example: 90. */
  graceMinutes?: number;
}

/** The argument `compaction`. */
export const COMPACTION = object<CompactionArgs>({
  quietHours: whole(1, 720, "hours"),
  leastObjects: whole(2, 1000, "objects"),
  graceMinutes: whole(35, 1440, "minutes"),
});

/** What a function needs to rewrite partitions. */
export interface Compaction {
  workgroup: athena.Workgroup;
  environment: Record<string, pulumi.Input<string>>;
  statements: Statement[];
}

/** Bytes that one query may scan: a partition, with room. */
const SCAN_BYTES = 100 * 2 ** 30;

/** Creates the workgroup in which partitions are rewritten. */
export function createCompaction(
  scope: Scope,
  datastore: Maintained,
  { quietHours = 24, leastObjects = 4, graceMinutes = 60 }: CompactionArgs,
  transform: Transform<athena.WorkgroupArgs> | undefined,
): Compaction {
  const { component, name, aws, tags } = scope;
  const { bucket, notesPrefix, kmsKeyArn } = datastore;
  const place = pulumi.interpolate`s3://${bucket}/${notesPrefix}compaction/`;
  const args: athena.WorkgroupArgs = {
    name: uniqueName(component, "workgroup", name),
    description: `Compaction of the datastore ${datastore.name}`,
    // What is lost with it is the history of its queries.
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: SCAN_BYTES,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: place,
        encryptionConfiguration:
          kmsKeyArn === undefined ? { encryptionOption: "SSE_S3" } : { encryptionOption: "SSE_KMS", kmsKeyArn },
      },
    },
    tags,
  };
  const workgroup = new athena.Workgroup(...transformed(transform, `${name}-workgroup`, args, { parent: component }));
  return {
    workgroup,
    environment: {
      COMPACTION: JSON.stringify({ quietHours, leastObjects, graceMinutes }),
      COMPACTION_WORKGROUP: workgroup.name,
      COMPACTION_PLACE: place,
    },
    statements: statements(),
  };

  function statements(): Statement[] {
    const { prefix, databaseName } = datastore;
    const catalog = aws.arn("glue", "catalog");
    const database = aws.arn("glue", pulumi.interpolate`database/${databaseName}`);
    return [
      // the query that rewrites a partition, and the one that counts
      {
        Sid: "RunQueries",
        Effect: "Allow",
        Action: ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
        Resource: [aws.arn("athena", pulumi.interpolate`workgroup/${workgroup.name}`)],
      },
      {
        Sid: "FindCatalog",
        Effect: "Allow",
        Action: ["athena:GetDataCatalog"],
        Resource: [aws.arn("athena", "datacatalog/AwsDataCatalog")],
      },
      { Sid: "ReadDatabase", Effect: "Allow", Action: ["glue:GetDatabase"], Resource: [catalog, database] },
      // the place of a partition: where queries read it
      {
        Sid: "MovePartitions",
        Effect: "Allow",
        Action: ["glue:GetPartition", "glue:UpdatePartition", "glue:CreatePartition"],
        Resource: [
          catalog,
          database,
          aws.arn("glue", pulumi.interpolate`table/${databaseName}/${datastore.tableName}`),
        ],
      },
      // the tables of rewritten objects, until their rows are counted
      {
        Sid: "TablesOfItsOwn",
        Effect: "Allow",
        Action: ["glue:GetTable", "glue:CreateTable", "glue:DeleteTable"],
        Resource: [catalog, database, aws.arn("glue", pulumi.interpolate`table/${databaseName}/compaction_*`)],
      },
      // rows: read, copied to their place as new objects, and deleted as old ones
      {
        Sid: "RewriteRows",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: [aws.bucket(bucket, `${prefix}*`)],
      },
      {
        Sid: "WriteInParts",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: [aws.bucket(bucket, `${notesPrefix}*`)],
      },
      { Sid: "FindBucket", Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: [aws.bucket(bucket)] },
    ];
  }
}

/** Types by which Athena buckets. https://docs.aws.amazon.com/athena/latest/ug/bucketing-how-it-works.html */
const BUCKET_TYPE = /^(boolean|tinyint|smallint|int|integer|bigint|string|date|varchar\(\d+\))$/i;

/** Checks that the datastore can be compacted. @param columns of the datastore; undefined for one in JSON format */
export function checkCompaction(checks: Checks, columns: readonly ColumnArgs[] | undefined): void {
  if (columns === undefined)
    checks.add(
      "compaction",
      "is given for a datastore in JSON format, whose lines may have attributes that are no columns and would be lost; leave it out",
    );
  else if (!canBeCompacted(columns))
    checks.add(
      "compaction",
      "is given for a datastore without a column of boolean, tinyint, smallint, int, bigint, string, varchar or date, by which Athena divides rows into objects; add one, or leave it out",
    );
}

/** Whether there is a column by which Athena can divide rows into objects. */
export function canBeCompacted(columns: readonly ColumnArgs[]): boolean {
  return columns.some(({ type }) => BUCKET_TYPE.test(type));
}
