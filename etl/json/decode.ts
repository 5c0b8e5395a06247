/** Turns spans of bytes that the scanner accepted into values. */
import type { Numeric } from "../expressions/decimal34";
import { parseNumber, type ObjectValue, type Value } from "../expressions/values";
import { ARRAY, ESCAPED, FALSE, INTEGER, NULL, NUMBER, OBJECT, TEXT, TRUE, type Kind } from "./token-kinds";
import { MAX_DEPTH, Scanner } from "./scanner";

/** A value within bytes: [start, end), its kind, and its number if it is a short one (else NaN). */
export interface Span {
  bytes: Buffer;
  kind: Kind;
  start: number;
  end: number;
  number: number;
}

/** The bytes as text. */
export function spanText(span: Readonly<Span>): string {
  return span.bytes.toString("utf8", span.start, span.end);
}

/** The characters of a text span, escapes resolved. */
export function decodeText(bytes: Buffer, kind: Kind, start: number, end: number): string {
  if (kind === TEXT) return bytes.toString("latin1", start + 1, end - 1);
  return JSON.parse(bytes.toString("utf8", start, end)) as string;
}

/** The value of a number's text, exact up to 34 digits; Undefined beyond the magnitudes of a Decimal. */
export function decodeNumber(text: string): Numeric | undefined {
  // JSON allows e+5, which IoT SQL's texts do not
  return parseNumber(text.replace("+", ""));
}

/** The value of a span. Members named alike: the last wins. Objects have no prototype, so no name is special. */
export function decodeSpan(span: Readonly<Span>): Value {
  switch (span.kind) {
    case NULL:
      return null;
    case TRUE:
      return true;
    case FALSE:
      return false;
    case INTEGER:
      return span.number;
    case NUMBER:
      return Number.isNaN(span.number)
        ? decodeNumber(span.bytes.toString("latin1", span.start, span.end))
        : span.number;
    case TEXT:
    case ESCAPED:
      return decodeText(span.bytes, span.kind, span.start, span.end);
    case OBJECT: {
      const object = Object.create(null) as Record<string, Value>;
      eachMember(span, (name, value) => {
        object[name] = decodeSpan(value);
      });
      return object as ObjectValue;
    }
    case ARRAY: {
      const items: Value[] = [];
      eachElement(span, (value) => {
        items.push(decodeSpan(value));
      });
      return items;
    }
    default:
      return undefined;
  }
}

/** Calls back with each member of an object span, in order. The span that is handed over is the callee's to keep. */
export function eachMember(object: Readonly<Span>, visit: (name: string, value: Span) => void): void {
  const scanner = scannerOver(object);
  let at = scanner.skipBlanks(object.start + 1);
  while (object.bytes[at] !== 0x7d) {
    const behindName = scanner.text(at + 1);
    const name = decodeText(object.bytes, scanner.kind, at, behindName);
    const start = scanner.colon(behindName);
    const end = scanner.value(start, 0);
    visit(name, { bytes: object.bytes, kind: scanner.kind, start, end, number: scanner.number });
    at = scanner.skipBlanks(end);
    if (object.bytes[at] === 0x2c) at = scanner.skipBlanks(at + 1);
  }
  idle.push(scanner);
}

/** Calls back with each element of an array span, in order. */
export function eachElement(array: Readonly<Span>, visit: (value: Span, index: number) => void): void {
  const scanner = scannerOver(array);
  let at = scanner.skipBlanks(array.start + 1);
  for (let index = 0; array.bytes[at] !== 0x5d; index++) {
    const end = scanner.value(at, 0);
    visit({ bytes: array.bytes, kind: scanner.kind, start: at, end, number: scanner.number }, index);
    at = scanner.skipBlanks(end);
    if (array.bytes[at] === 0x2c) at = scanner.skipBlanks(at + 1);
  }
  idle.push(scanner);
}

/** Scanners that nobody uses: making one costs more than most values do. One that a callback's error stops is lost. */
const idle: Scanner[] = [];

function scannerOver(span: Readonly<Span>): Scanner {
  const scanner = idle.pop() ?? new Scanner(MAX_DEPTH);
  scanner.bytes = span.bytes;
  scanner.end = span.end;
  return scanner;
}

/** A member of an object or an element of an array; undefined when there is none. Of members named alike the last one. */
export function step(span: Readonly<Span>, to: string | number): Span | undefined {
  if (span.kind !== (typeof to === "string" ? OBJECT : ARRAY)) return undefined;
  const scanner = scannerOver(span);
  const found = typeof to === "string" ? memberAt(span, to, scanner) : elementAt(span, to, scanner);
  idle.push(scanner);
  return found;
}

function memberAt(object: Readonly<Span>, name: string, scanner: Scanner): Span | undefined {
  const { bytes } = object;
  let found: Span | undefined;
  let at = scanner.skipBlanks(object.start + 1);
  while (bytes[at] !== 0x7d) {
    const behindName = scanner.text(at + 1);
    const same = isName(bytes, scanner.kind, at, behindName, name);
    // the usual way to write a member, without the calls
    const start =
      bytes[behindName] === 0x3a && (bytes[behindName + 1] as number) > 0x20
        ? behindName + 1
        : scanner.colon(behindName);
    const end = scanner.value(start, 0);
    if (same) found = { bytes, kind: scanner.kind, start, end, number: scanner.number };
    at = (bytes[end] as number) > 0x20 ? end : scanner.skipBlanks(end);
    if (bytes[at] === 0x2c) at = scanner.skipBlanks(at + 1);
  }
  return found;
}

function elementAt(array: Readonly<Span>, place: number, scanner: Scanner): Span | undefined {
  const { bytes } = array;
  let at = scanner.skipBlanks(array.start + 1);
  for (let index = 0; bytes[at] !== 0x5d; index++) {
    const end = scanner.value(at, 0);
    if (index === place) return { bytes, kind: scanner.kind, start: at, end, number: scanner.number };
    at = scanner.skipBlanks(end);
    if (bytes[at] === 0x2c) at = scanner.skipBlanks(at + 1);
  }
  return undefined;
}

/** Whether the text in [start, end), quotes included, is a name. */
function isName(bytes: Buffer, kind: Kind, start: number, end: number, name: string): boolean {
  if (kind !== TEXT) return decodeText(bytes, kind, start, end) === name;
  const { length } = name;
  if (end - start - 2 !== length) return false;
  for (let index = 0; index < length; index++) {
    if (bytes[start + 1 + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

/** JSON text without the blanks between its tokens. */
export function compact(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/gs, (part) => (part.startsWith('"') ? part : ""));
}
