import { native, nativeAggregate } from "./registry";

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
for (const name of ["min", "max"]) {
  nativeAggregate(`${name}(T): T where T orderable`);
  nativeAggregate(`${name}(T, bigint): array(T) where T orderable`);
  nativeAggregate(`${name}_by(V, K): V where K orderable`);
  nativeAggregate(`${name}_by(V, K, bigint): array(V) where K orderable`);
}
for (const name of ["arbitrary", "any_value"]) nativeAggregate(`${name}(T): T`);
for (const name of ["bool_and", "bool_or", "every"]) nativeAggregate(`${name}(boolean): boolean`);
for (const name of ["stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "skewness", "kurtosis"])
  nativeAggregate(`${name}(double): double`);
for (const name of ["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"])
  nativeAggregate(`${name}(double, double): double`);
nativeAggregate("array_agg(T): array(T)");
nativeAggregate("approx_distinct(T): bigint");
nativeAggregate("approx_distinct(T, double): bigint");
for (const type of ["bigint", "double", "real"]) {
  nativeAggregate(`approx_percentile(${type}, double): ${type}`);
  nativeAggregate(`approx_percentile(${type}, array(double)): array(${type})`);
}
native("random(): double", { volatile: true });
