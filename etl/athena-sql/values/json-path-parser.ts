/** Parses paths of SQL/JSON, such as `lax $.a[*] ? (@.b > 3)`. https://trino.io/docs/current/functions/json.html#json-path-language */
import { SqlError } from "../syntax/error";
import type { JsonNode } from "./json-document";

export type Path =
  | { readonly kind: "context" | "current" | "last" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "literal"; readonly value: JsonNode }
  | { readonly kind: "member"; readonly base: Path; readonly name: string | undefined }
  | {
      readonly kind: "elements";
      readonly base: Path;
      readonly ranges: readonly (readonly [Path, Path | undefined])[] | undefined;
    }
  | { readonly kind: "filter"; readonly base: Path; readonly predicate: Predicate }
  | { readonly kind: "method"; readonly base: Path; readonly name: string }
  | { readonly kind: "negate"; readonly operand: Path; readonly sign: string }
  | { readonly kind: "arithmetic"; readonly operator: string; readonly left: Path; readonly right: Path };

export type Predicate =
  | { readonly kind: "and" | "or"; readonly left: Predicate; readonly right: Predicate }
  | { readonly kind: "not" | "unknown"; readonly operand: Predicate }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Path; readonly right: Path }
  | { readonly kind: "startsWith"; readonly left: Path; readonly right: Path };

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\$[A-Za-z_]\w*|[<>=!]=|<>|&&|\|\||[^\s])/y;
const METHODS = new Set(["type", "size", "abs", "floor", "ceiling", "double", "keyvalue"]);

class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) this.tokens.push(match[1]!);
  }

  parse(): { strict: boolean; path: Path } {
    const mode = this.tokens[this.at++];
    if (mode !== "lax" && mode !== "strict") this.fail(`missing {'lax', 'strict'} at '${mode ?? ""}'`);
    const path = this.sum();
    if (this.at < this.tokens.length) this.fail(`extraneous input '${this.tokens[this.at]}'`);
    return { strict: mode === "strict", path };
  }

  private fail(problem: string): never {
    throw new SqlError("SYNTAX_ERROR", `invalid JSON path '${this.text}': ${problem}`);
  }

  private take(...tokens: string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token === undefined || !tokens.includes(token)) return undefined;
    this.at++;
    return token;
  }

  private expect(token: string): void {
    if (this.take(token) === undefined)
      this.fail(`mismatched input '${this.tokens[this.at] ?? "<EOF>"}' expecting '${token}'`);
  }

  private sum(): Path {
    let left = this.product();
    for (let operator = this.take("+", "-"); operator !== undefined; operator = this.take("+", "-"))
      left = { kind: "arithmetic", operator, left, right: this.product() };
    return left;
  }

  private product(): Path {
    let left = this.signed();
    for (let operator = this.take("*", "/", "%"); operator !== undefined; operator = this.take("*", "/", "%"))
      left = { kind: "arithmetic", operator, left, right: this.signed() };
    return left;
  }

  private signed(): Path {
    const sign = this.take("+", "-");
    return sign === undefined ? this.accessors() : { kind: "negate", sign, operand: this.signed() };
  }

  private accessors(): Path {
    let base = this.primary();
    for (;;) {
      if (this.take(".") !== undefined) {
        const token = this.tokens[this.at++];
        if (token === undefined) this.fail("mismatched input '<EOF>'");
        else if (token === "*") base = { kind: "member", base, name: undefined };
        else if (METHODS.has(token) && this.take("(") !== undefined) {
          this.expect(")");
          base = { kind: "method", base, name: token };
        } else if (token.startsWith('"')) base = { kind: "member", base, name: JSON.parse(token) as string };
        else if (/^[A-Za-z_]/.test(token)) base = { kind: "member", base, name: token };
        else this.fail(`mismatched input '${token}'`);
      } else if (this.take("[") !== undefined) base = { kind: "elements", base, ranges: this.subscripts() };
      else if (this.take("?") !== undefined) {
        this.expect("(");
        const predicate = this.or();
        this.expect(")");
        base = { kind: "filter", base, predicate };
      } else return base;
    }
  }

  private subscripts(): (readonly [Path, Path | undefined])[] | undefined {
    if (this.take("*") !== undefined) {
      this.expect("]");
      return undefined;
    }
    const ranges: [Path, Path | undefined][] = [];
    do {
      const from = this.sum();
      ranges.push([from, this.take("to") === undefined ? undefined : this.sum()]);
    } while (this.take(",") !== undefined);
    this.expect("]");
    return ranges;
  }

  private primary(): Path {
    const token = this.tokens[this.at++] ?? "<EOF>";
    if (token === "$") return { kind: "context" };
    if (token === "@") return { kind: "current" };
    if (token === "last") return { kind: "last" };
    if (token.startsWith("$")) return { kind: "variable", name: token.slice(1) };
    if (token.startsWith('"')) return { kind: "literal", value: { kind: "string", text: JSON.parse(token) as string } };
    if (/^\d/.test(token)) return { kind: "literal", value: { kind: "number", text: token } };
    if (token === "true" || token === "false")
      return { kind: "literal", value: { kind: "boolean", value: token === "true" } };
    if (token === "null") return { kind: "literal", value: { kind: "null" } };
    if (token === "(") {
      const path = this.sum();
      this.expect(")");
      return path;
    }
    return this.fail(`mismatched input '${token}'`);
  }

  private or(): Predicate {
    let left = this.and();
    while (this.take("||") !== undefined) left = { kind: "or", left, right: this.and() };
    return left;
  }

  private and(): Predicate {
    let left = this.condition();
    while (this.take("&&") !== undefined) left = { kind: "and", left, right: this.condition() };
    return left;
  }

  private condition(): Predicate {
    if (this.take("!") !== undefined) return { kind: "not", operand: this.condition() };
    if (this.take("exists") !== undefined) {
      this.expect("(");
      const path = this.sum();
      this.expect(")");
      return { kind: "exists", path };
    }
    const start = this.at;
    if (this.take("(") !== undefined) {
      try {
        const operand = this.or();
        this.expect(")");
        if (this.take("is") !== undefined) {
          this.expect("unknown");
          return { kind: "unknown", operand };
        }
        return operand;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        // It was the parenthesis of an operand.
        this.at = start;
      }
    }
    const left = this.sum();
    if (this.take("starts") !== undefined) {
      this.expect("with");
      return { kind: "startsWith", left, right: this.sum() };
    }
    if (this.take("like_regex") !== undefined)
      throw new SqlError("NOT_SUPPORTED", "like_regex predicate is not executed by the local cloud");
    const operator = this.take("==", "<>", "!=", "<", "<=", ">", ">=");
    if (operator === undefined) return this.fail(`mismatched input '${this.tokens[this.at] ?? "<EOF>"}'`);
    return { kind: "compare", operator, left, right: this.sum() };
  }
}

const parsed = new Map<string, { strict: boolean; path: Path }>();

/** @throws SqlError for what is no path */
export function parseJsonPath(text: string): { strict: boolean; path: Path } {
  let known = parsed.get(text);
  if (known === undefined) {
    known = new Parser(text).parse();
    if (parsed.size > 500) parsed.clear();
    parsed.set(text, known);
  }
  return known;
}
