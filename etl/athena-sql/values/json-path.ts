/** Follows paths of SQL/JSON. https://trino.io/docs/current/functions/json.html#json-path-language */
import { SqlError } from "../syntax/error";
import type { JsonNode } from "./json-document";
import { parseJsonPath, type Path, type Predicate } from "./json-path-parser";

/** A path that does not lead through its value, in strict mode or by a wrong type. */
export class PathError extends Error {}

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
