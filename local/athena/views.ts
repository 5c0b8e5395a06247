import * as fs from "node:fs";
import * as path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "./catalog";
import { literal, quoted } from "./duck/text";
import { MARK } from "./duck/udf";
import { groupByMismatch, type FileSchemas, type Mismatch } from "./file-types";
import { inMillis } from "./millis";
import { columnType, duckType } from "./types";

/** Hive's name of the partition of rows that have no value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** A table of the catalog that a query reads, the files of its partitions, and of Parquet one without rows that has all of its columns. */
export interface Source {
  table: CatalogTable;
  /** the table's columns when the source was made */
  columns: CatalogTable["columns"];
  files: readonly PartitionFile[];
  schemaFile: string;
  /** every file lies under `key=value/` folders, so that DuckDB finds the values by itself and leaves out files that no filter lets in */
  spelled: boolean;
}

/**
 * Writes a Parquet file with the table's columns and no row. Read first, it says which columns there are; that way no footer of the others
 * is read before the query runs.
 */
export async function sourceOf(
  connection: DuckDBConnection,
  table: CatalogTable,
  files: readonly PartitionFile[],
  folder: string,
): Promise<Source> {
  const keys = table.partitionKeys.map(({ name }) => name);
  const { columns } = table;
  const spelled = keys.length > 0 && files.every((file) => isSpelled(file, keys));
  // Lines of JSON are read by the columns that the table has, so no file needs to say them.
  if (hasLines(table)) return { table, columns, files, schemaFile: "", spelled };
  const own = path.join(
    folder,
    `${table.database}.${table.name}`,
    ...(spelled ? keys.map((key) => `${key}=${NO_VALUE}`) : []),
  );
  fs.mkdirSync(own, { recursive: true });
  const schemaFile = path.join(own, "schema.parquet");
  const empty = columns.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoted(name)}`);
  await connection.run(`COPY (SELECT ${empty.join(", ")} WHERE false) TO ${literal(schemaFile)} (FORMAT parquet)`);
  return { table, columns, files, schemaFile, spelled };
}

/** The catalog reads values as they stand; DuckDB would decode a % and stumble over a =, so such values are not left to it. */
function isSpelled(file: PartitionFile, keys: readonly string[]): boolean {
  const found = path
    .dirname(file.path)
    .split(path.sep)
    .filter((segment) => segment.includes("="));
  return (
    found.length === keys.length &&
    keys.every((key, i) => found[i] === `${key}=${file.partition[key]}` && !/[%=]/.test(file.partition[key]!))
  );
}

/**
 * Makes a table readable under its own name, with its columns and partition keys.
 * @param byName looks for each column in each file: needed when files lack some, and slow for thousands of them
 */
export async function createView(
  connection: DuckDBConnection,
  source: Source,
  byName: boolean,
  schemas: FileSchemas,
): Promise<void> {
  const { table, files } = source;
  const { database, name } = table;
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(database)}`);
  const lines = hasLines(table);
  if (lines && files.length === 0) return createEmptyView(connection, source);
  const groups = lines ? [] : await groupByMismatch(connection, source, files, schemas);
  const all = groups.length > 0 ? groups : [{ files, mismatches: [] }];
  const selects: string[] = [];
  for (const [place, group] of all.entries()) selects.push(await selectOf(connection, source, byName, group, place));
  await connection.run(`CREATE OR REPLACE VIEW ${quoted(database)}.${quoted(name)} AS ${selects.join(" UNION ALL ")}`);
}

/** The query of files that have the same mismatches. @param place of the group among the table's */
async function selectOf(
  connection: DuckDBConnection,
  { table, columns, schemaFile, spelled }: Source,
  byName: boolean,
  { files, mismatches }: { files: readonly PartitionFile[]; mismatches: readonly Mismatch[] },
  place: number,
): Promise<string> {
  const { database, name, partitionKeys } = table;
  const csv = table.csv === true;
  const list = [...(hasLines(table) ? [] : [schemaFile]), ...files.map((file) => file.path)].map(literal).join(", ");
  const joined = partitionKeys.length > 0 && !spelled;
  const types = partitionKeys.map((key) => `${quoted(key.name)}: VARCHAR`).join(", ");
  const options = [
    ...(csv ? csvOptions(table) : table.json === true ? jsonOptions(columns) : [`union_by_name = ${byName}`]),
    `hive_partitioning = ${spelled}`,
    ...(spelled ? [`hive_types = {${types}}`] : []),
    `filename = ${joined || mismatches.length > 0}`,
  ];
  const reader = csv
    ? "read_csv"
    : table.json !== true
      ? "read_parquet"
      : columns.length === 0
        ? "read_json_objects"
        : "read_json";
  let from = `${reader}([${list}], ${options.join(", ")}) AS r`;
  if (joined) {
    const partitions = quoted(`partitions ${place} of ${database}.${name}`);
    await createPartitions(connection, partitions, table, files);
    from += ` JOIN ${partitions} AS p ON r.filename = p.filename`;
  }
  const selected = [
    ...columns.map(({ name: column, type }) => {
      const mismatch = mismatches.find((one) => one.column === column);
      const stored = csv ? `coalesce(r.${quoted(column)}, '')` : `r.${quoted(column)}`;
      const value = mismatch === undefined ? stored : badData(mismatch.message);
      return `${inMillis(columnType(type), `CAST(${value} AS ${duckType(type)})`)} AS ${quoted(column)}`;
    }),
    ...partitionKeys.map(
      (key) =>
        `CAST(nullif(${joined ? "p" : "r"}.${quoted(key.name)}, ${literal(NO_VALUE)}) AS ${duckType(key.type)}) AS ${quoted(key.name)}`,
    ),
  ];
  return `SELECT ${selected.join(", ")} FROM ${from}`;
}

/** Fails when a row's value is asked for, and not before: it hangs on the name of the row's file. */
function badData(message: string): string {
  return `error(concat(left(r.filename, 0), ${literal(`${MARK}HIVE_BAD_DATA${MARK}${message}`)}))`;
}

/** Lines are read by the table's columns; what a line has beside them is not seen. Objects' members in any order. */
function jsonOptions(columns: CatalogTable["columns"]): string[] {
  const types = columns.map(({ name, type }) => `${quoted(name)}: ${literal(duckType(type))}`).join(", ");
  return [
    "format = 'newline_delimited'",
    `maximum_object_size = ${MAX_LINE}`,
    ...(columns.length === 0 ? [] : [`columns = {${types}}`]),
  ];
}

/** Fields in double quotes, which are doubled within; the columns are by place, and one without a value is an empty text. */
function csvOptions({ columns, parameters }: CatalogTable): string[] {
  return [
    "auto_detect = false",
    "header = false",
    `skip = ${Number(parameters["skip.header.line.count"] ?? 0)}`,
    "delim = ','",
    "quote = '\"'",
    "escape = '\"'",
    "null_padding = true",
    `columns = {${columns.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(", ")}}`,
  ];
}

function hasLines({ json, csv }: CatalogTable): boolean {
  return json === true || csv === true;
}

/** Bytes of one line: a message has 128 KB, and computed attributes are added. */
const MAX_LINE = 16 * 1024 * 1024;

async function createEmptyView(connection: DuckDBConnection, { table, columns }: Source): Promise<void> {
  const selected = [...columns, ...table.partitionKeys].map(
    ({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoted(name)}`,
  );
  await connection.run(
    `CREATE OR REPLACE VIEW ${quoted(table.database)}.${quoted(table.name)} AS SELECT ${selected.join(", ")} WHERE false`,
  );
}

/** File to partition values: those that the catalog's template reads from the place of a file. */
async function createPartitions(
  connection: DuckDBConnection,
  name: string,
  { partitionKeys }: CatalogTable,
  files: readonly PartitionFile[],
): Promise<void> {
  const names = ["filename", ...partitionKeys.map((key) => quoted(key.name))];
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${name} (${names.map((column) => `${column} VARCHAR`).join(", ")})`,
  );
  if (files.length === 0) return;
  const values = files.map(
    (file) => `(${[file.path, ...partitionKeys.map((key) => file.partition[key.name]!)].map(literal).join(", ")})`,
  );
  await connection.run(`INSERT INTO ${name} VALUES ${values.join(", ")}`);
}
