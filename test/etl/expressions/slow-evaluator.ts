/**
 * A second evaluator, written from the tables of the reference with no regard to speed: every number is a record of its
 * type and value. What the compiler yields is compared with it.
 */
import type { Node, Value } from "../../../etl/expressions";
import { slowCall } from "./slow-functions";
import { bool, equals, made, num, order, tag, text, truth, UNDEFINED, untag, wholeOf, type Slow } from "./slow-values";

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
