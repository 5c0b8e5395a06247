/**
 * A second evaluator, written from the tables of the reference with no regard to speed: every number is a record of its
 * type and value. What the compiler yields is compared with it.
 */
import type { Node, Numeric, Value } from "../../../etl/expressions";
import { DOUBLE_PRECISION, isDouble, remainderOf, slowCall } from "./slow-functions";
import {
  bool,
  equals,
  made,
  ofExact,
  num,
  order,
  tag,
  text,
  truth,
  UNDEFINED,
  untag,
  wholeOf,
  type Slow,
} from "./slow-values";

function arithmetic(operator: string, a: Slow, b: Slow, integerDivision: boolean, inDoubles: boolean): Slow {
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
  const doubles = isDouble(x) && isDouble(y) && (x.rough || y.rough || (inDoubles && !isText(a) && !isText(b)));
  const divides = operator === "/" || operator === "%";
  if (divides && y.exact.isZero()) return UNDEFINED;
  if (operator === "/" && integerDivision && !decimal && both) return made(false, both[0] / both[1], NaN);
  if (doubles) {
    const result = inDouble(operator, x.double, y.double);
    return made(true, wholeOf(result), result);
  }
  if (both && operator !== "/") {
    if (operator === "%") return made(decimal, both[0] % both[1], NaN);
    return made(
      decimal,
      operator === "+" ? both[0] + both[1] : operator === "-" ? both[0] - both[1] : both[0] * both[1],
      NaN,
    );
  }
  switch (operator) {
    case "+":
      return ofExact(decimal, x.exact.plus(y.exact));
    case "-":
      return ofExact(decimal, x.exact.minus(y.exact));
    case "*":
      return ofExact(decimal, x.exact.times(y.exact));
    case "%":
      return remainderOf(x, y);
    default:
      return ofExact(true, x.exact.div(y.exact));
  }
}

function inDouble(operator: string, x: number, y: number): number {
  switch (operator) {
    case "+":
      return x + y + 0;
    case "-":
      return x - y + 0;
    case "*":
      return x * y + 0;
    case "/":
      return x / y + 0;
    default:
      return (x % y) + 0;
  }
}

function isText({ type }: Slow): boolean {
  return type === "String";
}

/** Whether a part of the formula is the result of a function of double precision, as far as the formula says. */
function isRough(node: Node): boolean {
  if (node.kind === "call") return DOUBLE_PRECISION.has(node.name);
  if (node.kind === "negate") return isRough(node.operand);
  return node.kind === "binary" && "+-*/%".includes(node.operator) && (isRough(node.left) || isRough(node.right));
}

/** The value of a tree over a message's attributes. */
export function slowly(node: Node, message: Record<string, Value>, integerDivision: boolean): Value {
  const run = (part: Node): Slow => {
    switch (part.kind) {
      case "number":
        return part.decimal ? decimalOf(part.value) : tag(part.value);
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
        if (operand.whole === undefined && !operand.rough) return ofExact(true, operand.exact.negated());
        return made(operand.decimal, operand.whole === undefined ? undefined : -operand.whole, -operand.double);
      }
      case "not":
        return bool(truth(run(part.operand)), true);
      case "binary":
        return binary(part.operator, run(part.left), run(part.right), isRough(part));
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
        const all = part.items.map(run);
        const [only] = all;
        const candidates = all.length === 1 && only?.type === "Array" ? only.value.map(tag) : all;
        const outcomes = candidates.map((candidate) => equals(operand, candidate));
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
        return slowCall(part.name, part.args.map(run));
      case "array":
        return { type: "Array", value: part.items.map((item) => untag(run(item))) };
      case "object":
        return { type: "Object", value: Object.fromEntries(part.members.map((m) => [m.name, untag(run(m.value))])) };
      default:
        throw new Error(`${part.kind} is of topic rules alone`);
    }
  };
  const binary = (operator: string, a: Slow, b: Slow, rough: boolean): Slow => {
    if (operator === "=") return bool(equals(a, b));
    if (operator === "<>") return bool(equals(a, b), true);
    if (/[<>]/.test(operator)) {
      const sign = order(a, b);
      if (sign === undefined) return UNDEFINED;
      return bool(
        operator === "<" ? sign < 0 : operator === "<=" ? sign <= 0 : operator === ">" ? sign > 0 : sign >= 0,
      );
    }
    return arithmetic(operator, a, b, integerDivision, rough && !integerDivision);
  };
  return untag(run(node));
}

function decimalOf(value: Numeric): Slow {
  const slow = tag(value);
  return slow.type === "Int" ? made(true, slow.value, NaN) : slow;
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
