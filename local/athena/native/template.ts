import type { Expr } from "../../../etl/athena-sql/analyze/plan";
import type { BoundFunction } from "../../../etl/athena-sql/builtins";
import type { Emitter, WriteAggregate } from "../emit/emitter";

/** What a template gets beside its arguments. */
export interface NativeContext {
  readonly emitter: Emitter;
  readonly call: BoundFunction;
  /** the arguments, for templates that look whether one is a constant */
  readonly exprs: readonly Expr[];
}

/** A scalar in DuckDB's SQL, of its arguments in SQL; undefined for arguments for which only the implementation in JavaScript is right. */
export type ScalarTemplate = (args: readonly string[], context: NativeContext) => string | undefined;
/** An aggregate in DuckDB's SQL, of its arguments in SQL. */
export type AggregateTemplate = (args: readonly string[], write: WriteAggregate, context: NativeContext) => string;
