import type * as pulumi from "@pulumi/pulumi";
import type { ColumnArgs, PartitionArgs } from "../datastore/document";

/** What a dataset's query reads; a ParquetDatastore is one. */
export interface DatasetSource {
  /** Name of the Glue table. */
  tableName: pulumi.Input<string>;
  /** Name of the Glue database that it is in. Default: the dataset's. */
  databaseName?: pulumi.Input<string>;
  /** Bucket and prefix of its objects. */
  bucket: pulumi.Input<string>;
  prefix: string;
  /** The key that they are encrypted with. Default: keys of AWS. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Its columns, against which the query is checked. Default: unknown. */
  columns?: ColumnArgs[] | undefined;
  /** Its partitions, which are columns of a query, too. Default: `__dt`, the day of arrival. */
  partitions?: PartitionArgs[];
  /** The tables that it is a view of, or becomes one of: the query's role reads them by its permission. Default: none. */
  versions?: SourceVersion[];
}

/** A table behind a view. */
export interface SourceVersion {
  /** Name of the Glue table. */
  tableName: pulumi.Input<string>;
  /** Prefix of its objects, in the bucket of the source. */
  prefix: string;
  /** Its partitions. Default: `__dt`, the day of arrival. */
  partitions?: PartitionArgs[];
}
