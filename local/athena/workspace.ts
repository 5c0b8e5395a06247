import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { CatalogTable, PartitionFile } from "../services/glue";
import { macroStatements } from "./functions";
import { literal, quoted } from "./types";
import { createView, sourceOf, type Source } from "./views";

/** DuckDB takes no more memory than this; a larger query fails as Athena's do that exhaust their resources. */
const MEMORY = "1GB";
const THREADS = "2";

/** What a query sees: one database as the default, tables with the files they have now, a time. */
export interface Scope {
  database: string;
  files: ReadonlyMap<CatalogTable, readonly PartitionFile[]>;
  /** ms since 1970-01-01 UTC */
  now: number;
}

/** A DuckDB in memory that knows the tables of a scope, may read their files and nothing else, and cannot be set otherwise. */
export class Workspace {
  private byName = false;

  private constructor(
    readonly connection: DuckDBConnection,
    private readonly instance: DuckDBInstance,
    private readonly scope: Scope,
    private readonly sources: readonly Source[],
    private readonly folder: string,
  ) {}

  static async open(scope: Scope): Promise<Workspace> {
    const { DuckDBInstance: Instance } = await import("@duckdb/node-api");
    const instance = await Instance.create(":memory:", {
      threads: THREADS,
      memory_limit: MEMORY,
      temp_directory: "",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-"));
    try {
      const connection = await instance.connect();
      const sources: Source[] = [];
      for (const [table, files] of scope.files) sources.push(await sourceOf(connection, table, files, folder));
      const folders = [folder, ...sources.map(({ files }) => commonFolder(files)).filter(Boolean)];
      const database = quoted(scope.database || "main");
      for (const statement of [
        "SET TimeZone = 'UTC'",
        "SET integer_division = true",
        ...macroStatements(scope.now),
        `CREATE SCHEMA IF NOT EXISTS ${database}`,
        `USE ${database}`,
        `SET allowed_directories = [${folders.map(literal).join(", ")}]`,
        "SET enable_external_access = false",
        "SET lock_configuration = true",
      ])
        await connection.run(statement);
      for (const source of sources) await createView(connection, source, false);
      return new Workspace(connection, instance, scope, sources, folder);
    } catch (error) {
      instance.closeSync();
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Whether a query with this scope would see the same. */
  serves({ database, files, now }: Scope): boolean {
    const { scope } = this;
    return (
      database === scope.database &&
      now === scope.now &&
      files.size === scope.files.size &&
      [...files].every(([table, own]) => sameFiles(own, scope.files.get(table)))
    );
  }

  /** From now on every column is looked for in every file. @returns false if that is so already */
  async lookByName(): Promise<boolean> {
    if (this.byName) return false;
    this.byName = true;
    for (const source of this.sources) await createView(this.connection, source, true);
    return true;
  }

  close(): void {
    this.instance.closeSync();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function sameFiles(some: readonly PartitionFile[], others: readonly PartitionFile[] | undefined): boolean {
  return (
    some.length === others?.length &&
    some.every(({ path: file, bytes }, i) => file === others[i]!.path && bytes === others[i]!.bytes)
  );
}

/** The folder that all files are in; "" for none. */
function commonFolder(files: readonly PartitionFile[]): string {
  const [first = "", ...others] = files.map((file) => path.dirname(file.path) + path.sep);
  let folder = first;
  for (const other of others) while (!other.startsWith(folder)) folder = path.dirname(folder) + path.sep;
  return folder;
}
