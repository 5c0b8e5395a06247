import type { Node } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import type { Type } from "../types/type";
import type { QueryPlan } from "./plan";

/** A column of a table of the catalog. */
export interface TableColumn {
  readonly name: string;
  readonly type: Type;
  readonly partitionKey: boolean;
}

/** A table or view of the catalog. */
export interface TableSchema {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** the query of a view */
  readonly view?: string;
  /** the database in which a view's names are looked up; its own unless it says otherwise */
  readonly viewDatabase?: string;
}

/** What a statement may name. Names are lower case. */
export interface SqlCatalog {
  /** the database of tables that are named without one */
  readonly database: string;
  table(database: string, name: string): TableSchema | undefined;
  hasDatabase(database: string): boolean;
  /** `database.table` of every table, for messages */
  tableNames(): readonly string[];
}

/** A table that a statement reads. */
export interface TableUse {
  readonly database: string;
  readonly name: string;
  readonly at: Position;
  /** columns, lower case, that are compared by = or IN with constants */
  readonly pinned: Set<string>;
}

/** What a statement is analyzed with. */
export interface AnalyzeOptions {
  readonly catalog: SqlCatalog;
  /** ms since 1970-01-01 UTC, what the statement takes for now */
  readonly now: number;
  /** values of `?`, in order */
  readonly parameters?: readonly Node[];
}

/** What is known while one statement is analyzed. */
export class Session {
  readonly tables: TableUse[] = [];
  /** what Trino finds when it plans the statement, after every name and type is found */
  readonly planChecks: (() => void)[] = [];
  private last = 0;

  constructor(readonly options: AnalyzeOptions) {}

  get catalog(): SqlCatalog {
    return this.options.catalog;
  }

  /** A number that no other relation, named query or lambda parameter of the statement has. */
  nextId(): number {
    return ++this.last;
  }

  /** The value of a `?`. @throws SqlError if it was not given */
  parameter(index: number, at: Position): Node {
    const given = this.options.parameters ?? [];
    const node = given[index];
    if (node === undefined)
      throw new SqlError(
        "INVALID_PARAMETER_USAGE",
        `Incorrect number of parameters: expected ${index + 1} but found ${given.length}`,
        at,
      );
    return node;
  }

  use(database: string, name: string, at: Position): TableUse {
    const known = this.tables.find((one) => one.database === database && one.name === name);
    if (known !== undefined) return known;
    const use: TableUse = { database, name, at, pinned: new Set() };
    this.tables.push(use);
    return use;
  }
}

/** A query of WITH, as those behind it see it. */
export interface Named {
  readonly name: string;
  readonly id: number;
  readonly output: QueryPlan["output"];
}
