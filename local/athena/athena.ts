import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import type { DuckDBConnection, DuckDBInstance, DuckDBResult } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "../services/glue";
import { csvLine } from "./csv";
import { AthenaError } from "./error";
import { macroStatements } from "./functions";
import { translate, type Translation } from "./translate";
import { athenaType, literal, quoted } from "./types";
import { plain } from "./values";
import { createView } from "./views";

export interface QueryOptions {
  /** the database of tables that are named without one */
  database: string;
  /** by `database.table`, lower case */
  tables: ReadonlyMap<string, CatalogTable>;
  /** rows of the result that are kept; all of them if it is not given */
  maxRows?: number;
  /** bytes that the query may scan; the files of its tables count in full, as if no partition were left out */
  bytesScannedCutoff?: number;
  /** the local clock, ms since 1970-01-01 UTC; default the machine's */
  now?: number;
}

export interface QueryResult {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  /** bytes of the files that the query's tables have */
  scannedBytes: number;
}

export interface FileResult extends QueryResult {
  /** rows in the file; `rows` holds the first of them */
  rowCount: number;
}

/** DuckDB takes no more memory than this; a larger query fails as Athena's do that exhaust their resources. */
const MEMORY = "1GB";
const THREADS = "2";
/** bytes of CSV that are written at once */
const WRITE_BYTES = 1024 * 1024;

/** SQL of Athena over the tables of a catalog, run by DuckDB. Nothing is read but the tables' files, nothing written but a result's. */
export class Athena {
  private readonly open = new Set<DuckDBInstance>();

  /** @throws AthenaError */
  async query(sql: string, options: QueryOptions): Promise<QueryResult> {
    const { columns, rows, scannedBytes } = await this.run(sql, options, () => undefined);
    return { columns, rows, scannedBytes };
  }

  /** Writes the result as CSV; however many rows there are, a part of them is in memory. @throws AthenaError, or the file system's error */
  async queryToCsv(sql: string, options: QueryOptions, file: string): Promise<FileResult> {
    const temporary = `${file}.${randomUUID()}`;
    const fd = fs.openSync(temporary, "w");
    try {
      let text = "";
      const write = (least: number): void => {
        if (text.length < least) return;
        fs.writeSync(fd, text);
        text = "";
      };
      const result = await this.run(sql, options, (values) => {
        text += csvLine(values);
        write(WRITE_BYTES);
      });
      write(1);
      fs.closeSync(fd);
      fs.renameSync(temporary, file);
      return result;
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** Ends what is still running. */
  close(): void {
    for (const instance of this.open) instance.closeSync();
    this.open.clear();
  }

  /** @param each gets the header, then every row */
  private async run(sql: string, options: QueryOptions, each: (values: unknown[]) => void): Promise<FileResult> {
    const translation = await translate(sql);
    const tables = resolve(translation, options);
    const files = new Map(tables.map((table) => [table, table.files()]));
    const scannedBytes = [...files.values()].flat().reduce((sum, { bytes }) => sum + bytes, 0);
    const { bytesScannedCutoff: cutoff, maxRows = Infinity, now = Date.now() } = options;
    if (cutoff !== undefined && scannedBytes > cutoff)
      throw new AthenaError(
        "EXCEEDED_SCAN_LIMIT",
        `Query cancelled! Bytes scanned limit was exceeded: its tables have ${scannedBytes} bytes, the workgroup allows ${cutoff}`,
      );
    const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
    const instance = await Instance.create(":memory:", {
      threads: THREADS,
      memory_limit: MEMORY,
      temp_directory: "",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    this.open.add(instance);
    try {
      const connection = await instance.connect();
      await prepare(connection, options.database, files, now);
      const stream = await connection.stream(translation.sql);
      return { ...(await read(stream, maxRows, each)), scannedBytes };
    } catch (error) {
      throw error instanceof AthenaError || !isDuckError(error) ? error : inAthenasWords(error, translation, options);
    } finally {
      if (this.open.delete(instance)) instance.closeSync();
    }
  }
}

/** The tables that a query reads. @throws AthenaError */
function resolve({ tables, pinned }: Translation, options: QueryOptions): CatalogTable[] {
  return tables.map(({ database, name, at }) => {
    const full = `${database ?? options.database.toLowerCase()}.${name}`;
    const table = options.tables.get(full);
    if (table === undefined)
      throw new AthenaError(
        "TABLE_NOT_FOUND",
        `${at}Table 'awsdatacatalog.${full}' does not exist; there are ${[...options.tables.keys()].join(", ") || "none"}`,
      );
    for (const { name: key } of table.partitionKeys)
      if (table.parameters[`projection.${key}.type`] === "injected" && !pinned(key))
        throw new AthenaError(
          "CONSTRAINT_VIOLATION",
          `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
        );
    return table;
  });
}

async function prepare(
  connection: DuckDBConnection,
  database: string,
  files: ReadonlyMap<CatalogTable, PartitionFile[]>,
  now: number,
): Promise<void> {
  const paths = [...files.values()].flat().map(({ path }) => literal(path));
  for (const statement of [
    "SET TimeZone = 'UTC'",
    "SET integer_division = true",
    ...macroStatements(now),
    `CREATE SCHEMA IF NOT EXISTS ${quoted(database || "main")}`,
    `SET allowed_paths = [${paths.join(", ")}]`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ])
    await connection.run(statement);
  for (const [table, own] of files) await createView(connection, table, own);
  await connection.run(`USE ${quoted(database || "main")}`);
}

async function read(
  stream: DuckDBResult,
  maxRows: number,
  each: (values: unknown[]) => void,
): Promise<{ columns: QueryResult["columns"]; rows: unknown[][]; rowCount: number }> {
  const names = stream.columnNames();
  const columns = stream.columnTypes().map((type, i) => ({ name: names[i]!, type: athenaType(String(type)) }));
  const rows: unknown[][] = [];
  let rowCount = 0;
  each(names);
  for (;;) {
    const chunk = await stream.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const values of chunk.getRows()) {
      const row = values.map(plain);
      each(row);
      if (rowCount++ < maxRows) rows.push(row);
    }
  }
  return { columns, rows, rowCount };
}

function isDuckError(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z][A-Za-z ]* Error: /.test(error.message);
}

function inAthenasWords({ message }: Error, { placeOf }: Translation, { database }: QueryOptions): AthenaError {
  const [first = ""] = message.split("\n");
  const column =
    /Referenced (?:column|table) "(.+?)" not found/.exec(first) ?? /does not have a column named "(.+?)"/.exec(first);
  if (column !== null) {
    const candidates = /^Candidate (?:bindings|tables): (.*)$/m.exec(message)?.[1];
    const near = candidates === undefined ? "" : `; near it are ${candidates.replaceAll('"', "")}`;
    return new AthenaError("COLUMN_NOT_FOUND", `${placeOf(column[1]!)}Column '${column[1]}' cannot be resolved${near}`);
  }
  const table = /Table with name (\S+) does not exist/.exec(first);
  if (table !== null)
    return new AthenaError(
      "TABLE_NOT_FOUND",
      `${placeOf(table[1]!)}Table 'awsdatacatalog.${database}.${table[1]}' does not exist`,
    );
  const [, kind = "", text = ""] = /^([A-Za-z ]+) Error: (.*)$/.exec(first) ?? [];
  const codes: Record<string, string> = {
    Conversion: "INVALID_CAST_ARGUMENT",
    "Out of Memory": "EXCEEDED_MEMORY_LIMIT",
    "Out of Range": "NUMERIC_VALUE_OUT_OF_RANGE",
    Parser: "SYNTAX_ERROR",
    Binder: "TYPE_MISMATCH",
    "Invalid Input": "INVALID_FUNCTION_ARGUMENT",
  };
  return new AthenaError(codes[kind] ?? "GENERIC_USER_ERROR", text);
}
