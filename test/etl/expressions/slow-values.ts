/** Values of the slow evaluator: every number is a record of its type and value. */
import type { Value } from "../../../etl/expressions";

export type Slow =
  | { type: "Undefined" }
  | { type: "Null" }
  | { type: "Boolean"; value: boolean }
  | { type: "Int"; value: bigint }
  | { type: "Decimal"; value: number; whole?: bigint }
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
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { type: "Int", value: BigInt(value) } : { type: "Decimal", value };
  }
  return Array.isArray(value) ? { type: "Array", value: value as Value[] } : { type: "Object", value };
}

export function untag(slow: Slow): Value {
  if (slow.type === "Undefined") return undefined;
  if (slow.type === "Null") return null;
  if (slow.type === "Int") return simplest(slow.value);
  if (slow.type === "Decimal") return slow.whole !== undefined ? simplest(slow.whole) : slow.value;
  return slow.value as Value;
}

function simplest(value: bigint): Value {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A number as both the exact whole value, where there is one, and a double. */
export interface Num {
  decimal: boolean;
  whole: bigint | undefined;
  double: number;
}

export function num(slow: Slow): Num | undefined {
  if (slow.type === "Int") return { decimal: false, whole: slow.value, double: Number(slow.value) };
  if (slow.type === "Decimal") {
    const whole = slow.whole ?? (Number.isSafeInteger(slow.value) ? BigInt(slow.value) : undefined);
    return { decimal: true, whole, double: slow.value };
  }
  if (slow.type !== "String" || !/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(slow.value)) return undefined;
  const double = Number(slow.value);
  const exact = /^-?\d{1,34}$/.test(slow.value) ? BigInt(slow.value) : undefined;
  return { decimal: true, whole: exact ?? (Number.isSafeInteger(double) ? BigInt(double) : undefined), double };
}

export function made(decimal: boolean, whole: bigint | undefined, double: number): Slow {
  if (whole !== undefined) {
    if (whole >= 10n ** 34n || whole <= -(10n ** 34n)) return UNDEFINED;
    return decimal ? { type: "Decimal", value: Number(whole), whole } : { type: "Int", value: whole };
  }
  return Number.isFinite(double) ? { type: "Decimal", value: double } : UNDEFINED;
}

export function text(slow: Slow): string | undefined {
  const value = untag(slow);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `@${part}@` : part)).replace(
    /"@(-?\d+)@"/g,
    "$1",
  );
}

function deepEqual(a: Value, b: Value): boolean {
  const [left, right] = [tag(a), tag(b)];
  const [x, y] = [num(left), num(right)];
  if (left.type !== "String" && right.type !== "String" && x && y) {
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
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
