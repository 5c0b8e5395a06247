import type { Expr, ExprOf, Frame, WindowExpr } from "../../../etl/athena-sql/analyze/plan";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { BIGINT, isNumeric, VARCHAR, type Type } from "../../../etl/athena-sql/types/type";
import type { Value } from "../../../etl/athena-sql/values/value";
import { fieldNames, sqlType } from "../duck/storage";
import { literal as text, quoted } from "../duck/text";
import { aggregateSql } from "./aggregate";
import { keySql, sortSql } from "./keys";
import { castSql } from "./cast";
import { compareSql, instantSql, type Operand } from "./compare";
import type { Emitter } from "./emitter";
import { fold } from "./fold";
import { literalSql } from "./literal";

/** An expression in DuckDB's SQL. */
export function exprSql(emitter: Emitter, written: Expr): string {
  const expr = fold(written);
  const emit = (part: Expr): string => exprSql(emitter, part);
  switch (expr.kind) {
    case "literal":
      return literalSql(expr.type, expr.value);
    case "column":
      return columnSql(expr.relation, expr.index);
    case "variable":
      return `v${expr.id}`;
    case "lambda":
      return `lambda ${expr.parameters.map(({ id }) => `v${id}`).join(", ")}: ${emit(expr.body)}`;
    case "call": {
      const args = expr.args.map(emit);
      return emitter.writers.scalar(emitter, expr.call, args, expr.args) ?? emitter.call(expr.call, args);
    }
    case "cast":
      return castSql(emitter, emit(expr.operand), expr.operand.type, expr.type, expr.safe);
    case "compare":
      return compareSql(
        emitter,
        expr.operator,
        operand(emitter, expr.left),
        operand(emitter, expr.right),
        expr.left.type,
      );
    case "distinctFrom": {
      const [left, right] = [keySql(emitter, expr.left), keySql(emitter, expr.right)];
      return `(${left} IS DISTINCT FROM ${right})`;
    }
    case "logical":
      return `(${expr.terms.map(emit).join(` ${expr.operator} `)})`;
    case "not":
      return `(NOT ${emit(expr.operand)})`;
    case "isNull":
      return `(${emit(expr.operand)} IS NULL)`;
    case "in":
      return inSql(emitter, expr);
    case "like":
      return likeSql(emitter, expr);
    case "case":
      return `(CASE ${expr.whens.map(({ when, then }) => `WHEN ${emit(when)} THEN ${emit(then)}`).join(" ")} ELSE ${emit(expr.otherwise)} END)`;
    case "coalesce":
      return `coalesce(${expr.items.map(emit).join(", ")})`;
    case "nullif":
      return `(CASE WHEN ${compareSql(emitter, "=", operand(emitter, expr.left), operand(emitter, expr.right), expr.left.type)} THEN ${literalSql(expr.type, null)} ELSE ${emit(expr.value)} END)`;
    case "try":
      return `TRY(${emitter.attempt(expr.operand)})`;
    case "field": {
      const names = fieldNames(expr.operand.type as Extract<Type, { kind: "row" }>);
      return `struct_extract(${emit(expr.operand)}, ${text(names[expr.index]!)})`;
    }
    case "row": {
      const names = fieldNames(expr.type as Extract<Type, { kind: "row" }>);
      return `struct_pack(${expr.items.map((item, i) => `${quoted(names[i]!)} := ${emit(item)}`).join(", ")})`;
    }
    case "array":
      return `CAST([${expr.items.map(emit).join(", ")}] AS ${sqlType(expr.type)})`;
    case "scalarQuery": {
      const { type, query } = expr;
      const sql = emitter.query(query);
      if (query.output.length === 1) return `(${sql})`;
      const names = fieldNames(type as Extract<Type, { kind: "row" }>);
      return `(SELECT struct_pack(${names.map((name, i) => `${quoted(name)} := c${i}`).join(", ")}) FROM (${sql}) AS q)`;
    }
    case "exists":
      return `EXISTS (${emitter.query(expr.query)})`;
    case "inQuery":
      return `(${keySql(emitter, expr.operand)} IN (${comparedQuery(emitter, expr)}))`;
    case "quantified":
      return `(${keySql(emitter, expr.operand)} ${expr.operator} ${expr.quantifier} (${comparedQuery(emitter, expr)}))`;
    case "window":
      return windowSql(emitter, expr);
    case "grouping": {
      const [column] = expr.items as [ExprOf<"column">];
      return columnSql(column.relation, column.index);
    }
    case "aggregate":
      throw new Error(`${expr.text} is not grouped`);
  }
}

/** Columns of a relation are `c0`, `c1`, ...; what GROUPING(...) gives is `g1`, ... */
export function columnSql(relation: number, index: number): string {
  return `r${relation}.${index < 0 ? `g${-index}` : `c${index}`}`;
}

function operand(emitter: Emitter, expr: Expr): Operand {
  const value: Value | undefined = expr.kind === "literal" ? expr.value : undefined;
  const plain =
    typeof value === "number"
      ? !Number.isNaN(value)
      : expr.kind === "cast" &&
        expr.operand.type.kind !== "varchar" &&
        !["real", "double"].includes(expr.operand.type.kind) &&
        isNumeric(expr.operand.type);
  return { sql: exprSql(emitter, expr), plain };
}

/** The query's only column, or its row, as the type that it is compared as. */
function comparedQuery(emitter: Emitter, { query, compareAs }: ExprOf<"inQuery" | "quantified">): string {
  const sql = emitter.query(query);
  const { output } = query;
  let value: string;
  if (output.length === 1 && (compareAs.kind !== "row" || output[0]!.type.kind === "row"))
    value = castSql(emitter, "c0", output[0]!.type, compareAs, false);
  else {
    const row = compareAs as Extract<Type, { kind: "row" }>;
    const names = fieldNames(row);
    value = `struct_pack(${names.map((name, i) => `${quoted(name)} := ${castSql(emitter, `c${i}`, output[i]!.type, row.fields[i]!.type, false)}`).join(", ")})`;
  }
  if (compareAs.kind === "timestamp with time zone") value = instantSql(value);
  return `SELECT ${value} FROM (${sql}) AS q`;
}

const NESTED = new Set(["array", "map", "row", "time with time zone"]);

function inSql(emitter: Emitter, { operand: value, items }: ExprOf<"in">): string {
  const floating = value.type.kind === "real" || value.type.kind === "double";
  const simple = !NESTED.has(value.type.kind) && !(floating && !items.every((item) => operand(emitter, item).plain));
  if (simple) return `(${keySql(emitter, value)} IN (${items.map((item) => keySql(emitter, item)).join(", ")}))`;
  const terms = items.map((item) =>
    compareSql(emitter, "=", operand(emitter, value), operand(emitter, item), value.type),
  );
  return `(${terms.join(" OR ")})`;
}

function likeSql(emitter: Emitter, { operand: value, pattern, escape }: ExprOf<"like">): string {
  const text =
    value.type.kind === "char"
      ? castSql(emitter, exprSql(emitter, value), value.type, VARCHAR, false)
      : exprSql(emitter, value);
  if (escape === undefined) return `(${text} LIKE ${exprSql(emitter, pattern)})`;
  const sql = exprSql(emitter, escape);
  // The pattern is checked, and given back as it is.
  const checked = emitter.udf("like pattern", [VARCHAR, VARCHAR], VARCHAR, () => checkPattern, [
    exprSql(emitter, pattern),
    sql,
  ]);
  return `(${text} LIKE ${checked} ESCAPE ${sql})`;
}

/** @throws SqlError where the escape stands before nothing that it could escape */
function checkPattern(pattern: string, escape: string): string {
  if ([...escape].length !== 1)
    throw new SqlError("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character");
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== escape) continue;
    const next = pattern[++i];
    if (next !== "%" && next !== "_" && next !== escape)
      throw new SqlError(
        "INVALID_FUNCTION_ARGUMENT",
        "Escape character must be followed by '%', '_' or the escape character itself",
      );
  }
  return pattern;
}

function windowSql(emitter: Emitter, expr: WindowExpr): string {
  const parts: string[] = [];
  if (expr.partitionBy.length > 0)
    parts.push(`PARTITION BY ${expr.partitionBy.map((key) => keySql(emitter, key)).join(", ")}`);
  if (expr.orderBy.length > 0) parts.push(`ORDER BY ${expr.orderBy.map((sort) => sortSql(emitter, sort)).join(", ")}`);
  if (expr.frame !== undefined) parts.push(frameSql(emitter, expr.frame, expr.orderBy[0]?.key.type));
  const over = ` OVER (${parts.join(" ")})`;
  if (expr.call.declaration.kind === "window") {
    const args = checkedArgs(emitter, expr).join(", ");
    const call = `${expr.call.name}(${args}${expr.ignoreNulls ? " IGNORE NULLS" : ""})${over}`;
    return expr.type.kind === "bigint" && !/^(?:lag|lead|\w+_value)$/.test(expr.call.name)
      ? `CAST(${call} AS ${sqlType(BIGINT)})`
      : call;
  }
  const { call, args, distinct, filter, orderedBy: orderBy } = expr;
  return aggregateSql(emitter, { call, args, distinct, filter, orderBy }, over);
}

/** @returns the arguments, a count among them checked as Trino does */
function checkedArgs(emitter: Emitter, { call, args }: WindowExpr): string[] {
  const rule = COUNTS[call.name];
  return args.map((arg, i) => {
    const sql = exprSql(emitter, arg);
    if (rule === undefined || i !== rule.place) return sql;
    return emitter.udf(
      `${call.name} count`,
      [BIGINT],
      BIGINT,
      () => (count: bigint) => {
        if (count < rule.least) throw new SqlError("INVALID_FUNCTION_ARGUMENT", rule.text);
        return count;
      },
      [sql],
    );
  });
}

const COUNTS: Readonly<Record<string, { place: number; least: bigint; text: string }>> = {
  ntile: { place: 0, least: 1n, text: "Buckets must be greater than 0" },
  nth_value: { place: 1, least: 1n, text: "Offset must be at least 1" },
  lag: { place: 1, least: 0n, text: "Offset must be at least 0" },
  lead: { place: 1, least: 0n, text: "Offset must be at least 0" },
};

function frameSql(emitter: Emitter, { unit, start, end }: Frame, key: Type | undefined): string {
  const bound = ({ kind, value }: Frame["start"]): string => {
    if (value === undefined) return kind;
    const written = exprSql(emitter, value);
    const constant = value.kind === "literal" && value.value !== null && Number(value.value) >= 0;
    const sql = constant
      ? written
      : emitter.udf("frame offset", [value.type], value.type, () => frameOffset, [written], { calledOnNull: true });
    return `${unit === "RANGE" ? rangeSql(sql, value.type, key) : sql} ${kind}`;
  };
  return `${unit} BETWEEN ${bound(start)} AND ${bound(end)}`;
}

function frameOffset(offset: number | bigint | null): Value {
  if (offset === null || offset < 0)
    throw new SqlError("INVALID_WINDOW_FRAME", "Window frame offset value must not be negative or null");
  return offset;
}

/** An interval beside dates and times is one of DuckDB's. */
function rangeSql(sql: string, type: Type, key: Type | undefined): string {
  if (key === undefined || !/^(?:date|time)/.test(key.kind)) return sql;
  return type.kind === "interval year to month" ? `to_months(${sql})` : `to_milliseconds(${sql})`;
}
