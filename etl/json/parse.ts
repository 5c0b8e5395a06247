/** Strict JSON of any kind to a value; whole numbers keep all their digits. */
import { isUtf8 } from "node:buffer";
import type { Value } from "../expressions/values";
import { decodeSpan, type Span } from "./decode";
import { DEFAULT_DEPTH, Scanner } from "./scanner";

/** Parses bytes or text that is one JSON value. Throws SyntaxError with the byte offset of the mistake. */
export function parseJson(json: Uint8Array | string, maxDepth: number = DEFAULT_DEPTH): Value {
  return decodeSpan(parseSpan(json, maxDepth));
}

/** The same, found and not decoded, so that it can be looked into with every digit as written. */
export function parseSpan(json: Uint8Array | string, maxDepth: number = DEFAULT_DEPTH): Span {
  const bytes = typeof json === "string" ? Buffer.from(json) : Buffer.from(json.buffer, json.byteOffset, json.length);
  if (!isUtf8(bytes)) throw new SyntaxError("not UTF-8");
  const scanner = new Scanner(maxDepth);
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const start = scanner.skipBlanks(0);
  const end = scanner.value(start, 0);
  const { kind, number } = scanner;
  const rest = end < 0 ? -1 : scanner.skipBlanks(end);
  if (rest < bytes.length && rest >= 0) scanner.fail(rest, "the end");
  if (rest !== bytes.length) throw new SyntaxError(`not JSON: expected ${scanner.expected} at byte ${scanner.at}`);
  return { bytes, kind, start, end, number };
}
