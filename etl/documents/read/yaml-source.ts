/** Reads YAML as CloudFormation has it: the tags of its functions (`!Ref x`) become the long form ({ "Ref": "x" }). */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { memberPath, nearestKnown } from "../../../aws/text/json-path";
import type { Position } from "../model/position";
import { positionOf, SourceError, type ParsedFile } from "./parsed-file";

/** Levels and values of one file; aliases make many values of a short text. */
const MAX_DEPTH = 128;
/** Brackets that may be open at once, those within texts too. */
const MOST_OPEN = 500;
const TOO_DEEP = `the file is nested deeper than ${MAX_DEPTH} levels`;
const MAX_VALUES = 100_000;

/** Throws SourceError. */
export function parseYaml(text: string): ParsedFile {
  // the parser is only loaded for those who have YAML: most documents are JSON, and every run of the program reads some
  const yaml = createRequire(__filename)("yaml") as typeof Yaml;
  const lines = new yaml.LineCounter();
  const deep = tooDeep(text);
  if (deep >= 0) throw new SourceError(TOO_DEEP, positionOf(text.slice(0, deep)));
  let document: Yaml.Document.Parsed;
  try {
    const documents = yaml.parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    });
    if (!Array.isArray(documents) || documents.length === 0) throw new SourceError("the file is empty");
    // a line of --- at the end begins one that is empty
    const filled = documents.filter(
      ({ contents, errors }) =>
        errors.length > 0 || !(contents === null || (yaml.isScalar(contents) && contents.value === null)),
    );
    if (filled.length > 1) {
      throw new SourceError(
        `the file holds ${filled.length} YAML documents, separated by ---; write each into its own file`,
      );
    }
    document = (filled[0] ?? documents[0]) as Yaml.Document.Parsed;
  } catch (error) {
    if (error instanceof RangeError) throw new SourceError(TOO_DEEP);
    throw error;
  }
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const at = position(mistake.pos[0]);
    // what the parser says when it runs out of stack
    if (/call stack/.test(mistake.message)) throw new SourceError(TOO_DEEP, at);
    const reason = mistake.message.replace(/\s+/g, " ").trim();
    throw new SourceError(`the file is not YAML: ${reason} at line ${at.line}, column ${at.column}`, at);
  }
  const reader = new Reader(yaml, position);
  const value = reader.read(document.contents, "$", 0);
  const { offsets, duplicates } = reader;
  return {
    value,
    duplicates,
    locate: (path) => {
      const offset = offsets.get(nearestKnown(path, offsets));
      return offset === undefined ? undefined : position(offset);
    },
  };
}

/** Where brackets are open as no document has them, or -1: the parser would go as deep, and take long to come back. */
function tooDeep(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x5b || character === 0x7b) {
      if (++depth > MOST_OPEN) return at;
    } else if ((character === 0x5d || character === 0x7d) && depth > 0) depth--;
  }
  return -1;
}

class Reader {
  readonly offsets = new Map<string, number>();
  readonly duplicates: string[] = [];
  private readonly anchors = new Map<string, Yaml.Node>();
  private values = 0;

  constructor(
    private readonly yaml: typeof Yaml,
    private readonly position: (offset: number) => Position,
  ) {}

  read(node: unknown, path: string, depth: number): unknown {
    if (++this.values > MAX_VALUES) throw new SourceError(`the file has more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new SourceError(TOO_DEEP);
    const { yaml } = this;
    if (!yaml.isNode(node)) return null;
    const offset = node.range?.[0];
    if (offset !== undefined) this.offsets.set(path, offset);
    if (yaml.isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) throw new SourceError(`the alias *${node.source} names no anchor`, this.at(offset));
      return this.read(target, path, depth + 1);
    }
    const { anchor } = node as Yaml.Scalar;
    if (anchor !== undefined) this.anchors.set(anchor, node);
    const { tag } = node;
    if (tag === undefined || !tag.startsWith("!") || tag === "!") return this.content(node, path, depth);
    const name = longName(tag.slice(1));
    const within = memberPath(path, name);
    if (offset !== undefined) this.offsets.set(within, offset);
    return longForm(name, this.content(node, within, depth));
  }

  private at(offset: number | undefined): Position | undefined {
    return offset === undefined ? undefined : this.position(offset);
  }

  private content(node: Yaml.Node, path: string, depth: number): unknown {
    const { yaml } = this;
    if (yaml.isSeq(node)) return node.items.map((item, index) => this.read(item, `${path}[${index}]`, depth + 1));
    if (!yaml.isMap(node)) return (node as Yaml.Scalar).value;
    const result: Record<string, unknown> = {};
    const own = new Set<string>();
    const set = (name: string, value: unknown): void => {
      // an ordinary member, whatever it is called
      Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
    };
    for (const { key, value } of node.items) {
      const name = yaml.isScalar(key) ? String(key.value) : String(this.read(key, path, depth + 1));
      const place = memberPath(path, name);
      if (name === "<<") {
        for (const merged of [this.read(value, path, depth + 1)].flat()) {
          if (typeof merged !== "object" || merged === null) continue;
          for (const [inner, entry] of Object.entries(merged)) if (!Object.hasOwn(result, inner)) set(inner, entry);
        }
        continue;
      }
      // what was merged before is overridden
      if (own.has(name)) this.duplicates.push(place);
      own.add(name);
      set(name, this.read(value, place, depth + 1));
    }
    return result;
  }
}

/** `!Ref x` is { "Ref": "x" }, every other is { "Fn::NAME": ... }. */
function longName(tag: string): string {
  return tag === "Ref" || tag === "Condition" ? tag : `Fn::${tag}`;
}

/** `!GetAtt a.b` is { "Fn::GetAtt": ["a", "b"] }. */
function longForm(name: string, value: unknown): unknown {
  if (name !== "Fn::GetAtt" || typeof value !== "string") return { [name]: value };
  const dot = value.indexOf(".");
  return { [name]: dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
}
