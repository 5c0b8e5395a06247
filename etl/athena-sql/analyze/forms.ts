import { choose } from "../builtins/bind";
import type { Node, NodeOf } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { canCast } from "../types/cast";
import { canCoerce, commonType } from "../types/coerce";
import { resolveType } from "../types/resolve";
import {
  BOOLEAN,
  DATE,
  VARCHAR,
  formatType,
  isComparable,
  time,
  timestamp,
  timestampTz,
  varchar,
  type Type,
} from "../types/type";
import { MICROS_PER_DAY, ofPicos, toPicos } from "../values/datetime";
import { ZonedValue } from "../values/value";
import { floorDiv, floorMod } from "../values/whole";
import type { Context } from "./context";
import { bindCall, coerce, finishCall, toCommon } from "./convert";
import { stringLiteral } from "./literal";
import { compareTyped } from "./operators";
import type { Expr } from "./plan";

/** Expressions with words of their own: typed literals, EXTRACT, CURRENT_TIMESTAMP, CASE. */
export function literalCast(node: NodeOf<"typed">): Expr {
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

/** EXTRACT(field FROM x). @throws SqlError */
export function extract(node: NodeOf<"extract">, analyze: (part: Node) => Expr): Expr {
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

/** The date of the session's time, in UTC. */
export function today({ session }: Context): Expr {
  return { kind: "literal", type: DATE, value: Number(floorDiv(BigInt(session.options.now) * 1000n, MICROS_PER_DAY)) };
}

/** CAST of a time as a timestamp, which is one of today; undefined for other types. @throws SqlError inside arrays, maps and rows */
export function timeAsTimestamp(operand: Expr, type: Type, context: Context, at: Position): Expr | undefined {
  const { type: from } = operand;
  if (!isTimestamp(type) || (from.kind !== "time" && from.kind !== "time with time zone")) {
    if (hasTimeAsTimestamp(from, type))
      throw new SqlError(
        "NOT_SUPPORTED",
        `the local cloud does not cast times inside ${formatType(from)} to timestamps`,
        at,
      );
    return undefined;
  }
  // Without a zone it is what the clock shows.
  const shown = type.kind === "timestamp" ? coerce(operand, time(from.precision)) : operand;
  return coerce(bindCall("$on_date", [today(context), shown], at), type);
}

const isTimestamp = (type: Type): boolean => type.kind === "timestamp" || type.kind === "timestamp with time zone";

function hasTimeAsTimestamp(from: Type, to: Type): boolean {
  if (from.kind === "array" && to.kind === "array") return hasTimeAsTimestamp(from.element, to.element);
  if (from.kind === "map" && to.kind === "map")
    return hasTimeAsTimestamp(from.key, to.key) || hasTimeAsTimestamp(from.value, to.value);
  if (from.kind === "row" && to.kind === "row")
    return from.fields.some((field, i) => hasTimeAsTimestamp(field.type, to.fields[i]!.type));
  return (from.kind === "time" || from.kind === "time with time zone") && isTimestamp(to);
}

/** CURRENT_TIMESTAMP and its kin. @throws SqlError for those that are not executed */
export function current(node: NodeOf<"current">, context: Context): Expr {
  const { session } = context;
  const precision = node.precision ?? 3;
  const instant = ofPicos(toPicos(BigInt(session.options.now) * 1000n, 0), precision);
  const timeOfDay = floorMod(instant, ofPicos(toPicos(MICROS_PER_DAY, 0), precision));
  switch (node.name) {
    case "CURRENT_DATE":
      return today(context);
    case "CURRENT_TIMESTAMP":
      return { kind: "literal", type: timestampTz(precision), value: new ZonedValue(instant, "UTC") };
    case "LOCALTIMESTAMP":
      return { kind: "literal", type: timestamp(precision), value: instant };
    case "LOCALTIME":
      return { kind: "literal", type: { kind: "time", precision }, value: timeOfDay };
    case "CURRENT_TIME":
      return {
        kind: "literal",
        type: { kind: "time with time zone", precision },
        value: new ZonedValue(timeOfDay, "UTC"),
      };
    case "CURRENT_CATALOG":
      return { kind: "literal", type: varchar(14), value: "awsdatacatalog" };
    case "CURRENT_SCHEMA":
      return { kind: "literal", type: VARCHAR, value: session.catalog.database };
    default:
      throw new SqlError("NOT_SUPPORTED", `${node.name} is not executed by the local cloud`, node.at);
  }
}

/** CASE with and without an operand. @throws SqlError */
export function caseExpression(node: NodeOf<"case">, analyze: (part: Node) => Expr): Expr {
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
