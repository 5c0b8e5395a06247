import { Decimal34, DOUBLE_DIGITS, parseNumeral, roundTo, type Numeric } from "./decimal34";

/**
 * The values of IoT SQL, which the math and filter languages share with topic rules
 * (https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html).
 *
 * | IoT SQL   | here |
 * |-----------|------|
 * | Int       | a whole `number` within 2^53, else a `bigint` (up to 34 digits, exact) |
 * | Decimal   | any other `number` (never NaN or Infinity), which stands for its shortest text, or a `Decimal34` |
 * | Boolean, String, Array, Object, Null | the JSON value |
 * | Undefined | `undefined` |
 */
export type Value = undefined | null | boolean | number | bigint | Decimal34 | string | readonly Value[] | ObjectValue;

/** Members are read as own properties only, so names such as `__proto__` and `constructor` are ordinary. */
export interface ObjectValue {
  readonly [name: string]: Value;
}

export type TypeName = "Undefined" | "Null" | "Boolean" | "Int" | "Decimal" | "String" | "Array" | "Object";

/** Largest magnitude of an Int: 34 digits. */
const INT_LIMIT = 10n ** 34n;

/** Text that IoT SQL reads as a number. */
const NUMERIC = /^-?\d+(?:\.\d+)?(?:[eE]-?\d+)?$/;

/** The IoT SQL type of a value; whole numbers are Int, as version 2016-03-23 has it. */
export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case "undefined":
      return "Undefined";
    case "boolean":
      return "Boolean";
    case "number":
      return Number.isSafeInteger(value) ? "Int" : "Decimal";
    case "bigint":
      return "Int";
    case "string":
      return "String";
    default:
      if (value instanceof Decimal34) return "Decimal";
      return value === null ? "Null" : Array.isArray(value) ? "Array" : "Object";
  }
}

/** A whole number in its usual representation; undefined beyond 34 digits. */
export function fromBigInt(value: bigint): number | bigint | undefined {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  return value > -INT_LIMIT && value < INT_LIMIT ? value : undefined;
}

/** A double as a value: -0 is 0, and what is not finite is Undefined. */
export function fromDouble(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** The number that a text means in IoT SQL, to 34 digits; undefined when it is none. */
export function parseNumber(text: string): Numeric | undefined {
  if (!NUMERIC.test(text)) return undefined;
  // a sign, a point and 15 digits: a double stands for it
  return text.length <= DOUBLE_DIGITS && !/[eE]/.test(text) ? fromDouble(Number(text)) : parseNumeral(text);
}

/** A number, or a text that is one, with all its digits; anything else is undefined. */
export function toExact(value: Value): Numeric | undefined {
  if (typeof value === "number" || typeof value === "bigint" || value instanceof Decimal34) return value;
  return typeof value === "string" ? parseNumber(value) : undefined;
}

/** As `toExact`, a Decimal of many digits as the nearest double; undefined beyond the doubles. */
export function toNumber(value: Value): number | bigint | undefined {
  const number = toExact(value);
  return number instanceof Decimal34 ? fromDouble(number.toNumber()) : number;
}

/** As `toNumber`, as a double. */
export function toDouble(value: Value): number | undefined {
  const number = toNumber(value);
  return typeof number === "bigint" ? Number(number) : number;
}

/**
 * The standard conversion to an Int: a Decimal is rounded to the nearest one (halves away from zero), a text that is a
 * number is cut; anything else is undefined. https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export function toInt(value: Value): number | bigint | undefined {
  const number = toExact(value);
  if (number === undefined || typeof number === "bigint") return number;
  if (number instanceof Decimal34) return wholeOf(number, typeof value === "string" ? "cut" : "round");
  return wholeNumber(typeof value === "string" ? Math.trunc(number) : roundHalfAway(number));
}

/** The double's whole part, and 1 away from zero when the rest is a half or more. The difference is exact. */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole + 0;
}

/** A whole double as an Int: exact beyond 2^53, Undefined beyond 34 digits. */
export function wholeNumber(x: number): number | bigint | undefined {
  return Number.isSafeInteger(x) ? x + 0 : fromBigInt(BigInt(x));
}

/** The whole number that rounding leaves; Undefined beyond 34 digits. */
export function wholeOf(value: Decimal34, how: "cut" | "floor" | "ceil" | "round"): number | bigint | undefined {
  const whole = roundTo(value, 0, how);
  return whole instanceof Decimal34 ? undefined : whole;
}

/** A Boolean, or the texts "true" and "false" in any case; anything else is undefined. */
export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string" || value.length > 5) return undefined;
  const text = value.toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** The text of a value; Null and Undefined have none. Arrays and objects become their JSON text. */
export function toText(value: Value): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Decimal34) return value.toString();
      return value === null || value === undefined ? undefined : toJson(value);
  }
}

/** Compact JSON of a value: whole numbers with all their digits; Undefined members are left out, elements are null. */
export function toJson(value: Value): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object") return JSON.stringify(value);
  if (value instanceof Decimal34) return value.toString();
  if (isArray(value)) return `[${value.map(toJson).join(",")}]`;
  const members: string[] = [];
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${toJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** `Array.isArray` that narrows a read-only array too. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A member of an object or an element of an array; Undefined when there is none. */
export function member(value: Value, step: string | number): Value {
  if (typeof value !== "object" || value === null || value instanceof Decimal34) return undefined;
  if (isArray(value)) return typeof step === "number" ? value[step] : undefined;
  return typeof step === "string" && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** An element of an array or a character of a text by its place, converted to an Int, or a member of an object by its name. */
export function elementOf(container: Value, key: Value): Value {
  if (typeof container === "string" || isArray(container)) {
    const place = toInt(key);
    return place === undefined || place < 0 ? undefined : container[Number(place)];
  }
  return typeof key === "string" ? member(container, key) : undefined;
}
