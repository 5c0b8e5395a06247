/**
 * IoT SQL divides Int by Int into an Int, and 36 * 5.0 is not an Int although it is whole. So with integer division a
 * Decimal that happens to be whole travels through an expression in this wrapper; it never leaves the expression.
 */
import { Decimal34 } from "./decimal34";
import { divide, divideWhole, type Arithmetic } from "./operators";
import type { Value } from "./values";

/** A whole number that counts as a Decimal. */
export class WholeDecimal {
  constructor(readonly value: number | bigint) {}
}

export type Operand = Value | WholeDecimal;

/** The value within. */
export function untag(operand: Operand): Value {
  return operand instanceof WholeDecimal ? operand.value : operand;
}

/** Marks a number as a Decimal. */
export function asDecimal(value: Value): Operand {
  return typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))
    ? new WholeDecimal(value)
    : value;
}

function isDecimal(operand: Operand): boolean {
  if (typeof operand === "number") return !Number.isSafeInteger(operand);
  return operand instanceof WholeDecimal || operand instanceof Decimal34 || typeof operand === "string";
}

/** An operator over tagged operands: Decimal as soon as one operand is. */
export function tagging(operator: Arithmetic): (a: Operand, b: Operand) => Operand {
  return (a, b) => {
    const result = operator(untag(a), untag(b));
    return isDecimal(a) || isDecimal(b) ? asDecimal(result) : result;
  };
}

/** Int divided by Int is truncated towards zero, anything else is a Decimal. */
export function divideTagged(a: Operand, b: Operand): Operand {
  if (isDecimal(a) || isDecimal(b)) return asDecimal(divide(untag(a), untag(b)));
  const x = untag(a);
  const y = untag(b);
  const whole = (typeof x === "number" || typeof x === "bigint") && (typeof y === "number" || typeof y === "bigint");
  return whole ? divideWhole(x, y) : undefined;
}
