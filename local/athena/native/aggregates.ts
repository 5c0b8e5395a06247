import type { Type, TypeOf } from "../../../etl/athena-sql/types/type";
import { BIGINT, decimal } from "../../../etl/athena-sql/types/type";
import { divideHalfUp } from "../../../etl/athena-sql/values/whole";
import { instantSql } from "../emit/compare";
import { sqlType } from "../duck/storage";
import type { AggregateTemplate, NativeContext } from "./template";

const same =
  (name: string): AggregateTemplate =>
  (args, write) =>
    write(name, args);
/** Its result read as the type that Trino has. */
const typed =
  (name: string): AggregateTemplate =>
  (args, write, { call }) =>
    `CAST(${write(name, args)} AS ${sqlType(call.result)})`;

export const AGGREGATES: Record<string, AggregateTemplate> = {
  "count()": (_args, write) => write("count", ["*"]),
  "count(T)": same("count"),
  "count_if(boolean)": ([condition], write) => write("count", [`CASE WHEN ${condition} THEN 1 END`]),
  "sum(bigint)": typed("sum"),
  "sum(double)": same("sum"),
  "sum(real)": ([value], write) => `CAST(${write("sum", [`CAST(${value} AS DOUBLE)`])} AS FLOAT)`,
  "sum(decimal(p,s))": typed("sum"),
  "sum(interval day to second)": typed("sum"),
  "sum(interval year to month)": typed("sum"),
  "avg(bigint)": same("avg"),
  "avg(double)": same("avg"),
  "avg(real)": ([value], write) => `CAST(${write("avg", [`CAST(${value} AS DOUBLE)`])} AS FLOAT)`,
  "avg(interval day to second)": ([value], write) => `CAST(round(${write("avg", [value!])}) AS BIGINT)`,
  "avg(interval year to month)": ([value], write) => `CAST(round(${write("avg", [value!])}) AS INTEGER)`,
  "avg(decimal(p,s))": ([value], write, { emitter, call }) => {
    const sum = decimal(38, (call.result as TypeOf<"decimal">).scale);
    return emitter.udf(
      "average",
      [sum, BIGINT],
      call.result,
      () => (total: bigint, count: bigint) => (count === 0n ? null : divideHalfUp(total, count)),
      [write("sum", [value!]), write("count", [value!])],
    );
  },
  "min(T)": ([value], write, context) => extreme("min", value!, write, context),
  "max(T)": ([value], write, context) => extreme("max", value!, write, context),
  "min_by(V, K)": ([value, key], write, { call }) => write("arg_min_null", [value!, comparable(key!, call.args[1]!)]),
  "max_by(V, K)": ([value, key], write, { call }) => write("arg_max_null", [value!, comparable(key!, call.args[1]!)]),
  "arbitrary(T)": same("any_value"),
  "bool_and(boolean)": same("bool_and"),
  "bool_or(boolean)": same("bool_or"),
  "every(boolean)": same("bool_and"),
  "stddev(double)": same("stddev_samp"),
  "stddev_pop(double)": same("stddev_pop"),
  "stddev_samp(double)": same("stddev_samp"),
  "variance(double)": same("var_samp"),
  "var_pop(double)": same("var_pop"),
  "var_samp(double)": same("var_samp"),
  "array_agg(T)": same("list"),
  "approx_distinct(T)": ([value], write) => write("count", [`DISTINCT ${value}`]),
  "approx_distinct(T, double)": ([value], write) => write("count", [`DISTINCT ${value}`]),
};

for (const name of ["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"])
  for (const type of ["double", "real"])
    AGGREGATES[`${name}(${type}, ${type})`] = (args, write, { call }) => {
      // What is no number is NULL, such as the correlation of one pair.
      const sql = write(
        name,
        args.map((arg) => `CAST(${arg} AS DOUBLE)`),
      );
      return `CAST((CASE WHEN isfinite(${sql}) THEN ${sql} END) AS ${sqlType(call.result)})`;
    };

function comparable(sql: string, { kind }: Type): string {
  if (kind === "double" || kind === "real") return withoutNaN(sql);
  return kind === "timestamp with time zone" ? instantSql(sql) : sql;
}

const withoutNaN = (sql: string): string => `CASE WHEN NOT isnan(${sql}) THEN ${sql} END`;

function extreme(
  name: "min" | "max",
  value: string,
  write: (name: string, args: readonly string[]) => string,
  { call }: NativeContext,
): string {
  const [type] = call.args as [Type];
  if (type.kind === "timestamp with time zone") return write(`arg_${name}`, [value, instantSql(value)]);
  // NaN is the largest only where there is nothing else.
  if (name === "max" && (type.kind === "double" || type.kind === "real"))
    return `coalesce(${write("max", [withoutNaN(value)])}, ${write("max", [value])})`;
  return write(name, [value]);
}
