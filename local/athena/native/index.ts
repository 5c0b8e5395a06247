/**
 * Functions of Trino that DuckDB has under the same meaning, by the text of their signature in etl/athena-sql/builtins/: for a scalar
 * `(args, context) => SQL`, for an aggregate `(args, write) => SQL`, where `write(name, args)` adds DISTINCT, ORDER BY, FILTER and OVER.
 * A test holds that every function without an implementation in JavaScript is here.
 */
import type { Expr } from "../../../etl/athena-sql/analyze/plan";
import type { BoundFunction } from "../../../etl/athena-sql/builtins";
import type { WriteAggregate } from "../emit/aggregate";
import type { Emitter } from "../emit/emitter";
import { AGGREGATES } from "./aggregates";
import { COLLECTIONS } from "./collections";
import { LAMBDA_AGGREGATES, LAMBDAS } from "./lambdas";
import { OPERATORS } from "./operators";
import { SCALARS } from "./scalars";

export interface NativeContext {
  readonly emitter: Emitter;
  readonly call: BoundFunction;
  /** the arguments, for templates that look whether one is a constant */
  readonly exprs: readonly Expr[];
}

export type ScalarTemplate = (args: readonly string[], context: NativeContext) => string;
export type AggregateTemplate = (args: readonly string[], write: WriteAggregate, context: NativeContext) => string;

const SCALAR_TEMPLATES: ReadonlyMap<string, ScalarTemplate> = new Map([
  ...Object.entries(OPERATORS),
  ...Object.entries(SCALARS),
  ...Object.entries(LAMBDAS),
]);
const AGGREGATE_TEMPLATES: ReadonlyMap<string, AggregateTemplate> = new Map([
  ...Object.entries(AGGREGATES),
  ...Object.entries(LAMBDA_AGGREGATES),
  ...Object.entries(COLLECTIONS),
]);

export function nativeScalar(
  emitter: Emitter,
  call: BoundFunction,
  args: readonly string[],
  exprs: readonly Expr[],
): string | undefined {
  return SCALAR_TEMPLATES.get(call.declaration.signature.text)?.(args, { emitter, call, exprs });
}

export function nativeAggregate(
  emitter: Emitter,
  call: BoundFunction,
  args: readonly string[],
  write: WriteAggregate,
  exprs: readonly Expr[],
): string | undefined {
  return AGGREGATE_TEMPLATES.get(call.declaration.signature.text)?.(args, write, { emitter, call, exprs });
}

export function hasNative(signature: string): boolean {
  return SCALAR_TEMPLATES.has(signature) || AGGREGATE_TEMPLATES.has(signature);
}
