/** Expressions as the report looks at them. */
import { parseExpression, type MATH_FUNCTIONS, type Node } from "../../expressions";

/** The tree of an expression; undefined for one with mistakes, which checking has reported. */
export function parsed(text: string, functions: typeof MATH_FUNCTIONS): Node | undefined {
  try {
    return parseExpression(text, { functions }).node;
  } catch {
    return undefined;
  }
}

/** `a, b and c` */
export function listed(names: readonly string[], word: "and" | "or"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
