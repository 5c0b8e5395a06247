/** Aggregates. https://trino.io/docs/current/functions/aggregate.html */
import { SqlError } from "../syntax/error";
import type { Type } from "../types/type";
import { compareOf } from "../values/compare";
import { valueAt } from "../values/tdigest";
import type { Value } from "../values/value";
import { formatDouble } from "../values/number-text";
import { aggregate, native, nativeAggregate, scalar } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

nativeAggregate("count(): bigint");
nativeAggregate("count(T): bigint");
nativeAggregate("count_if(boolean): bigint");
for (const type of ["bigint", "double", "real", "interval day to second", "interval year to month"])
  nativeAggregate(`sum(${type}): ${type}`);
nativeAggregate("sum(decimal(p,s)): decimal(38,s)");
for (const [from, to] of [
  ["bigint", "double"],
  ["double", "double"],
  ["real", "real"],
  ["interval day to second", "interval day to second"],
  ["interval year to month", "interval year to month"],
  ["decimal(p,s)", "decimal(p,s)"],
])
  nativeAggregate(`avg(${from}): ${to}`);
for (const [name, sign] of [
  ["min", 1],
  ["max", -1],
] as const) {
  nativeAggregate(`${name}(T): T where T orderable`);
  nativeAggregate(`${name}_by(V, K): V where K orderable`);
  aggregate(`${name}(T, bigint): array(T) where T orderable`, (rows, { args }) =>
    first(rows, 0, `${name}_n`, sign, args[0]!),
  );
  aggregate(`${name}_by(V, K, bigint): array(V) where K orderable`, (rows, { args }) =>
    first(rows, 1, `${name}_by_n`, sign, args[1]!),
  );
}
nativeAggregate("arbitrary(T): T");
for (const name of ["bool_and", "bool_or", "every"]) nativeAggregate(`${name}(boolean): boolean`);
for (const name of ["stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp"])
  nativeAggregate(`${name}(double): double`);
for (const name of ["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"])
  for (const type of ["double", "real"]) nativeAggregate(`${name}(${type}, ${type}): ${type}`);
nativeAggregate("array_agg(T): array(T)");
nativeAggregate("approx_distinct(T): bigint");
nativeAggregate("approx_distinct(T, double): bigint");
for (const type of ["bigint", "double", "real"])
  for (const weighted of [false, true])
    for (const many of [false, true]) {
      const args = [type, ...(weighted ? ["double"] : []), many ? "array(double)" : "double"].join(", ");
      aggregate(
        `approx_percentile(${args}): ${many ? `array(${type})` : type}`,
        (rows) => percentiles(rows, type, weighted, many),
        { skipNull: true },
      );
    }
aggregate("skewness(double): double", (rows) => skewness(numbers(rows)), { skipNull: true });
aggregate("kurtosis(double): double", (rows) => kurtosis(numbers(rows)), { skipNull: true });
aggregate("geometric_mean(double): double", (rows) => geometricMean(numbers(rows)), { skipNull: true });
aggregate("geometric_mean(bigint): double", (rows) => geometricMean(numbers(rows)), { skipNull: true });
aggregate("geometric_mean(real): real", (rows) => geometricMean(numbers(rows)), { skipNull: true });
native("random(): double", { volatile: true });
native("rand(): double", { volatile: true });
for (const [type, give] of [
  ["tinyint", Number],
  ["smallint", Number],
  ["integer", Number],
  ["bigint", BigInt],
] as const)
  for (const name of ["random", "rand"]) {
    scalar(
      `${name}(${type}): ${type}`,
      (bound: number | bigint) =>
        bound <= 0 ? invalid("bound must be positive") : give(Math.floor(Math.random() * Number(bound))),
      { volatile: true },
    );
    scalar(
      `${name}(${type}, ${type}): ${type}`,
      (start: number | bigint, stop: number | bigint) =>
        start >= stop
          ? invalid("start value must be less than stop value")
          : give(Number(start) + Math.floor(Math.random() * Number(BigInt(stop) - BigInt(start)))),
      { volatile: true },
    );
  }

const numbers = (rows: readonly Value[][]): number[] => rows.map(([value]) => Number(value));

/** The first values by the order of a key; rows without a key are left out. */
function first(rows: Value[][], key: number, name: string, sign: 1 | -1, type: Type): Value {
  const given = rows[0]?.[key + 1];
  if (given === undefined || given === null) return null;
  const count = Number(given);
  if (count <= 0) return invalid(`${key === 0 ? "second" : "third"} argument of ${name} must be positive`);
  if (count > 10_000)
    return invalid(
      `${key === 0 ? "second" : "third"} argument of ${name} must be less than or equal to 10000; found ${count}`,
    );
  const compare = compareOf(type);
  const kept = rows.filter((row) => row[key] !== null);
  if (kept.length === 0) return null;
  return kept
    .map((row, i) => ({ row, i }))
    .sort((a, b) => sign * compare(a.row[key], b.row[key]) || a.i - b.i)
    .slice(0, count)
    .map(({ row }) => row[0]!);
}

function percentiles(rows: readonly Value[][], type: string, weighted: boolean, many: boolean): Value {
  const shares = (share: Value): number[] => (many ? (share as number[]) : [share as number]);
  const [one] = rows;
  if (one === undefined) return null;
  const wanted = one[one.length - 1]!;
  if (wanted === null) return many ? invalid("Percentile array cannot be null") : invalid("Percentile cannot be null");
  for (const share of shares(wanted)) if (!(share >= 0 && share <= 1)) invalid("Percentile must be between 0 and 1");
  const sorted = rows
    .map((row): [number, number] => [Number(row[0]), weighted ? Number(row[1] ?? 0) : 1])
    .sort(([a], [b]) => a - b);
  for (const [, weight] of sorted) if (!(weight >= 1)) invalid(`weight must be >= 1, was ${formatDouble(weight)}`);
  const give = (value: number): Value =>
    type === "bigint" ? BigInt(Math.round(value)) : type === "real" ? Math.fround(value) : value;
  const found = shares(wanted).map((share) => give(valueAt(sorted, share)));
  return many ? found : found[0]!;
}

/** Sums of the powers of differences from the mean. */
function moments(values: readonly number[]): { n: number; m2: number; m3: number; m4: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sum = (power: number): number => values.reduce((total, value) => total + (value - mean) ** power, 0);
  return { n, m2: sum(2), m3: sum(3), m4: sum(4) };
}

function skewness(values: readonly number[]): Value {
  const { n, m2, m3 } = moments(values);
  return n < 3 ? null : (Math.sqrt(n) * m3) / m2 ** 1.5;
}

function kurtosis(values: readonly number[]): Value {
  const { n, m2, m4 } = moments(values);
  if (n < 4) return null;
  const variance = m2 / (n - 1);
  return (
    ((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) * (m4 / variance ** 2) - (3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
  );
}

function geometricMean(values: readonly number[]): Value {
  return values.length === 0 ? null : Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
