/**
 * Filter patterns of CloudWatch Logs: terms of text, and conditions on the members of a JSON event. Patterns for lines in columns (`[a, b]`) and
 * regular expressions (`%...%`) are not executed.
 */
export type Matches = (event: string) => boolean;

/** Why a pattern is not executed. */
export class FilterError extends Error {}

/** @throws FilterError with what is wrong or not executed, and where */
export function compileFilter(pattern: string): Matches {
  const text = pattern.trim();
  if (text.startsWith("["))
    throw new FilterError("a pattern for columns ([...]) is not executed; log JSON and use { $.member = ... }");
  if (text.includes("%"))
    throw new FilterError("regular expressions (%...%) are not executed; use terms or { $.member = ... }");
  if (!text.startsWith("{")) return terms(text);
  if (!text.endsWith("}")) throw new FilterError("a JSON pattern ends in }");
  const condition = new Parser(text.slice(1, -1)).whole();
  return (event) => {
    const parsed = objectOf(event);
    return parsed !== undefined && condition(parsed);
  };
}

/** The value that a metric takes from a matching event: a number, or `$.member`. @returns undefined if the event has none */
export function compileValue(text: string): (event: string) => number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return () => Number(text);
  const read = compilePath(text);
  return (event) => {
    const value = read(objectOf(event));
    return typeof value === "number" ? value : undefined;
  };
}

/** Reads `$.a.b[0]`. @throws FilterError for anything else */
export function compilePath(text: string): (event: unknown) => unknown {
  if (!/^\$(\.[A-Za-z_][\w-]*|\["[^"]+"\]|\[\d+\])+$/.test(text))
    throw new FilterError(`saw ${JSON.stringify(text)}; wants a member such as $.status or $.items[0]`);
  const names = [...text.matchAll(/\.([A-Za-z_][\w-]*)|\["([^"]+)"\]|\[(\d+)\]/g)].map(([, a, b, c]) => a ?? b ?? c!);
  return (event) => {
    let value = event;
    for (const name of names) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return value;
  };
}

function objectOf(event: string): unknown {
  if (!event.startsWith("{")) return undefined;
  try {
    return JSON.parse(event) as unknown;
  } catch {
    return undefined;
  }
}

/** `error timeout` all of them, `?a ?b` one of them, `-debug` not that one, `"two words"` as they stand; nothing at all is every event. */
function terms(text: string): Matches {
  const all: string[] = [];
  const some: string[] = [];
  const none: string[] = [];
  for (const [whole, sign, quoted, bare] of text.matchAll(/([?-]?)(?:"([^"]*)"|([^\s"]+))/g)) {
    if (bare !== undefined && !/^[\w]+$/.test(bare))
      throw new FilterError(
        `saw the term ${whole}; a term with other characters than letters, digits and _ must be quoted`,
      );
    (sign === "?" ? some : sign === "-" ? none : all).push(quoted ?? bare!);
  }
  return (event) =>
    all.every((term) => event.includes(term)) &&
    (some.length === 0 || some.some((term) => event.includes(term))) &&
    !none.some((term) => event.includes(term));
}

type Condition = (event: unknown) => boolean;
const TOKEN = /\s*(?:(\$[^\s=!<>()&|]+)|("(?:[^"\\]|\\.)*")|(&&|\|\||!=|<=|>=|=|<|>|\(|\))|([^\s=!<>()&|"]+))/y;

/** A condition: comparisons joined by && and ||, where && binds closer, with parentheses. */
class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    const trimmed = text.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (match === null) throw new FilterError(`cannot read ${JSON.stringify(trimmed.slice(from))}`);
      this.tokens.push(match[0].trim());
    }
  }

  whole(): Condition {
    const condition = this.or();
    if (this.at < this.tokens.length) throw new FilterError(`saw ${this.tokens[this.at]}; expected &&, || or the end`);
    return condition;
  }

  private or(): Condition {
    const parts = [this.and()];
    while (this.take("||")) parts.push(this.and());
    return (event) => parts.some((part) => part(event));
  }

  private and(): Condition {
    const parts = [this.one()];
    while (this.take("&&")) parts.push(this.one());
    return (event) => parts.every((part) => part(event));
  }

  private one(): Condition {
    if (this.take("(")) {
      const inner = this.or();
      if (!this.take(")")) throw new FilterError("a parenthesis is not closed");
      return inner;
    }
    const read = compilePath(this.next());
    const operator = this.next();
    switch (operator.toUpperCase()) {
      case "EXISTS":
        return (event) => read(event) !== undefined;
      case "NOT":
        if (this.next().toUpperCase() !== "EXISTS") throw new FilterError("NOT stands before EXISTS only");
        return (event) => read(event) === undefined;
      case "IS": {
        const word = this.next().toUpperCase();
        if (word === "NULL") return (event) => read(event) === null;
        if (word === "TRUE" || word === "FALSE") return (event) => read(event) === (word === "TRUE");
        throw new FilterError(`saw IS ${word}; there are IS NULL, IS TRUE, IS FALSE`);
      }
      case "=":
      case "!=": {
        const equals = equalTo(this.next());
        return (event) => {
          const value = read(event);
          return value !== undefined && equals(value) === (operator === "=");
        };
      }
      case "<":
      case "<=":
      case ">":
      case ">=": {
        const bound = Number(this.next());
        if (Number.isNaN(bound)) throw new FilterError(`${operator} compares numbers`);
        const holds = {
          "<": (value: number) => value < bound,
          "<=": (value: number) => value <= bound,
          ">": (value: number) => value > bound,
          ">=": (value: number) => value >= bound,
        }[operator as "<" | "<=" | ">" | ">="];
        return (event) => {
          const value = read(event);
          return typeof value === "number" && holds(value);
        };
      }
      default:
        throw new FilterError(`saw the operator ${operator}; there are = != < <= > >= EXISTS, NOT EXISTS, IS`);
    }
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new FilterError("the pattern ends too early");
    return token;
  }
}

/** A number, or a text in which * matches any characters. */
function equalTo(token: string): (value: unknown) => boolean {
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(token)) {
    const number = Number(token);
    return (value) => value === number;
  }
  const text = token.startsWith('"') ? (JSON.parse(token) as string) : token;
  const parts = text.split("*");
  if (parts.length === 1) return (value) => (typeof value === "string" ? value === text : String(value) === text);
  const pattern = new RegExp(`^${parts.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "s");
  return (value) => typeof value !== "object" && pattern.test(String(value));
}
