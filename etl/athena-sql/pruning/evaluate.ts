/**
 * Expressions over columns of which some are not known: what can be said of the result is said, and the rest is left open. That is how Trino
 * decides which partitions a condition leaves (io.trino.sql.planner.LayoutConstraintEvaluator).
 */
import type { ColumnExpr, Expr, ExprOf } from "../analyze/plan";
import { implementationOf } from "../builtins";
import { SqlError } from "../syntax/error";
import type { Comparison } from "../syntax/ast";
import type { Type } from "../types/type";
import { makeCast } from "../values/cast";
import { compareOf, equalOf, identityOf } from "../values/compare";
import type { Value } from "../values/value";
import { likePattern } from "./like";
import { wholeArithmetic } from "./whole-arithmetic";

/** A value that is not known yet. */
export const OPEN = Symbol("open");
export type Answer = Value | typeof OPEN;

/** Evaluates an expression; `known` has the values by the places that whoever resolves columns gives them. */
export type Evaluate = (known: readonly Answer[]) => Answer;
/** The value of a column; undefined leaves it open. */
export type Resolve = (column: ColumnExpr, compile: (expr: Expr) => Evaluate) => Evaluate | undefined;

const open: Evaluate = () => OPEN;

/** An expression as a function of what is known. What fails, and what only a query can say, stays open. */
export function compilePartial(expr: Expr, resolve: Resolve): Evaluate {
  return onFailure(compiled(expr, resolve), OPEN);
}

function onFailure(evaluate: Evaluate, result: Answer): Evaluate {
  return (known) => {
    try {
      return evaluate(known);
    } catch (error) {
      if (error instanceof SqlError) return result;
      throw error;
    }
  };
}

function compiled(expr: Expr, resolve: Resolve): Evaluate {
  const compile = (part: Expr): Evaluate => compiled(part, resolve);
  const strict = (parts: readonly Expr[], run: (...values: never[]) => Value, onNull = false): Evaluate =>
    strictly(parts.map(compile), run, onNull);
  switch (expr.kind) {
    case "literal":
      return () => expr.value;
    case "column":
      return resolve(expr, compile) ?? open;
    case "call":
      return call(expr, strict);
    case "cast":
      return castOf(expr, compile);
    case "compare":
      return strict([expr.left, expr.right], comparison(expr.operator, expr.left.type));
    case "distinctFrom": {
      const identity = identityOf(expr.left.type);
      return strict([expr.left, expr.right], (a: Value, b: Value) => identity(a) !== identity(b), true);
    }
    case "logical":
      return logical(expr.operator, expr.terms.map(compile));
    case "not":
      return strict([expr.operand], (value: boolean) => !value);
    case "isNull":
      return strict([expr.operand], (value: Value) => value === null, true);
    case "in":
      return among(expr, compile);
    case "like":
      return strict(
        [expr.operand, expr.pattern, ...(expr.escape === undefined ? [] : [expr.escape])],
        (text: string, pattern: string, escape?: string) => likePattern(pattern, escape).test(text),
      );
    case "case":
      return chosen(expr, compile);
    case "coalesce":
      return firstOf(expr.items.map(compile));
    case "nullif": {
      const equal = compile({ ...expr, kind: "compare", operator: "=" });
      const value = compile(expr.value);
      return (known) => {
        const same = equal(known);
        return same === OPEN ? OPEN : same === true ? null : value(known);
      };
    }
    case "row":
    case "array":
      return strict(expr.items, (...items: Value[]) => items, true);
    case "try":
      return onFailure(compile(expr.operand), null);
    case "field":
      return strict([expr.operand], (row: Value[]) => row[expr.index]!);
    default:
      return open;
  }
}

/** @param onNull whether the function is called with NULL; it gives NULL otherwise */
function strictly(parts: readonly Evaluate[], run: (...values: never[]) => Value, onNull: boolean): Evaluate {
  return (known) => {
    const values: Value[] = [];
    let isNull = false;
    for (const part of parts) {
      const value = part(known);
      if (value === OPEN) return OPEN;
      isNull ||= value === null;
      values.push(value);
    }
    return isNull && !onNull ? null : run(...(values as never[]));
  };
}

function call(
  { call: bound, args }: ExprOf<"call">,
  strict: (parts: readonly Expr[], run: (...values: never[]) => Value, onNull?: boolean) => Evaluate,
): Evaluate {
  const { declaration } = bound;
  if (declaration.volatile === true || args.some(({ kind }) => kind === "lambda")) return open;
  const run = implementationOf(bound) ?? wholeArithmetic(bound);
  return run === undefined ? open : strict(args, run, declaration.calledOnNull === true);
}

function castOf({ operand, type, safe }: ExprOf<"cast">, compile: (expr: Expr) => Evaluate): Evaluate {
  const value = compile(operand);
  const convert = makeCast(operand.type, type);
  const run = (value: Value): Value => {
    try {
      return convert(value);
    } catch (error) {
      // An operand that fails does so within TRY_CAST, too.
      if (safe && error instanceof SqlError) return null;
      throw error;
    }
  };
  return (known) => {
    const from = value(known);
    return from === OPEN || from === null ? from : run(from);
  };
}

/** NaN equals nothing and is beside all others. */
function comparison(operator: Comparison, type: Type): (a: never, b: never) => boolean | null {
  if (operator === "=") return equalOf(type);
  if (operator === "<>") {
    const equal = equalOf(type);
    return (a, b) => {
      const same = equal(a, b);
      return same === null ? null : !same;
    };
  }
  const compare = compareOf(type);
  const test = (a: never, b: never): boolean => {
    const order = compare(a, b);
    return operator.startsWith("<")
      ? order < 0 || (operator === "<=" && order === 0)
      : order > 0 || (operator === ">=" && order === 0);
  };
  return (a, b) => !Number.isNaN(a) && !Number.isNaN(b) && test(a, b);
}

/** AND and OR are decided by one term that decides them, whatever the others are. */
function logical(operator: "AND" | "OR", terms: readonly Evaluate[]): Evaluate {
  const decisive = operator === "OR";
  return (known) => {
    let result: Answer = !decisive;
    let failure: SqlError | undefined;
    for (const term of terms)
      try {
        const value = term(known);
        if (value === decisive) return decisive;
        if (value === OPEN || (value === null && result !== OPEN)) result = value;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        failure ??= error;
      }
    if (failure !== undefined) throw failure;
    return result;
  };
}

function among({ operand, items }: ExprOf<"in">, compile: (expr: Expr) => Evaluate): Evaluate {
  const equal = comparison("=", operand.type) as (a: Value, b: Value) => boolean | null;
  const value = compile(operand);
  const others = items.map(compile);
  return (known) => {
    const own = value(known);
    if (own === OPEN || own === null) return own;
    let result: Answer = false;
    for (const other of others) {
      const item = other(known);
      const same = item === OPEN ? OPEN : item === null ? null : equal(own, item);
      if (same === true) return true;
      if (same === OPEN || (same === null && result !== OPEN)) result = same;
    }
    return result;
  };
}

function chosen({ whens, otherwise }: ExprOf<"case">, compile: (expr: Expr) => Evaluate): Evaluate {
  const cases = whens.map(({ when, then }) => [compile(when), compile(then)] as const);
  const rest = compile(otherwise);
  return (known) => {
    for (const [when, then] of cases) {
      const met = when(known);
      if (met === OPEN) return OPEN;
      if (met === true) return then(known);
    }
    return rest(known);
  };
}

function firstOf(items: readonly Evaluate[]): Evaluate {
  return (known) => {
    for (const item of items) {
      const value = item(known);
      if (value !== null) return value;
    }
    return null;
  };
}
