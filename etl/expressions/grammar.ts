/** Words and signs of the language of expressions, and the shapes of a parser's input and output. */
import type { BinaryOperator, Node } from "./ast";
import type { Finding } from "./errors";
import type { FunctionTable } from "./functions";
import type { Token } from "./tokens";

/** Settings of a parser of expressions. */
export interface ParseOptions<C = never> {
  /** the functions that may be called; any other name in front of a parenthesis is an error */
  readonly functions: FunctionTable<C>;
  /** functions that exist elsewhere and are not taken: lower-case name to the reason and the way out */
  readonly refused?: ReadonlyMap<string, string>;
  /** how deep parentheses, calls and signs may be nested; default 100 */
  readonly maxDepth?: number;
}

/** A parsed expression. */
export interface Parsed {
  readonly node: Node;
  /** offset of the first character that does not belong to the expression (blanks before it are skipped) */
  readonly end: number;
  /** accepted, but not IoT SQL */
  readonly warnings: readonly Finding[];
}

export const DEFAULT_DEPTH = 100;
/** A chain such as a + b + c + ... is as high as it is long. Evaluation recurses through it, so it is bounded. */
export const MAX_HEIGHT = 500;

export const COMPARISONS: ReadonlyMap<string, BinaryOperator> = new Map([
  ["=", "="],
  ["==", "="],
  ["<>", "<>"],
  ["!=", "<>"],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);
export const RESERVED: ReadonlySet<string> = new Set(["and", "or", "not", "true", "false", "null"]);
/** Values behind which a bracket asks for an element. */
export const HAS_ELEMENTS: ReadonlySet<Node["kind"]> = new Set([
  "path",
  "member",
  "call",
  "query",
  "payload",
  "variable",
  "array",
]);
export const LITERAL_TOKENS: ReadonlySet<Token["kind"]> = new Set(["number", "string", "end"]);
export const LITERALS: ReadonlySet<Node["kind"]> = new Set(["number", "string", "boolean", "null"]);
/** Words after which CASE is an attribute's name and not the construct. */
export const NOT_AFTER_CASE: ReadonlySet<string> = new Set(
  "and or in like between is not as from where then else end".split(" "),
);
