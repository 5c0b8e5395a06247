/**
 * The tokenizer. It reads one token at a time, on demand, so that a parser can stop in the middle of a text whose rest
 * is not an expression. A character that begins no token becomes a token of kind "unknown", which nobody accepts.
 */
import { ExpressionError } from "./errors";

export type TokenKind = "number" | "string" | "name" | "operator" | "unknown" | "end";

/** A word, number, text or sign, and its place. */
export interface Token {
  readonly kind: TokenKind;
  /** offset of the first character, and of the first one after it */
  readonly at: number;
  readonly end: number;
  /** as written; of a string, its value without the quotes */
  readonly text: string;
  /** lower-case text of a name, as written of anything else: what keywords and operators are compared with */
  readonly word: string;
}

const BLANK = /[\s\u00a0\ufeff]*/y;
/** `5.` is a number too, as in many a language; a path has no digit before its dot. */
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /<>|<=|>=|!=|==|&&|\|\||[-+*/%=<>(),.[\]{}:]/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The token that begins at or after `from`, blanks skipped. An unclosed string is an error. */
export function readToken(text: string, from: number): Token {
  const at = from + (match(BLANK, text, from)?.length ?? 0);
  if (at >= text.length) return { kind: "end", at, end: at, text: "", word: "" };
  const quote = text[at];
  if (quote === "'" || quote === '"') return readString(text, at, quote);
  for (const [kind, pattern] of PATTERNS) {
    const found = match(pattern, text, at);
    if (found === undefined) continue;
    return { kind, at, end: at + found.length, text: found, word: kind === "name" ? found.toLowerCase() : found };
  }
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  return { kind: "unknown", at, end: at + character.length, text: character, word: character };
}

const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["number", NUMBER],
  ["name", NAME],
  ["operator", OPERATOR],
];

/** Within a string a doubled quote stands for one. */
function readString(text: string, at: number, quote: string): Token {
  let value = "";
  let from = at + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0) throw new ExpressionError(text, at, `this text has no closing ${quote}`);
    value += text.slice(from, close);
    if (text[close + 1] !== quote) return { kind: "string", at, end: close + 1, text: value, word: "" };
    value += quote;
    from = close + 2;
  }
}
