/**
 * Functions of Trino that DuckDB has under the same meaning, by the text of their signature in etl/athena-sql/builtins/: for a scalar
 * `(args, context) => SQL`, for an aggregate `(args, write) => SQL`, where `write(name, args)` adds DISTINCT, ORDER BY, FILTER and OVER.
 * A test holds that every function without an implementation in JavaScript is here.
 */
import type { Expr } from "../../../etl/athena-sql/analyze/plan";
import type { BoundFunction } from "../../../etl/athena-sql/builtins";
import type { Emitter, WriteAggregate } from "../emit/emitter";
import { AGGREGATES } from "./aggregates";
import { COLLECTIONS } from "./collections";
import { LAMBDA_AGGREGATES, LAMBDAS } from "./lambdas";
import { OPERATORS } from "./operators";
import { SCALARS } from "./scalars";
import type { AggregateTemplate, ScalarTemplate } from "./template";

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

/** A call of a scalar that DuckDB has; undefined for one that is implemented in JavaScript. */
export function nativeScalar(
  emitter: Emitter,
  call: BoundFunction,
  args: readonly string[],
  exprs: readonly Expr[],
): string | undefined {
  return SCALAR_TEMPLATES.get(call.declaration.signature.text)?.(args, { emitter, call, exprs });
}

/** A call of an aggregate that DuckDB has; undefined for one that is implemented in JavaScript. */
export function nativeAggregate(
  emitter: Emitter,
  call: BoundFunction,
  args: readonly string[],
  write: WriteAggregate,
  exprs: readonly Expr[],
): string | undefined {
  return AGGREGATE_TEMPLATES.get(call.declaration.signature.text)?.(args, write, { emitter, call, exprs });
}

/** Whether DuckDB has the function of a signature. */
export function hasNative(signature: string): boolean {
  return SCALAR_TEMPLATES.has(signature) || AGGREGATE_TEMPLATES.has(signature);
}
