import type { Identifier } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import type { Type } from "../types/type";
import type { ColumnExpr, Expr, LambdaParameter } from "./plan";

/** A column that a name may mean. */
export interface ScopeField {
  readonly name: string | undefined;
  /** the relation's names, the alias or catalog, database and table; lower case */
  readonly qualifier: readonly string[];
  readonly type: Type;
  readonly expr: Expr;
  /** of the catalog's table, for messages and checks */
  readonly column?: { readonly database: string; readonly table: string; readonly name: string };
}

/** Where names are looked up: the fields of a FROM, then those of the queries around it. */
export class Scope {
  constructor(
    readonly fields: readonly ScopeField[],
    readonly parent?: Scope,
    /** names of a lambda's parameters, which come before fields */
    readonly variables: readonly LambdaParameter[] = [],
    /** looked at before the parent, and belongs to the same query (ORDER BY sees what is selected, then the source) */
    readonly behind?: Scope,
  ) {}

  withVariables(variables: readonly LambdaParameter[]): Scope {
    return new Scope(this.fields, this.parent, [...variables, ...this.variables], this.behind);
  }

  variable(name: string): LambdaParameter | undefined {
    return this.variables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }

  /** @throws SqlError if the name means several columns */
  find(path: readonly Identifier[], at: Position): ScopeField | undefined {
    const names = path.map(({ name }) => name.toLowerCase());
    const column = names[names.length - 1]!;
    const qualifier = names.slice(0, -1);
    const found = this.fields.filter(
      (field) => field.name?.toLowerCase() === column && endsWith(field.qualifier, qualifier),
    );
    if (found.length > 1)
      throw new SqlError(
        "AMBIGUOUS_NAME",
        `Column '${path
          .map(({ name }) => name)
          .join(".")
          .toLowerCase()}' is ambiguous`,
        at,
      );
    return found[0] ?? this.behind?.find(path, at) ?? this.parent?.find(path, at);
  }

  /** All fields of the relation `name.*`, from the nearest query that has it. */
  fieldsOf(qualifier: readonly string[]): ScopeField[] | undefined {
    const found = this.fields.filter((field) => endsWith(field.qualifier, qualifier));
    return found.length > 0 ? found : this.parent?.fieldsOf(qualifier);
  }

  /** Names near one that was not found are looked for among these. */
  names(): string[] {
    const own = this.fields.flatMap(({ name }) => (name === undefined ? [] : [name]));
    return [...own, ...(this.behind?.names() ?? []), ...(this.parent?.names() ?? [])];
  }
}

function endsWith(names: readonly string[], suffix: readonly string[]): boolean {
  return suffix.length <= names.length && suffix.every((name, i) => names[names.length - suffix.length + i] === name);
}

/** A column of a relation, as an expression. */
export function column(relation: number, index: number, type: Type, text: string, at: Position): ColumnExpr {
  return { kind: "column", relation, index, type, text, at };
}
