/**
 * The expressions by which GetPartitions chooses: a condition of SQL over the partition keys.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
 */
import { NO_PARTITION_VALUE, PARTITION_LIMITS } from "../../../aws/limits/glue-partitions";
import type { Column } from "../../athena";
import { invalid } from "./error";

/** Whether a partition is chosen, by its values in the order of the keys. */
export type PartitionFilter = (values: readonly string[]) => boolean;

/** AND and OR of three values: undefined where a key has no value. */
type Condition = (values: readonly string[]) => boolean | undefined;

interface Token {
  kind: "name" | "text" | "number" | "symbol" | "end";
  text: string;
}

const WORDS = new Set(["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "DATE", "TIMESTAMP"]);
const NUMERIC = /^(tinyint|smallint|int|integer|bigint|long|float|double|decimal.*)$/;
/** Types of keys that an expression may name. */
const COMPARABLE =
  /^(string|char.*|varchar.*|date|timestamp|tinyint|smallint|int|integer|bigint|long|float|double|decimal.*)$/;

/** @throws GlueError InvalidInputException for an expression that Glue does not take */
export function parsePartitionExpression(expression: string, keys: readonly Column[]): PartitionFilter {
  if (expression.length > PARTITION_LIMITS.expression)
    throw invalid(`Expression has ${expression.length} characters; ${PARTITION_LIMITS.expression} are the most.`);
  if (expression.trim() === "") return () => true;
  const parser = new Parser(tokensOf(expression), keys, expression);
  const condition = parser.whole();
  return (values) => condition(values) === true;
}

function tokensOf(expression: string): Token[] {
  const pattern =
    /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`([^`]*)`|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w$]*)|(<>|!=|>=|<=|[=<>(),]))/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < expression.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (match === null) throw invalid(`Unsupported expression '${expression}': unexpected text at ${at + 1}.`);
    const [, text, quoted, ticked, number, name, symbol] = match;
    if (text !== undefined) tokens.push({ kind: "text", text: text.replaceAll("''", "'") });
    else if (quoted !== undefined) tokens.push({ kind: "name", text: quoted.replaceAll('""', '"') });
    else if (ticked !== undefined) tokens.push({ kind: "name", text: ticked });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined)
      tokens.push(
        WORDS.has(name.toUpperCase()) ? { kind: "symbol", text: name.toUpperCase() } : { kind: "name", text: name },
      );
    else tokens.push({ kind: "symbol", text: symbol as string });
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

interface Key {
  index: number;
  numeric: boolean;
}

const LEVELS = 100;

class Parser {
  private at = 0;
  private level = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly keys: readonly Column[],
    private readonly expression: string,
  ) {}

  whole(): Condition {
    const condition = this.or();
    if (this.peek().kind !== "end") throw this.unexpected();
    return condition;
  }

  private or(): Condition {
    if (++this.level > LEVELS) throw invalid(`Expression is nested more than ${LEVELS} levels deep.`);
    const parts = [this.and()];
    while (this.take("OR")) parts.push(this.and());
    this.level--;
    return parts.length === 1 ? parts[0]! : (values) => either(parts.map((part) => part(values)));
  }

  private and(): Condition {
    const parts = [this.not()];
    while (this.take("AND")) parts.push(this.not());
    if (parts.length === 1) return parts[0]!;
    // not (not a or not b)
    return (values) => negated(either(parts.map((part) => negated(part(values)))));
  }

  private not(): Condition {
    let negations = 0;
    while (this.take("NOT")) negations++;
    const inner = this.comparison();
    return negations % 2 === 0 ? inner : (values) => negated(inner(values));
  }

  private comparison(): Condition {
    if (this.take("(")) {
      const inner = this.or();
      this.expect(")");
      return inner;
    }
    if (this.peek().kind !== "name") return this.reversed();
    const key = this.key();
    if (this.take("IS")) {
      const not = this.take("NOT");
      this.expect("NULL");
      return (values) => (values[key.index] === NO_PARTITION_VALUE) !== not;
    }
    const not = this.take("NOT");
    const test = this.test(key, not);
    return (values) => {
      const value = values[key.index]!;
      if (value === NO_PARTITION_VALUE) return undefined;
      return test(value) !== not;
    };
  }

  /** `'2026' = __year` */
  private reversed(): Condition {
    const token = this.next();
    if (token.kind !== "text" && token.kind !== "number") throw this.unexpected(token);
    const operator = this.next().text;
    if (this.peek().kind !== "name") throw this.unexpected();
    const key = this.key();
    const compare = comparison(operator);
    if (compare === undefined) throw this.unexpected();
    const literal = this.literal(key, token);
    return (values) =>
      values[key.index] === NO_PARTITION_VALUE ? undefined : compare(-ordered(key, values[key.index]!, literal));
  }

  private test(key: Key, not: boolean): (value: string) => boolean {
    if (this.take("BETWEEN")) {
      const from = this.value(key);
      this.expect("AND");
      const to = this.value(key);
      return (value) => ordered(key, value, from) >= 0 && ordered(key, value, to) <= 0;
    }
    if (this.take("IN")) {
      this.expect("(");
      const among = [this.value(key)];
      while (this.take(",")) among.push(this.value(key));
      this.expect(")");
      return (value) => among.some((one) => ordered(key, value, one) === 0);
    }
    if (this.take("LIKE")) {
      const pattern = like(this.value(key));
      return (value) => pattern.test(value);
    }
    if (not) throw this.unexpected();
    const compare = comparison(this.peek().text);
    if (this.peek().kind !== "symbol" || compare === undefined) throw this.unexpected();
    this.at++;
    const to = this.value(key);
    return (value) => compare(ordered(key, value, to));
  }

  private key(): Key {
    const { text } = this.next();
    const index = this.keys.findIndex(({ name }) => name.toLowerCase() === text.toLowerCase());
    if (index < 0)
      throw invalid(
        `Unsupported expression '${this.expression}': ${text} is no partition key; there is ${this.keys.map(({ name }) => name).join(", ")}.`,
      );
    const { name, type } = this.keys[index]!;
    if (!COMPARABLE.test(type.toLowerCase()))
      throw invalid(`Unsupported expression '${this.expression}': ${name} has the type ${type}.`);
    return { index, numeric: NUMERIC.test(type.toLowerCase()) };
  }

  private value(key: Key): string {
    if (!this.take("DATE")) this.take("TIMESTAMP");
    return this.literal(key, this.next());
  }

  private literal(key: Key, token: Token): string {
    if (token.kind !== "text" && token.kind !== "number") throw this.unexpected(token);
    if (key.numeric && !/^-?\d+(\.\d+)?$/.test(token.text.trim()))
      throw invalid(
        `Unsupported expression '${this.expression}': '${token.text}' is no number, but ${this.keys[key.index]!.name} is.`,
      );
    return token.text;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.at++;
    return token;
  }

  private take(symbol: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== "symbol" || text !== symbol) return false;
    this.at++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) throw this.unexpected();
  }

  private unexpected(token = this.peek()) {
    const seen = token.kind === "end" ? "the end" : `'${token.text}'`;
    return invalid(`Unsupported expression '${this.expression}': unexpected ${seen}.`);
  }
}

function either(parts: readonly (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

function comparison(operator: string): ((order: number) => boolean) | undefined {
  switch (operator) {
    case "=":
      return (order) => order === 0;
    case "<>":
    case "!=":
      return (order) => order !== 0;
    case "<":
      return (order) => order < 0;
    case "<=":
      return (order) => order <= 0;
    case ">":
      return (order) => order > 0;
    case ">=":
      return (order) => order >= 0;
    default:
      return undefined;
  }
}

/** Below 0 if the partition's value comes before the other. */
function ordered({ numeric }: Key, value: string, other: string): number {
  if (!numeric) return value < other ? -1 : value > other ? 1 : 0;
  const whole = /^-?\d+$/;
  if (whole.test(value) && whole.test(other)) {
    const [a, b] = [BigInt(value), BigInt(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(value) - Number(other);
}

/** `%` is any text, `_` one character. */
function like(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", "[^]*")
    .replaceAll("_", "[^]");
  return new RegExp(`^${source}$`, "u");
}
