/**
 * A second evaluator, written from the tables of the reference with no regard to speed: every number is a record of its
 * type and value. What the compiler yields is compared with it.
 */
import type { Node } from "../../../etl/expressions";
import type { Value } from "../../../etl/expressions";

type Slow =
  | { type: "Undefined" }
  | { type: "Null" }
  | { type: "Boolean"; value: boolean }
  | { type: "Int"; value: bigint }
  | { type: "Decimal"; value: number; whole?: bigint }
  | { type: "String"; value: string }
  | { type: "Array"; value: readonly Value[] }
  | { type: "Object"; value: object };

const UNDEFINED: Slow = { type: "Undefined" };

function tag(value: Value): Slow {
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

function untag(slow: Slow): Value {
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
interface Num {
  decimal: boolean;
  whole: bigint | undefined;
  double: number;
}

function num(slow: Slow): Num | undefined {
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

function made(decimal: boolean, whole: bigint | undefined, double: number): Slow {
  if (whole !== undefined) {
    if (whole >= 10n ** 34n || whole <= -(10n ** 34n)) return UNDEFINED;
    return decimal ? { type: "Decimal", value: Number(whole), whole } : { type: "Int", value: whole };
  }
  return Number.isFinite(double) ? { type: "Decimal", value: double } : UNDEFINED;
}

function text(slow: Slow): string | undefined {
  const value = untag(slow);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `@${part}@` : part === undefined ? null : part,
  ).replace(/"@(-?\d+)@"/g, "$1");
}

function arithmetic(operator: string, a: Slow, b: Slow, integerDivision: boolean): Slow {
  if (operator === "+" && (a.type === "String" || b.type === "String")) {
    const left = text(a);
    const right = text(b);
    return left === undefined || right === undefined ? UNDEFINED : { type: "String", value: left + right };
  }
  const x = num(a);
  const y = num(b);
  if (x === undefined || y === undefined) return UNDEFINED;
  const decimal = x.decimal || y.decimal;
  const both = x.whole !== undefined && y.whole !== undefined ? ([x.whole, y.whole] as const) : undefined;
  switch (operator) {
    case "+":
      return made(decimal, both && both[0] + both[1], x.double + y.double);
    case "-":
      return made(decimal, both && both[0] - both[1], x.double - y.double);
    case "*":
      return made(decimal, both && both[0] * both[1], x.double * y.double);
    case "%":
      if (y.double === 0) return UNDEFINED;
      return made(decimal, both && both[0] % both[1], x.double % y.double);
    default: {
      if (y.double === 0) return UNDEFINED;
      if (integerDivision && !decimal && both) return made(false, both[0] / both[1], NaN);
      const unsafe = both !== undefined && !Number.isSafeInteger(x.double) && both[0] % both[1] === 0n;
      const quotient = x.double / y.double;
      if (unsafe) return made(decimal || integerDivision, both[0] / both[1], NaN);
      if (!Number.isFinite(quotient)) return UNDEFINED;
      const whole = Number.isSafeInteger(quotient) ? BigInt(quotient) : undefined;
      return whole === undefined ? made(true, undefined, quotient) : made(true, whole, quotient);
    }
  }
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

function equals(a: Slow, b: Slow): boolean | undefined {
  return a.type === "Undefined" || b.type === "Undefined" ? undefined : deepEqual(untag(a), untag(b));
}

function order(a: Slow, b: Slow): number | undefined {
  const [x, y] = [num(a), num(b)];
  if (!x || !y) return undefined;
  if (x.whole !== undefined && y.whole !== undefined) return x.whole < y.whole ? -1 : x.whole > y.whole ? 1 : 0;
  const [p, q] = [x.whole ?? x.double, y.whole ?? y.double];
  return p < q ? -1 : p > q ? 1 : 0;
}

function truth(slow: Slow): boolean | undefined {
  if (slow.type === "Boolean") return slow.value;
  return slow.type === "String" && /^(true|false)$/i.test(slow.value) ? slow.value.length === 4 : undefined;
}

function bool(value: boolean | undefined, negated = false): Slow {
  return value === undefined ? UNDEFINED : { type: "Boolean", value: value !== negated };
}

/** The value of a tree over a message's attributes. */
export function slowly(node: Node, message: Record<string, Value>, integerDivision: boolean): Value {
  const run = (part: Node): Slow => {
    switch (part.kind) {
      case "number":
        return part.decimal ? made(true, wholeOf(part.value), Number(part.value)) : tag(part.value);
      case "string":
        return { type: "String", value: part.value };
      case "boolean":
        return bool(part.value);
      case "null":
        return { type: "Null" };
      case "path": {
        let value: unknown = message;
        for (const step of part.steps) {
          const fits = Array.isArray(value) ? typeof step === "number" : typeof step === "string";
          const own = typeof value === "object" && value !== null && fits && Object.keys(value).includes(String(step));
          value = own ? (value as Record<string, unknown>)[String(step)] : undefined;
        }
        return tag(value as Value);
      }
      case "negate": {
        const operand = num(run(part.operand));
        if (!operand) return UNDEFINED;
        return made(operand.decimal, operand.whole === undefined ? undefined : -operand.whole, -operand.double);
      }
      case "not":
        return bool(truth(run(part.operand)), true);
      case "binary":
        return binary(part.operator, run(part.left), run(part.right));
      case "logic": {
        const all = part.operands.map((operand) => truth(run(operand)) === true);
        return bool(part.operator === "AND" ? all.every(Boolean) : all.some(Boolean));
      }
      case "isNull": {
        const { type } = run(part.operand);
        return bool(type === "Null" || type === "Undefined", part.negated);
      }
      case "in": {
        const operand = run(part.operand);
        const outcomes = part.items.map((item) => equals(operand, run(item)));
        if (outcomes.includes(true)) return bool(true, part.negated);
        const open = outcomes.includes(undefined) || operand.type === "Undefined";
        return bool(open ? undefined : false, part.negated);
      }
      case "between": {
        const operand = run(part.operand);
        const [low, high] = [order(operand, run(part.low)), order(operand, run(part.high))];
        return bool(low === undefined || high === undefined ? undefined : low >= 0 && high <= 0, part.negated);
      }
      case "like": {
        const [value, pattern] = [run(part.operand), run(part.pattern)];
        if (value.type !== "String" || pattern.type !== "String") return UNDEFINED;
        return bool(likePattern(pattern.value, part.escape).test(value.value), part.negated);
      }
      case "case": {
        const operand = run(part.operand);
        if (operand.type === "Undefined") return UNDEFINED;
        const found = part.branches.find(({ when }) => equals(operand, run(when)) === true);
        return found ? run(found.then) : part.otherwise ? run(part.otherwise) : UNDEFINED;
      }
      case "call":
        return call(part.name, run(part.args[0] as Node));
      case "array":
        return { type: "Array", value: part.items.map((item) => untag(run(item))) };
      case "object":
        return { type: "Object", value: Object.fromEntries(part.members.map((m) => [m.name, untag(run(m.value))])) };
    }
  };
  const binary = (operator: string, a: Slow, b: Slow): Slow => {
    if (operator === "=") return bool(equals(a, b));
    if (operator === "<>") return bool(equals(a, b), true);
    if (/[<>]/.test(operator)) {
      const sign = order(a, b);
      if (sign === undefined) return UNDEFINED;
      return bool(
        operator === "<" ? sign < 0 : operator === "<=" ? sign <= 0 : operator === ">" ? sign > 0 : sign >= 0,
      );
    }
    return arithmetic(operator, a, b, integerDivision);
  };
  return untag(run(node));
}

function wholeOf(value: number | bigint): bigint | undefined {
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function likePattern(pattern: string, escape: string | undefined): RegExp {
  let source = "";
  const characters = [...pattern];
  while (characters.length > 0) {
    const character = characters.shift() as string;
    if (character === escape && characters.length > 0)
      source += `\\u{${(characters.shift() as string).codePointAt(0)?.toString(16)}}`;
    else if (character === "%") source += "[^]*";
    else if (character === "_") source += "[^]";
    else source += `\\u{${character.codePointAt(0)?.toString(16)}}`;
  }
  return new RegExp(`^${source}$`, "u");
}

function call(name: string, argument: Slow): Slow {
  if (name === "isnull") return bool(argument.type === "Null");
  if (name === "lower") {
    const value = text(argument);
    return value === undefined ? UNDEFINED : { type: "String", value: value.toLowerCase() };
  }
  const x = num(argument);
  if (!x) return UNDEFINED;
  if (name === "abs") {
    const whole = x.whole !== undefined && x.whole < 0n ? -x.whole : x.whole;
    return made(x.decimal, whole, Math.abs(x.double));
  }
  if (x.whole !== undefined) return made(false, x.whole, NaN);
  const size = Math.abs(x.double);
  const rounded = size % 1 >= 0.5 ? Math.floor(size) + 1 : Math.floor(size);
  return made(false, BigInt(rounded) * BigInt(Math.sign(x.double)), NaN);
}
