import type { Identifier, Node, Query } from "../syntax/ast";
import { SqlError, type Position } from "../syntax/error";
import { tokenize, type Token } from "./tokens";

/** Words that name nothing unless they stand in double quotes. https://trino.io/docs/current/language/reserved.html */
export const RESERVED = new Set(
  `ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA
  CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE
  FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_VALUE LEFT
  LIKE LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN
  TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH`
    .trim()
    .split(/\s+/),
);

/** How deep expressions and queries may be nested: what a call stack bears. */
export const MAX_DEPTH = 400;

/** Words that begin a clause and are not reserved. */
const CLAUSES = new Set(["LIMIT", "OFFSET", "FETCH", "WINDOW", "TABLESAMPLE"]);

/** Rules that call each other: expressions hold queries, and queries expressions. */
export interface Grammar {
  /** any expression, AND and OR included */
  expression(cursor: Cursor): Node;
  /** what may stand beside a comparison: arithmetic and `||` */
  value(cursor: Cursor): Node;
  /** a term with `[i]` and `.field` behind it */
  primary(cursor: Cursor): Node;
  /** a query with WITH, ORDER BY, OFFSET and LIMIT */
  query(cursor: Cursor): Query;
}

/** The tokens of a statement, read from left to right. */
export class Cursor {
  private readonly tokens: readonly Token[];
  private index = 0;
  /** `?` seen so far */
  parameters = 0;
  /** how deep expressions and queries are nested */
  private depth = 0;

  /** @throws SqlError for a text that has no tokens */
  constructor(
    readonly sql: string,
    readonly grammar: Grammar,
  ) {
    this.tokens = tokenize(sql);
  }

  get token(): Token {
    return this.tokens[this.index]!;
  }

  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)]!;
  }

  ended(): boolean {
    return this.token.kind === "end";
  }

  get position(): number {
    return this.index;
  }

  set position(index: number) {
    this.index = index;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.index++;
    return token;
  }

  /** Whether the next tokens are these words or symbols. */
  is(...values: string[]): boolean {
    return values.every((value, i) => matches(this.peek(i), value));
  }

  isOne(...values: string[]): boolean {
    return values.some((value) => matches(this.token, value));
  }

  /** Reads the tokens if they are these. */
  take(...values: string[]): boolean {
    if (!this.is(...values)) return false;
    this.index += values.length;
    return true;
  }

  /** @throws SqlError if the next tokens are not these */
  expect(...values: string[]): Token {
    const { token } = this;
    for (const value of values) {
      if (!matches(this.token, value)) this.fail(`'${value}'`);
      this.next();
    }
    return token;
  }

  /** @param expecting as Trino lists it, such as `'FROM'` or `<expression>` */
  fail(...expecting: string[]): never {
    const { token } = this;
    const seen = token.kind === "end" ? "<EOF>" : token.text;
    throw new SqlError("SYNTAX_ERROR", `mismatched input '${seen}'. Expecting: ${expecting.join(", ")}`, token);
  }

  isIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "quoted" || (token.kind === "word" && !RESERVED.has(token.value));
  }

  /** Whether the next word names what stands before it: some words are names unless a clause begins with them. */
  isAlias(): boolean {
    if (!this.isIdentifier()) return false;
    if (this.token.kind === "quoted" || !CLAUSES.has(this.token.value)) return true;
    const { kind, text, value } = this.peek();
    return kind === "end" || [",", ")", ";"].includes(text) || value === "FROM";
  }

  identifier(): Identifier {
    if (!this.isIdentifier()) this.fail("<identifier>");
    const token = this.next();
    if (token.kind === "quoted" && token.value === "")
      throw new SqlError("SYNTAX_ERROR", "Zero-length delimited identifier not allowed", token);
    return {
      name: token.kind === "quoted" ? token.value : token.text,
      quoted: token.kind === "quoted",
      at: at(token),
    };
  }

  qualifiedName(): Identifier[] {
    return this.separated(".", () => this.identifier());
  }

  /** One or more, with a symbol between them. */
  separated<T>(separator: string, read: () => T): T[] {
    const found = [read()];
    while (this.take(separator)) found.push(read());
    return found;
  }

  /** In parentheses, one or more with commas between them. */
  list<T>(read: () => T): T[] {
    this.expect("(");
    const found = this.separated(",", read);
    this.expect(")");
    return found;
  }

  string(): string {
    if (this.token.kind === "string") return this.next().value;
    if (this.token.kind === "unicode") return this.unicode();
    return this.fail("<string>");
  }

  /** `U&'...'` with the character that UESCAPE names. */
  unicode(): string {
    const token = this.next();
    let escape = "\\";
    if (this.take("UESCAPE")) {
      escape = this.string();
      if ([...escape].length !== 1) throw new SqlError("SYNTAX_ERROR", "Empty Unicode escape character", token);
    }
    return decodeUnicode(token.value, escape, token);
  }

  integer(): number {
    if (this.token.kind !== "integer") this.fail("<integer>");
    return Number(this.next().value);
  }

  /** @throws SqlError beyond the depth that a call stack bears */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH)
      throw new SqlError("SYNTAX_ERROR", "statement is too large (stack overflow while parsing)", this.token);
    try {
      return read();
    } finally {
      this.depth--;
    }
  }
}

/** The place alone, without what else a token has. */
export function at({ line, column }: Position): Position {
  return { line, column };
}

function matches(token: Token, value: string): boolean {
  return (token.kind === "word" || token.kind === "symbol") && token.value === value;
}

function decodeUnicode(text: string, escape: string, place: Position): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== escape) result += text[i];
    else if (text[i + 1] === escape) result += text[++i];
    else {
      const long = text[i + 1] === "+";
      const digits = text.slice(i + (long ? 2 : 1), i + (long ? 8 : 5));
      if (!/^(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6})$/.test(digits) || digits.length !== (long ? 6 : 4))
        throw new SqlError("SYNTAX_ERROR", "Incomplete escape sequence: " + text.slice(i), place);
      const code = parseInt(digits, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        throw new SqlError("SYNTAX_ERROR", `Invalid escaped character: ${digits}`, place);
      result += String.fromCodePoint(code);
      i += digits.length + (long ? 1 : 0);
    }
  }
  return result;
}
