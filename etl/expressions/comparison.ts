/** Comparisons as closures. */
import * as operators from "./operators";
import type { Value } from "./values";

type Read<C> = (context: C) => Value;
type Test<C> = (context: C) => boolean | undefined;

/** A test, or its opposite; Undefined stays so. */
export function negatable<C>(negated: boolean, test: Test<C>): Test<C> {
  if (!negated) return test;
  return (context) => {
    const outcome = test(context);
    return outcome === undefined ? undefined : !outcome;
  };
}

/** Compares what two closures yield. */
export function comparison<C>(operator: "=" | "<>" | "<" | "<=" | ">" | ">=", left: Read<C>, right: Read<C>): Test<C> {
  const { compare, equal } = operators;
  switch (operator) {
    case "=":
      return (context) => equal(left(context), right(context));
    case "<>":
      return negatable(true, (context: C) => equal(left(context), right(context)));
    case "<":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? a < b : ordered(compare(a, b), isNegative);
      };
    case "<=":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? a <= b : ordered(compare(a, b), isNotPositive);
      };
    case ">":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? a > b : ordered(compare(a, b), isPositive);
      };
    case ">=":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? a >= b : ordered(compare(a, b), isNotNegative);
      };
  }
}

const isNegative = (order: number): boolean => order < 0;
const isNotPositive = (order: number): boolean => order <= 0;
const isPositive = (order: number): boolean => order > 0;
const isNotNegative = (order: number): boolean => order >= 0;

function ordered(order: number | undefined, test: (order: number) => boolean): boolean | undefined {
  return order === undefined ? undefined : test(order);
}
