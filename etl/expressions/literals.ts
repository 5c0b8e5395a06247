/** Comparisons whose outcome no message changes: somebody put an attribute's name in quotes. */
import { children, type Node } from "./ast";

/** The comparisons within an expression that compare written-out texts with each other, in the order of the text. */
export function textComparisons(node: Node): Node[] {
  const found = children(node).flatMap(textComparisons);
  return isTextComparison(node) ? [node, ...found] : found;
}

function isTextComparison(node: Node): boolean {
  const isText = ({ kind }: Node): boolean => kind === "string";
  switch (node.kind) {
    case "binary":
      return (node.operator === "=" || node.operator === "<>") && isText(node.left) && isText(node.right);
    case "in":
      return isText(node.operand) && node.items.length > 0 && node.items.every(isText);
    case "like":
      return isText(node.operand) && isText(node.pattern);
    default:
      return false;
  }
}

/** Why such a comparison is a mistake, and the way out. */
export function textComparisonProblem(node: Node): string {
  const operand = node.kind === "binary" ? node.left : node.kind === "in" || node.kind === "like" ? node.operand : node;
  const text = operand.kind === "string" ? operand.value : "";
  const wayOut = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(text)
    ? `write ${text} without quotes`
    : "an attribute's name stands without quotes, and one with blanks or hyphens is first copied by an addAttributes activity";
  return `it compares two texts, so it has the same outcome for every message; for the attribute ${wayOut}`;
}
