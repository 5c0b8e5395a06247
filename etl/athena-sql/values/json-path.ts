/** Paths of SQL/JSON, such as `lax $.a[*] ? (@.b > 3)`. https://trino.io/docs/current/functions/json.html#json-path-language */
import { SqlError } from "../syntax/error";
import type { JsonNode } from "./json-document";

type Path =
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

type Predicate =
  | { readonly kind: "and" | "or"; readonly left: Predicate; readonly right: Predicate }
  | { readonly kind: "not" | "unknown"; readonly operand: Predicate }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Path; readonly right: Path }
  | { readonly kind: "startsWith"; readonly left: Path; readonly right: Path };

/** A path that does not lead through its value, in strict mode or by a wrong type. */
export class PathError extends Error {}

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

/** What a path leads to. @param variables by name, of PASSING @throws PathError, SqlError */
export function followJsonPath(text: string, root: JsonNode, variables: ReadonlyMap<string, JsonNode>): JsonNode[] {
  const { strict, path } = parseJsonPath(text);
  return new Evaluation(strict, root, variables).items(path, { current: undefined, size: undefined });
}

interface Scope {
  readonly current: JsonNode | undefined;
  /** of the array whose elements are named */
  readonly size: number | undefined;
}

const isInteger = (text: string): boolean => /^-?\d+$/.test(text);

class Evaluation {
  constructor(
    private readonly strict: boolean,
    private readonly root: JsonNode,
    private readonly variables: ReadonlyMap<string, JsonNode>,
  ) {}

  items(path: Path, scope: Scope): JsonNode[] {
    switch (path.kind) {
      case "context":
        return [this.root];
      case "current":
        return [scope.current!];
      case "last":
        return [{ kind: "number", text: String((scope.size ?? 1) - 1) }];
      case "literal":
        return [path.value];
      case "variable": {
        const value = this.variables.get(path.name);
        if (value === undefined) throw new SqlError("INVALID_ARGUMENTS", `no value passed for parameter ${path.name}.`);
        return [value];
      }
      case "member":
        return this.unwrapped(this.items(path.base, scope)).flatMap((item) => this.member(item, path.name));
      case "elements":
        return this.items(path.base, scope).flatMap((item) => this.elements(item, path.ranges, scope));
      case "filter":
        return this.unwrapped(this.items(path.base, scope)).filter(
          (current) => this.test(path.predicate, { ...scope, current }) === true,
        );
      case "method":
        return this.method(path.name, this.items(path.base, scope));
      case "negate":
        return this.unwrapped(this.items(path.operand, scope)).map((item) => {
          const value = this.number(item);
          return path.sign === "-" ? numberNode(typeof value === "bigint" ? -value : -value) : item;
        });
      case "arithmetic":
        return [this.arithmetic(path.operator, this.single(path.left, scope), this.single(path.right, scope))];
    }
  }

  /** In lax mode arrays stand for their elements. */
  private unwrapped(items: JsonNode[]): JsonNode[] {
    return this.strict ? items : items.flatMap((item) => (item.kind === "array" ? item.items : [item]));
  }

  private structural(problem: string): JsonNode[] {
    if (this.strict) throw new PathError(`structural error: ${problem}`);
    return [];
  }

  private member(item: JsonNode, name: string | undefined): JsonNode[] {
    if (item.kind !== "object")
      return this.structural(`invalid item type. Expected: OBJECT, actual: ${item.kind.toUpperCase()}`);
    if (name === undefined) return item.members.map(([, value]) => value);
    const found = item.members.filter(([one]) => one === name).map(([, value]) => value);
    return found.length === 0 ? this.structural(`missing member '${name}' in JSON object`) : found;
  }

  private elements(item: JsonNode, ranges: (Path & { kind: "elements" })["ranges"], scope: Scope): JsonNode[] {
    if (item.kind !== "array" && this.strict)
      return this.structural(`invalid item type. Expected: ARRAY, actual: ${item.kind.toUpperCase()}`);
    const items = item.kind === "array" ? item.items : [item];
    if (ranges === undefined) return [...items];
    return ranges.flatMap(([from, to]) => {
      const inner = { ...scope, size: items.length };
      const first = this.index(from, inner);
      const last = to === undefined ? first : this.index(to, inner);
      if (this.strict && (first < 0 || last >= items.length || first > last))
        throw new PathError(
          `structural error: invalid array subscript: [${first}, ${last}] for array of size ${items.length}`,
        );
      return items.slice(Math.max(0, first), last + 1);
    });
  }

  private index(path: Path, scope: Scope): number {
    return Number(this.number(this.single(path, scope)));
  }

  private single(path: Path, scope: Scope): JsonNode {
    const items = this.unwrapped(this.items(path, scope));
    if (items.length !== 1) throw new PathError(`arithmetic binary expression requires singleton operands`);
    return items[0]!;
  }

  private number(item: JsonNode): number | bigint {
    if (item.kind !== "number")
      throw new PathError(`invalid item type. Expected: NUMBER, actual: ${item.kind.toUpperCase()}`);
    return isInteger(item.text) ? BigInt(item.text) : Number(item.text);
  }

  private arithmetic(operator: string, left: JsonNode, right: JsonNode): JsonNode {
    const [a, b] = [this.number(left), this.number(right)];
    if (typeof a === "bigint" && typeof b === "bigint") {
      if ((operator === "/" || operator === "%") && b === 0n) throw new PathError("division by zero");
      const results: Record<string, () => bigint> = {
        "+": () => a + b,
        "-": () => a - b,
        "*": () => a * b,
        "/": () => a / b,
        "%": () => a % b,
      };
      return numberNode(results[operator]!());
    }
    const [x, y] = [Number(a), Number(b)];
    const results: Record<string, number> = { "+": x + y, "-": x - y, "*": x * y, "/": x / y, "%": x % y };
    return numberNode(results[operator]!);
  }

  private method(name: string, items: JsonNode[]): JsonNode[] {
    const text = (value: string): JsonNode => ({ kind: "string", text: value });
    if (name === "type") return items.map((item) => text(item.kind));
    if (name === "size") {
      return items.map((item) => {
        if (item.kind === "array") return numberNode(BigInt(item.items.length));
        if (this.strict) throw new PathError(`invalid item type. Expected: ARRAY, actual: ${item.kind.toUpperCase()}`);
        return numberNode(1n);
      });
    }
    return this.unwrapped(items).flatMap((item): JsonNode[] => {
      if (name === "keyvalue") {
        if (item.kind !== "object")
          throw new PathError(`invalid item type. Expected: OBJECT, actual: ${item.kind.toUpperCase()}`);
        return item.members.map(([key, value]) => ({
          kind: "object",
          members: [
            ["name", text(key)],
            ["value", value],
            ["id", numberNode(0n)],
          ],
        }));
      }
      if (name === "double" && item.kind === "string") {
        const value = Number(item.text);
        if (Number.isNaN(value)) throw new PathError(`cannot cast value to double`);
        return [numberNode(value)];
      }
      const value = this.number(item);
      if (name === "double") return [numberNode(Number(value))];
      if (typeof value === "bigint") return [numberNode(name === "abs" && value < 0n ? -value : value)];
      return [numberNode(name === "abs" ? Math.abs(value) : name === "floor" ? Math.floor(value) : Math.ceil(value))];
    });
  }

  /** null stands for unknown. */
  private test(predicate: Predicate, scope: Scope): boolean | null {
    switch (predicate.kind) {
      case "and": {
        const [a, b] = [this.test(predicate.left, scope), this.test(predicate.right, scope)];
        return a === false || b === false ? false : a === null || b === null ? null : true;
      }
      case "or": {
        const [a, b] = [this.test(predicate.left, scope), this.test(predicate.right, scope)];
        return a === true || b === true ? true : a === null || b === null ? null : false;
      }
      case "not": {
        const value = this.test(predicate.operand, scope);
        return value === null ? null : !value;
      }
      case "unknown":
        return this.test(predicate.operand, scope) === null;
      case "exists":
        return this.tried(() => this.items(predicate.path, scope).length > 0);
      case "compare":
      case "startsWith":
        return this.tried(() => {
          const left = this.unwrapped(this.items(predicate.left, scope));
          const right = this.unwrapped(this.items(predicate.right, scope));
          const found = left.flatMap((a) =>
            right.map((b) => (predicate.kind === "compare" ? compare(predicate.operator, a, b) : startsWith(a, b))),
          );
          return found.includes(true) ? true : found.includes(null) ? null : false;
        });
    }
  }

  private tried(run: () => boolean | null): boolean | null {
    try {
      return run();
    } catch (error) {
      if (error instanceof PathError) return null;
      throw error;
    }
  }
}

/** A fraction keeps its point, so that it is a double again. */
function numberNode(value: number | bigint): JsonNode {
  if (typeof value === "bigint") return { kind: "number", text: String(value) };
  const text = String(value);
  return { kind: "number", text: isInteger(text) ? `${text}.0` : text };
}

function startsWith(a: JsonNode, b: JsonNode): boolean | null {
  return a.kind === "string" && b.kind === "string" ? a.text.startsWith(b.text) : null;
}

function compare(operator: string, a: JsonNode, b: JsonNode): boolean | null {
  if (a.kind === "null" || b.kind === "null") {
    if (operator === "==") return a.kind === b.kind;
    return operator === "<>" || operator === "!=" ? a.kind !== b.kind : null;
  }
  if (a.kind !== b.kind || a.kind === "object" || a.kind === "array") return null;
  const value = (node: JsonNode): string | number | boolean =>
    node.kind === "number" ? Number(node.text) : node.kind === "boolean" ? node.value : (node as { text: string }).text;
  const [x, y] = [value(a), value(b)];
  switch (operator) {
    case "==":
      return x === y;
    case "<>":
    case "!=":
      return x !== y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    default:
      return x >= y;
  }
}
