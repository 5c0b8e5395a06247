/**
 * Writes a message as a line of a datastore in JSON format: every attribute that it has, digits as sent, names in lower
 * case at every level, for a reader of the table takes no two names that differ in case only (docs/sources.md: names-that-differ-in-case). On
 * the way it notes which columns the lines have.
 */
import { decodeText, eachElement, eachMember, type Span } from "../json/decode";
import { ABSENT, ARRAY, COMPUTED, COMPUTED_BIG, ESCAPED, NULL, OBJECT } from "../json/token-kinds";
import { SYSTEM_PREFIX } from "../json/layout";
import type { Message } from "../json/message";
import { reads, typeOfValue, widest, type ObservedValue } from "./infer";
import { inferredTypeOf, columnTypeOf, NOTHING, type InferredType } from "./inferred-type";
import { isPlain } from "./plain";
import type { RowBuffer } from "./row-buffer";
import type { ColumnType } from "./type";

/** A table has no more columns; a sender who invents names for ever must not fill the catalog. */
export const MAX_COLUMNS = 1000;
/** Spellings that are remembered. */
const REMEMBERED = 2000;
/** Names that SQL can say without quotes. */
const COLUMN_NAME = /^[a-z_][a-z0-9_]{0,254}$/;

/** An attribute's name in any spelling. */
interface Name {
  /** in lower case */
  readonly name: string;
  /** `,"name":` */
  readonly prefix: Uint8Array;
  readonly system: boolean;
  /** whether a column can have it */
  readonly nameable: boolean;
  /** what its values have been */
  type: InferredType;
  /** the column's type; undefined while it has none */
  column: ColumnType | undefined;
  /** the last line that has it, and its place among that line's attributes */
  line: number;
  place: number;
}

interface Item {
  name: Name;
  order: number;
  readonly value: { -readonly [K in keyof ObservedValue]: ObservedValue[K] };
}

/** Writes lines of JSON and infers the columns of the table over them. */
export class JsonRowWriter {
  /** there are no declared types that a value could miss */
  readonly mismatches: number[] = [];
  readonly mismatch = undefined;
  /** how many times a message had two attributes that differ in case only; the last one was taken */
  collisions = 0;
  /** Whether a column was added or a type widened since somebody last set this to false. */
  changed = false;
  /** Names that no column can have, and those beyond the greatest number of columns: stored, and not in the table. */
  readonly unexposed = new Set<string>();

  private readonly names = new Map<string, Name>();
  private readonly spellings = new Map<string, Name>();
  private readonly items: Item[] = [];
  /** names that the message before had, by their places among those without a slot */
  private expected: { readonly raw: Uint8Array; readonly name: Name }[] = [];
  private columnCount = 0;
  private line = 0;

  /** The columns that the lines have, in the order in which they first came. */
  get columns(): { name: string; type: ColumnType }[] {
    return [...this.names.values()].flatMap(({ name, column }) =>
      column === undefined ? [] : [{ name, type: column }],
    );
  }

  /** Takes in what the table has already: what is there in this order, types as wide as both. */
  adopt(columns: readonly { name: string; type: ColumnType }[]): void {
    const known = [...this.names.values()].filter(({ column }) => column !== undefined);
    this.names.clear();
    this.spellings.clear();
    this.expected = [];
    for (const { name, type } of columns) {
      const seen = known.find((other) => other.name === name)?.type ?? NOTHING;
      const both = widest(inferredTypeOf(type), seen);
      this.names.set(name, { ...newName(name), type: both, column: columnTypeOf(both) });
    }
    for (const name of known) if (!this.names.has(name.name)) this.names.set(name.name, name);
    this.columnCount = this.names.size;
  }

  /** Appends the message's line, without the line break. */
  write(message: Message, out: RowBuffer): void {
    const { items } = this;
    this.line++;
    const count = this.collect(message);
    const begin = out.length;
    for (let index = 0; index < count; index++) {
      const { name, value } = items[index] as Item;
      if (name.place !== index) continue;
      out.copy(name.prefix, 0, name.prefix.length);
      const nested = value.kind === OBJECT || value.kind === ARRAY;
      if (nested && isPlain(name.type, value.bytes, value.start, value.end)) {
        out.copy(value.bytes, value.start, value.end);
        continue;
      }
      this.note(name, value);
      writeValue(value, out);
    }
    if (out.length === begin) out.byte(0x7b);
    else out.bytes[begin] = 0x7b;
    out.byte(0x7d);
  }

  /** Puts the message's attributes into `items`, in their order, and says how many there are. */
  private collect(message: Message): number {
    const { layout, kind } = message;
    let count = 0;
    for (let slot = 0; slot < kind.length; slot++) {
      if (kind[slot] === ABSENT || layout.system[slot] === true) continue;
      const spelled = message.spelling[slot] ?? (layout.names[slot] as string);
      const item = this.item(count++, this.nameOf(spelled), message.order[slot] as number);
      item.value.bytes = message.bytes;
      item.value.kind = kind[slot] as number;
      item.value.start = message.start[slot] as number;
      item.value.end = message.end[slot] as number;
      item.value.number = message.number[slot] as number;
      item.value.big = message.big[slot];
    }
    for (let index = 0; index < message.others; index++) {
      const name = this.nameAt(message, index);
      if (name.system) continue;
      const item = this.item(count++, name, message.otherOrder[index] as number);
      item.value.bytes = message.bytes;
      item.value.kind = message.otherKind[index] as number;
      item.value.start = message.otherSpans[index * 4 + 2] as number;
      item.value.end = message.otherSpans[index * 4 + 3] as number;
      item.value.big = undefined;
    }
    this.sort(count);
    for (let index = 0; index < count; index++) {
      const { name } = this.items[index] as Item;
      if (name.line === this.line) this.collisions++;
      name.line = this.line;
      name.place = index;
    }
    return count;
  }

  private item(index: number, name: Name, order: number): Item {
    let item = this.items[index];
    if (item === undefined) {
      const value = { bytes: Buffer.alloc(0), kind: NULL, start: 0, end: 0, number: NaN, big: undefined };
      this.items.push((item = { name, order, value }));
    }
    item.name = name;
    item.order = order;
    return item;
  }

  /** By insertion: attributes come nearly in their order. */
  private sort(count: number): void {
    const { items } = this;
    for (let index = 1; index < count; index++) {
      const item = items[index] as Item;
      let at = index;
      while (at > 0 && (items[at - 1] as Item).order > item.order) items[at] = items[--at] as Item;
      items[at] = item;
    }
  }

  private nameAt(message: Message, index: number): Name {
    const start = message.otherSpans[index * 4] as number;
    const end = message.otherSpans[index * 4 + 1] as number;
    const expected = this.expected[index];
    if (expected !== undefined && isText(message.bytes, start, end, expected.raw)) return expected.name;
    const raw = message.bytes.toString("latin1", start, end);
    const name = this.spellings.get(raw) ?? this.remember(raw, decodeText(message.bytes, ESCAPED, start, end));
    this.expected[index] = { raw: Uint8Array.from(message.bytes.subarray(start, end)), name };
    return name;
  }

  /** Slots' names are looked up as they stand, bytes' with the quotes around them, so the two cannot be confused. */
  private nameOf(spelled: string): Name {
    return this.spellings.get(spelled) ?? this.remember(spelled, spelled);
  }

  private remember(spelling: string, spelled: string): Name {
    const lower = spelled.toLowerCase();
    let name = this.names.get(lower);
    if (name === undefined) {
      if (this.names.size >= MAX_COLUMNS + REMEMBERED) this.forget();
      this.names.set(lower, (name = newName(lower)));
    }
    if (this.spellings.size >= REMEMBERED) this.spellings.clear();
    this.spellings.set(spelling, name);
    return name;
  }

  /** Drops names without a column. */
  private forget(): void {
    for (const [key, { column }] of this.names) if (column === undefined) this.names.delete(key);
    this.spellings.clear();
    this.expected = [];
  }

  private note(name: Name, value: ObservedValue): void {
    if (value.kind === NULL || reads(name.type, value)) return;
    name.type = widest(name.type, typeOfValue(value));
    const column = columnTypeOf(name.type);
    if (column === undefined) return;
    if (name.column === undefined) {
      if (!name.nameable || this.columnCount >= MAX_COLUMNS) {
        if (this.unexposed.size < MAX_COLUMNS) this.unexposed.add(name.name);
        return;
      }
      // columns are listed as they got their types
      this.names.delete(name.name);
      this.names.set(name.name, name);
      this.columnCount++;
    }
    name.column = column;
    this.changed = true;
  }
}

function newName(name: string): Name {
  return {
    name,
    prefix: Buffer.from(`,${JSON.stringify(name)}:`),
    system: name.startsWith(SYSTEM_PREFIX),
    nameable: COLUMN_NAME.test(name),
    type: NOTHING,
    column: undefined,
    line: 0,
    place: 0,
  };
}

/** Whether bytes [start, end) are these. */
function isText(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  const { length } = text;
  if (end - start !== length) return false;
  for (let index = 0; index < length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}

function writeValue(value: ObservedValue, out: RowBuffer): void {
  if (value.kind === COMPUTED) out.number(value.number);
  else if (value.kind === COMPUTED_BIG) out.ascii(String(value.big));
  else writeSpan(value, out);
}

/** Without blanks, for a line break would end the line. Of members that are named alike the last one wins. */
function writeSpan(span: Readonly<Span>, out: RowBuffer): void {
  if (span.kind === ARRAY) {
    out.byte(0x5b);
    eachElement(span, (element, index) => {
      if (index > 0) out.byte(0x2c);
      writeSpan(element, out);
    });
    out.byte(0x5d);
  } else if (span.kind === OBJECT) {
    const members = new Map<string, Span>();
    eachMember(span, (name, member) => members.set(name.toLowerCase(), member));
    out.byte(0x7b);
    let first = true;
    for (const [name, member] of members) {
      if (!first) out.byte(0x2c);
      first = false;
      out.utf8(JSON.stringify(name));
      out.byte(0x3a);
      writeSpan(member, out);
    }
    out.byte(0x7d);
  } else {
    out.copy(span.bytes, span.start, span.end);
  }
}
