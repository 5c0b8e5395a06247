import type { Expr, QueryPlan } from "../../../etl/athena-sql/analyze/plan";
import { implementationOf, type BoundFunction, type Run } from "../../../etl/athena-sql/builtins";
import type { Type } from "../../../etl/athena-sql/types/type";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import type { Value } from "../../../etl/athena-sql/values/value";
import { udfName, type Udf } from "../duck/udf";
import { literalSql } from "./literal";

/** Writes a call of an aggregate of DuckDB's with DISTINCT, ORDER BY, FILTER and OVER where the statement has them. */
export type WriteAggregate = (name: string, args: readonly string[]) => string;

/** Parts of the emitter that call each other, and the functions that DuckDB has (local/athena/native/). */
export interface Writers {
  /** an expression in DuckDB's SQL */
  expression(emitter: Emitter, expr: Expr): string;
  /** a query in DuckDB's SQL, its columns `c0`, `c1`, ... */
  query(emitter: Emitter, query: QueryPlan): string;
  /** a call of a scalar; undefined for one that is implemented in JavaScript */
  scalar(emitter: Emitter, call: BoundFunction, args: readonly string[], exprs: readonly Expr[]): string | undefined;
  /** a call of an aggregate; undefined for one that is implemented in JavaScript */
  aggregate(
    emitter: Emitter,
    call: BoundFunction,
    args: readonly string[],
    write: WriteAggregate,
    exprs: readonly Expr[],
  ): string | undefined;
}

/** What one statement needs of DuckDB beside its SQL. */
export class Emitter {
  /** functions in JavaScript that the SQL calls, by name */
  readonly udfs = new Map<string, Udf>();

  /** how deep in TRY(...) */
  private trying = 0;

  constructor(readonly writers: Writers) {}

  /** The operand of TRY: where a function fails in it, it gives NULL. */
  attempt(operand: Expr): string {
    this.trying++;
    try {
      return this.expr(operand);
    } finally {
      this.trying--;
    }
  }

  /** An expression in DuckDB's SQL. */
  expr(expr: Expr): string {
    return this.writers.expression(this, expr);
  }

  /** A query in DuckDB's SQL. */
  query(query: QueryPlan): string {
    return this.writers.query(this, query);
  }

  /** The SQL of a call of a function in JavaScript. */
  udf(
    name: string,
    args: readonly Type[],
    result: Type,
    run: () => Run,
    sql: readonly string[],
    options: { calledOnNull?: boolean; volatile?: boolean } = {},
  ): string {
    const safe = this.trying > 0;
    const full = udfName(safe ? `try ${name}` : name, args, result);
    if (!this.udfs.has(full))
      this.udfs.set(full, {
        name: full,
        args,
        result,
        run: safe ? nullOnFailure(run()) : run(),
        calledOnNull: options.calledOnNull === true,
        // DuckDB takes it that a function of ours never fails, and calls it with values that no row has, such as all of a dictionary. Of one
        // that is volatile it does not, but TRY takes none of those.
        volatile: options.volatile === true || !safe,
      });
    return `"${full.replaceAll('"', '""')}"(${sql.join(", ")})`;
  }

  /** The SQL of a call of a function that has its implementation with its signature. */
  call(call: BoundFunction, sql: readonly string[]): string {
    const { declaration, name, args, result } = call;
    const run = implementationOf(call);
    if (run === undefined) throw new Error(`no implementation of ${declaration.signature.text}`);
    if (args.length === 0 && declaration.volatile !== true) return literalSql(result, run());
    return this.udf(name, args, result, () => run, sql, declaration);
  }
}

function nullOnFailure(run: Run): Run {
  return (...args: Value[]) => {
    try {
      return run(...args);
    } catch (error) {
      if (error instanceof SqlError) return null;
      throw error;
    }
  };
}
