/**
 * The operators of IoT SQL (https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html). Numbers are exact to 34
 * digits; what functions of double precision yield stays so. Division by zero, an Int of more digits and operands of a wrong type yield
 * Undefined, which AWS does not document.
 */
import {
  addExactly,
  compareExactly,
  Decimal34,
  divideExactly,
  multiplyExactly,
  remainderExactly,
  subtractExactly,
  type Numeric,
} from "./decimal34";
import { fromBigInt, fromDouble, isArray, toBoolean, toExact, toText, type ObjectValue, type Value } from "./values";

const MAX = Number.MAX_SAFE_INTEGER;
/** Most readings have no more places behind the point: their arithmetic is that of whole millionths. */
const UNIT = 1e6;
/** Below it every whole number of units is exact, and so is the text of its quotient. */
const MOST_UNITS = 1e15;

export type Arithmetic = (a: Value, b: Value) => Value;

/**
 * The whole millionths that a number is, or NaN. A decimal of up to 15 digits and its double are one and the same to us, and the
 * quotient of two exact doubles is rounded once, so the double of n / 10^6 stands for exactly that decimal.
 */
function units(x: number): number {
  const scaled = Math.round(x * UNIT);
  return scaled / UNIT === x && scaled <= MOST_UNITS && scaled >= -MOST_UNITS ? scaled : NaN;
}

/** Units as a number again; NaN when they are too many to be exact. */
function ofUnits(scaled: number): number {
  return scaled <= MOST_UNITS && scaled >= -MOST_UNITS ? scaled / UNIT + 0 : NaN;
}

/** Int for two Ints, Decimal for other numbers; two texts are joined as soon as one operand is a text. */
export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a + b;
    if (Number.isInteger(a) && Number.isInteger(b) && result >= -MAX && result <= MAX) return result;
    const fast = ofUnits(units(a) + units(b));
    return fast === fast ? fast : numbers(a, b, plus, addExactly);
  }
  return typeof a === "string" || typeof b === "string" ? join(a, b) : numbers(a, b, plus, addExactly);
}

/** Int for two Ints, Decimal for other numbers. */
export function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a - b;
    if (Number.isInteger(a) && Number.isInteger(b) && result >= -MAX && result <= MAX) return result + 0;
    const fast = ofUnits(units(a) - units(b));
    if (fast === fast) return fast;
  }
  return numbers(a, b, minus, subtractExactly);
}

/** Int for two Ints, Decimal for other numbers. */
export function multiply(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b;
    const isWhole = Number.isInteger(a);
    if (isWhole && Number.isInteger(b)) {
      if (result >= -MAX && result <= MAX) return result + 0;
    } else {
      const fast = isWhole
        ? ofUnits(a * units(b))
        : Number.isInteger(b)
          ? ofUnits(units(a) * b)
          : ofSquareUnits(units(a) * units(b));
      if (fast === fast) return fast;
    }
  }
  return numbers(a, b, times, multiplyExactly);
}

/** Products of millionths. */
function ofSquareUnits(scaled: number): number {
  return scaled <= MOST_UNITS && scaled >= -MOST_UNITS ? scaled / (UNIT * UNIT) + 0 : NaN;
}

/** Decimal division: 9/5 is 1.8. */
export function divide(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b === 0) return undefined;
    const result = a / b;
    if (Number.isInteger(result) && result >= -MAX && result <= MAX && Number.isInteger(b) && Number.isInteger(a))
      return result + 0;
    // exact when the quotient has few places and gives the dividend again
    const quotient = Math.round(result * UNIT);
    if (Number.isInteger(b) && quotient * b === units(a)) {
      const fast = ofUnits(quotient);
      if (fast === fast) return fast;
    }
  }
  return numbers(a, b, undefined, divideExactly);
}

/** Integer division of two whole numbers, truncated towards zero: 9/5 is 1. */
export function divideWhole(a: number | bigint, b: number | bigint): Value {
  return Number(b) === 0 ? undefined : fromBigInt(BigInt(a) / BigInt(b));
}

/** The remainder has the dividend's sign. */
export function remainder(a: Value, b: Value): Value {
  const x = toExact(a);
  const y = toExact(b);
  if (x === undefined || y === undefined || y === 0) return undefined;
  return isWhole(x) && isWhole(y) ? fromBigInt(BigInt(x) % BigInt(y)) : remainderExactly(x, y);
}

/** The number with the other sign; a text is converted first. */
export function negate(a: Value): Value {
  return typeof a === "string" ? subtract(0, toExact(a)) : subtract(0, a);
}

/** An operator of doubles; other operands are taken by `otherwise`. Division by 0 and overflow yield Undefined. */
export function inDoubles(apply: (a: number, b: number) => number, otherwise: Arithmetic): Arithmetic {
  return (a, b) => (typeof a === "number" && typeof b === "number" ? fromDouble(apply(a, b)) : otherwise(a, b));
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

function isWhole(x: Numeric): x is number | bigint {
  return typeof x === "bigint" || Number.isSafeInteger(x);
}

/** @param whole for two Ints, whose result is one; undefined for division */
function numbers(
  a: Value,
  b: Value,
  whole: ((x: bigint, y: bigint) => bigint) | undefined,
  exact: (x: Numeric, y: Numeric) => Numeric | undefined,
): Value {
  const x = toExact(a);
  const y = toExact(b);
  if (x === undefined || y === undefined) return undefined;
  return whole !== undefined && isWhole(x) && isWhole(y) ? fromBigInt(whole(BigInt(x), BigInt(y))) : exact(x, y);
}

function join(a: Value, b: Value): Value {
  const left = toText(a);
  const right = toText(b);
  return left === undefined || right === undefined ? undefined : left + right;
}

/** -1, 0 or 1 after both sides became numbers; Undefined when one cannot. */
export function compare(a: Value, b: Value): number | undefined {
  const x = typeof a === "number" ? a : toExact(a);
  const y = typeof b === "number" ? b : toExact(b);
  return x === undefined || y === undefined ? undefined : compareExactly(x, y);
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
  if (a instanceof Decimal34 || b instanceof Decimal34)
    return a instanceof Decimal34 && b instanceof Decimal34 && compareExactly(a, b) === 0;
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

/** Whether a number lies between two others, both included. */
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
