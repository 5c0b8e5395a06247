import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "./catalog";
import { literal, quoted } from "./duck/text";
import { register, type Udf } from "./duck/udf";
import type { FileSchemas } from "./file-types";
import { createView, sourceOf, type Source } from "./views";

/** DuckDB takes no more memory than this, and puts aside on disk what it can; a query that cannot fails as Athena's do that exhaust their resources. */
const MEMORY = "1GB";
/** One thread: functions in JavaScript run on one anyway, and errors in them at the same time on several end DuckDB 1.5.5. */
const THREADS = "1";

/** What a query sees: one database as the default, tables with the files they have now. */
export interface Scope {
  database: string;
  files: ReadonlyMap<CatalogTable, readonly PartitionFile[]>;
}

/**
 * A DuckDB in memory that knows the tables of a scope, may read their buckets and nothing else, and cannot be set otherwise. To open one
 * costs as much as many queries, so the next scope takes over what this one has: only tables whose files have changed are looked at.
 */
export class Workspace {
  private byName = false;
  private readonly functions = new Set<string>();

  private constructor(
    readonly connection: DuckDBConnection,
    private readonly instance: DuckDBInstance,
    private scope: Scope,
    private readonly sources: Map<string, Source>,
    /** folders that may be read */
    private readonly readable: readonly string[],
    /** where files may be written on their way to a bucket */
    readonly folder: string,
    private readonly schemas: FileSchemas,
  ) {}

  static async open(scope: Scope, schemas: FileSchemas): Promise<Workspace> {
    const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-"));
    const instance = await Instance.create(":memory:", {
      threads: THREADS,
      memory_limit: MEMORY,
      temp_directory: path.join(folder, "spill"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    try {
      const connection = await instance.connect();
      const readable = [folder, ...new Set([...scope.files.values()].flatMap((files) => bucketFolders(files)))];
      const database = quoted(scope.database || "main");
      await connection.run(
        [
          "SET TimeZone = 'UTC'",
          "SET ieee_floating_point_ops = true",
          // How far a query is, without a bar of DuckDB's own.
          "SET enable_progress_bar = true",
          "SET enable_progress_bar_print = false",
          `CREATE SCHEMA IF NOT EXISTS ${database}`,
          `USE ${database}`,
          `SET allowed_directories = [${readable.map((one) => literal(one + path.sep)).join(", ")}]`,
          "SET enable_external_access = false",
          "SET lock_configuration = true",
        ].join(";\n"),
      );
      const workspace = new Workspace(connection, instance, scope, new Map(), readable, folder, schemas);
      for (const [table, files] of scope.files) await workspace.addTable(table, files);
      return workspace;
    } catch (error) {
      instance.closeSync();
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Makes a query see another scope.
   * @returns false if a new workspace is needed for it
   */
  async take(next: Scope): Promise<boolean> {
    const { scope, readable } = this;
    const folders = [...next.files.values()].flatMap((files) => bucketFolders(files));
    if (next.database !== scope.database || !folders.every((folder) => readable.includes(folder))) return false;
    for (const [table, files] of next.files) {
      const known = this.sources.get(keyOf(table));
      if (known?.table !== table || known.columns !== table.columns || !sameFiles(files, known.files))
        await this.addTable(table, files);
    }
    this.scope = next;
    return true;
  }

  /** Makes functions in JavaScript known. */
  async register(udfs: ReadonlyMap<string, Udf>): Promise<void> {
    const duck = await import("@duckdb/node-api");
    for (const [name, udf] of udfs) {
      if (this.functions.has(name)) continue;
      register(this.connection, udf, duck);
      this.functions.add(name);
    }
  }

  /** From now on every column is looked for in every file. @returns false if that is so already */
  async lookByName(): Promise<boolean> {
    if (this.byName) return false;
    this.byName = true;
    for (const source of this.sources.values()) await createView(this.connection, source, true, this.schemas);
    return true;
  }

  /** how much of the query that runs is done, 0 to 1; undefined while that is not known */
  get progress(): number | undefined {
    const { percentage } = this.connection.progress;
    return percentage >= 0 ? percentage / 100 : undefined;
  }

  close(): void {
    this.instance.closeSync();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async addTable(table: CatalogTable, files: readonly PartitionFile[]): Promise<void> {
    const source = await sourceOf(this.connection, table, files, this.folder);
    await createView(this.connection, source, this.byName, this.schemas);
    this.sources.set(keyOf(table), source);
  }
}

function keyOf({ database, name }: CatalogTable): string {
  return `${database}.${name}`;
}

function sameFiles(some: readonly PartitionFile[], others: readonly PartitionFile[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ path: file, bytes }, i) => file === others[i]!.path && bytes === others[i]!.bytes)
  );
}

/** The folders of the buckets that files lie in: as far above a file as its key has parts. */
function bucketFolders(files: readonly PartitionFile[]): string[] {
  const found = new Map<string, string>();
  for (const { bucket, key, path: file } of files)
    if (!found.has(bucket)) found.set(bucket, path.resolve(file, ...key.split("/").map(() => "..")));
  return [...found.values()];
}
