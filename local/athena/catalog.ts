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

/** A table of the catalog as a reader sees it: its files, each with the partition values that its place spells. */
export interface CatalogTable {
  database: string;
  name: string;
  readonly columns: Column[];
  partitionKeys: Column[];
  parameters: Record<string, string>;
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
  /** the files that partition projection leads a reader to */
  files(): PartitionFile[];
  /** how many files lie at the table's location outside of what projection covers: Athena would not see them either */
  unseen(): number;
}
