/** A column of a table: its name and its Hive type. */
export interface Column {
  name: string;
  type: string;
}

/** A file of a table. */
export interface PartitionFile {
  /** on this machine */
  path: string;
  bucket: string;
  key: string;
  partition: Record<string, string>;
  bytes: number;
}

/** Partitions that are registered in the catalog. */
export interface RegisteredPartitions {
  readonly size: number;
  /** each with its values in the order of the table's partition keys, and the place of its rows in `descriptor.Location` */
  list(): readonly { readonly values: readonly string[]; readonly descriptor: Readonly<Record<string, unknown>> }[];
  get(values: readonly string[]): { readonly descriptor: Readonly<Record<string, unknown>> } | undefined;
}

/** A table of the catalog as a reader sees it: its files, each with the values of its partition. */
export interface CatalogTable {
  database: string;
  name: string;
  readonly columns: Column[];
  partitionKeys: Column[];
  readonly parameters: Readonly<Record<string, string>>;
  /** `s3://BUCKET/PREFIX/` */
  location: string;
  /** whether its files are lines of JSON; else they are Parquet */
  json?: boolean;
  /** the query of a view, which has no files */
  view?: string;
  /** the database in which a view's names are looked up, if it is not its own */
  viewDatabase?: string;
  /** why no query reads the table: what its files are is not executed here */
  unreadable?: string;
  /** absent for a view */
  readonly registered?: RegisteredPartitions;
  /** the files that a reader comes to: those of the registered partitions, or those that projection leads to */
  files(): PartitionFile[];
  /** how many files lie at the table's location that no reader comes to, here or on AWS */
  unseen(): number;
}
