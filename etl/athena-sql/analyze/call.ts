import { keyOf } from "./walk";
import { stringLiteral } from "./literal";
import { nearest } from "../../../aws/text/nearest";
import { declarationsOf, functionNames, type BoundFunction } from "../builtins";
import { bindFunction, type Argument } from "../builtins/bind";
import { NOT_EXECUTED } from "../builtins/not-executed";
import type { Call, Node, NodeOf, SortItem, WindowSpec } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { commonType } from "../types/coerce";
import { BIGINT, formatType, isComparable, isNumeric, isOrderable, isWhole, type Type } from "../types/type";
import type { Context } from "./context";
import { coerce, toBoolean, toCommon } from "./convert";
import { formatNode } from "./format";
import type { Bound, Expr, Frame, LambdaParameter, Sort } from "./plan";

/** `f(...)`: a special form, a scalar function, an aggregate, or either of the last two behind OVER. */
export function callExpression(node: NodeOf<"call">, context: Context): Expr {
  const { call, at } = node;
  const name = call.name[call.name.length - 1]!.name.toLowerCase();
  const special = call.name.length === 1 ? specialForm(name, node, context) : undefined;
  if (special !== undefined) return special;
  const declarations = name.startsWith("$") || call.name.length > 1 ? [] : declarationsOf(name);
  const kind = declarations[0]?.kind;
  if (kind === undefined) throw unknownFunction(call.name.map((part) => part.name).join("."), at);
  const text = formatNode(node);
  if (kind === "scalar") {
    if (call.over !== undefined) throw new SqlError("FUNCTION_NOT_WINDOW", `Not a window function: ${name}`, at);
    if (call.distinct)
      throw new SqlError("FUNCTION_NOT_AGGREGATE", "DISTINCT is not supported for non-aggregation functions", at);
    if (call.filter !== undefined)
      throw new SqlError("FUNCTION_NOT_AGGREGATE", "Filter is only valid for aggregation functions", at);
    if (call.orderBy.length > 0)
      throw new SqlError("FUNCTION_NOT_AGGREGATE", "ORDER BY is only valid for aggregation functions", at);
    const { bound, args } = bindArguments(name, call, context, at);
    return { kind: "call", type: bound.result, call: bound, args, at };
  }
  if (kind === "window" && call.over === undefined)
    throw new SqlError("MISSING_OVER", `Window function ${name} requires an OVER clause`, at);
  if (call.nulls !== undefined && kind !== "window")
    throw new SqlError("SYNTAX_ERROR", `Cannot specify null treatment clause for ${name} function`, at);
  const { bound, args } = bindArguments(name, call, context, at);
  const filter = call.filter && toFilter(call.filter, context);
  const orderBy = sorts(call.orderBy, context);
  if (call.distinct)
    for (const arg of args)
      if (!isComparable(arg.type))
        throw new SqlError(
          "TYPE_MISMATCH",
          `DISTINCT can only be applied to comparable types (actual: ${formatType(arg.type)})`,
          at,
        );
  if (call.distinct && orderBy.length > 0) {
    // An argument may have been converted.
    const keys = new Set(args.flatMap((arg) => [keyOf(arg), ...(arg.kind === "cast" ? [keyOf(arg.operand)] : [])]));
    const other = orderBy.findIndex(({ key }) => !keys.has(keyOf(key)));
    if (other >= 0)
      throw new SqlError(
        "EXPRESSION_NOT_IN_DISTINCT",
        "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
        call.orderBy[other]!.at,
      );
  }
  if (call.over === undefined) {
    for (const part of [...call.args, ...(call.filter === undefined ? [] : [call.filter])]) checkNested(part, name);
    return {
      kind: "aggregate",
      type: bound.result,
      call: bound,
      args,
      distinct: call.distinct,
      orderBy,
      filter,
      at,
      text,
    };
  }
  if (call.orderBy.length > 0 && kind === "window")
    throw new SqlError("NOT_SUPPORTED", "Window function with ORDER BY is not supported", at);
  if (call.filter !== undefined)
    throw new SqlError("NOT_SUPPORTED", "FILTER is not yet supported for window functions", { line: 1, column: 1 });
  if (call.distinct)
    throw new SqlError("NOT_SUPPORTED", `DISTINCT in window function parameters not yet supported: ${text}`, {
      line: 1,
      column: 1,
    });
  const spec = resolveWindow(call.over, context);
  const windowOrder = sorts(spec.orderBy, context);
  return {
    kind: "window",
    type: bound.result,
    call: bound,
    args,
    distinct: call.distinct,
    filter,
    orderedBy: orderBy,
    ignoreNulls: call.nulls === "IGNORE",
    partitionBy: spec.partitionBy.map((part) => {
      const key = context.analyze(part, context);
      if (!isComparable(key.type))
        throw new SqlError(
          "TYPE_MISMATCH",
          `${formatType(key.type)} is not comparable, and therefore cannot be used in window function PARTITION BY`,
          part.at,
        );
      return key;
    }),
    orderBy: windowOrder,
    frame: frameOf(spec, windowOrder, context),
    at,
    text,
  };
}

function unknownFunction(name: string, at: Position): SqlError {
  if (NOT_EXECUTED.has(name.toLowerCase()))
    return new SqlError(
      "FUNCTION_NOT_FOUND",
      `Function '${name.toLowerCase()}' is not executed by the local cloud; docs/athena-sql.md lists the functions that are`,
      at,
    );
  const near = nearest(name.toLowerCase(), functionNames());
  return new SqlError(
    "FUNCTION_NOT_FOUND",
    `Function '${name.toLowerCase()}' not registered${near === undefined ? "" : `; near it is ${near}`}`,
    at,
  );
}

/** What looks like a function and is none: arguments that are not all evaluated. */
function specialForm(name: string, { call, at }: NodeOf<"call">, context: Context): Expr | undefined {
  const analyze = (part: Node): Expr => context.analyze(part, context);
  const { args } = call;
  switch (name) {
    case "if": {
      if (args.length !== 2 && args.length !== 3)
        throw new SqlError("SYNTAX_ERROR", "Invalid number of arguments for 'if' function", at);
      const when = toBoolean(args[0]!, analyze(args[0]!), "IF condition");
      const results = toCommon(args.slice(1), args.slice(1).map(analyze), "Result types for IF");
      const { type } = results[0]!;
      return {
        kind: "case",
        type,
        whens: [{ when, then: results[0]! }],
        otherwise: results[1] ?? { kind: "literal", type, value: null },
      };
    }
    case "nullif": {
      if (args.length !== 2)
        throw new SqlError("SYNTAX_ERROR", "Invalid number of arguments for 'nullif' function", at);
      const [value, other] = [analyze(args[0]!), analyze(args[1]!)];
      const type = commonType(value.type, other.type);
      if (type === undefined || !isComparable(type))
        throw new SqlError(
          "TYPE_MISMATCH",
          `Types are not comparable with NULLIF: ${formatType(value.type)} vs ${formatType(other.type)}`,
          at,
        );
      return { kind: "nullif", type: value.type, value, left: coerce(value, type), right: coerce(other, type) };
    }
    case "coalesce": {
      if (args.length < 2)
        throw new SqlError("SYNTAX_ERROR", "The 'coalesce' function must have at least two arguments", at);
      const items = toCommon(args, args.map(analyze), "All COALESCE operands");
      return { kind: "coalesce", type: items[0]!.type, items };
    }
    case "try": {
      if (args.length !== 1)
        throw new SqlError("SYNTAX_ERROR", "The 'try' function must have exactly one argument", at);
      const operand = analyze(args[0]!);
      return { kind: "try", type: operand.type, operand };
    }
    case "now":
      if (args.length > 0) return undefined;
      return context.analyze({ kind: "current", at, name: "CURRENT_TIMESTAMP", precision: undefined }, context);
    case "typeof": {
      if (args.length !== 1 || args[0]!.kind === "lambda") return undefined;
      const operand = analyze(args[0]!);
      return { ...stringLiteral(formatType(operand.type)), type: { kind: "varchar", length: 2147483647 } } as Expr;
    }
    default:
      return undefined;
  }
}

function bindArguments(
  name: string,
  call: Call,
  context: Context,
  at: Position,
): { bound: BoundFunction; args: Expr[] } {
  const analyzed = call.args.map((arg) =>
    arg.kind === "lambda" ? { lambda: arg } : { lambda: undefined, expr: context.analyze(arg, context) },
  );
  const offered = analyzed.map((arg): Argument =>
    arg.lambda === undefined
      ? arg.expr
      : {
          parameters: arg.lambda.parameters.length,
          resultOf: (types) => lambda(arg.lambda, types, context).body.type,
        },
  );
  const bound = bindFunction(name, offered, at);
  const args = analyzed.map((arg, i): Expr => {
    const type = bound.args[i]!;
    if (arg.lambda === undefined) return coerce(arg.expr, type);
    const { args: types, result } = type as Extract<Type, { kind: "function" }>;
    const { parameters, body } = lambda(arg.lambda, types, context);
    return { kind: "lambda", type, parameters, body: coerce(body, result) };
  });
  return { bound, args };
}

function lambda(
  node: NodeOf<"lambda">,
  types: readonly Type[],
  context: Context,
): { parameters: LambdaParameter[]; body: Expr } {
  checkLambda(node.body);
  const parameters = node.parameters.map(({ name }, i) => ({ id: context.session.nextId(), name, type: types[i]! }));
  const scope = context.scope.withVariables(parameters);
  return { parameters, body: context.analyze(node.body, { ...context, scope }) };
}

/** @throws SqlError for an aggregate or a window in a lambda */
function checkLambda(body: Node): void {
  const found: string[] = [];
  collectCalls(body, ({ name, over }, text) => {
    const kind = declarationsOf(name[name.length - 1]!.name.toLowerCase())[0]?.kind;
    if (over !== undefined || kind === "aggregate") found.push(text);
  });
  if (found.length > 0)
    throw new SqlError(
      "EXPRESSION_NOT_SCALAR",
      `Lambda expression cannot contain aggregations, window functions or grouping operations: [${found.join(", ")}]`,
      body.at,
    );
}

function toFilter(node: Node, context: Context): Expr {
  return toBoolean(node, context.analyze(node, context), "Filter expression");
}

/** @throws SqlError for an aggregate or a window in an aggregate */
function checkNested(node: Node, name: string): void {
  const found: string[] = [];
  const windows: string[] = [];
  collectCalls(node, (call, text) => {
    const kind = declarationsOf(call.name[call.name.length - 1]!.name.toLowerCase())[0]?.kind;
    if (call.over !== undefined) windows.push(text);
    else if (kind === "aggregate") found.push(text);
  });
  if (found.length > 0)
    throw new SqlError(
      "NESTED_AGGREGATION",
      `Cannot nest aggregations inside aggregation '${name}': [${found.join(", ")}]`,
      node.at,
    );
  if (windows.length > 0)
    throw new SqlError(
      "NESTED_WINDOW",
      `Cannot nest window functions inside aggregation '${name}': [${windows.join(", ")}]`,
      node.at,
    );
}

/** Calls in an expression, those of queries inside it left out. */
export function collectCalls(node: unknown, visit: (call: Call, text: string, node: NodeOf<"call">) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) collectCalls(one, visit);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const one = node as Node;
  if (one.kind === "call") visit(one.call, formatNode(one), one);
  for (const [name, value] of Object.entries(node)) if (name !== "query" && name !== "at") collectCalls(value, visit);
}

/** The keys of an ORDER BY, each of a type that has an order. @throws SqlError */
export function sorts(items: readonly SortItem[], context: Context): Sort[] {
  return items.map(({ key, descending, nullsFirst }) => {
    const expr = context.analyze(key, context);
    if (!isOrderable(expr.type))
      throw new SqlError(
        "TYPE_MISMATCH",
        `Type ${formatType(expr.type)} is not orderable, and therefore cannot be used in ORDER BY`,
        key.at,
      );
    return { key: expr, descending, nullsFirst };
  });
}

/** The window with what the one that it names adds. */
function resolveWindow(over: NonNullable<Call["over"]>, context: Context): WindowSpec {
  if ("name" in over) {
    const named = context.windows?.get(over.name.toLowerCase());
    if (named === undefined)
      throw new SqlError("INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${over.name}`, over.at);
    return named;
  }
  if (over.base === undefined) return over;
  const base = context.windows?.get(over.base.name.toLowerCase());
  if (base === undefined)
    throw new SqlError("INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${over.base.name}`, over.base.at);
  if (over.partitionBy.length > 0)
    throw new SqlError(
      "INVALID_PARTITION_BY",
      "WINDOW specification with named WINDOW reference cannot specify PARTITION BY",
      over.partitionBy[0]!.at,
    );
  if (base.orderBy.length > 0 && over.orderBy.length > 0)
    throw new SqlError(
      "INVALID_ORDER_BY",
      "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY",
      over.orderBy[0]!.at,
    );
  if (base.frame !== undefined)
    throw new SqlError(
      "INVALID_WINDOW_REFERENCE",
      "Cannot reference named WINDOW containing frame specification",
      over.base.at,
    );
  return {
    ...over,
    base: undefined,
    partitionBy: base.partitionBy,
    orderBy: base.orderBy.length > 0 ? base.orderBy : over.orderBy,
  };
}

function frameOf({ frame }: WindowSpec, order: readonly Sort[], context: Context): Frame | undefined {
  if (frame === undefined) return undefined;
  const end = frame.end ?? { at: frame.at, kind: "CURRENT ROW" as const, value: undefined };
  const { start, unit } = frame;
  const invalid = (text: string): never => {
    throw new SqlError("INVALID_WINDOW_FRAME", text, frame.at);
  };
  if (start.kind === "UNBOUNDED FOLLOWING") invalid("Window frame start cannot be UNBOUNDED FOLLOWING");
  if (end.kind === "UNBOUNDED PRECEDING") invalid("Window frame end cannot be UNBOUNDED PRECEDING");
  if (start.kind === "CURRENT ROW" && end.kind === "PRECEDING")
    invalid("Window frame starting from CURRENT ROW cannot end with PRECEDING");
  if (start.kind === "FOLLOWING" && end.kind === "PRECEDING")
    invalid("Window frame starting from FOLLOWING cannot end with PRECEDING");
  if (start.kind === "FOLLOWING" && end.kind === "CURRENT ROW")
    invalid("Window frame starting from FOLLOWING cannot end with CURRENT ROW");
  const bound = ({ kind, value, at }: typeof start): Bound => {
    if (value === undefined) return { kind, value: undefined };
    const offset = context.analyze(value, context);
    if (unit !== "RANGE") {
      if (!isWhole(offset.type))
        throw new SqlError(
          "TYPE_MISMATCH",
          `Window frame ${unit} value type must be exact numeric type with scale 0 (actual ${formatType(offset.type)})`,
          value.at,
        );
      return { kind, value: coerce(offset, BIGINT) };
    }
    if (order.length !== 1)
      throw new SqlError(
        "MISSING_ORDER_BY",
        order.length === 0
          ? "Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY"
          : "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY (actual: " +
              order.length +
              ")",
        at,
      );
    const key = order[0]!.key.type;
    if (
      !isNumeric(key) &&
      ![
        "date",
        "timestamp",
        "timestamp with time zone",
        "time",
        "interval day to second",
        "interval year to month",
      ].includes(key.kind)
    )
      throw new SqlError(
        "TYPE_MISMATCH",
        `Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: ${formatType(key)})`,
        at,
      );
    return { kind, value: isNumeric(key) ? coerce(offset, commonType(offset.type, key) ?? key) : offset };
  };
  return { unit, start: bound(start), end: bound(end) };
}
