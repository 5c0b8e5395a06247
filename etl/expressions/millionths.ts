/**
 * The fast path of exact arithmetic: formulas of numbers with at most six places behind the point are computed in whole millionths, which
 * doubles hold exactly. A formula that leaves them, or meets anything but such a number, is computed once more by the exact operators.
 */
import type { Node } from "./ast";
import type { Value } from "./values";

const UNIT = 1e6;
/** Up to it every whole number of millionths is exact, and so is the text of its quotient. */
const MOST = 1e15;

/** Whole millionths, or NaN. */
export type Units<C> = (context: C) => number;

/**
 * The whole millionths that a value is, or NaN. A decimal of up to 15 digits and its double are one and the same, and the quotient of two exact
 * doubles is rounded once, so the double of n / 10^6 stands for exactly that decimal.
 */
function unitsOf(value: unknown): number {
  if (typeof value !== "number") return NaN;
  const scaled = Number.isInteger(value) ? value * UNIT : Math.round(value * UNIT);
  return scaled <= MOST && scaled >= -MOST && scaled / UNIT === value ? scaled : NaN;
}

function within(units: number): number {
  return units <= MOST && units >= -MOST ? units : NaN;
}

/** Compiles a formula of `+ - * /`; undefined for any other node. @param value reads what the formula is made of */
export function compileMillionths<C>(node: Node, value: (part: Node) => (context: C) => Value): Units<C> | undefined {
  return isArithmetic(node) ? compile(node, value) : undefined;
}

/** The number of so many millionths. */
export function fromMillionths(units: number): number {
  return units / UNIT + 0;
}

function isArithmetic(node: Node): node is Node & { kind: "binary" } {
  return node.kind === "binary" && ["+", "-", "*", "/"].includes(node.operator);
}

function compile<C>(node: Node, value: (part: Node) => (context: C) => Value): Units<C> {
  if (node.kind === "number") {
    const units = unitsOf(node.value);
    return () => units;
  }
  if (!isArithmetic(node)) {
    const read = value(node);
    return (context) => unitsOf(read(context));
  }
  const left = compile(node.left, value);
  if (node.right.kind === "number") return withConstant(node.operator, left, unitsOf(node.right.value));
  const right = compile(node.right, value);
  switch (node.operator) {
    case "+":
      return (context) => within(left(context) + right(context));
    case "-":
      return (context) => within(left(context) - right(context));
    case "*":
      return (context) => product(left(context), right(context));
    default:
      return (context) => quotient(left(context), right(context) / UNIT);
  }
}

/** Formulas are full of constants, and what is known of them need not be asked each time. */
function withConstant<C>(operator: string, left: Units<C>, constant: number): Units<C> {
  const whole = constant / UNIT;
  switch (operator) {
    case "+":
      return (context) => within(left(context) + constant);
    case "-":
      return (context) => within(left(context) - constant);
    case "*":
      if (Number.isInteger(whole)) return (context) => within(left(context) * whole);
      return (context) => product(left(context), constant);
    default:
      return (context) => quotient(left(context), whole);
  }
}

function product(a: number, b: number): number {
  const whole = a / UNIT;
  if (Number.isInteger(whole)) return within(whole * b);
  const other = b / UNIT;
  if (Number.isInteger(other)) return within(a * other);
  const all = a * b;
  const units = all / UNIT;
  return all <= MOST && all >= -MOST && Number.isInteger(units) ? units : NaN;
}

/** @param divisor a number of its own, not of millionths; one with a fraction is left to the exact operators */
function quotient(units: number, divisor: number): number {
  const result = units / divisor;
  return Number.isInteger(divisor) && Number.isInteger(result) ? result : NaN;
}
