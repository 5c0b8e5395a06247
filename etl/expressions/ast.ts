/** The tree of an expression. `at` is the offset of a node's first character in the text that was parsed. */

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A step into an object (a name) or an array (a zero-based index). */
export type PathStep = string | number;

export type Node =
  | { readonly kind: "number"; readonly at: number; readonly value: number | bigint; readonly decimal: boolean }
  | { readonly kind: "string"; readonly at: number; readonly value: string }
  | { readonly kind: "boolean"; readonly at: number; readonly value: boolean }
  | { readonly kind: "null"; readonly at: number }
  | { readonly kind: "path"; readonly at: number; readonly steps: readonly PathStep[] }
  | { readonly kind: "negate"; readonly at: number; readonly operand: Node }
  | { readonly kind: "not"; readonly at: number; readonly operand: Node }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly kind: "logic"; readonly at: number; readonly operator: "AND" | "OR"; readonly operands: readonly Node[] }
  | { readonly kind: "isNull"; readonly at: number; readonly operand: Node; readonly negated: boolean }
  | {
      readonly kind: "in";
      readonly at: number;
      readonly operand: Node;
      readonly items: readonly Node[];
      readonly negated: boolean;
    }
  | {
      readonly kind: "between";
      readonly at: number;
      readonly operand: Node;
      readonly low: Node;
      readonly high: Node;
      readonly negated: boolean;
    }
  | {
      readonly kind: "like";
      readonly at: number;
      readonly operand: Node;
      readonly pattern: Node;
      readonly escape: string | undefined;
      readonly negated: boolean;
    }
  | {
      readonly kind: "case";
      readonly at: number;
      readonly operand: Node;
      readonly branches: readonly { readonly when: Node; readonly then: Node }[];
      readonly otherwise: Node | undefined;
    }
  | { readonly kind: "call"; readonly at: number; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: "array"; readonly at: number; readonly items: readonly Node[] }
  | {
      readonly kind: "object";
      readonly at: number;
      readonly members: readonly { readonly name: string; readonly value: Node }[];
    };

/** The direct children of a node, in the order of the text. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case "negate":
    case "not":
    case "isNull":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "logic":
      return node.operands;
    case "in":
      return [node.operand, ...node.items];
    case "between":
      return [node.operand, node.low, node.high];
    case "like":
      return [node.operand, node.pattern];
    case "case":
      return [
        node.operand,
        ...node.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    case "call":
      return node.args;
    case "array":
      return node.items;
    case "object":
      return node.members.map((entry) => entry.value);
    default:
      return [];
  }
}

/** Every attribute path that an expression reads, each once, in the order of the text. */
export function attributePaths(node: Node): (readonly PathStep[])[] {
  const found = new Map<string, readonly PathStep[]>();
  const visit = (current: Node): void => {
    if (current.kind === "path") found.set(formatPath(current.steps), current.steps);
    children(current).forEach(visit);
  };
  visit(node);
  return [...found.values()];
}

/** `a.b[0]` */
export function formatPath(steps: readonly PathStep[]): string {
  return steps
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}
