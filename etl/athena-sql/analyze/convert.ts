import type { BoundFunction } from "../builtins";
import { bindFunction } from "../builtins/bind";
import type { Node } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { canCoerce, commonType } from "../types/coerce";
import { BOOLEAN, UNKNOWN, formatType, sameType, type Type } from "../types/type";
import type { Expr } from "./plan";

/** Converts an expression to a type that Trino converts it to without a cast. */
export function coerce(expr: Expr, type: Type): Expr {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "literal" && expr.value === null) return { ...expr, type };
  return { kind: "cast", type, operand: expr, safe: false };
}

/** A call of a scalar function whose arguments are analyzed already. */
export function bindCall(name: string, args: readonly Expr[], at: Position): Expr {
  return finishCall(bindFunction(name, args, at), args, at);
}

/** A call of a chosen function, its arguments converted. */
export function finishCall(call: BoundFunction, args: readonly Expr[], at: Position): Expr {
  return { kind: "call", type: call.result, call, args: args.map((arg, i) => coerce(arg, call.args[i]!)), at };
}

/** A condition. @throws SqlError for anything but a boolean */
export function toBoolean(node: Node, expr: Expr, what: string): Expr {
  if (!canCoerce(expr.type, BOOLEAN))
    throw new SqlError(
      "TYPE_MISMATCH",
      `${what} must evaluate to a boolean (actual: ${formatType(expr.type)})`,
      node.at,
    );
  return coerce(expr, BOOLEAN);
}

/** @throws SqlError at the first expression that has no type in common with those before it */
export function toCommon(nodes: readonly { at: Position }[], exprs: readonly Expr[], what: string): Expr[] {
  let type: Type = UNKNOWN;
  for (const [i, expr] of exprs.entries()) {
    const common = commonType(type, expr.type);
    if (common === undefined) {
      const all = [...new Set(exprs.map((one) => formatType(one.type)))].join(", ");
      throw new SqlError(
        "TYPE_MISMATCH",
        `${what} must be the same type or coercible to a common type. Cannot find common type between ${formatType(type)} and ${formatType(expr.type)}, all types (without duplicates): [${all}]`,
        nodes[i]!.at,
      );
    }
    type = common;
  }
  return exprs.map((expr) => coerce(expr, type));
}

/** NOT of an expression, where the statement says so. */
export const negate = (negated: boolean, operand: Expr): Expr =>
  negated ? { kind: "not", type: BOOLEAN, operand } : operand;
