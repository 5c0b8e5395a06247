import type { Expr, Sort } from "../../../etl/athena-sql/analyze/plan";
import { BIGINT } from "../../../etl/athena-sql/types/type";
import { instantOf } from "../../../etl/athena-sql/values/compare";
import type { ZonedValue } from "../../../etl/athena-sql/values/value";
import { instantSql } from "./compare";
import type { Emitter } from "./emitter";

/** The SQL by which a value is compared, grouped or sorted: for a timestamp with zone its instant. */
export function keySql(emitter: Emitter, expr: Expr): string {
  const sql = emitter.expr(expr);
  if (expr.type.kind === "time with time zone")
    return emitter.udf("utc time", [expr.type], BIGINT, () => (value: ZonedValue) => instantOf(expr.type, value), [
      sql,
    ]);
  return expr.type.kind === "timestamp with time zone" ? instantSql(sql) : sql;
}

/** `x DESC NULLS LAST`: Trino sorts NULL last by default. */
export function sortSql(emitter: Emitter, { key, descending, nullsFirst }: Sort): string {
  return `${keySql(emitter, key)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}
