/** Values of the slow evaluator: every number is a record of its type and value. Exact arithmetic is decimal.js's. */
import Decimal from "decimal.js";
import { Decimal34, type Value } from "../../../etl/expressions";

/** Wide enough for every exact intermediate result. */
export const Exact = Decimal.clone({ precision: 2500, rounding: Decimal.ROUND_HALF_EVEN, minE: -9e15, maxE: 9e15 });
export type Exact = Decimal;

export type Slow =
  | { type: "Undefined" }
  | { type: "Null" }
  | { type: "Boolean"; value: boolean }
  | { type: "Int"; value: bigint }
  /** `exact` where it is no result of double precision */
  | { type: "Decimal"; value: number; whole?: bigint; exact?: Exact }
  | { type: "String"; value: string }
  | { type: "Array"; value: readonly Value[] }
  | { type: "Object"; value: object };

export const UNDEFINED: Slow = { type: "Undefined" };

export function tag(value: Value): Slow {
  if (value === undefined) return UNDEFINED;
  if (value === null) return { type: "Null" };
  if (typeof value === "boolean") return { type: "Boolean", value };
  if (typeof value === "string") return { type: "String", value };
  if (typeof value === "bigint") return { type: "Int", value };
  if (value instanceof Decimal34) return ofExact(true, new Exact(value.toString()));
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return { type: "Int", value: BigInt(value) };
    const exact = new Exact(String(value));
    return exact.sd() > 15 ? { type: "Decimal", value } : { type: "Decimal", value, exact };
  }
  return Array.isArray(value) ? { type: "Array", value: value as Value[] } : { type: "Object", value };
}

export function untag(slow: Slow): Value {
  if (slow.type === "Undefined") return undefined;
  if (slow.type === "Null") return null;
  if (slow.type === "Int") return simplest(slow.value);
  if (slow.type === "Decimal") {
    if (slow.whole !== undefined) return simplest(slow.whole);
    return isLong(slow.exact) ? longDecimal(slow.exact as Exact) : slow.value;
  }
  return slow.value as Value;
}

function simplest(value: bigint): Value {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Whether no double stands for it. */
function isLong(exact: Exact | undefined): boolean {
  return exact !== undefined && (exact.sd() > 15 || Math.abs(exact.e) >= 300);
}

function longDecimal(exact: Exact): Decimal34 {
  const [digits = "", exponent = "0"] = exact.toExponential().replace("+", "").split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  return new Decimal34(BigInt(whole + fraction), fraction.length - Number(exponent));
}

/** Rounded to 34 digits, within the magnitudes of a Decimal. */
export function ofExact(decimal: boolean, value: Exact): Slow {
  const exact = value.toSignificantDigits(34, Decimal.ROUND_HALF_EVEN);
  if (exact.isZero() || exact.e < -999) return made(decimal, 0n, NaN);
  if (exact.e > 999) return UNDEFINED;
  if (exact.isInteger() && exact.e < 34) return made(decimal, BigInt(exact.toFixed(0)), NaN);
  return { type: "Decimal", value: exact.toNumber(), exact };
}

/** A number as both the exact whole value, where there is one, and a double. */
export interface Num {
  decimal: boolean;
  whole: bigint | undefined;
  double: number;
  /** the decimal that it stands for; of a result of double precision, that of its shortest text */
  exact: Exact;
  /** a result of double precision */
  rough: boolean;
  /** no double stands for it, and it is no Int */
  long: boolean;
}

export function num(slow: Slow): Num | undefined {
  if (slow.type === "Int") return ofWhole(false, slow.value);
  if (slow.type === "Decimal") {
    const safe = !isLong(slow.exact) && Number.isSafeInteger(slow.value);
    const whole = slow.whole ?? (safe ? BigInt(slow.value) : undefined);
    if (whole !== undefined) return ofWhole(true, whole);
    const exact = slow.exact ?? new Exact(String(slow.value));
    const rough = slow.exact === undefined;
    return { decimal: true, whole, double: slow.value, exact, rough, long: isLong(slow.exact) };
  }
  if (slow.type !== "String" || !/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(slow.value)) return undefined;
  const parsed = ofExact(true, new Exact(slow.value));
  return parsed.type === "Undefined" ? undefined : { ...(num(parsed) as Num), decimal: true };
}

function ofWhole(decimal: boolean, whole: bigint): Num {
  return { decimal, whole, double: Number(whole), exact: new Exact(whole.toString()), rough: false, long: false };
}

export function made(decimal: boolean, whole: bigint | undefined, double: number): Slow {
  if (whole !== undefined) {
    if (whole >= 10n ** 34n || whole <= -(10n ** 34n)) return UNDEFINED;
    return decimal ? { type: "Decimal", value: Number(whole), whole } : { type: "Int", value: whole };
  }
  if (!Number.isFinite(double)) return UNDEFINED;
  const exact = new Exact(String(double));
  return exact.sd() > 15 ? { type: "Decimal", value: double } : { type: "Decimal", value: double, exact };
}

export function text(slow: Slow): string | undefined {
  const value = untag(slow);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || value instanceof Decimal34) return String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `@${part}@` : part)).replace(
    /"@(-?\d+)@"/g,
    "$1",
  );
}

function deepEqual(a: Value, b: Value): boolean {
  const [left, right] = [tag(a), tag(b)];
  const [x, y] = [num(left), num(right)];
  if (left.type !== "String" && right.type !== "String" && x && y) {
    if (x.long || y.long) return x.long && y.long && x.exact.eq(y.exact);
    // loose equality of a bigint and a double is exact
    // eslint-disable-next-line eqeqeq -- loose equality of numbers only: 1n == 1
    return (x.whole ?? x.double) == (y.whole ?? y.double);
  }
  if (left.type !== right.type) return false;
  if (left.type === "Null" || left.type === "Undefined") return true;
  if (left.type === "Array" && right.type === "Array") {
    return left.value.length === right.value.length && left.value.every((item, i) => deepEqual(item, right.value[i]));
  }
  if (left.type === "Object" && right.type === "Object") {
    const [p, q] = [left.value as Record<string, Value>, right.value as Record<string, Value>];
    const keys = new Set([...Object.keys(p), ...Object.keys(q)]);
    return [...keys].every((key) => key in p && key in q && deepEqual(p[key], q[key]));
  }
  return (left as { value: unknown }).value === (right as { value: unknown }).value;
}

export function equals(a: Slow, b: Slow): boolean | undefined {
  return a.type === "Undefined" || b.type === "Undefined" ? undefined : deepEqual(untag(a), untag(b));
}

export function order(a: Slow, b: Slow): number | undefined {
  const [x, y] = [num(a), num(b)];
  if (!x || !y) return undefined;
  if (x.long || y.long) return x.exact.cmp(y.exact);
  if (x.whole !== undefined && y.whole !== undefined) return x.whole < y.whole ? -1 : x.whole > y.whole ? 1 : 0;
  const [p, q] = [x.whole ?? x.double, y.whole ?? y.double];
  return p < q ? -1 : p > q ? 1 : 0;
}

export function truth(slow: Slow): boolean | undefined {
  if (slow.type === "Boolean") return slow.value;
  return slow.type === "String" && /^(true|false)$/i.test(slow.value) ? slow.value.length === 4 : undefined;
}

export function bool(value: boolean | undefined, negated = false): Slow {
  return value === undefined ? UNDEFINED : { type: "Boolean", value: value !== negated };
}

export function wholeOf(value: number | bigint): bigint | undefined {
  return typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
