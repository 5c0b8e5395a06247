/**
 * Whether a nested value can be copied as it stands into a line of a datastore in JSON format: without blanks, names in
 * lower case, none twice, and nothing in it that its column's type does not read. Most are so from the second message on.
 */
import type { InferredType } from "./inferred-type";

interface Fields {
  readonly names: readonly Uint8Array[];
  readonly types: readonly InferredType[];
}

/** Fields that are distinguished by the bits of one number. */
const MOST_FIELDS = 31;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const known = new WeakMap<InferredType, Fields>();

function fieldsOf(type: InferredType & { kind: "struct" }): Fields {
  let fields = known.get(type);
  if (fields === undefined) {
    fields = {
      names: type.fields.map(({ name }) => Uint8Array.from(Buffer.from(name))),
      types: type.fields.map((field) => field.type),
    };
    known.set(type, fields);
  }
  return fields;
}

/** `bytes` [start, end) is one JSON value, which the scanner has accepted. False when it has to be looked at more closely. */
export function isPlain(type: InferredType, bytes: Uint8Array, start: number, end: number): boolean {
  return behind(type, bytes, start) === end;
}

/** The offset behind the value that begins at `at`; -1 when it is not plain. Recursion is as deep as the type. */
function behind(type: InferredType, bytes: Uint8Array, at: number): number {
  const { kind } = type;
  const byte = bytes[at] as number;
  switch (byte) {
    case QUOTE:
      return kind === "string" || kind === "set" ? behindText(bytes, at + 1) : -1;
    case 0x7b:
      return kind === "struct" ? behindObject(fieldsOf(type as InferredType & { kind: "struct" }), bytes, at + 1) : -1;
    case 0x5b:
      return kind === "array" ? behindArray((type as InferredType & { kind: "array" }).element, bytes, at + 1) : -1;
    case 0x74:
      return kind === "boolean" || kind === "string" || kind === "set" ? at + 4 : -1;
    case 0x66:
      return kind === "boolean" || kind === "string" || kind === "set" ? at + 5 : -1;
    case 0x6e:
      return at + 4;
    default:
      return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? behindNumeral(kind, bytes, at) : -1;
  }
}

function behindText(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at++] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
}

function behindNumeral(kind: InferredType["kind"], bytes: Uint8Array, from: number): number {
  let at = from;
  let whole = true;
  for (;;) {
    const byte = bytes[at] as number;
    if (byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b) whole = false;
    else if (byte !== 0x2d && !(byte >= 0x30 && byte <= 0x39)) break;
    at++;
  }
  if (kind === "string" || kind === "set") return at;
  // whole numbers of more digits may be beyond 64 bits
  if (whole && at - from > 15) return -1;
  return kind === "double" || (kind === "bigint" && whole) ? at : -1;
}

function behindArray(element: InferredType, bytes: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = behind(element, bytes, at);
    if (at < 0) return -1;
    const byte = bytes[at++];
    if (byte === 0x5d) return at;
    if (byte !== 0x2c) return -1;
  }
}

function behindObject({ names, types }: Fields, bytes: Uint8Array, from: number): number {
  if (names.length > MOST_FIELDS) return -1;
  let at = from;
  if (bytes[at] === 0x7d) return at + 1;
  let seen = 0;
  for (let expected = 0; ; expected++) {
    if (bytes[at] !== QUOTE) return -1;
    let field = expected;
    let next = field < names.length ? behindName(bytes, at + 1, names[field] as Uint8Array) : -1;
    // another place than in the messages before
    for (let other = 0; next < 0 && other < names.length; other++) {
      next = behindName(bytes, at + 1, names[other] as Uint8Array);
      field = other;
    }
    if (next < 0 || (seen & (1 << field)) !== 0) return -1;
    seen |= 1 << field;
    expected = field;
    if (bytes[next] !== 0x3a) return -1;
    at = behind(types[field] as InferredType, bytes, next + 1);
    if (at < 0) return -1;
    const byte = bytes[at++];
    if (byte === 0x7d) return at;
    if (byte !== 0x2c) return -1;
  }
}

/** The offset behind the closing quote when the bytes at `from` are a name; else -1. */
function behindName(bytes: Uint8Array, from: number, name: Uint8Array): number {
  const { length } = name;
  for (let index = 0; index < length; index++) if (bytes[from + index] !== name[index]) return -1;
  return bytes[from + length] === QUOTE ? from + length + 1 : -1;
}
