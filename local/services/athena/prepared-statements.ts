import * as path from "node:path";
import type { QuerySession } from "../../athena";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";

/** A prepared statement of a workgroup. */
export interface PreparedStatement {
  name: string;
  workgroup: string;
  sql: string;
  description?: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  modified: number;
}

/** The prepared statements of all workgroups; they outlive a restart. */
export class PreparedStatements {
  private readonly file: string;
  private readonly statements: Map<string, PreparedStatement>;

  /** @throws DataFileError */
  constructor(
    folder: string,
    private readonly now: () => number,
  ) {
    this.file = path.join(folder, "prepared-statements.json");
    const kept = readDataFile(this.file, isStatements) ?? [];
    this.statements = new Map(kept.map((one) => [keyOf(one.workgroup, one.name), one]));
  }

  get(workgroup: string, name: string): PreparedStatement | undefined {
    return this.statements.get(keyOf(workgroup, name));
  }

  /** in the order of their names */
  of(workgroup: string): PreparedStatement[] {
    const own = [...this.statements.values()].filter((one) => one.workgroup === workgroup);
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  set(statement: Omit<PreparedStatement, "modified">): void {
    this.statements.set(keyOf(statement.workgroup, statement.name), { ...statement, modified: this.now() });
    this.save();
  }

  /** @returns whether there was one */
  delete(workgroup: string, name: string): boolean {
    const known = this.statements.delete(keyOf(workgroup, name));
    if (known) this.save();
    return known;
  }

  /** As statements of SQL see those of a workgroup. */
  session(workgroup: string): QuerySession["prepared"] {
    return {
      get: (name) => this.get(workgroup, name)?.sql,
      set: (name, sql) => this.set({ name, workgroup, sql }),
      delete: (name) => this.delete(workgroup, name),
    };
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify([...this.statements.values()])}\n`);
  }
}

/** SQL names one without regard to case. */
const keyOf = (workgroup: string, name: string): string => `${workgroup}\n${name.toLowerCase()}`;

function isStatements(value: unknown): value is PreparedStatement[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isObject(one) &&
        ["name", "workgroup", "sql"].every((name) => typeof one[name] === "string") &&
        typeof one.modified === "number",
    )
  );
}
