import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import type { DuckDBResult } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "./catalog";
import { csvLine } from "./csv";
import { AthenaError } from "./error";
import { translate, type Translation } from "./translate";
import { athenaType, isReadableType, literal } from "./types";
import { plain } from "./values";
import { Workspace, type Scope } from "./workspace";

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
  /** whether injected partition keys may stay unnamed, which Athena refuses: for a look at everything that is there */
  everyPartition?: boolean;
  /** called before anything of a table is read; what it throws fails the query */
  onTable?(table: CatalogTable, files: readonly PartitionFile[]): void;
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

/** bytes of CSV that are written at once */
const WRITE_BYTES = 1024 * 1024;

/** SQL of Athena over the tables of a catalog, run by DuckDB. Nothing is read but the tables' files, nothing written but a result's. */
export class Athena {
  private workspace: Workspace | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /** @throws AthenaError */
  async query(sql: string, options: QueryOptions): Promise<QueryResult> {
    const nothing = (): void => undefined;
    const { columns, rows, scannedBytes } = await this.run(sql, options, nothing, nothing);
    return { columns, rows, scannedBytes };
  }

  /** Writes the result as CSV; however many rows there are, a part of them is in memory. @throws AthenaError, or the file system's error */
  async queryToCsv(sql: string, options: QueryOptions, file: string): Promise<FileResult> {
    const temporary = `${file}.${randomUUID()}`;
    const fd = fs.openSync(temporary, "w");
    try {
      let text = "";
      let position = 0;
      const write = (least: number): void => {
        if (text.length < least) return;
        position += fs.writeSync(fd, text, position);
        text = "";
      };
      const result = await this.run(
        sql,
        options,
        (values) => {
          text += csvLine(values);
          write(WRITE_BYTES);
        },
        () => {
          text = "";
          fs.ftruncateSync(fd);
          position = 0;
        },
      );
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

  /** Gives DuckDB's memory back. */
  close(): void {
    this.workspace?.close();
    this.workspace = undefined;
  }

  /** One query after the other. @param each gets the header, then every row; after `restart` it gets them from the beginning again */
  private run(
    sql: string,
    options: QueryOptions,
    each: (values: unknown[]) => void,
    restart: () => void,
  ): Promise<FileResult> {
    const result = this.queue.then(() => this.runNow(sql, options, each, restart));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async runNow(
    sql: string,
    options: QueryOptions,
    each: (values: unknown[]) => void,
    restart: () => void,
  ): Promise<FileResult> {
    const translation = await translate(sql);
    const tables = resolve(translation, options);
    for (const table of tables) checkTypes(table);
    checkComparisons(translation, tables);
    const files = new Map(tables.map((table) => [table, table.files()]));
    for (const [table, own] of files) options.onTable?.(table, own);
    const scannedBytes = [...files.values()].flat().reduce((sum, { bytes }) => sum + bytes, 0);
    const { database, bytesScannedCutoff: cutoff, maxRows = Infinity, now = Date.now() } = options;
    if (cutoff !== undefined && scannedBytes > cutoff)
      throw new AthenaError(
        "EXCEEDED_SCAN_LIMIT",
        `Query cancelled! Bytes scanned limit was exceeded: its tables have ${scannedBytes} bytes, the workgroup allows ${cutoff}`,
      );
    const workspace = await this.workspaceFor({ database, files, now }).catch((error: unknown) => {
      if (!isDuckError(error)) throw error;
      throw new AthenaError("HIVE_METASTORE_ERROR", `a table of the query cannot be read: ${error.message}`);
    });
    const attempt = async (): Promise<FileResult> => ({
      ...(await read(await workspace.connection.stream(translation.sql), translation, maxRows, each)),
      scannedBytes,
    });
    const inWords = (error: unknown): unknown =>
      isDuckError(error) ? inAthenasWords(error, translation, options) : error;
    try {
      return await attempt();
    } catch (error) {
      if (!lacksColumns(error) || !(await workspace.lookByName())) throw inWords(error);
      restart();
      return await attempt().catch((again: unknown) => Promise.reject(inWords(again) as Error));
    }
  }

  /** What the query before left open serves this one too, if nothing changed: thousands of files are not looked at again. */
  private async workspaceFor(scope: Scope): Promise<Workspace> {
    if ((await this.workspace?.take(scope)) !== true) {
      this.close();
      this.workspace = await Workspace.open(scope);
    }
    return this.workspace!;
  }
}

/**
 * A column's type is optional in Glue and any text is taken for one; a query fails over the first that is none, as Trino's does
 * (https://github.com/trinodb/trino, GlueConverter).
 * @throws AthenaError
 */
function checkTypes({ database, name: table, columns, partitionKeys }: CatalogTable): void {
  for (const { name, type } of [...columns, ...partitionKeys]) {
    if (type === "")
      throw new AthenaError(
        "HIVE_INVALID_METADATA",
        `Glue table '${database}.${table}' column '${name}' has no data type`,
      );
    if (!isReadableType(type))
      throw new AthenaError(
        "HIVE_INVALID_METADATA",
        `Glue table '${database}.${table}' column '${name}' has the data type '${type}', which no query can read`,
      );
  }
}

/** A file was written before the table had one of its columns. */
function lacksColumns(error: unknown): boolean {
  return isDuckError(error) && /schema mismatch|could not be found in file/i.test(error.message);
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
    if (options.everyPartition === true) return table;
    for (const { name: key } of table.partitionKeys)
      if (table.parameters[`projection.${key}.type`] === "injected" && !pinned(key))
        throw new AthenaError(
          "CONSTRAINT_VIOLATION",
          `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.${exampleOf(table, key)}`,
        );
    return table;
  });
}

/** Trino compares no column of another type with a text; DuckDB would read the text as a value of the type. */
function checkComparisons({ comparedWithText }: Translation, tables: readonly CatalogTable[]): void {
  const types = new Map<string, string | undefined>();
  for (const { columns, partitionKeys } of tables)
    for (const { name, type } of [...columns, ...partitionKeys]) {
      const column = name.toLowerCase();
      const known = types.has(column) && types.get(column) !== type;
      types.set(column, known ? undefined : type);
    }
  for (const [column, type] of types) {
    if (type === undefined || !COMPARABLE.test(type)) continue;
    const compared = comparedWithText(column);
    if (compared === undefined) continue;
    const { at, operator, text, columnFirst } = compared;
    const sides = [TRINO[type] ?? type, `varchar(${[...text].length})`];
    const [left, right] = columnFirst ? sides : sides.reverse();
    const literal = type === "date" || type === "timestamp" ? `; write ${type} '...'` : "";
    throw new AthenaError("TYPE_MISMATCH", `${at}: Cannot apply operator: ${left} ${operator} ${right}${literal}`);
  }
}

const COMPARABLE = /^(tinyint|smallint|int|integer|bigint|float|double|decimal.*|boolean|date|timestamp)$/;
const TRINO: Readonly<Record<string, string>> = { int: "integer", float: "real", timestamp: "timestamp(3)" };

/** Athena says no more; here a value that is there can be told. */
function exampleOf(table: CatalogTable, key: string): string {
  const value = table.files()[0]?.partition[key];
  return value === undefined ? "" : ` Such as WHERE ${key} = ${literal(value)}`;
}

async function read(
  stream: DuckDBResult,
  { outputNames }: Translation,
  maxRows: number,
  each: (values: unknown[]) => void,
): Promise<{ columns: QueryResult["columns"]; rows: unknown[][]; rowCount: number }> {
  const names = outputNames(stream.columnNames());
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
