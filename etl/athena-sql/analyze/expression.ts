import { nearest } from "../../../aws/text/nearest";
import type { Identifier, Node, NodeOf, Query } from "../ast";
import { SqlError, type Position } from "../error";
import { bindFunction, choose, type Argument } from "../builtins/bind";
import type { BoundFunction } from "../builtins/registry";
import { canCast } from "../types/cast";
import { canCoerce, commonType } from "../types/coerce";
import { resolveType } from "../types/resolve";
import {
  array,
  BOOLEAN,
  DATE,
  formatType,
  isComparable,
  isOrderable,
  isWhole,
  row,
  sameType,
  timestamp,
  timestampTz,
  UNKNOWN,
  VARBINARY,
  VARCHAR,
  varchar,
  type Type,
} from "../types/type";
import { floorDiv, floorMod } from "../values/whole";
import { MICROS_PER_DAY, roundMicros } from "../values/datetime";
import { ZonedValue } from "../values/value";
import { callExpression } from "./call";
import { formatNode } from "./format";
import { jsonExpression } from "./json";
import { intervalLiteral, numberLiteral, stringLiteral, typedLiteral } from "./literal";
import type { Expr, QueryPlan } from "./plan";
import { Scope } from "./scope";
import type { Session } from "./session";

/** What an expression is analyzed with. */
export interface Context {
  readonly session: Session;
  readonly scope: Scope;
  /** analyzes a query inside the expression, which may name columns of the scope */
  query(query: Query, scope: Scope): QueryPlan;
  /** windows that WINDOW names */
  readonly windows?: ReadonlyMap<string, import("../ast").WindowSpec>;
}

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
      return { kind: "scalarQuery", type, query };
    }
    case "exists":
      return { kind: "exists", type: BOOLEAN, query: context.query(node.query, context.scope) };
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
      // A time becomes one of today.
      if (operand.type.kind === "time" && type.kind === "timestamp")
        return coerce(bindCall("$on_date", [today(context), operand], at), type);
      return { kind: "cast", type, operand, safe: node.safe };
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

export function finishCall(call: BoundFunction, args: readonly Expr[], at: Position): Expr {
  return { kind: "call", type: call.result, call, args: args.map((arg, i) => coerce(arg, call.args[i]!)), at };
}

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

const negate = (negated: boolean, operand: Expr): Expr => (negated ? { kind: "not", type: BOOLEAN, operand } : operand);

function identifier(node: NodeOf<"identifier">, { scope }: Context): Expr {
  const variable = scope.variable(node.name.name);
  if (variable !== undefined) return { kind: "variable", type: variable.type, id: variable.id, name: variable.name };
  const field = scope.find([node.name], node.at);
  if (field === undefined) return notResolved(node.name.name, node.name.name, scope, node.at);
  return placed(field.expr, node);
}

/** The place and words of this mention, for messages. */
function placed(expr: Expr, node: Node): Expr {
  return expr.kind === "column" ? { ...expr, text: formatNode(node), at: node.at } : expr;
}

function notResolved(path: string, last: string, scope: Scope, at: Position): never {
  const near = nearest(last, scope.names());
  throw new SqlError(
    "COLUMN_NOT_FOUND",
    `Column '${path.toLowerCase()}' cannot be resolved${near === undefined ? "" : `; near it is ${near}`}`,
    at,
  );
}

function dereference(node: NodeOf<"dereference">, context: Context): Expr {
  const { scope } = context;
  const path = pathOf(node);
  if (path !== undefined && scope.variable(path[0]!.name) === undefined) {
    const field = scope.find(path, node.at);
    if (field !== undefined) return placed(field.expr, node);
    if (path.length === 2 && scope.find([path[0]!], node.at) === undefined)
      return notResolved(path.map(({ name }) => name).join("."), path[1]!.name, scope, node.at);
  }
  const base = analyzeExpression(node.base, context);
  if (base.type.kind !== "row")
    throw new SqlError("TYPE_MISMATCH", `Expression ${formatNode(node.base)} is not of type ROW`, node.base.at);
  const wanted = node.field.name.toLowerCase();
  const found = base.type.fields.flatMap(({ name }, i) => (name?.toLowerCase() === wanted ? [i] : []));
  if (found.length > 1)
    throw new SqlError("AMBIGUOUS_NAME", `Ambiguous row field reference: ${node.field.name}`, node.at);
  const [index] = found;
  if (index === undefined) {
    const names = base.type.fields.flatMap(({ name }) => name ?? []);
    return notResolved(
      formatNode(node),
      node.field.name,
      new Scope(names.map((name) => ({ name, qualifier: [], type: UNKNOWN, expr: base }))),
      node.at,
    );
  }
  return { kind: "field", type: base.type.fields[index]!.type, operand: base, index };
}

/** `a.b.c` as its parts; undefined if something else stands in front. */
export function pathOf(node: Node): Identifier[] | undefined {
  if (node.kind === "identifier") return [node.name];
  if (node.kind !== "dereference") return undefined;
  const base = pathOf(node.base);
  return base && [...base, node.field];
}

function subscript(node: NodeOf<"subscript">, base: Expr, index: Expr): Expr {
  if (base.type.kind === "row") {
    if (index.kind !== "literal" || index.type.kind !== "integer")
      throw new SqlError("TYPE_MISMATCH", "Subscript expression on ROW requires a constant index", node.index.at);
    const position = Number(index.value);
    const { fields } = base.type;
    if (position <= 0)
      throw new SqlError(
        "INVALID_FUNCTION_ARGUMENT",
        `Invalid subscript index: ${position}. ROW indices start at 1`,
        node.index.at,
      );
    const field = fields[position - 1];
    if (field === undefined)
      throw new SqlError(
        "INVALID_FUNCTION_ARGUMENT",
        `Subscript index out of bounds: ${position}, max value is ${fields.length}`,
        node.index.at,
      );
    return { kind: "field", type: field.type, operand: base, index: position - 1 };
  }
  const call = choose("$subscript", [base, index], node.at);
  if (call === undefined)
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot use ${formatType(index.type)} for subscript of ${formatType(base.type)}`,
      node.at,
    );
  return finishCall(call, [base, index], node.at);
}

function caseExpression(node: NodeOf<"case">, analyze: (part: Node) => Expr): Expr {
  const operand = node.operand && analyze(node.operand);
  const conditions = node.whens.map(({ when }) => {
    const value = analyze(when);
    if (operand === undefined) {
      if (!canCoerce(value.type, BOOLEAN))
        throw new SqlError(
          "TYPE_MISMATCH",
          `CASE WHEN clause must evaluate to a boolean (actual: ${formatType(value.type)})`,
          when.at,
        );
      return coerce(value, BOOLEAN);
    }
    const type = commonType(operand.type, value.type);
    if (type === undefined || !isComparable(type))
      throw new SqlError(
        "TYPE_MISMATCH",
        `CASE operand type does not match WHEN clause operand type: ${formatType(operand.type)} vs ${formatType(value.type)}`,
        when.at,
      );
    return compareTyped("=", operand, value, type);
  });
  const results = [...node.whens.map(({ then }) => then), ...(node.otherwise === undefined ? [] : [node.otherwise])];
  const values = toCommon(results, results.map(analyze), "All CASE results");
  const type = values[0]!.type;
  return {
    kind: "case",
    type,
    whens: conditions.map((when, i) => ({ when, then: values[i]! })),
    otherwise: node.otherwise === undefined ? { kind: "literal", type, value: null } : values[values.length - 1]!,
  };
}

function literalCast(node: NodeOf<"typed">): Expr {
  const type = resolveType({ at: node.at, name: node.type, parameters: [] });
  if (!canCast(VARCHAR, type))
    throw new SqlError("INVALID_LITERAL", `No literal form for type ${formatType(type)}`, node.at);
  const operand = stringLiteral(node.value);
  if (type.kind === "json") return bindCall("json_parse", [operand], node.at);
  return { kind: "cast", type, operand, safe: false };
}

const EXTRACT: Readonly<Record<string, string>> = {
  YEAR: "year",
  QUARTER: "quarter",
  MONTH: "month",
  WEEK: "week",
  DAY: "day",
  DAY_OF_MONTH: "day",
  DAY_OF_WEEK: "day_of_week",
  DOW: "day_of_week",
  DAY_OF_YEAR: "day_of_year",
  DOY: "day_of_year",
  YEAR_OF_WEEK: "year_of_week",
  YOW: "year_of_week",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  TIMEZONE_MINUTE: "timezone_minute",
  TIMEZONE_HOUR: "timezone_hour",
};

function extract(node: NodeOf<"extract">, analyze: (part: Node) => Expr): Expr {
  const name = EXTRACT[node.field.toUpperCase()];
  if (name === undefined) throw new SqlError("SYNTAX_ERROR", `Invalid EXTRACT field: ${node.field}`, node.at);
  const operand = analyze(node.operand);
  const call = choose(name, [operand], node.at);
  // Nothing is converted: a date has no hour, though it could be a timestamp.
  if (call === undefined || (call.args[0]!.kind !== operand.type.kind && operand.type.kind !== "unknown"))
    throw new SqlError(
      "TYPE_MISMATCH",
      `Cannot extract ${node.field.toUpperCase()} from ${formatType(operand.type)}`,
      node.operand.at,
    );
  return finishCall(call, [operand], node.at);
}

function today({ session }: Context): Expr {
  return { kind: "literal", type: DATE, value: Number(floorDiv(BigInt(session.options.now) * 1000n, MICROS_PER_DAY)) };
}

function current(node: NodeOf<"current">, context: Context): Expr {
  const { session } = context;
  const precision = node.precision ?? 3;
  const micros = roundMicros(BigInt(session.options.now) * 1000n, precision);
  switch (node.name) {
    case "CURRENT_DATE":
      return today(context);
    case "CURRENT_TIMESTAMP":
      return { kind: "literal", type: timestampTz(precision), value: new ZonedValue(micros, "UTC") };
    case "LOCALTIMESTAMP":
      return { kind: "literal", type: timestamp(precision), value: micros };
    case "LOCALTIME":
      return { kind: "literal", type: { kind: "time", precision }, value: floorMod(micros, MICROS_PER_DAY) };
    case "CURRENT_TIME":
      return {
        kind: "literal",
        type: { kind: "time with time zone", precision },
        value: new ZonedValue(floorMod(micros, MICROS_PER_DAY), "UTC"),
      };
    case "CURRENT_CATALOG":
      return { kind: "literal", type: varchar(14), value: "awsdatacatalog" };
    case "CURRENT_SCHEMA":
      return { kind: "literal", type: VARCHAR, value: session.catalog.database };
    default:
      throw new SqlError("NOT_SUPPORTED", `${node.name} is not executed by the local cloud`, node.at);
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "$add",
  "-": "$subtract",
  "*": "$multiply",
  "/": "$divide",
  "%": "$modulus",
};

function arithmetic({ operator, at }: NodeOf<"arithmetic">, left: Expr, right: Expr): Expr {
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

function unary({ operator, at }: NodeOf<"unary">, operand: Expr): Expr {
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

function compareTyped(operator: NodeOf<"comparison">["operator"], left: Expr, right: Expr, type: Type): Expr {
  return { kind: "compare", type: BOOLEAN, operator, left: coerce(left, type), right: coerce(right, type) };
}

function between(node: NodeOf<"between">, analyze: (part: Node) => Expr): Expr {
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
function queryComparison(operand: Expr, query: QueryPlan, at: Position): Type {
  const single = query.output.length === 1;
  const type = single ? query.output[0]!.type : row(query.output);
  const common = commonType(operand.type, type);
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

function like(node: NodeOf<"like">, analyze: (part: Node) => Expr): Expr {
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
function zoned([value, zone]: Expr[]): Expr[] {
  const { type } = value!;
  return type.kind === "timestamp" ? [coerce(value!, timestampTz(type.precision)), zone!] : [value!, zone!];
}

/** Remembers that a column of a table is compared with constants, which injected partition keys want. */
export function pin(operand: Node, values: readonly Node[], { scope, session }: Context): void {
  const path = pathOf(operand);
  if (path === undefined || !values.every(isConstant)) return;
  const column = scope.find(path, operand.at)?.column;
  if (column === undefined) return;
  session.use(column.database, column.table, operand.at).pinned.add(column.name.toLowerCase());
}

function isConstant({ kind }: Node): boolean {
  return ["string", "number", "typed", "boolean", "parameter"].includes(kind);
}
