/** The tree of an expression. `at` is the offset of a node's first character in the text that was parsed. */
import type { Numeric } from "./decimal34";

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A step into an object (a name) or an array (a zero-based index). */
export type PathStep = string | number;

export type Node =
  | { readonly kind: "number"; readonly at: number; readonly value: Numeric; readonly decimal: boolean }
  | { readonly kind: "string"; readonly at: number; readonly value: string }
  | { readonly kind: "boolean"; readonly at: number; readonly value: boolean }
  | { readonly kind: "null"; readonly at: number }
  | { readonly kind: "path"; readonly at: number; readonly steps: readonly PathStep[] }
  /** a member of a computed value: `get(a, 0).b`, `a[i]` */
  | { readonly kind: "member"; readonly at: number; readonly object: Node; readonly key: Node }
  /** `@name`, in topic rules only */
  | { readonly kind: "variable"; readonly at: number; readonly name: string }
  /** `*`, in topic rules only: the payload, or the element that a nested query looks at */
  | { readonly kind: "payload"; readonly at: number }
  /** `(SELECT ... FROM value)`, in topic rules only */
  | { readonly kind: "query"; readonly at: number; readonly query: Query }
  | { readonly kind: "exists"; readonly at: number; readonly operand: Node }
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

/** One item of a SELECT list: `*`, `value.*`, or a value and the member that it becomes (`AS a.b` has two names). */
export type SelectItem =
  | { readonly kind: "all"; readonly at: number }
  | { readonly kind: "spread"; readonly at: number; readonly node: Node }
  | { readonly kind: "named"; readonly at: number; readonly node: Node; readonly name: readonly string[] };

/** What a nested query and a rule's statement have in common. */
export interface Selection {
  /** empty when `value` is set */
  readonly items: readonly SelectItem[];
  /** SELECT VALUE: the result is the value itself */
  readonly value: Node | undefined;
  readonly where: Node | undefined;
}

/** A nested query: for each element of an array, or of one object. */
export interface Query extends Selection {
  readonly from: Node;
}

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
    case "member":
      return [node.object, node.key];
    case "exists":
      return [node.operand];
    case "query":
      return [...selected(node.query), node.query.from];
    default:
      return [];
  }
}

/** The expressions of a SELECT list and its condition. */
export function selected({ items, value, where }: Selection): Node[] {
  const nodes = items.flatMap((item) => (item.kind === "all" ? [] : [item.node]));
  return [...nodes, value, where].filter((node) => node !== undefined);
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
