import { SqlError, type Position } from "../syntax/error";

export type TokenKind =
  "word" | "quoted" | "string" | "unicode" | "binary" | "integer" | "decimal" | "double" | "symbol" | "end";

/** A word, literal or symbol of a statement. */
export interface Token extends Position {
  readonly kind: TokenKind;
  /** as it stands in the statement */
  readonly text: string;
  /** a word in upper case, a text without its quotes, otherwise as it stands */
  readonly value: string;
  /** offset in the statement, UTF-16 units */
  readonly start: number;
}

const KINDS: readonly (readonly [kind: TokenKind | "space" | "backquoted" | "other", pattern: RegExp])[] = [
  ["space", /\s+|--[^\r\n]*|\/\*[^]*?\*\//],
  ["unicode", /[Uu]&'(?:[^']|'')*'/],
  ["binary", /[Xx]'(?:[^']|'')*'/],
  ["string", /'(?:[^']|'')*'/],
  ["quoted", /"(?:[^"]|"")*"/],
  ["backquoted", /`(?:[^`]|``)*`/],
  ["double", /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[Ee][+-]?[0-9]+(?![A-Za-z0-9_])/],
  ["decimal", /[0-9]+\.[0-9]*|\.[0-9]+/],
  ["integer", /[0-9][A-Za-z0-9_]*/],
  ["word", /[A-Za-z_][A-Za-z0-9_]*/],
  ["symbol", /<>|!=|<=|>=|\|\||->|=>|[=<>+\-*/%?.,;()[\]{}|^$]/],
  ["other", /[^]/u],
];
const PATTERN = new RegExp(KINDS.map(([, { source }]) => `(${source})`).join("|"), "gu");

/** Statements that Athena reads as Hive does, where a name may stand in backquotes. */
const HIVE = new Set(["SHOW", "DESCRIBE", "DESC", "ALTER", "DROP", "MSCK"]);

/** Splits a statement as Trino's lexer does. @throws SqlError */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let column = 1;
  for (const match of sql.matchAll(PATTERN)) {
    const text = match[0];
    const at = { line, column, start: match.index };
    let group = 1;
    while (match[group] === undefined) group++;
    const [kind] = KINDS[group - 1]!;
    if (kind === "backquoted" && HIVE.has(tokens[0]?.value ?? "")) {
      tokens.push({ ...at, kind: "quoted", text, value: text.slice(1, -1).replaceAll("``", "`") });
      column += text.length;
      continue;
    }
    if (kind === "backquoted")
      throw new SqlError(
        "SYNTAX_ERROR",
        "backquoted identifiers are not supported; use double quotes to quote identifiers",
        at,
      );
    if (kind === "integer" && !/^[0-9]+$/.test(text))
      throw new SqlError(
        "SYNTAX_ERROR",
        "identifiers must not start with a digit; surround the identifier with double quotes",
        at,
      );
    if (kind !== "space") tokens.push({ ...at, ...tokenOf(kind, text) });
    if (kind === "word" || kind === "symbol") column += text.length;
    else {
      const breaks = text.split("\n");
      line += breaks.length - 1;
      column = [...breaks[breaks.length - 1]!].length + (breaks.length > 1 ? 1 : column);
    }
  }
  tokens.push({ kind: "end", text: "<EOF>", value: "<EOF>", line, column, start: sql.length });
  return tokens;
}

function tokenOf(kind: string, text: string): { kind: TokenKind; text: string; value: string } {
  switch (kind) {
    case "word":
      return { kind, text, value: text.toUpperCase() };
    case "string":
      return { kind, text, value: text.slice(1, -1).replaceAll("''", "'") };
    case "quoted":
      return { kind, text, value: text.slice(1, -1).replaceAll('""', '"') };
    case "unicode":
      return { kind, text, value: text.slice(3, -1).replaceAll("''", "'") };
    case "binary":
      return { kind, text, value: text.slice(2, -1) };
    case "other":
      return { kind: "symbol", text, value: text };
    default:
      return { kind: kind as TokenKind, text, value: text };
  }
}
