/** What a role may do that runs a query of Athena over datastores, and nothing else. */
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../common/aws-context";
import { readsObjects, writesObjects } from "../common/kms";
import { allow, type Statement } from "../common/role";
import type { Store } from "../storage/store";
import type { DatasetSource } from "./dataset-source";

/** A query and where it is run. */
export interface QuerySettings {
  /** of tables that are in no other */
  database: pulumi.Input<string>;
  workgroup: pulumi.Input<string>;
  store: Store;
  /** of the results, within the store's bucket */
  prefix: string;
  sources: readonly DatasetSource[];
}

/** Statements of the role that runs the query. */
export function queryStatements(aws: AwsContext, settings: QuerySettings): Statement[] {
  const { database, workgroup, store, prefix } = settings;
  const sources = settings.sources.flatMap((source): DatasetSource[] => [
    source,
    ...(source.versions ?? []).map((version) => {
      const { databaseName, bucket, kmsKeyArn } = source;
      return { databaseName, bucket, kmsKeyArn, ...version };
    }),
  ]);
  // A version may have the rows where the source has them.
  const places = sources.filter(
    (source, index) =>
      sources.findIndex((other) => other.bucket === source.bucket && other.prefix === source.prefix) === index,
  );
  const registered = sources.filter(({ partitions = [] }) => partitions.length > 0);
  const databases = [database, ...sources.map(({ databaseName }) => databaseName ?? database)].map((each) =>
    aws.arn("glue", pulumi.interpolate`database/${each}`),
  );
  const tables = (all: readonly DatasetSource[]): pulumi.Output<string[]> =>
    distinct([
      aws.arn("glue", "catalog"),
      ...databases,
      ...all.map(({ databaseName, tableName }) =>
        aws.arn("glue", pulumi.interpolate`table/${databaseName ?? database}/${tableName}`),
      ),
    ]);
  return [
    // the query: started, looked at until it ends, stopped when whoever waits for it is
    allow(
      "RunQuery",
      ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
      [aws.arn("athena", pulumi.interpolate`workgroup/${workgroup}`)],
    ),
    allow("FindCatalog", ["athena:GetDataCatalog"], [aws.arn("athena", "datacatalog/AwsDataCatalog")]),
    // Athena, as the role: the tables' columns and places
    allow("ReadDatabase", ["glue:GetDatabase"], distinct([aws.arn("glue", "catalog"), ...databases])),
    allow("ReadTables", ["glue:GetTable"], tables(sources)),
    // Athena, as the role: the partitions that are registered; days of arrival are projected
    ...(registered.length === 0
      ? []
      : [allow("ReadPartitions", ["glue:GetPartitions", "glue:BatchGetPartition"], tables(registered))]),
    // Athena, as the role: rows
    allow(
      "ReadRows",
      ["s3:GetObject"],
      places.map(({ bucket, prefix: data }) => aws.bucket(bucket, `${data}*`)),
    ),
    ...places.map(({ bucket, prefix: data }, index): Statement => ({
      ...allow(`ListRows${index + 1}`, ["s3:ListBucket"], [aws.bucket(bucket)]),
      Condition: { StringLike: { "s3:prefix": [`${data}*`] } },
    })),
    allow(
      "FindBuckets",
      ["s3:GetBucketLocation"],
      [aws.bucket(store.bucket), ...settings.sources.map(({ bucket }) => aws.bucket(bucket))],
    ),
    // Athena, as the role: the result, in parts if it is large
    allow(
      "WriteContents",
      ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      [aws.bucket(store.bucket, `${prefix}*`)],
    ),
    ...writesObjects(store.kmsKeyArn, aws, store.bucket, [prefix]),
    ...places.flatMap((source, index) =>
      readsObjects(source.kmsKeyArn, aws, source.bucket, source.prefix, `${index + 1}`),
    ),
  ];
}

/** Most sources are in one database. */
function distinct(arns: pulumi.Output<string>[]): pulumi.Output<string[]> {
  return pulumi.all(arns).apply((all) => [...new Set(all)]);
}
