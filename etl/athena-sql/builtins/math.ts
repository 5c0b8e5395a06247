/** Mathematical functions. https://trino.io/docs/current/functions/math.html */
import { SqlError } from "../syntax/error";
import { decimal, type Type, type TypeOf } from "../types/type";
import { compareOf } from "../values/compare";
import type { Value } from "../values/value";
import { divideHalfUp, floorDiv, powerOf10 } from "../values/whole";
import { scalar, type CallTypes } from "./registry";

const outOfRange = (text: string, code = "NUMERIC_VALUE_OUT_OF_RANGE"): never => {
  throw new SqlError(code, text);
};

const WHOLE = ["bigint", "integer", "smallint", "tinyint"] as const;
type WholeKind = (typeof WHOLE)[number];
const LARGEST: Readonly<Record<WholeKind, bigint>> = {
  tinyint: 127n,
  smallint: 32767n,
  integer: 2147483647n,
  bigint: 9223372036854775807n,
};

for (const kind of WHOLE) {
  const give = kind === "bigint" ? (value: bigint): Value => value : (value: bigint): Value => Number(value);
  const same = (value: number | bigint): Value => value;
  scalar(`abs(${kind}): ${kind}`, (value: number | bigint) => {
    const size = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
    return size > LARGEST[kind] ? outOfRange(`Value ${value} is out of range for abs(${kind})`) : give(size);
  });
  for (const name of ["ceil", "ceiling", "floor"]) scalar(`${name}(${kind}): ${kind}`, same);
  scalar(`round(${kind}): ${kind}`, same);
  scalar(`round(${kind}, integer): ${kind}`, (value: number | bigint, digits: number) => {
    if (digits >= 0) return value;
    const factor = powerOf10(Math.min(40, -digits));
    const rounded = divideHalfUp(BigInt(value), factor) * factor;
    if (rounded > LARGEST[kind] || rounded < -LARGEST[kind] - 1n)
      return kind === "integer"
        ? outOfRange("integer overflow", "GENERIC_INTERNAL_ERROR")
        : outOfRange(kind === "bigint" ? `numerical overflow: ${value}` : `Out of range for ${kind}: ${rounded}`);
    return give(rounded);
  });
  scalar(`sign(${kind}): ${kind}`, (value: number | bigint) => give(BigInt(value < 0 ? -1 : value > 0 ? 1 : 0)));
  scalar(`mod(${kind}, ${kind}): ${kind}`, (a: number | bigint, b: number | bigint) =>
    BigInt(b) === 0n ? outOfRange("/ by zero", "GENERIC_INTERNAL_ERROR") : give(BigInt(a) % BigInt(b)),
  );
}

/** Half away from zero, at so many digits. */
function roundDouble(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const factor = 10 ** digits;
  const scaled = Math.abs(value) * factor;
  // Beyond 2^53 there is no fraction.
  if (!Number.isFinite(scaled) || scaled > Number.MAX_SAFE_INTEGER) return value;
  const rounded = Math.round(scaled) / factor;
  return value < 0 ? -rounded : rounded;
}

for (const kind of ["double", "real"] as const) {
  const give = kind === "real" ? Math.fround : (value: number): number => value;
  scalar(`abs(${kind}): ${kind}`, (value: number) => Math.abs(value));
  for (const name of ["ceil", "ceiling"]) scalar(`${name}(${kind}): ${kind}`, (value: number) => Math.ceil(value));
  scalar(`floor(${kind}): ${kind}`, (value: number) => Math.floor(value));
  scalar(`round(${kind}): ${kind}`, (value: number) => give(roundDouble(value, 0)));
  scalar(`round(${kind}, integer): ${kind}`, (value: number, digits: number) => give(roundDouble(value, digits)));
  scalar(`sign(${kind}): ${kind}`, (value: number) => Math.sign(value));
  scalar(`truncate(${kind}): ${kind}`, (value: number) => Math.trunc(value));
  scalar(`mod(${kind}, ${kind}): ${kind}`, (a: number, b: number) => give(a % b));
  scalar(`is_nan(${kind}): boolean`, (value: number) => Number.isNaN(value));
}

// Decimals

type Decimal = TypeOf<"decimal">;
const operand = ({ args }: CallTypes): Decimal => args[0] as Decimal;
const wholeDigits = (types: CallTypes): Type => {
  const { precision, scale } = operand(types);
  return decimal(precision - scale + Math.min(scale, 1), 0);
};

scalar("abs(decimal(p,s)): decimal(p,s)", (value: bigint) => (value < 0n ? -value : value));
for (const name of ["ceil", "ceiling"])
  scalar(`${name}(decimal(p,s)): decimal`, undefined, {
    result: wholeDigits,
    make: (types) => (value: bigint) => -floorDiv(-value, powerOf10(operand(types).scale)),
  });
scalar("floor(decimal(p,s)): decimal", undefined, {
  result: wholeDigits,
  make: (types) => (value: bigint) => floorDiv(value, powerOf10(operand(types).scale)),
});
scalar("round(decimal(p,s)): decimal", undefined, {
  result: (types) => {
    const { precision, scale } = operand(types);
    return decimal(Math.min(38, precision - scale + Math.min(1, scale)), 0);
  },
  make: (types) => (value: bigint) => divideHalfUp(value, powerOf10(operand(types).scale)),
});
scalar("round(decimal(p,s), integer): decimal", undefined, {
  result: (types) => decimal(Math.min(38, operand(types).precision + 1), operand(types).scale),
  make: (types) => {
    const { precision, scale } = operand(types);
    return (value: bigint, digits: number) => {
      if (digits >= scale) return value;
      if (scale - digits > precision) return 0n;
      const factor = powerOf10(scale - digits);
      const rounded = divideHalfUp(value, factor) * factor;
      return rounded >= powerOf10(38) || rounded <= -powerOf10(38)
        ? outOfRange(`decimal overflow: ${rounded}`)
        : rounded;
    };
  },
});
scalar("truncate(decimal(p,s)): decimal", undefined, {
  result: (types) => decimal(Math.max(1, operand(types).precision - operand(types).scale), 0),
  make: (types) => (value: bigint) => value / powerOf10(operand(types).scale),
});
scalar("truncate(decimal(p,s), integer): decimal(p,s)", undefined, {
  make: (types) => {
    const { precision, scale } = operand(types);
    return (value: bigint, digits: number) => {
      if (digits >= scale) return value;
      if (scale - digits > precision) return 0n;
      const factor = powerOf10(scale - digits);
      return (value / factor) * factor;
    };
  },
});
scalar("sign(decimal(p,s)): decimal(1,0)", (value: bigint) => (value < 0n ? -1n : value > 0n ? 1n : 0n));

// Doubles

for (const [name, of] of [
  ["sqrt", Math.sqrt],
  ["cbrt", Math.cbrt],
  ["exp", Math.exp],
  ["ln", Math.log],
  ["log2", (x: number) => Math.log(x) / Math.LN2],
  ["log10", Math.log10],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sinh", Math.sinh],
  ["cosh", Math.cosh],
  ["tanh", Math.tanh],
  ["degrees", (x: number) => (x * 180) / Math.PI],
  ["radians", (x: number) => (x / 180) * Math.PI],
] as const)
  scalar(`${name}(double): double`, (x: number) => of(x));
for (const name of ["pow", "power"]) scalar(`${name}(double, double): double`, (x: number, y: number) => x ** y);
scalar("log(double, double): double", (base: number, x: number) => Math.log(x) / Math.log(base));
scalar("atan2(double, double): double", (y: number, x: number) => Math.atan2(y, x));
scalar("is_finite(double): boolean", (x: number) => Number.isFinite(x));
scalar("is_infinite(double): boolean", (x: number) => x === Infinity || x === -Infinity);
scalar("pi(): double", () => Math.PI);
scalar("e(): double", () => Math.E);
scalar("nan(): double", () => NaN);
scalar("infinity(): double", () => Infinity);

for (const [name, sign] of [
  ["greatest", 1],
  ["least", -1],
] as const)
  scalar(`${name}(E...): E where E orderable`, undefined, {
    make: ({ result }) => {
      // NaN is taken only where there is nothing else.
      const compare = compareOf(result, sign === 1 ? -1 : 1);
      return (...values: Value[]) => values.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best));
    },
  });
