import { formatDouble } from "./number-text";

/** JSON as Trino reads and writes it: numbers keep their digits, objects may name a member twice. */

export type JsonNode =
  | { readonly kind: "object"; readonly members: readonly (readonly [name: string, value: JsonNode])[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

const MOST_DEPTH = 1000;
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Control characters may not stand in a text.
// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** @returns undefined for what is no JSON */
  whole(): JsonNode | undefined {
    const node = this.value(0);
    if (node === undefined) return undefined;
    this.take(SPACE);
    return this.at === this.text.length ? node : undefined;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match[0];
  }

  private is(mark: string): boolean {
    this.take(SPACE);
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private value(depth: number): JsonNode | undefined {
    if (depth > MOST_DEPTH) return undefined;
    this.take(SPACE);
    switch (this.text[this.at]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"': {
        const text = this.string();
        return text === undefined ? undefined : { kind: "string", text };
      }
      case "t":
      case "f":
      case "n": {
        const word = this.take(WORD);
        if (word === undefined) return undefined;
        return word === "null" ? { kind: "null" } : { kind: "boolean", value: word === "true" };
      }
      default: {
        const text = this.take(NUMBER);
        return text === undefined ? undefined : { kind: "number", text };
      }
    }
  }

  private string(): string | undefined {
    const text = this.take(STRING);
    if (text === undefined) return undefined;
    return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
  }

  private object(depth: number): JsonNode | undefined {
    this.at++;
    const members: [string, JsonNode][] = [];
    if (this.is("}")) return { kind: "object", members };
    do {
      this.take(SPACE);
      const name = this.string();
      if (name === undefined || !this.is(":")) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      members.push([name, value]);
    } while (this.is(","));
    return this.is("}") ? { kind: "object", members } : undefined;
  }

  private array(depth: number): JsonNode | undefined {
    this.at++;
    const items: JsonNode[] = [];
    if (this.is("]")) return { kind: "array", items };
    do {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
    } while (this.is(","));
    return this.is("]") ? { kind: "array", items } : undefined;
  }
}

/** @returns undefined for what is no JSON */
export function readJson(text: string): JsonNode | undefined {
  return new Reader(text).whole();
}

/** @param sorted orders members by name, of the same name the last counts: the form of the json type */
export function writeJson(node: JsonNode, sorted: boolean): string {
  switch (node.kind) {
    case "object": {
      const members = sorted
        ? [...new Map(node.members)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        : node.members;
      return `{${members.map(([name, value]) => `${quoteJson(name)}:${writeJson(value, sorted)}`).join(",")}}`;
    }
    case "array":
      return `[${node.items.map((item) => writeJson(item, sorted)).join(",")}]`;
    case "string":
      return quoteJson(node.text);
    case "number":
      return jsonNumber(node.text);
    case "boolean":
      return String(node.value);
    case "null":
      return "null";
  }
}

/** A whole number as it is, any other as a double. */
function jsonNumber(text: string): string {
  return /[.eE]/.test(text) ? formatDouble(Number(text)) : String(BigInt(text));
}

// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\0-\x1f]/g;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A text as a JSON string. */
export function quoteJson(text: string): string {
  return `"${text.replace(ESCAPED, (one) => SHORT[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)}"`;
}
