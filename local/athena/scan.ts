/** What a query reads of its tables: partitions, requests and bytes, as Athena's planner and its readers come to them. */
import { partitionFilter, tableScans, type PartitionFilter } from "../../etl/athena-sql/pruning";
import type { QueryPlan } from "../../etl/athena-sql/analyze/plan";
import { readTable, type CatalogTable, type PartitionFile } from "./catalog";
import { checkPartitionSchemas } from "./partition-schema";

/** What one mention of a table reads. */
export interface TableReading {
  readonly table: CatalogTable;
  /** names of the partition keys that the query's conditions restrict */
  readonly restricted: readonly string[];
  readonly partitions: { readonly planned: number; readonly total: number };
  readonly requests: Requests;
  readonly files: readonly PartitionFile[];
  readonly bytes: number;
}

/** Calls that reading takes. */
export interface Requests {
  /** of S3: ListObjectsV2 */
  readonly list: number;
  /** of S3: GetObject */
  readonly get: number;
  /** of Glue: GetTable, and a page of GetPartitions for each 1,000 partitions */
  readonly catalog: number;
}

/** What a query reads, in figures. */
export interface Reads {
  /** partitions that are read, and that its tables have */
  readonly partitions: { readonly planned: number; readonly total: number };
  readonly requests: Requests;
  /** bytes of the files that are read, all columns of them */
  readonly scannedBytes: number;
}

/** What a query reads, without its rows. */
export interface QueryReading extends Reads {
  readonly tables: readonly TableReading[];
}

/** Of a statement that reads no table. */
export const NO_READS: Reads = {
  partitions: { planned: 0, total: 0 },
  requests: { list: 0, get: 0, catalog: 0 },
  scannedBytes: 0,
};

/** Looks up what a query reads; a table that it names twice counts twice. */
export function readingOf(plan: QueryPlan, tables: ReadonlyMap<string, CatalogTable>): QueryReading {
  const all = tableScans(plan).map((scan) => {
    const table = tables.get(`${scan.database}.${scan.name}`)!;
    const keys = table.partitionKeys.map(({ name }) => name);
    return tableReading(table, partitionFilter(scan, keys));
  });
  const sum = (of: (one: TableReading) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    tables: all,
    partitions: {
      planned: sum(({ partitions }) => partitions.planned),
      total: sum(({ partitions }) => partitions.total),
    },
    requests: {
      list: sum(({ requests }) => requests.list),
      get: sum(({ requests }) => requests.get),
      catalog: sum(({ requests }) => requests.catalog),
    },
    scannedBytes: sum(({ bytes }) => bytes),
  };
}

function tableReading(table: CatalogTable, filter: PartitionFilter): TableReading {
  checkPartitionSchemas(table, (values) => filter.mayMatch(values));
  const { files, partitions, lists } = readTable(table, filter);
  const projected = table.parameters["projection.enabled"] === "true";
  const pages = projected || table.partitionKeys.length === 0 ? 0 : Math.max(1, Math.ceil(partitions.planned / PAGE));
  return {
    table,
    restricted: table.partitionKeys.flatMap(({ name }, place) => (filter.keys.has(place) ? [name] : [])),
    partitions,
    requests: {
      list: lists,
      get: files.reduce((calls, { bytes }) => calls + getsFor(bytes, table.json === true || table.csv === true), 0),
      catalog: 1 + pages,
    },
    files,
    bytes: files.reduce((total, { bytes }) => total + bytes, 0),
  };
}

/** Partitions of an answer of GetPartitions. https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html */
const PAGE = 1000;
/** A Parquet file up to this size is read at once (Trino's parquet.small-file-threshold, https://github.com/trinodb/trino/pull/19127). */
const SMALL = 3 * 1024 * 1024;
/** Columns of a larger one are read in pieces of at most this many bytes (Trino's parquet.max-buffer-size), after its footer. */
const PIECE = 8 * 1024 * 1024;

/** GetObject calls that it takes to read an object, all columns of it. @param lines whether it is text, not Parquet */
export function getsFor(bytes: number, lines: boolean): number {
  return lines || bytes <= SMALL ? 1 : 1 + Math.ceil(bytes / PIECE);
}
