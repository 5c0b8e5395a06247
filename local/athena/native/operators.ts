import type { Expr } from "../../../etl/athena-sql/analyze/plan";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { BIGINT, type Type, type TypeOf } from "../../../etl/athena-sql/types/type";
import { textOf } from "../../../etl/athena-sql/values/cast";
import { identityOf } from "../../../etl/athena-sql/values/compare";
import type { MapValue } from "../../../etl/athena-sql/values/value";
import { type Value } from "../../../etl/athena-sql/values/value";
import { sqlType } from "../duck/storage";
import type { NativeContext, ScalarTemplate } from "./template";

export const OPERATORS: Record<string, ScalarTemplate> = {
  "$subscript(array(T), bigint)": ([list, index], { emitter }) => {
    const checked = emitter.udf("array subscript", [BIGINT, BIGINT], BIGINT, () => checkSubscript, [
      index!,
      `len(${list})`,
    ]);
    return `list_extract(${list}, ${checked})`;
  },
  "$subscript(map(K,V), K)": ([map, key], { emitter, call }) => {
    const [type] = call.args as [TypeOf<"map">];
    return emitter.udf("map subscript", [type, type.key], type.value, () => mapSubscript(type), [map!, key!]);
  },
};

for (const type of ["bigint", "integer", "smallint", "tinyint"]) {
  for (const [name, operator] of [
    ["$add", "+"],
    ["$subtract", "-"],
    ["$multiply", "*"],
  ] as const)
    OPERATORS[`${name}(${type}, ${type})`] = ([a, b]) => `(${a} ${operator} ${b})`;
  OPERATORS[`$divide(${type}, ${type})`] = ([a, b], context) => `(${a} // ${divisor(b!, context)})`;
  OPERATORS[`$modulus(${type}, ${type})`] = ([a, b], context) => `(${a} % ${divisor(b!, context)})`;
  OPERATORS[`$negate(${type})`] = ([a], { emitter, call }) =>
    emitter.udf("negate", call.args, call.result, () => negate(call.result), [a!]);
  OPERATORS[`$plus(${type})`] = ([a]) => a!;
}
for (const type of ["double", "real"]) {
  for (const [name, operator] of [
    ["$add", "+"],
    ["$subtract", "-"],
    ["$multiply", "*"],
    ["$divide", "/"],
    ["$modulus", "%"],
  ] as const)
    OPERATORS[`${name}(${type}, ${type})`] = ([a, b], { call }) =>
      `CAST(${a} ${operator} ${b} AS ${sqlType(call.result)})`;
  OPERATORS[`$negate(${type})`] = ([a]) => `(-${a})`;
  OPERATORS[`$plus(${type})`] = ([a]) => a!;
}

/** A divisor that is no zero: DuckDB would give NULL. */
function divisor(sql: string, { emitter, call, exprs }: NativeContext): string {
  const constant: Expr | undefined = exprs[1];
  const inner = constant?.kind === "cast" ? constant.operand : constant;
  if (inner?.kind === "literal" && inner.value !== null && Number(inner.value) !== 0) return sql;
  const type = call.args[1]!;
  return emitter.udf("divisor", [type], type, () => checkDivisor, [sql]);
}

function checkDivisor(value: number | bigint): Value {
  if (value === 0 || value === 0n) throw new SqlError("DIVISION_BY_ZERO", "Division by zero");
  return value;
}

const LEAST: Readonly<Record<string, bigint>> = {
  tinyint: -(2n ** 7n),
  smallint: -(2n ** 15n),
  integer: -(2n ** 31n),
  bigint: -(2n ** 63n),
};

function negate({ kind }: Type): (value: number | bigint) => Value {
  const least = LEAST[kind]!;
  return (value) => {
    if (BigInt(value) === least)
      throw new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", `${kind} negation overflow: ${value}`);
    return -value;
  };
}

function checkSubscript(index: bigint, length: bigint): Value {
  if (index === 0n) throw new SqlError("INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1");
  if (index < 0n) throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Array subscript is negative: ${index}`);
  if (index > length)
    throw new SqlError(
      "INVALID_FUNCTION_ARGUMENT",
      `Array subscript must be less than or equal to array length: ${index} > ${length}`,
    );
  return index;
}

function mapSubscript({ key }: TypeOf<"map">): (map: MapValue, wanted: Value) => Value {
  const identity = identityOf(key);
  const print = textOf(key) as (value: Value) => string;
  return ({ entries }, wanted) => {
    const id = identity(wanted);
    const found = entries.find(([one]) => identity(one) === id);
    if (found === undefined)
      throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Key not present in map: ${print(wanted)}`);
    return found[1];
  };
}
