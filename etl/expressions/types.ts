/** Which types an expression can yield, found without a message. */
import { children, type BinaryOperator, type Node, type PathStep } from "./ast";
import type { FunctionTable } from "./functions";
import { parseNumber, toBoolean, type TypeName } from "./values";

/** A set of types, one bit each. */
export type Types = number;

const BITS: Readonly<Record<TypeName, number>> = {
  Undefined: 1,
  Null: 2,
  Boolean: 4,
  Int: 8,
  Decimal: 16,
  String: 32,
  Array: 64,
  Object: 128,
};
const UNDEFINED = BITS.Undefined;
const BOOLEAN = BITS.Boolean;
const INT = BITS.Int;
const DECIMAL = BITS.Decimal;
const TEXT = BITS.String;
export const ANY_TYPE: Types = 255;
export const NUMBERS: Types = INT | DECIMAL;
/** what may become a number */
const NUMERIC = INT | DECIMAL | TEXT;

/** The set of some types. */
export function typesOf(...names: TypeName[]): Types {
  return names.reduce((types, name) => types | BITS[name], 0);
}

/** "an Int or a Decimal" */
export function formatTypes(types: Types): string {
  const names = (Object.keys(BITS) as TypeName[]).filter((name) => (types & BITS[name]) !== 0);
  return names
    .map((name) => (/^[AIO]/.test(name) ? `an ${name}` : name === "Undefined" || name === "Null" ? name : `a ${name}`))
    .join(" or ");
}

/** What is known of attributes and functions. */
export interface TypeOptions<C> {
  readonly functions: FunctionTable<C>;
  /** what the attributes of a message can be, all of them or each; default anything */
  readonly attributes?: Types | ((path: readonly PathStep[]) => Types);
  readonly integerDivision?: boolean;
}

/** The types that an expression can yield. Undefined alone means that it never yields a value. */
export function expressionTypes<C>(node: Node, options: TypeOptions<C>): Types {
  const types = (child: Node): Types => expressionTypes(child, options);
  const numbers = (child: Node): Types => asNumber(child, types(child));
  switch (node.kind) {
    case "number":
      return node.decimal ? DECIMAL : INT;
    case "string":
      return TEXT;
    case "boolean":
      return BOOLEAN;
    case "null":
      return BITS.Null;
    case "path":
      return typeof options.attributes === "function"
        ? options.attributes(node.steps)
        : (options.attributes ?? ANY_TYPE);
    case "array":
      return BITS.Array;
    case "object":
      return BITS.Object;
    case "member":
    case "variable":
    case "payload":
    case "query":
      return ANY_TYPE;
    case "exists":
      return BOOLEAN;
    case "negate":
      return arithmetic("-", INT, numbers(node.operand), node.operand, options);
    case "binary":
      return isText(node.operator)
        ? binary(node, types(node.left), types(node.right), options)
        : binary(node, numbers(node.left), numbers(node.right), options);
    case "logic":
    case "isNull":
      return BOOLEAN;
    case "not": {
      if (node.operand.kind === "string" && toBoolean(node.operand.value) === undefined) return UNDEFINED;
      const operand = types(node.operand);
      // only two texts are a truth value
      return tested(operand, BOOLEAN | TEXT) | ((operand & TEXT) === 0 ? 0 : UNDEFINED);
    }
    case "like": {
      const [operand, pattern] = [tested(types(node.operand), TEXT), tested(types(node.pattern), TEXT)];
      return operand === UNDEFINED || pattern === UNDEFINED ? UNDEFINED : operand | pattern;
    }
    case "in": {
      const operand = types(node.operand);
      if (operand === UNDEFINED) return UNDEFINED;
      return BOOLEAN | (node.items.reduce((all, item) => all | types(item), operand) & UNDEFINED);
    }
    case "between":
      return ordered(numbers(node.operand), numbers(node.low), numbers(node.high));
    case "case": {
      const results = node.branches.reduce((all, { then }) => all | types(then), types(node.operand) & UNDEFINED);
      return results | (node.otherwise === undefined ? UNDEFINED : types(node.otherwise));
    }
    case "call":
      return called(node, options, types);
  }
}

/**
 * The innermost part of an expression that can never yield a value; undefined when the whole may.
 * Of `sqrt(TRUE) + a` it is `sqrt(TRUE)`.
 */
export function neverYields<C>(node: Node, options: TypeOptions<C>): Node | undefined {
  if (expressionTypes(node, options) !== UNDEFINED) return undefined;
  for (const child of children(node)) {
    const inner = neverYields(child, options);
    if (inner !== undefined) return inner;
  }
  return node;
}

/** Operators that take texts as they are. */
function isText(operator: BinaryOperator): boolean {
  return operator === "+" || operator === "=" || operator === "<>";
}

/** What a node can be where a number is asked for: a text that is written there and is none never is. */
function asNumber(node: Node, types: Types): Types {
  return node.kind === "string" && parseNumber(node.value) === undefined ? UNDEFINED : types;
}

/** BOOLEAN where an operand has a type that the test can take, else UNDEFINED. */
function tested(operand: Types, accepted: Types): Types {
  return (operand & accepted) === 0 ? UNDEFINED : (operand & ~accepted) === 0 ? BOOLEAN : BOOLEAN | UNDEFINED;
}

/** A comparison by size: Undefined when one side cannot be a number. */
function ordered(...sides: Types[]): Types {
  if (sides.some((side) => (side & NUMERIC) === 0)) return UNDEFINED;
  return sides.every((side) => (side & ~NUMBERS) === 0) ? BOOLEAN : BOOLEAN | UNDEFINED;
}

function binary<C>(node: Node & { kind: "binary" }, left: Types, right: Types, options: TypeOptions<C>): Types {
  switch (node.operator) {
    case "=":
    case "<>":
      return left === UNDEFINED || right === UNDEFINED ? UNDEFINED : BOOLEAN | ((left | right) & UNDEFINED);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ordered(left, right);
    default:
      return arithmetic(node.operator, left, right, node.right, options);
  }
}

function arithmetic<C>(
  operator: "+" | "-" | "*" | "/" | "%",
  left: Types,
  right: Types,
  divisor: Node,
  options: TypeOptions<C>,
): Types {
  let result = 0;
  const texts = operator === "+" ? TEXT : 0;
  const numbers = NUMERIC & ~texts;
  if (texts !== 0 && ((left | right) & TEXT) !== 0) {
    const joinable = ANY_TYPE & ~(UNDEFINED | BITS.Null);
    if ((left & joinable) !== 0 && (right & joinable) !== 0) result |= TEXT;
  }
  if ((left & numbers) !== 0 && (right & numbers) !== 0) {
    if ((left & INT) !== 0 && (right & INT) !== 0) {
      result |= operator === "/" && options.integerDivision !== true ? NUMBERS : INT;
    }
    if (((left | right) & (DECIMAL | (TEXT & numbers))) !== 0) result |= DECIMAL;
  }
  if (operator === "/" || operator === "%") {
    if (divisor.kind === "number" && Number(divisor.value) === 0) return UNDEFINED;
    if (divisor.kind !== "number") result |= UNDEFINED;
  }
  if (((left | right) & ~(NUMBERS | texts)) !== 0) result |= UNDEFINED;
  return result === 0 ? UNDEFINED : result;
}

function called<C>(node: Node & { kind: "call" }, options: TypeOptions<C>, types: (child: Node) => Types): Types {
  const spec = options.functions.get(node.name);
  const takes = spec?.takes;
  // a text is made of anything but Null and Undefined
  const accepted = takes === "numbers" ? NUMERIC : takes === "texts" ? ~(UNDEFINED | BITS.Null) : ANY_TYPE;
  const never = (arg: Node): boolean =>
    ((takes === "numbers" ? asNumber(arg, types(arg)) : types(arg)) & accepted) === 0;
  if (node.args.some(never)) return UNDEFINED;
  switch (spec?.result) {
    case "Int":
      return INT | UNDEFINED;
    case "Decimal":
      return DECIMAL | UNDEFINED;
    case "String":
      return TEXT | UNDEFINED;
    case "Boolean":
      return BOOLEAN | UNDEFINED;
    case "Same":
    case "Widest": {
      const deciding = spec?.result === "Same" ? node.args.slice(0, 1) : node.args;
      const args = deciding.reduce((all, arg) => all | types(arg), 0);
      return (args & INT) | ((args & (DECIMAL | TEXT)) === 0 ? 0 : DECIMAL) | UNDEFINED;
    }
    default:
      return ANY_TYPE;
  }
}
