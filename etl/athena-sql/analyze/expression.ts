import type { Node, NodeOf } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { canCast } from "../types/cast";
import { commonType } from "../types/coerce";
import { resolveType } from "../types/resolve";
import { BOOLEAN, UNKNOWN, VARBINARY, array, formatType, isComparable, isOrderable, row } from "../types/type";
import { callExpression } from "./call";
import { checkCorrelation } from "./correlated";
import type { Context } from "./context";
import { bindCall, coerce, negate, toBoolean, toCommon } from "./convert";
import { caseExpression, current, extract, literalCast, timeAsTimestamp } from "./forms";
import { jsonExpression } from "./json";
import { intervalLiteral, numberLiteral, stringLiteral, typedLiteral } from "./literal";
import { dereference, identifier, pin, subscript } from "./names";
import { arithmetic, between, compare, like, queryComparison, unary, zoned } from "./operators";
import type { Expr } from "./plan";

/** Resolves the names of an expression and finds its type. @throws SqlError as Trino refuses it */
export function analyzeExpression(node: Node, context: Context): Expr {
  const analyze = (part: Node): Expr => analyzeExpression(part, context);
  const { at } = node;
  switch (node.kind) {
    case "null":
      return { kind: "literal", type: UNKNOWN, value: null };
    case "boolean":
      return { kind: "literal", type: BOOLEAN, value: node.value };
    case "number":
      return numberLiteral(node);
    case "string":
      return stringLiteral(node.value);
    case "binary":
      return { kind: "literal", type: VARBINARY, value: Buffer.from(node.value, "hex") };
    case "interval":
      return intervalLiteral(node);
    case "typed":
      return typedLiteral(node) ?? literalCast(node);
    case "parameter":
      return analyze(context.session.parameter(node.index, at));
    case "identifier":
      return identifier(node, context);
    case "dereference":
      return dereference(node, context);
    case "subscript":
      return subscript(node, analyze(node.base), analyze(node.index));
    case "row": {
      const items = node.items.map(analyze);
      return { kind: "row", type: row(items.map(({ type }) => ({ name: undefined, type }))), items };
    }
    case "array": {
      const items = toCommon(node.items, node.items.map(analyze), "All ARRAY elements");
      return { kind: "array", type: array(items[0]?.type ?? UNKNOWN), items };
    }
    case "lambda":
      throw new SqlError("TYPE_MISMATCH", "Lambda expression should always be used inside a function", at);
    case "subquery": {
      const query = context.query(node.query, context.scope);
      const types = query.output.map(({ type }) => type);
      const type = types.length === 1 ? types[0]! : row(query.output);
      context.session.planChecks.push(() => checkCorrelation("scalar", query, node.query.at));
      return { kind: "scalarQuery", type, query };
    }
    case "exists":
      return existsQuery(node, context);
    case "call":
      return callExpression(node, context);
    case "json":
      return jsonExpression(node, analyze);
    case "case":
      return caseExpression(node, analyze);
    case "cast": {
      const operand = analyze(node.operand);
      const type = resolveType(node.type);
      if (!canCast(operand.type, type))
        throw new SqlError("TYPE_MISMATCH", `Cannot cast ${formatType(operand.type)} to ${formatType(type)}`, at);
      return timeAsTimestamp(operand, type, context, at) ?? { kind: "cast", type, operand, safe: node.safe };
    }
    case "extract":
      return extract(node, analyze);
    case "current":
      return current(node, context);
    case "trim": {
      const name = { BOTH: "trim", LEADING: "ltrim", TRAILING: "rtrim" }[node.side];
      const args = [node.operand, ...(node.characters === undefined ? [] : [node.characters])].map(analyze);
      return bindCall(name, args, at);
    }
    case "normalize":
      return bindCall("normalize", [analyze(node.operand), stringLiteral(node.form)], at);
    case "grouping":
      return { kind: "grouping", type: { kind: "integer" }, items: node.items.map(analyze), at };
    case "not":
      return {
        kind: "not",
        type: BOOLEAN,
        operand: toBoolean(node.operand, analyze(node.operand), "Value of logical NOT expression"),
      };
    case "logical":
      return {
        kind: "logical",
        type: BOOLEAN,
        operator: node.operator,
        terms: node.terms.map((term) => toBoolean(term, analyze(term), "Logical expression term")),
      };
    case "unary":
      if (node.operator === "-" && node.operand.kind === "number")
        return numberLiteral({ ...node.operand, text: `-${node.operand.text}` });
      return unary(node, analyze(node.operand));
    case "arithmetic":
      return arithmetic(node, analyze(node.left), analyze(node.right));
    case "concat":
      return bindCall("concat", [analyze(node.left), analyze(node.right)], at);
    case "atTimeZone":
      return bindCall("at_timezone", zoned([analyze(node.operand), analyze(node.zone)]), at);
    case "comparison":
      if (node.operator === "=") {
        pin(node.left, [node.right], context);
        pin(node.right, [node.left], context);
      }
      return compare(node.operator, analyze(node.left), analyze(node.right), at);
    case "distinctFrom": {
      const [left, right] = [analyze(node.left), analyze(node.right)];
      const type = commonType(left.type, right.type);
      if (type === undefined || !isComparable(type))
        throw new SqlError(
          "TYPE_MISMATCH",
          `Cannot check if ${formatType(left.type)} is distinct from ${formatType(right.type)}`,
          at,
        );
      const distinct: Expr = {
        kind: "distinctFrom",
        type: BOOLEAN,
        left: coerce(left, type),
        right: coerce(right, type),
      };
      return node.negated ? { kind: "not", type: BOOLEAN, operand: distinct } : distinct;
    }
    case "between":
      return between(node, analyze);
    case "in": {
      const values = toCommon(
        [node.operand, ...node.items],
        [node.operand, ...node.items].map(analyze),
        "IN value and list items",
      );
      const [operand, ...items] = values as [Expr, ...Expr[]];
      pin(node.operand, node.items, context);
      return negate(node.negated, { kind: "in", type: BOOLEAN, operand, items });
    }
    case "inQuery": {
      const operand = analyze(node.operand);
      const query = context.query(node.query, context.scope);
      const compareAs = queryComparison(operand, query, at);
      context.session.planChecks.push(() => checkCorrelation("in", query, at));
      return negate(node.negated, {
        kind: "inQuery",
        type: BOOLEAN,
        operand: coerce(operand, compareAs),
        query,
        compareAs,
      });
    }
    case "quantified": {
      const operand = analyze(node.left);
      const query = context.query(node.query, context.scope);
      const compareAs = queryComparison(operand, query, at);
      const { operator, quantifier } = node;
      if (!["=", "<>"].includes(operator) && !isOrderable(compareAs))
        throw new SqlError(
          "TYPE_MISMATCH",
          `Type [${formatType(compareAs)}] must be orderable in order to be used in quantified comparison`,
          at,
        );
      const isIn = (operator === "=" && quantifier === "ANY") || (operator === "<>" && quantifier === "ALL");
      context.session.planChecks.push(() =>
        checkCorrelation(isIn ? "in" : "quantified", query, isIn ? at : node.query.at),
      );
      return {
        kind: "quantified",
        type: BOOLEAN,
        operator,
        quantifier,
        operand: coerce(operand, compareAs),
        query,
        compareAs,
      };
    }
    case "like":
      return like(node, analyze);
    case "isNull":
      return negate(node.negated, { kind: "isNull", type: BOOLEAN, operand: analyze(node.operand) });
  }
}

function existsQuery(node: NodeOf<"exists">, context: Context): Expr {
  const query = context.query(node.query, context.scope);
  context.session.planChecks.push(() => checkCorrelation("exists", query, node.at));
  return { kind: "exists", type: BOOLEAN, query };
}
