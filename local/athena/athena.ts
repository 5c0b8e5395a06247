import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
import type { Node, Query, Statement } from "../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../etl/athena-sql/syntax/error";
import { parse } from "../../etl/athena-sql/parser";
import { formatType } from "../../etl/athena-sql/types/type";
import type { CatalogTable, PartitionFile } from "./catalog";
import { compileQuery, type CompiledQuery } from "./compile";
import { csvLine, header } from "./csv";
import { inTrinosWords } from "./duck/errors";
import { AthenaError, QueryCancelled } from "./error";
import { explainStatement } from "./explain";
import type { FileSchemas } from "./file-types";
import { NO_READS, readingOf, type QueryReading, type Reads } from "./scan";
import { describeStatement, showStatement, type MetadataScope } from "./metadata";
import type { QuerySession, StatementResult } from "./session";
import { reader } from "./duck/storage";
import { checkInjected, sqlCatalog } from "./tables";
import { presenter } from "./values";
import { Workspace, type Scope } from "./workspace";
import { createTableAs, createView, insertInto, unload, type Source, type WriteScope } from "./write";

/** What a query runs with. */
export interface QueryOptions {
  /** the database of tables that are named without one */
  database: string;
  /** the catalog's databases; without them those that tables are in, and the one above */
  databases?: readonly string[];
  /** by `database.table`, lower case */
  tables: ReadonlyMap<string, CatalogTable>;
  /** rows of the result that are kept; all of them if it is not given */
  maxRows?: number;
  /** bytes that the query may scan; the files of the partitions that it reads count in full */
  bytesScannedCutoff?: number;
  /** the local clock, ms since 1970-01-01 UTC; default the machine's */
  now?: number;
  /** whether injected partition keys may stay unnamed, which Athena refuses: for a look at everything that is there */
  everyPartition?: boolean;
  /** what statements beside queries need; without it only those that read are executed */
  session?: QuerySession;
  /** values for the question marks of the statement, or of the prepared one that it executes */
  parameters?: readonly Node[];
  /** cancels the query: what has been written of its result is removed */
  signal?: AbortSignal;
  /** called when the query's turn has come */
  onStart?(): void;
  /** called before anything of a table is read, with the files of the partitions that the query reads; what it throws fails the query */
  onTable?(table: CatalogTable, files: readonly PartitionFile[]): void;
}

/** Columns and rows of a result, and what was read for it. */
export interface QueryResult extends Reads {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

/** A result that was written to a file. */
export interface FileResult extends QueryResult {
  /** rows in the file; `rows` holds the first of them */
  rowCount: number;
}

/** A query as DuckDB executes it, and the connection that knows its tables. */
export interface DuckQuery extends Pick<CompiledQuery, "sql" | "columns"> {
  connection: DuckDBConnection;
}

/** Gets the columns, then every row; a query that has to be read anew begins again. */
interface Sink {
  begin(columns: QueryResult["columns"]): void;
  row(values: readonly unknown[]): void;
}

/** bytes of CSV that are written at once */
const WRITE_BYTES = 1024 * 1024;
/** ms between two attempts to interrupt a query that is cancelled */
const INTERRUPTION_MS = 20;

/** SQL of Athena over the tables of a catalog, run by DuckDB. Nothing is read but the tables' files, nothing written but a result's. */
export class Athena {
  private workspace: Workspace | undefined;
  private readonly schemas: FileSchemas = new Map();
  private queue: Promise<unknown> = Promise.resolve();

  /** @throws AthenaError */
  async query(sql: string, options: QueryOptions): Promise<QueryResult> {
    return this.run(sql, options, undefined);
  }

  /**
   * What a query reads, found as for running it, without reading it. Of a statement that writes it is what its query reads.
   * @throws AthenaError
   */
  explain(sql: string, options: QueryOptions): QueryReading {
    try {
      const { statement, parameters } = executed(sql, options);
      const query = queryOf(statement);
      if (query === undefined) throw new SqlError("NOT_SUPPORTED", `${nameOf(statement)} reads no table`);
      return this.plan(this.compile(query, parameters, options), options);
    } catch (error) {
      throw error instanceof SqlError ? new AthenaError(error.code, error.message) : error;
    }
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

  /**
   * Gives a query, as DuckDB executes it, to `work`, in its turn: what `work` keeps in DuckDB's memory is there until this is closed, or asked
   * for tables of other buckets.
   * @throws AthenaError, QueryCancelled, and what `work` throws that is no fault of the query
   */
  inDuck<T>(sql: string, options: QueryOptions, work: (query: DuckQuery) => Promise<T>): Promise<T> {
    const result = this.queue.then(() =>
      this.interruptible(options.signal, async () => {
        const { statement, parameters } = executed(sql, options);
        if (statement.kind !== "query") throw new SqlError("NOT_SUPPORTED", `${nameOf(statement)} has no rows to keep`);
        const query = this.compile(statement.query, parameters, options);
        const { workspace } = await this.open(query, options);
        const attempt = (): Promise<T> => work({ ...query, connection: workspace.connection });
        return await attempt().catch(async (error: unknown) => {
          if (!lacksColumns(error) || !(await workspace.lookByName())) throw this.failure(error);
          return await attempt().catch((again: unknown) => Promise.reject(this.failure(again) as Error));
        });
      }),
    );
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** how much of the query that runs is done, 0 to 1; undefined while that is not known */
  get progress(): number | undefined {
    return this.workspace?.progress;
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

  private runNow(sql: string, options: QueryOptions, sink: Sink | undefined): Promise<FileResult> {
    return this.interruptible(options.signal, async () => {
      options.onStart?.();
      const { statement, parameters } = executed(sql, options);
      if (statement.kind === "query") return await this.runQuery(statement.query, parameters, options, sink);
      return show(await this.runStatement(statement, parameters, options), sink);
    });
  }

  /** Does work of DuckDB, which a signal ends. @throws AthenaError, QueryCancelled */
  private async interruptible<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    checkSignal(signal);
    // An interruption that comes between two of a query's statements is lost, so it is repeated until the query has ended.
    let interruptions: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.workspace?.connection.interrupt();
      interruptions = setTimeout(interrupt, INTERRUPTION_MS);
    };
    signal?.addEventListener("abort", interrupt);
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted === true) {
        // Tables that were being looked at may be half known.
        this.close();
        throw new QueryCancelled();
      }
      throw error instanceof SqlError ? new AthenaError(error.code, error.message) : error;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      clearTimeout(interruptions);
    }
  }

  /** @throws SqlError, AthenaError */
  private async runStatement(
    statement: Exclude<Statement, { kind: "query" }>,
    parameters: readonly Node[],
    options: QueryOptions,
  ): Promise<StatementResult & { reads?: Reads }> {
    const { session } = options;
    const scope = scopeOf(options);
    switch (statement.kind) {
      case "show":
        return showStatement(statement, scope);
      case "describe":
        return describeStatement(statement, scope);
      case "explain": {
        const { statement: inner } = statement;
        if (inner.kind !== "query") throw notExecuted(`EXPLAIN ${nameOf(inner)}`);
        return explainStatement(statement, this.compile(inner.query, parameters, options));
      }
      case "prepare":
        sessionOf(session, "PREPARE").prepared.set(statement.name.name.toLowerCase(), statement.text);
        return NOTHING;
      case "deallocate":
        if (!sessionOf(session, "DEALLOCATE").prepared.delete(statement.name.name.toLowerCase()))
          throw unprepared(statement.name.name);
        return NOTHING;
      case "createView": {
        const write = { ...scope, session: sessionOf(session, "CREATE VIEW") };
        createView(statement, this.compile(statement.query, parameters, options), write);
        return NOTHING;
      }
      case "createTableAs":
        return this.write(statement.query, parameters, options, (source, write) =>
          createTableAs(statement, source, write),
        );
      case "insert":
        return this.write(statement.query, parameters, options, (source, write) =>
          insertInto(statement, source, write),
        );
      case "unload":
        return this.write(statement.query, parameters, options, (source, write) => unload(statement, source, write));
      default:
        throw notExecuted(nameOf(statement));
    }
  }

  /** Runs a query whose rows go into files. */
  private async write(
    query: Query,
    parameters: readonly Node[],
    options: QueryOptions,
    put: (source: Source, scope: WriteScope) => Promise<number>,
  ): Promise<StatementResult & { reads: Reads }> {
    const session = sessionOf(options.session, "a statement that writes");
    const { reads, ...source } = await this.open(this.compile(query, parameters, options), options);
    const attempt = (): Promise<number> => put(source, { ...scopeOf(options), session });
    try {
      const rows = await attempt().catch(async (error: unknown) => {
        if (!lacksColumns(error) || !(await source.workspace.lookByName())) throw error;
        return await attempt();
      });
      return { columns: [{ name: "rows", type: "bigint" }], rows: [[BigInt(rows)]], reads };
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** @throws SqlError as Trino refuses the query */
  private compile(query: Query, parameters: readonly Node[], options: QueryOptions): CompiledQuery {
    return compileQuery(query, { catalog: sqlCatalog(scopeOf(options)), now: options.now ?? Date.now(), parameters });
  }

  /** The workspace that a query runs in. @throws AthenaError */
  private async open(query: CompiledQuery, options: QueryOptions): Promise<Source & { reads: Reads }> {
    const { database, bytesScannedCutoff: cutoff } = options;
    const { tables, ...reads } = this.plan(query, options);
    const { scannedBytes } = reads;
    const files = new Map<CatalogTable, PartitionFile[]>();
    // Tables that no part of the query comes to have to be there all the same.
    for (const use of query.tables) files.set(options.tables.get(`${use.database}.${use.name}`)!, []);
    for (const { table, files: own } of tables) files.set(table, together(files.get(table)!, own));
    for (const [table, own] of files) options.onTable?.(table, own);
    if (cutoff !== undefined && scannedBytes > cutoff)
      throw new AthenaError(
        "EXCEEDED_SCAN_LIMIT",
        `Bytes scanned limit was exceeded: the files that the query reads have ${scannedBytes} bytes, the workgroup allows ${cutoff}`,
      );
    const workspace = await this.workspaceFor({ database, files }).catch((error: unknown) => {
      if (!isDuckError(error)) throw error;
      throw new AthenaError("HIVE_METASTORE_ERROR", `a table of the query cannot be read: ${error.message}`);
    });
    await workspace.register(query.udfs);
    return { query, workspace, reads };
  }

  /** @throws AthenaError */
  private plan(query: CompiledQuery, options: QueryOptions): QueryReading {
    if (options.everyPartition !== true)
      for (const use of query.tables) checkInjected(options.tables.get(`${use.database}.${use.name}`)!, use);
    return readingOf(query.plan, options.tables);
  }

  private async runQuery(
    query: Query,
    parameters: readonly Node[],
    options: QueryOptions,
    sink: Sink | undefined,
  ): Promise<FileResult> {
    const compiled = this.compile(query, parameters, options);
    const { workspace, reads } = await this.open(compiled, options);
    const { maxRows = Infinity } = options;
    const attempt = async (): Promise<FileResult> => ({
      ...(await read(await workspace.connection.stream(compiled.sql), compiled, maxRows, sink, options.signal)),
      ...reads,
    });
    try {
      return await attempt();
    } catch (error) {
      if (!lacksColumns(error) || !(await workspace.lookByName())) throw this.failure(error);
      return await attempt().catch((again: unknown) => Promise.reject(this.failure(again) as Error));
    }
  }

  /** What ended a query, in Trino's words where it is the query's fault. After a fault of DuckDB's own it is opened anew. */
  private failure(error: unknown): unknown {
    const known = inTrinosWords(error);
    if (error instanceof Error && /^(?:INTERNAL|FATAL) Error/.test(error.message)) this.close();
    return known === undefined ? error : new AthenaError(known.code, known.message);
  }

  /** What the query before left open serves this one too, if nothing changed: thousands of files are not looked at again. */
  private async workspaceFor(scope: Scope): Promise<Workspace> {
    if ((await this.workspace?.take(scope)) !== true) {
      this.close();
      this.workspace = await Workspace.open(scope, this.schemas);
    }
    return this.workspace!;
  }
}

/** Files of several mentions of a table, each once, in the order of the first. */
function together(some: readonly PartitionFile[], others: readonly PartitionFile[]): PartitionFile[] {
  if (some.length === 0) return [...others];
  const id = ({ path, partition }: PartitionFile): string => JSON.stringify([path, partition]);
  return [...new Map([...some, ...others].map((file) => [id(file), file])).values()];
}

/** The query in a statement. */
function queryOf(statement: Statement): Query | undefined {
  if (statement.kind === "explain") return queryOf(statement.statement);
  return "query" in statement ? statement.query : undefined;
}

/** A file was written before the table had one of its columns. */
function lacksColumns(error: unknown): boolean {
  return isDuckError(error) && /schema mismatch|could not be found in file/i.test(error.message);
}

function scopeOf({ tables, database, databases, session }: QueryOptions): MetadataScope {
  return { tables, database, session, ...(databases !== undefined && { databases }) };
}

/** The statement to execute: of EXECUTE the one that was prepared, with its parameters. @throws SqlError */
function executed(
  sql: string,
  { session, parameters: given = [] }: QueryOptions,
): { statement: Statement; parameters: readonly Node[] } {
  const statement = parse(sql);
  if (statement.kind !== "execute") return { statement, parameters: given };
  const { name, parameters } = statement;
  const text = sessionOf(session, "EXECUTE").prepared.get(name.name.toLowerCase());
  if (text === undefined) throw unprepared(name.name);
  return { statement: parse(text), parameters: parameters.length > 0 ? parameters : given };
}

/** @throws QueryCancelled */
function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new QueryCancelled();
}

const unprepared = (name: string): SqlError =>
  new SqlError("NOT_FOUND", `PreparedStatement ${name} was not found in workGroup`);

/** What to write instead where a query only reads. */
const READING: Readonly<Record<string, string>> & { other: string } = {
  PREPARE: "Run the query itself, with values in place of ?",
  EXECUTE: "Run the query itself, with values in place of ?",
  DEALLOCATE: "No statement is prepared",
  "CREATE VIEW": "Write the view's query in front: WITH name AS (SELECT ...) SELECT ... FROM name",
  other: "Run its SELECT alone to see the rows",
};

/** @throws SqlError where nobody's permissions and buckets are at hand */
function sessionOf(session: QuerySession | undefined, what: string): QuerySession {
  if (session === undefined)
    throw new SqlError(
      "NOT_SUPPORTED",
      `${what} is not executed here, where a query only reads. ${READING[what] ?? READING.other}`,
    );
  return session;
}

const NAMES: Partial<Record<Statement["kind"], string>> = {
  createTableAs: "CREATE TABLE AS",
  createView: "CREATE VIEW",
};

function nameOf(statement: Statement): string {
  return statement.kind === "other" ? statement.name : (NAMES[statement.kind] ?? statement.kind.toUpperCase());
}

function notExecuted(name: string): SqlError {
  return new SqlError(
    "NOT_SUPPORTED",
    `${name} is not executed by the local cloud: tables and databases are what the program of the stack declares. docs/athena-sql.md lists the statements`,
  );
}

const NOTHING: StatementResult = { columns: [], rows: [] };

function show(
  { columns, rows, reads = NO_READS }: StatementResult & { reads?: Reads },
  sink: Sink | undefined,
): FileResult {
  sink?.begin(columns);
  for (const row of rows) sink?.row(row);
  return { columns, rows, ...reads, rowCount: rows.length };
}

async function read(
  stream: DuckDBResult,
  { columns: typed }: CompiledQuery,
  maxRows: number,
  sink: Sink | undefined,
  signal: AbortSignal | undefined,
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
    checkSignal(signal);
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
