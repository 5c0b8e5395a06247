/** Reads a document's file: strict JSON, with the line and column of a mistake. */
import { isUtf8 } from "node:buffer";
import { eachElement, eachMember, Scanner, type Span } from "../json";
import { ARRAY, OBJECT } from "../json/kinds";
import { memberPath } from "./schema";

export interface Source {
  readonly value: unknown;
  /** JSON paths of members that are there twice in one object */
  readonly duplicates: readonly string[];
}

/** Throws SyntaxError in words for people. */
export function parseSource(content: Buffer): Source {
  // editors on Windows put a byte-order mark in front
  const bytes = content.subarray(0, 3).toString("latin1") === "\u00ef\u00bb\u00bf" ? content.subarray(3) : content;
  if (!isUtf8(bytes)) throw new SyntaxError("the file is not UTF-8; save it as UTF-8");
  const scanner = new Scanner();
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const start = scanner.skipBlanks(0);
  if (start === bytes.length) throw new SyntaxError("the file is empty");
  let end = scanner.value(start, 0);
  const { kind, number } = scanner;
  if (end >= 0 && scanner.skipBlanks(end) < bytes.length) end = scanner.fail(scanner.skipBlanks(end), "the end");
  if (end < 0) {
    const before = bytes.toString("utf8", 0, scanner.at);
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    const found =
      scanner.at < bytes.length
        ? JSON.stringify([...bytes.toString("utf8", scanner.at, scanner.at + 8)][0])
        : "the end";
    throw new SyntaxError(
      `the file is not JSON: expected ${scanner.expected} at line ${line}, column ${column}, found ${found}`,
    );
  }
  const duplicates: string[] = [];
  findDuplicates({ bytes, kind, start, end, number }, "$", duplicates);
  return { value: JSON.parse(bytes.toString("utf8")), duplicates };
}

function findDuplicates(span: Span, path: string, found: string[]): void {
  if (span.kind === OBJECT) {
    const names = new Set<string>();
    eachMember(span, (name, value) => {
      const place = memberPath(path, name);
      if (names.has(name)) found.push(place);
      names.add(name);
      findDuplicates(value, place, found);
    });
  } else if (span.kind === ARRAY) {
    eachElement(span, (value, index) => findDuplicates(value, `${path}[${index}]`, found));
  }
}
