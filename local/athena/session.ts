import type { Column } from "./catalog";

/** What statements beside queries need of their workgroup: its prepared statements, the catalog and the buckets, with the caller's permissions. */
export interface QuerySession {
  /** texts of PREPARE by name, lower case; a workgroup has its own */
  readonly prepared: {
    get(name: string): string | undefined;
    set(name: string, text: string): void;
    /** @returns whether there was one */
    delete(name: string): boolean;
  };
  /** called before the catalog is looked at or changed; what it throws fails the statement */
  onCatalog(action: GlueAction, database?: string, table?: string): void;
  /** where a table goes whose statement names no place: `s3://BUCKET/PREFIX/` */
  readonly tableLocation: string;
  /** whether objects lie at a location */
  isOccupied(location: string): boolean;
  /** a name for a file that `put` takes */
  temporaryFile(): string;
  /** puts a file at `s3://BUCKET/KEY`. @throws S3Error */
  put(location: string, file: string): void;
  createTable(table: NewTable): void;
  /** registers partitions of a table, each with its values and `s3://BUCKET/PREFIX/` */
  createPartitions(database: string, table: string, partitions: readonly NewPartition[]): void;
  createView(view: NewView): void;
}

export type GlueAction =
  | "glue:GetDatabases"
  | "glue:GetTables"
  | "glue:GetTable"
  | "glue:GetPartitions"
  | "glue:BatchCreatePartition"
  | "glue:CreateTable"
  | "glue:UpdateTable";

/** A table that CREATE TABLE AS makes. */
export interface NewTable {
  readonly database: string;
  readonly name: string;
  readonly columns: Column[];
  /** `s3://BUCKET/PREFIX/` */
  readonly location: string;
  readonly format: "PARQUET" | "JSON";
  /** behind the columns */
  readonly partitionKeys?: Column[];
  /** TBLPROPERTIES */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A partition that INSERT INTO makes. */
export interface NewPartition {
  /** in the order of the table's partition keys */
  readonly values: readonly string[];
  readonly location: string;
}

/** A view that CREATE VIEW makes. */
export interface NewView {
  readonly database: string;
  readonly name: string;
  readonly columns: Column[];
  /** its query */
  readonly sql: string;
  /** the database in which the query's names are looked up */
  readonly schema: string;
}

/** Rows that a statement gives without a query. */
export interface StatementResult {
  readonly columns: { name: string; type: string }[];
  readonly rows: unknown[][];
}
