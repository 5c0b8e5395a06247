import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import type { DuckDBResult } from "@duckdb/node-api";
import type { Query } from "../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import { parse } from "../../etl/athena-sql/parser";
import { formatType } from "../../etl/athena-sql/types/type";
import type { CatalogTable, PartitionFile } from "./catalog";
import { compileQuery, type CompiledQuery } from "./compile";
import { csvLine, header } from "./csv";
import { inTrinosWords } from "./duck/errors";
import { AthenaError } from "./error";
import { reader } from "./duck/storage";
import { checkInjected, sqlCatalog } from "./tables";
import { presenter } from "./values";
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

/** Gets the columns, then every row; a query that has to be read anew begins again. */
interface Sink {
  begin(columns: QueryResult["columns"]): void;
  row(values: readonly unknown[]): void;
}

/** bytes of CSV that are written at once */
const WRITE_BYTES = 1024 * 1024;

/** SQL of Athena over the tables of a catalog, run by DuckDB. Nothing is read but the tables' files, nothing written but a result's. */
export class Athena {
  private workspace: Workspace | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /** @throws AthenaError */
  async query(sql: string, options: QueryOptions): Promise<QueryResult> {
    const { columns, rows, scannedBytes } = await this.run(sql, options, undefined);
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
      let line: (values: readonly unknown[]) => string;
      const result = await this.run(sql, options, {
        begin: (columns) => {
          fs.ftruncateSync(fd);
          position = 0;
          text = header(columns);
          line = csvLine(columns.map(({ type }) => type));
        },
        row: (values) => {
          text += line(values);
          write(WRITE_BYTES);
        },
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

  /** Gives DuckDB's memory back. */
  close(): void {
    this.workspace?.close();
    this.workspace = undefined;
  }

  /** One query after the other. */
  private run(sql: string, options: QueryOptions, sink: Sink | undefined): Promise<FileResult> {
    const result = this.queue.then(() => this.runNow(sql, options, sink));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async runNow(sql: string, options: QueryOptions, sink: Sink | undefined): Promise<FileResult> {
    const { database, bytesScannedCutoff: cutoff, maxRows = Infinity, now = Date.now() } = options;
    const compiled = inAthenasWords(() =>
      compileQuery(queryOf(sql), { catalog: sqlCatalog(options.tables, database), now }),
    );
    const files = new Map<CatalogTable, PartitionFile[]>();
    for (const use of compiled.tables) {
      const table = options.tables.get(`${use.database}.${use.name}`)!;
      if (options.everyPartition !== true) checkInjected(table, use);
      files.set(table, table.files());
    }
    for (const [table, own] of files) options.onTable?.(table, own);
    const scannedBytes = [...files.values()].flat().reduce((sum, { bytes }) => sum + bytes, 0);
    if (cutoff !== undefined && scannedBytes > cutoff)
      throw new AthenaError(
        "EXCEEDED_SCAN_LIMIT",
        `Query cancelled! Bytes scanned limit was exceeded: its tables have ${scannedBytes} bytes, the workgroup allows ${cutoff}`,
      );
    const workspace = await this.workspaceFor({ database, files }).catch((error: unknown) => {
      if (!isDuckError(error)) throw error;
      throw new AthenaError("HIVE_METASTORE_ERROR", `a table of the query cannot be read: ${error.message}`);
    });
    await workspace.register(compiled.udfs);
    const attempt = async (): Promise<FileResult> => ({
      ...(await read(await workspace.connection.stream(compiled.sql), compiled, maxRows, sink)),
      scannedBytes,
    });
    try {
      return await attempt();
    } catch (error) {
      if (!lacksColumns(error) || !(await workspace.lookByName())) throw failure(error);
      return await attempt().catch((again: unknown) => Promise.reject(failure(again) as Error));
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

/** A file was written before the table had one of its columns. */
function lacksColumns(error: unknown): boolean {
  return isDuckError(error) && /schema mismatch|could not be found in file/i.test(error.message);
}

/** @throws SqlError for a statement that is no query */
function queryOf(sql: string): Query {
  const statement = parse(sql);
  if (statement.kind === "query") return statement.query;
  const name = statement.kind === "other" ? statement.name : statement.kind;
  throw new SqlError(
    "NOT_SUPPORTED",
    `${name} is not executed by the local cloud, which runs queries: SELECT, WITH, VALUES. npm run query -- --tables lists the tables`,
  );
}

/** @throws AthenaError for what Trino refuses */
function inAthenasWords<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof SqlError) throw new AthenaError(error.code, error.message);
    throw error;
  }
}

async function read(
  stream: DuckDBResult,
  { columns: typed }: CompiledQuery,
  maxRows: number,
  sink: Sink | undefined,
): Promise<{ columns: QueryResult["columns"]; rows: unknown[][]; rowCount: number }> {
  const columns = typed.map(({ name, type }) => ({ name, type: formatType(type) }));
  const present = typed.map(({ type }) => {
    const [read, show] = [reader(type), presenter(type)];
    return (value: unknown) => show(read(value));
  });
  const rows: unknown[][] = [];
  let rowCount = 0;
  sink?.begin(columns);
  for (;;) {
    const chunk = await stream.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const values of chunk.getRows()) {
      const row = values.map((value, i) => present[i]!(value));
      sink?.row(row);
      if (rowCount++ < maxRows) rows.push(row);
    }
  }
  return { columns, rows, rowCount };
}

function isDuckError(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z][A-Za-z ]* Error: /.test(error.message);
}

/** What ended a query, in Trino's words where it is the query's fault. */
function failure(error: unknown): unknown {
  const known = inTrinosWords(error);
  return known === undefined ? error : new AthenaError(known.code, known.message);
}
