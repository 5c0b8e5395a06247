/**
 * The 21 functions of the math language. A text is converted to a number first; Boolean, Array, Object,
 * Null and Undefined arguments, and results that are imaginary or infinite, yield Undefined.
 */
import { Decimal34, negateDecimal, roundTo, type Numeric } from "./decimal34";
import { functionTable, type FunctionSpec, type ResultType } from "./functions";
import { fromDouble, roundHalfAway, toDouble, toExact, wholeNumber, wholeOf, type Value } from "./values";
import { remainder } from "./operators";

type Entry = readonly [string, FunctionSpec];

/** A function of one argument. */
function unary(name: string, result: ResultType, ofOne: (x: Value) => Value): Entry {
  const signature = `${name}(x)`;
  return [name, { min: 1, max: 1, signature, result, takes: "numbers", ofOne, evaluate: ([x]) => ofOne(x) }];
}

/** A function of two arguments. */
function binary(signature: string, result: ResultType, ofTwo: (a: Value, b: Value) => Value): Entry {
  const name = signature.slice(0, signature.indexOf("("));
  return [name, { min: 2, max: 2, signature, result, takes: "numbers", ofTwo, evaluate: ([a, b]) => ofTwo(a, b) }];
}

/** A function of one double. */
function ofDouble(name: string, apply: (x: number) => number): Entry {
  return unary(name, "Decimal", (argument) => {
    const x = typeof argument === "number" ? argument : toDouble(argument);
    return x === undefined ? undefined : fromDouble(apply(x));
  });
}

/** A function of two doubles. */
function ofDoubles(name: string, apply: (a: number, b: number) => number): Entry {
  return binary(`${name}(a, b)`, "Decimal", (first, second) => {
    const a = toDouble(first);
    const b = toDouble(second);
    return a === undefined || b === undefined ? undefined : fromDouble(apply(a, b));
  });
}

/** A function of one number that keeps whole numbers exact. */
function ofNumber(name: string, result: ResultType, apply: (x: Numeric) => Value): Entry {
  return unary(name, result, (argument) => {
    const x = toExact(argument);
    return x === undefined ? undefined : apply(x);
  });
}

const MOST_SCALED = 9;
const POWERS = Array.from({ length: MOST_SCALED + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Cuts a number to n decimal places, as it is written in decimal. n below 0 counts as 0, above 34 as 34, and a fraction
 * of n is rounded down.
 */
function truncate(x: Numeric, n: number): Value {
  const places = Math.min(34, Math.max(0, Math.floor(n)));
  if (x instanceof Decimal34) return roundTo(x, places, "cut");
  if (typeof x === "bigint" || Number.isInteger(x)) return x;
  if (places <= MOST_SCALED) {
    const power = POWERS[places] as number;
    const scaled = x * power;
    // away from a whole number the product is cut where the decimal is, and the quotient of two exact doubles is rounded once
    if (Math.abs(scaled) < 2 ** 40 && Math.abs(scaled - Math.round(scaled)) > 1e-3)
      return Math.trunc(scaled) / power + 0;
  }
  const [digits, exponent] = x.toExponential().split("e") as [string, string];
  // digits that stand before the point, counted from the first significant one
  const shown = digits.replace(/[-.]/g, "").length;
  const kept = Number(exponent) + 1 + places;
  if (kept >= shown) return x;
  if (kept <= 0) return 0;
  const sign = digits.startsWith("-") ? "-" : "";
  const significant = digits.replace(/[-.]/g, "").slice(0, kept);
  return fromDouble(Number(`${sign}${significant}e${Number(exponent) - kept + 1}`));
}

const SPECIAL: readonly Entry[] = [
  ofNumber("abs", "Same", (x) => {
    if (x instanceof Decimal34) return x.unscaled < 0n ? negateDecimal(x) : x;
    return x < 0 ? -x : x;
  }),
  ofNumber("ceil", "Int", (x) => {
    if (x instanceof Decimal34) return wholeOf(x, "ceil");
    return typeof x === "bigint" ? x : wholeNumber(Math.ceil(x));
  }),
  ofNumber("round", "Int", (x) => {
    if (x instanceof Decimal34) return wholeOf(x, "round");
    return typeof x === "bigint" ? x : wholeNumber(roundHalfAway(x));
  }),
  ofNumber("sign", "Int", (x) => {
    const value = x instanceof Decimal34 ? x.unscaled : x;
    return value > 0 ? 1 : value < 0 ? -1 : 0;
  }),
  binary("mod(a, b)", "Widest", remainder),
  binary("trunc(x, n)", "Same", (first, second) => {
    const x = toExact(first);
    const n = toDouble(second);
    return x === undefined || n === undefined ? undefined : truncate(x, n);
  }),
];

const OF_DOUBLES: readonly Entry[] = [
  ofDouble("acos", Math.acos),
  ofDouble("asin", Math.asin),
  ofDouble("atan", Math.atan),
  ofDouble("cos", Math.cos),
  ofDouble("cosh", Math.cosh),
  ofDouble("exp", Math.exp),
  ofDouble("ln", Math.log),
  ofDouble("log", Math.log10),
  ofDouble("sin", Math.sin),
  ofDouble("sinh", Math.sinh),
  ofDouble("sqrt", Math.sqrt),
  ofDouble("tan", Math.tan),
  ofDouble("tanh", Math.tanh),
  ofDoubles("atan2", Math.atan2),
  ofDoubles("power", (a, b) => a ** b),
];

/** Functions whose results have double precision, and not 34 digits. */
export const DOUBLE_FUNCTIONS: ReadonlySet<string> = new Set(OF_DOUBLES.map(([name]) => name));

export const MATH_FUNCTIONS = functionTable<unknown>(OF_DOUBLES, SPECIAL);
