/** What expressions of pipelines and rules want of the attributes that they read. */
import { attributePaths, children, type Node } from "../expressions";
import type { Reach, Use, Wish } from "./wish";

/** Functions of numbers and of texts; the arguments of others may be anything. */
const OF_NUMBERS = new Set(
  "abs acos asin atan atan2 bitand bitor bitxor ceil cos cosh exp floor ln log mod power round sign sin sinh sqrt tan tanh trunc".split(
    " ",
  ),
);
const OF_TEXTS = new Set(
  "concat endswith indexof length lower lpad ltrim numbytes regexp_matches regexp_replace regexp_substr replace rpad rtrim startswith substring trim upper".split(
    " ",
  ),
);

/** Adds what an expression wants. @param result what its value is taken for */
export function wishesOf(node: Node, reach: Reach, result?: Use): void {
  switch (node.kind) {
    case "path":
      for (const wish of reach(node.steps)) if (result !== undefined) wish.uses.add(result);
      return;
    case "binary": {
      if (/^[-+*/%]$/.test(node.operator)) return each([node.left, node.right], reach, "number");
      return compare([node.left, node.right], reach);
    }
    case "between":
      return compare([node.operand, node.low, node.high], reach);
    case "in":
      return compare([node.operand, ...node.items], reach);
    case "like": {
      wishesOf(node.operand, reach, "text");
      if (node.pattern.kind === "string")
        wantText(node.operand, node.pattern.value.replaceAll("%", "").replaceAll("_", "x"), reach);
      return;
    }
    case "logic":
      return each(node.operands, reach, "boolean");
    case "not":
      return wishesOf(node.operand, reach, "boolean");
    case "negate":
      return wishesOf(node.operand, reach, "number");
    case "call": {
      const name = node.name.toLowerCase();
      const use = OF_NUMBERS.has(name) ? "number" : OF_TEXTS.has(name) ? "text" : undefined;
      return each(node.args, reach, use);
    }
    default:
      return each(children(node), reach);
  }
}

function each(nodes: readonly Node[], reach: Reach, result?: Use): void {
  for (const node of nodes) wishesOf(node, reach, result);
}

/** Operands that are compared with each other: what is known of one holds for the attributes among the others. */
function compare(operands: readonly Node[], reach: Reach): void {
  for (const operand of operands) {
    const number = numberOf(operand);
    for (const other of operands) {
      if (number !== undefined) wanting(other, reach, (wish) => wish.near.push(number));
      else if (operand.kind === "string") wantText(other, operand.value, reach);
      else if (operand.kind === "boolean") wanting(other, reach, (wish) => wish.uses.add("boolean"));
    }
    wishesOf(operand, reach);
  }
}

function numberOf(node: Node): number | undefined {
  if (node.kind === "number") return Number(node.value);
  const inner = node.kind === "negate" ? numberOf(node.operand) : undefined;
  return inner === undefined ? undefined : -inner;
}

function wantText(node: Node, text: string, reach: Reach): void {
  const within = node.kind === "call" ? attributePaths(node) : node.kind === "path" ? [node.steps] : [];
  for (const path of within)
    for (const wish of reach(path)) if (text !== "" && !wish.texts.includes(text)) wish.texts.push(text);
}

function wanting(node: Node, reach: Reach, add: (wish: Wish) => void): void {
  if (node.kind === "path") reach(node.steps).forEach(add);
}
