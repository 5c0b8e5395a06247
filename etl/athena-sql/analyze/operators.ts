import { choose, type Argument } from "../builtins/bind";
import type { Node, NodeOf } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { commonType } from "../types/coerce";
import {
  BOOLEAN,
  VARCHAR,
  formatType,
  isComparable,
  isOrderable,
  isWhole,
  row,
  timestampTz,
  type Type,
} from "../types/type";
import { coerce, finishCall, negate } from "./convert";
import type { Expr, QueryPlan } from "./plan";

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "$add",
  "-": "$subtract",
  "*": "$multiply",
  "/": "$divide",
  "%": "$modulus",
};

/** `+ - * / %`. @throws SqlError for operands that the operator does not take */
export function arithmetic({ operator, at }: NodeOf<"arithmetic">, left: Expr, right: Expr): Expr {
  const args: Argument[] = [left, right];
  const call = choose(OPERATORS[operator]!, args, at);
  if (call === undefined)
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${formatType(left.type)} ${operator} ${formatType(right.type)}`,
      at,
    );
  return finishCall(call, [left, right], at);
}

/** `+` and `-` in front of an expression. @throws SqlError */
export function unary({ operator, at }: NodeOf<"unary">, operand: Expr): Expr {
  const plain = isWhole(operand.type) || ["real", "double", "unknown"].includes(operand.type.kind);
  const call = operator === "+" && !plain ? undefined : choose(operator === "-" ? "$negate" : "$plus", [operand], at);
  if (call === undefined)
    throw new SqlError(
      "TYPE_MISMATCH",
      operator === "-"
        ? `Cannot negate ${formatType(operand.type)}`
        : `Unary '+' operator cannot by applied to ${formatType(operand.type)} type`,
      at,
    );
  return finishCall(call, [operand], at);
}

/** `= <> < <= > >=`. @throws SqlError for types that are not compared */
export function compare(operator: NodeOf<"comparison">["operator"], left: Expr, right: Expr, at: Position): Expr {
  const type = commonType(left.type, right.type);
  const equality = operator === "=" || operator === "<>";
  if (type === undefined || !(equality ? isComparable(type) : isOrderable(type)))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${formatType(left.type)} ${operator} ${formatType(right.type)}${hint(left.type, right.type)}`,
      at,
    );
  return compareTyped(operator, left, right, type);
}

/** The commonest mistake is a text in place of a date. */
function hint(left: Type, right: Type): string {
  const text = [left, right].find(({ kind }) => kind === "varchar");
  const other = [left, right].find(({ kind }) => kind === "date" || kind === "timestamp");
  return text === undefined || other === undefined ? "" : `; write ${other.kind} '...'`;
}

/** A comparison of operands as a type that both are converted to. */
export function compareTyped(operator: NodeOf<"comparison">["operator"], left: Expr, right: Expr, type: Type): Expr {
  return { kind: "compare", type: BOOLEAN, operator, left: coerce(left, type), right: coerce(right, type) };
}

/** BETWEEN. @throws SqlError for types that are not compared */
export function between(node: NodeOf<"between">, analyze: (part: Node) => Expr): Expr {
  const [operand, low, high] = [analyze(node.operand), analyze(node.low), analyze(node.high)];
  const lower = commonType(operand.type, low.type);
  const type = lower && commonType(lower, high.type);
  if (type === undefined || !isOrderable(type))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot check if ${formatType(operand.type)} is BETWEEN ${formatType(low.type)} and ${formatType(high.type)}`,
      node.at,
    );
  const terms = [compareTyped(">=", operand, low, type), compareTyped("<=", operand, high, type)];
  return negate(node.negated, { kind: "logical", type: BOOLEAN, operator: "AND", terms });
}

/** The type that an operand and the only column of a query are compared as. */
export function queryComparison(operand: Expr, query: QueryPlan, at: Position): Type {
  const single = query.output.length === 1 && operand.type.kind !== "row";
  const type = single ? query.output[0]!.type : row(query.output);
  // A row beside a query of rows is compared with what the query's only column is.
  const common =
    commonType(operand.type, type) ??
    (query.output.length === 1 ? commonType(operand.type, query.output[0]!.type) : undefined);
  const wrapped = (one: Type): string =>
    one.kind === "row" && !single ? formatType(one) : formatType(row([{ name: undefined, type: one }]));
  if (common === undefined || !isComparable(common))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type: ${wrapped(operand.type)} vs ${wrapped(type)}`,
      at,
    );
  return common;
}

/** LIKE with its ESCAPE. @throws SqlError for anything but texts */
export function like(node: NodeOf<"like">, analyze: (part: Node) => Expr): Expr {
  const operand = analyze(node.operand);
  if (!["varchar", "char", "unknown"].includes(operand.type.kind))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Left side of LIKE expression must evaluate to a varchar (actual: ${formatType(operand.type)})`,
      node.operand.at,
    );
  const text = (part: Node, what: string): Expr => {
    const value = analyze(part);
    if (value.type.kind !== "varchar" && value.type.kind !== "unknown")
      throw new SqlError(
        "TYPE_MISMATCH",
        `${what} for LIKE expression must evaluate to a varchar (actual: ${formatType(value.type)})`,
        part.at,
      );
    return coerce(value, VARCHAR);
  };
  const pattern = text(node.pattern, "Pattern");
  const escape = node.escape && text(node.escape, "Escape");
  return negate(node.negated, {
    kind: "like",
    type: BOOLEAN,
    operand: operand.type.kind === "char" ? operand : coerce(operand, VARCHAR),
    pattern,
    escape,
  });
}

/** AT TIME ZONE of a timestamp without zone reads it as one of the session's zone, UTC. */
export function zoned([value, zone]: Expr[]): Expr[] {
  const { type } = value!;
  return type.kind === "timestamp" ? [coerce(value!, timestampTz(type.precision)), zone!] : [value!, zone!];
}
