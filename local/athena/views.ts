import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "../services/glue";
import { duckType, literal, quoted } from "./types";

/** Hive's name of the partition of rows that have no value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** Makes a table of the catalog readable under its own name: its columns with their types, whichever of them a file has. */
export async function createView(
  connection: DuckDBConnection,
  { database, name, columns, partitionKeys }: CatalogTable,
  files: readonly PartitionFile[],
): Promise<void> {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(database)}`);
  const view = `CREATE VIEW ${quoted(database)}.${quoted(name)} AS`;
  const empty = [...columns, ...partitionKeys].map(
    (column) => `CAST(NULL AS ${duckType(column.type)}) AS ${quoted(column.name)}`,
  );
  if (files.length === 0) {
    await connection.run(`${view} SELECT ${empty.join(", ")} WHERE false`);
    return;
  }
  const list = `[${files.map((file) => literal(file.path)).join(", ")}]`;
  const described = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false)`,
  );
  const present = new Map(described.getRows().map(([column]) => [String(column).toLowerCase(), String(column)]));
  const own = columns.map((column) => {
    const found = present.get(column.name.toLowerCase());
    const value = found === undefined ? "NULL" : `r.${quoted(found)}`;
    return `CAST(${value} AS ${duckType(column.type)}) AS ${quoted(column.name)}`;
  });
  if (partitionKeys.length === 0) {
    await connection.run(
      `${view} SELECT ${own.join(", ")} FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false) AS r`,
    );
    return;
  }
  const keys = partitionKeys.map(
    (key) =>
      `CAST(nullif(p.${quoted(key.name)}, ${literal(NO_VALUE)}) AS ${duckType(key.type)}) AS ${quoted(key.name)}`,
  );
  // The values are those that the catalog's template reads from the place of a file; they are not decoded.
  const values = files.map(
    (file) => `(${[literal(file.path), ...partitionKeys.map((key) => literal(file.partition[key.name]!))].join(", ")})`,
  );
  const names = ["filename", ...partitionKeys.map((key) => quoted(key.name))].join(", ");
  const table = quoted(`partitions of ${database}.${name}`);
  await connection.run(`CREATE TEMP TABLE ${table} AS SELECT * FROM (VALUES ${values.join(", ")}) AS v(${names})`);
  await connection.run(
    `${view} SELECT ${[...own, ...keys].join(", ")} ` +
      `FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false, filename = true) AS r ` +
      `JOIN ${table} AS p ON r.filename = p.filename`,
  );
}
