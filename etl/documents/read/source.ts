/** Reads a document's file, JSON or YAML, with the line and column of every value and of every mistake. */
import { isUtf8 } from "node:buffer";
import { eachElement, eachMember, Scanner, type Span } from "../../json";
import { ARRAY, OBJECT } from "../../json/token-kinds";
import { foreignText } from "./foreign-formats";
import { memberPath, nearestKnown } from "../../../aws/text/json-path";
import { LineIndex } from "./line-index";
import { positionOf, SourceError, type ParsedFile } from "./parsed-file";
import { parseYaml } from "./yaml-source";

/** The largest file that is read, in bytes: a template of CloudFormation has at most 1 MB. */
export const MAX_BYTES = 16 * 1024 * 1024;
/** A YAML file's: its parser is slower, and templates are no larger. */
const MAX_YAML_BYTES = 1024 * 1024;

/** `file` decides by its ending; `.json` is JSON, `.yaml` and `.yml` YAML, others are JSON if they begin so. Throws SourceError. */
export function parseSource(content: Buffer, file: string): ParsedFile {
  const { bytes, text } = decode(content);
  if (/^\s*$/.test(text)) throw new SourceError("the file is empty; put a document into it, or remove it");
  const yaml = /\.ya?ml$/i.test(file) || (!/\.json$/i.test(file) && !/^\s*[[{]/.test(text));
  if (!yaml) return parseJsonSource(bytes, text);
  if (bytes.length > MAX_YAML_BYTES) {
    throw new SourceError(`the file has ${bytes.length} bytes; a YAML document has at most ${MAX_YAML_BYTES}`);
  }
  try {
    return parseYaml(text);
  } catch (error) {
    // for a program or Terraform say so, and not what is wrong with it as YAML
    const foreign = error instanceof SourceError && !/\.ya?ml$/i.test(file) ? foreignText(text) : undefined;
    throw foreign === undefined ? error : new SourceError(foreign);
  }
}

/** Editors on Windows put a byte-order mark in front, and PowerShell's `>` writes UTF-16. */
function decode(content: Buffer): { bytes: Buffer; text: string } {
  if (content.length > MAX_BYTES) {
    throw new SourceError(`the file has ${content.length} bytes; a document has at most ${MAX_BYTES}`);
  }
  const mark = content.toString("latin1", 0, 3);
  if (mark.startsWith("\u00ff\u00fe")) {
    const text = content.toString("utf16le", 2);
    return { bytes: Buffer.from(text), text };
  }
  const bytes = mark === "\u00ef\u00bb\u00bf" ? content.subarray(3) : content;
  if (!isUtf8(bytes)) throw new SourceError("the file is not UTF-8 text; save it as UTF-8");
  return { bytes, text: bytes.toString("utf8") };
}

function parseJsonSource(bytes: Buffer, text: string): ParsedFile {
  const scanner = new Scanner();
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const start = scanner.skipBlanks(0);
  let end = scanner.value(start, 0);
  const { kind, number } = scanner;
  if (end >= 0 && scanner.skipBlanks(end) < bytes.length) end = scanner.fail(scanner.skipBlanks(end), "the end");
  if (end < 0) throw notJson(bytes, scanner);
  const duplicates: string[] = [];
  const offsets = new Map<string, number>();
  walk({ bytes, kind, start, end, number }, "$", offsets, duplicates);
  let lines: LineIndex | undefined;
  return {
    value: JSON.parse(text),
    duplicates,
    locate: (path) => {
      const offset = offsets.get(nearestKnown(path, offsets));
      return offset === undefined ? undefined : (lines ??= new LineIndex(bytes)).positionOf(offset);
    },
  };
}

function notJson(bytes: Buffer, scanner: Scanner): SourceError {
  const { at, expected } = scanner;
  const before = bytes.toString("utf8", 0, at);
  const position = positionOf(before);
  const found = at < bytes.length ? [...bytes.toString("utf8", at, at + 8)][0] : undefined;
  const last = before.trimEnd().at(-1);
  const hint =
    (found === "}" || found === "]") && last === ","
      ? `; the comma before it is one too many`
      : found === "/" || found === "#"
        ? "; JSON has no comments"
        : found === "T" || found === "F" || found === "N"
          ? "; JSON writes true, false and null"
          : found === "'"
            ? "; JSON's texts stand in double quotes"
            : found === undefined
              ? "; the file is cut off"
              : expected === '"," or "}"' || expected === '"," or "]"'
                ? "; a comma may be missing"
                : "";
  const what = expected.startsWith("at most") ? `it is nested deeper than ${scanner.maxDepth} levels` : undefined;
  return new SourceError(
    `the file is not JSON: ${what ?? `expected ${expected}`} at line ${position.line}, column ${position.column}` +
      (what === undefined ? `, found ${found === undefined ? "the end" : JSON.stringify(found)}${hint}` : ""),
    position,
  );
}

function walk(span: Span, path: string, offsets: Map<string, number>, duplicates: string[]): void {
  offsets.set(path, span.start);
  if (span.kind === OBJECT) {
    const names = new Set<string>();
    eachMember(span, (name, value) => {
      const place = memberPath(path, name);
      if (names.has(name)) duplicates.push(place);
      names.add(name);
      walk(value, place, offsets, duplicates);
    });
  } else if (span.kind === ARRAY) {
    eachElement(span, (value, index) => walk(value, `${path}[${index}]`, offsets, duplicates));
  }
}
