/** What may be meant by what is not part of the language: the end of an error's sentence. */
import type { Token } from "./tokens";

const HINTS: ReadonlyMap<string, string> = new Map([
  ["&&", "use AND"],
  ["&", "use AND"],
  ["||", "use OR"],
  ["|", "use OR"],
  ["^", "a power is written power(a, b)"],
  ["!", "use NOT"],
  ["?", "a choice is written CASE value WHEN ... THEN ... ELSE ... END"],
  ["+", "the only sign in front of a value is -"],
  ["`", "the names of attributes are written without quotes"],
  ["$", "the names of attributes are written as they are, without $"],
  ["@", "the names of attributes are written as they are, without @"],
  [";", "an expression has no semicolon"],
  ["\\", "a quote within a text is written twice"],
  ["≥", "write >="],
  ["≤", "write <="],
  ["≠", "write <>"],
  ["−", "write the minus sign of the keyboard, -"],
  ["–", "write the minus sign of the keyboard, -"],
  ["—", "write the minus sign of the keyboard, -"],
  ["×", "write *"],
  ["·", "write *"],
  ["÷", "write /"],
  ["‘", "texts stand in straight quotes, '...'"],
  ["’", "texts stand in straight quotes, '...'"],
  ["“", "texts stand in straight quotes, '...'"],
  ["”", "texts stand in straight quotes, '...'"],
  ["mod", "write % or mod(a, b)"],
  ["div", "write /"],
  ["ilike", "use LIKE with lower(text)"],
  ["rlike", "use regexp_matches(text, pattern)"],
  ["regexp", "use regexp_matches(text, pattern)"],
  ["exists", "use IS NOT NULL"],
]);
const COMMENT = "comments are not part of the language";
/** A character, and the one right before it. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ["**", "a power is written power(a, b)"],
  ["/*", COMMENT],
  ["//", COMMENT],
  ["=>", "write >="],
  ["=<", "write <="],
  ["==", "write ="],
]);

/** Functions of other languages, by what does the same here. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["floor", "trunc(x, 0) cuts a fraction off, ceil(x) and round(x) give whole numbers too"],
  ["int", "trunc(x, 0) cuts a fraction off, and round(x) rounds"],
  ["pow", "a power is power(a, b)"],
  ["log10", "the logarithm to the base of 10 is log(x)"],
  ["log2", "write ln(x) / ln(2)"],
  ["pi", "write 3.141592653589793"],
  ["rad", "write x * 3.141592653589793 / 180"],
  ["radians", "write x * 3.141592653589793 / 180"],
  ["coalesce", "use CASE, or nanvl(x, otherwise) in a filter"],
]);

/** How much of a token an error shows. */
const SHOWN = 40;

/** A text cut to what an error shows of it. */
export function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text;
}

/** The token in words; a character that is not seen is named by its code point. */
export function shownToken({ kind, text }: Token): string {
  if (kind === "end") return "the end";
  if (kind === "string") return `the text '${shorten(text)}'`;
  if (kind === "unknown" && !/[\p{L}\p{N}\p{P}\p{S}]/u.test(text)) {
    const code = (text.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
    return `a character that is not seen (U+${code})`;
  }
  return `"${shorten(text)}"`;
}

/** `; use AND`, or nothing. */
export function hintFor(whole: string, { kind, at, word }: Token): string {
  if (kind === "string" || kind === "end") return "";
  const hint = PAIRS.get(whole.slice(Math.max(0, at - 1), at + 1)) ?? HINTS.get(word);
  if (hint !== undefined) return `; ${hint}`;
  if (whole.slice(Math.max(0, at - 2), at) === "\\'") return "; a quote within a text is written twice";
  if (kind === "unknown" && /\p{L}/u.test(word)) return "; names have the letters a to z, digits and underscores";
  // two minus signs are a minus and a sign
  return kind === "name" && whole.slice(0, at).includes("--") ? `; ${COMMENT}` : "";
}

/** How a function of other languages is written here. */
export function elsewhere(name: string): string | undefined {
  return ELSEWHERE.get(name);
}
