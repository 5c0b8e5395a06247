import { EVERY_PARTITION, type PartitionFilter } from "../../etl/athena-sql/pruning";

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

/** What a reader of a table comes to. */
export interface Reading {
  readonly files: readonly PartitionFile[];
  /** partitions that are read, and that there are: registered ones, or those that projection has; a table without keys is one */
  readonly partitions: { readonly planned: number; readonly total: number };
  /** ListObjectsV2 calls by which the files are found, each of at most 1,000 keys */
  readonly lists: number;
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
  /** whether its files are lines of JSON; without `json` and `csv` they are Parquet */
  json?: boolean;
  /** whether its files are CSV, whose columns are texts */
  csv?: boolean;
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
  /** the files of the partitions that a filter leaves, and what it takes to find them; without it a partition is where files are */
  read?(filter: PartitionFilter): Reading;
  /** how many files lie at the table's location that no reader comes to, here or on AWS */
  unseen(): number;
}

/** Keys of an answer of ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const LIST_PAGE = 1000;

/** ListObjectsV2 calls that it takes to find the objects of a prefix. */
export function listsFor(objects: number): number {
  return Math.max(1, Math.ceil(objects / LIST_PAGE));
}

/** What a reader of a table comes to. */
export function readTable(table: CatalogTable, filter: PartitionFilter = EVERY_PARTITION): Reading {
  if (table.read !== undefined) return table.read(filter);
  const keys = table.partitionKeys.map(({ name }) => name);
  const partitions = new Map<string, PartitionFile[]>();
  for (const file of table.files()) {
    const id = JSON.stringify(keys.map((key) => file.partition[key]));
    partitions.set(id, [...(partitions.get(id) ?? []), file]);
  }
  const planned = [...partitions.values()].filter(([first]) =>
    filter.mayMatch(keys.map((key) => first!.partition[key])),
  );
  return {
    files: planned.flat(),
    partitions: { planned: planned.length, total: partitions.size },
    lists: planned.reduce((sum, files) => sum + listsFor(files.length), 0),
  };
}
