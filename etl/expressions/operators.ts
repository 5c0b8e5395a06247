/**
 * The operators of IoT SQL (reference 6.2 and 7). Whole numbers are exact up to 34 digits, anything else is computed in
 * double precision. Division by zero, overflow and operands of a wrong type yield Undefined (reference 13, number 25).
 */
import { fromBigInt, fromDouble, isArray, toBoolean, toNumber, toText, type ObjectValue, type Value } from "./values";

const MAX = Number.MAX_SAFE_INTEGER;

export type Arithmetic = (a: Value, b: Value) => Value;

/** Int for two Ints, Decimal for other numbers; two texts are joined as soon as one operand is a text. */
export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a + b;
    if (result >= -MAX && result <= MAX) return result + 0;
  }
  return typeof a === "string" || typeof b === "string" ? join(a, b) : exactly(a, b, plus, (x, y) => x + y);
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a - b;
    if (result >= -MAX && result <= MAX) return result + 0;
  }
  return exactly(a, b, minus, (x, y) => x - y);
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b;
    if (result >= -MAX && result <= MAX) return result + 0;
  }
  return exactly(a, b, times, (x, y) => x * y);
}

/** Decimal division: 9/5 is 1.8. */
export function divide(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : fromDouble(a / b);
  const x = toNumber(a);
  const y = toNumber(b);
  if (x === undefined || y === undefined || Number(y) === 0) return undefined;
  if (typeof x === "bigint" && isWhole(y) && x % BigInt(y) === 0n) return fromBigInt(x / BigInt(y));
  return fromDouble(Number(x) / Number(y));
}

/** Integer division of two whole numbers, truncated towards zero: 9/5 is 1. */
export function divideWhole(a: number | bigint, b: number | bigint): Value {
  return Number(b) === 0 ? undefined : fromBigInt(BigInt(a) / BigInt(b));
}

/** The remainder has the dividend's sign. */
export function remainder(a: Value, b: Value): Value {
  const x = toNumber(a);
  const y = toNumber(b);
  if (x === undefined || y === undefined || Number(y) === 0) return undefined;
  if (isWhole(x) && isWhole(y)) return fromBigInt(BigInt(x) % BigInt(y));
  return fromDouble(Number(x) % Number(y));
}

export function negate(a: Value): Value {
  return typeof a === "string" ? subtract(0, toNumber(a)) : subtract(0, a);
}

function plus(x: bigint, y: bigint): bigint {
  return x + y;
}

function minus(x: bigint, y: bigint): bigint {
  return x - y;
}

function times(x: bigint, y: bigint): bigint {
  return x * y;
}

function isWhole(x: number | bigint): boolean {
  return typeof x === "bigint" || Number.isSafeInteger(x);
}

function exactly(
  a: Value,
  b: Value,
  whole: (x: bigint, y: bigint) => bigint,
  double: (x: number, y: number) => number,
): Value {
  const x = toNumber(a);
  const y = toNumber(b);
  if (x === undefined || y === undefined) return undefined;
  return isWhole(x) && isWhole(y) ? fromBigInt(whole(BigInt(x), BigInt(y))) : fromDouble(double(Number(x), Number(y)));
}

function join(a: Value, b: Value): Value {
  const left = toText(a);
  const right = toText(b);
  return left === undefined || right === undefined ? undefined : left + right;
}

/** -1, 0 or 1 after both sides became numbers; Undefined when one cannot. */
export function compare(a: Value, b: Value): number | undefined {
  const x = typeof a === "number" ? a : toNumber(a);
  const y = typeof b === "number" ? b : toNumber(b);
  if (x === undefined || y === undefined) return undefined;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Equal by value within one type; different types are not equal; Undefined when a side is. */
export function equal(a: Value, b: Value): boolean | undefined {
  return a === undefined || b === undefined ? undefined : same(a, b);
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === "bigint" || typeof b === "bigint") {
    // eslint-disable-next-line eqeqeq -- loose equality of numbers only: 1n == 1, and never a text
    return (typeof a === "number" || typeof b === "number") && a == b;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isArray(a) || isArray(b)) {
    return isArray(a) && isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  return sameObject(a, b);
}

function sameObject(a: ObjectValue, b: ObjectValue): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}

/** NOT of a Boolean or of the texts "true" and "false"; anything else is Undefined. */
export function not(a: Value): boolean | undefined {
  const operand = toBoolean(a);
  return operand === undefined ? undefined : !operand;
}

/** Whether a value is among the items; Undefined when it is in none and a comparison was Undefined. */
export function isIn(a: Value, items: readonly Value[]): boolean | undefined {
  let found: boolean | undefined = a === undefined ? undefined : false;
  for (const item of items) {
    const outcome = equal(a, item);
    if (outcome === true) return true;
    if (outcome === undefined) found = undefined;
  }
  return found;
}

export function isBetween(a: Value, low: Value, high: Value): boolean | undefined {
  const left = compare(a, low);
  const right = compare(a, high);
  return left === undefined || right === undefined ? undefined : left >= 0 && right <= 0;
}

/** A test for SQL's LIKE: `%` any text, `_` one character; the escape character takes the next one as it is. */
export function likeMatcher(pattern: string, escape: string | undefined): (text: string) => boolean {
  const parts: (string | 0 | 1)[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === escape && i + 1 < characters.length) parts.push(characters[++i] as string);
    else parts.push(character === "%" ? 0 : character === "_" ? 1 : character);
  }
  return (text) => matchesLike(parts, [...text]);
}

/** Linear in the text for each `%`: on a mismatch it goes on behind the last `%` only, so no pattern can hang it. */
function matchesLike(parts: readonly (string | 0 | 1)[], text: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let lastAny = -1;
  let resumeAt = 0;
  while (at < text.length) {
    if (part < parts.length && parts[part] === 0) {
      lastAny = part++;
      resumeAt = at;
    } else if (part < parts.length && (parts[part] === 1 || parts[part] === text[at])) {
      part++;
      at++;
    } else if (lastAny >= 0) {
      part = lastAny + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (parts[part] === 0) part++;
  return part === parts.length;
}
