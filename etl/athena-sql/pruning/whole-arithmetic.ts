import type { BoundFunction, Run } from "../builtins";
import type { Type } from "../types/type";
import { SqlError } from "../syntax/error";
import type { Value } from "../values/value";

const BITS: Partial<Record<Type["kind"], number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };
const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  $add: (a, b) => a + b,
  $subtract: (a, b) => a - b,
  $multiply: (a, b) => a * b,
  $divide: (a, b) => a / notZero(b),
  $modulus: (a, b) => a % notZero(b),
  $negate: (a) => -a,
  $plus: (a) => a,
};

/** Operators of whole numbers, which DuckDB evaluates in a query; undefined for any other function. */
export function wholeArithmetic({ name, result }: BoundFunction): Run | undefined {
  const bits = BITS[result.kind];
  const operator = OPERATORS[name];
  if (bits === undefined || operator === undefined) return undefined;
  return (a: Value, b: Value = 0) => {
    const exact = operator(BigInt(a as number | bigint), BigInt(b as number | bigint));
    if (BigInt.asIntN(bits, exact) !== exact)
      throw new SqlError("NUMERIC_VALUE_OUT_OF_RANGE", `${result.kind} out of range: ${exact}`);
    return bits === 64 ? exact : Number(exact);
  };
}

function notZero(value: bigint): bigint {
  if (value === 0n) throw new SqlError("DIVISION_BY_ZERO", "Division by zero");
  return value;
}
