import type { Expr } from "../../../etl/athena-sql/analyze/plan";
import { implementationOf } from "../../../etl/athena-sql/builtins";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { makeCast } from "../../../etl/athena-sql/values/cast";
import type { Value } from "../../../etl/athena-sql/values/value";

/**
 * Calls and casts of constants as constants, so that DuckDB sees at once which partitions and row groups a condition leaves. One that fails
 * stays as it is: it may never be evaluated.
 */
export function fold(expr: Expr): Expr {
  switch (expr.kind) {
    case "cast": {
      const operand = fold(expr.operand);
      if (operand.kind !== "literal") return expr;
      const { type, safe } = expr;
      return evaluate(expr, () => (operand.value === null ? null : makeCast(operand.type, type)(operand.value)), safe);
    }
    case "call": {
      const { declaration } = expr.call;
      if (declaration.volatile === true || expr.args.some(({ kind }) => kind === "lambda")) return expr;
      const args: Value[] = [];
      for (const arg of expr.args) {
        const folded = fold(arg);
        if (folded.kind !== "literal") return expr;
        args.push(folded.value);
      }
      const run = implementationOf(expr.call);
      if (run === undefined) return expr;
      if (declaration.calledOnNull !== true && args.includes(null))
        return { kind: "literal", type: expr.type, value: null };
      return evaluate(expr, () => run(...args), false);
    }
    default:
      return expr;
  }
}

/** @param safe whether a failure is NULL */
function evaluate(expr: Expr, value: () => Value, safe: boolean): Expr {
  try {
    return { kind: "literal", type: expr.type, value: value() };
  } catch (error) {
    if (safe && error instanceof SqlError) return { kind: "literal", type: expr.type, value: null };
    return expr;
  }
}
