/**
 * A message on its way through a pipeline: the bytes as they came, and for each attribute where its value stands in
 * them. Nothing is decoded before somebody asks, so a value that nobody touches leaves with every digit it came with.
 */
import type { PathStep, Value } from "../expressions";
import { toJson } from "../expressions/values";
import { decodeNumber, decodeSpan, decodeText, spanText, step, type Span } from "./decode";
import {
  ABSENT,
  ARRAY,
  COMPUTED,
  COMPUTED_BIG,
  ESCAPED,
  FALSE,
  INTEGER,
  NULL,
  NUMBER,
  OBJECT,
  TEXT,
  TRUE,
  type Kind,
} from "./token-kinds";
import { SYSTEM_PREFIX, type Layout } from "./layout";
import { Scanner } from "./scanner";

/** One message; it is used again for the next. */
export class Message {
  bytes: Buffer = Buffer.alloc(0);
  /** the message is bytes [from, to) */
  from = 0;
  to = 0;

  /** For each slot: its kind (ABSENT when the message has no such attribute), the span in `bytes`, a number's value. */
  readonly kind: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly number: Float64Array;
  /** in which order attributes came or were set */
  readonly order: Int32Array;
  readonly big: (bigint | undefined)[];
  /** the name as the message spells it, where it differs from the layout's */
  readonly spelling: (string | undefined)[];

  /** Attributes that nobody mentions: where their names (with quotes) and values stand. */
  others = 0;
  readonly otherSpans: number[] = [];
  readonly otherKind: Kind[] = [];
  readonly otherOrder: number[] = [];
  private systemOthers = 0;

  /** where a path begins; nobody keeps it */
  private readonly root: Span = { bytes: this.bytes, kind: ABSENT, start: 0, end: 0, number: NaN };

  /** how many attributes it holds that are not the system's; one that comes twice without a slot counts twice */
  count = 0;
  private sequence = 0;

  constructor(readonly layout: Layout) {
    const { size } = layout;
    this.kind = new Uint8Array(size);
    this.start = new Int32Array(size);
    this.end = new Int32Array(size);
    this.number = new Float64Array(size);
    this.order = new Int32Array(size);
    this.big = new Array<bigint | undefined>(size).fill(undefined);
    this.spelling = new Array<string | undefined>(size).fill(undefined);
  }

  /** Empties it for the message that stands in bytes [from, to). */
  reset(bytes: Buffer, from: number, to: number): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    const { kind } = this;
    for (let slot = 0; slot < kind.length; slot++) kind[slot] = ABSENT;
    this.others = 0;
    this.systemOthers = 0;
    this.count = 0;
    this.sequence = 0;
  }

  has(slot: number): boolean {
    return this.kind[slot] !== ABSENT;
  }

  /** Puts a span of `bytes` into a slot. */
  setSpan(slot: number, kind: Kind, start: number, end: number, number: number): void {
    if (this.kind[slot] === ABSENT && this.layout.system[slot] === false) this.count++;
    this.kind[slot] = kind;
    this.start[slot] = start;
    this.end[slot] = end;
    this.number[slot] = number;
    this.order[slot] = this.sequence++;
  }

  /** Puts a computed number into a slot; an attribute that was there keeps its place. */
  setNumber(slot: number, value: number | bigint): void {
    if (this.kind[slot] === ABSENT) this.setSpan(slot, COMPUTED, 0, 0, 0);
    if (typeof value === "bigint") {
      this.kind[slot] = COMPUTED_BIG;
      this.big[slot] = value;
    } else {
      this.kind[slot] = COMPUTED;
      this.number[slot] = value;
    }
  }

  /** Copies what a path leads to into a slot; false when it leads nowhere. */
  copy(slot: number, from: number, steps: readonly PathStep[]): boolean {
    if (steps.length === 0) {
      const kind = this.kind[from] as number;
      if (kind === ABSENT) return false;
      this.big[slot] = this.big[from];
      this.setSpan(slot, kind, this.start[from] as number, this.end[from] as number, this.number[from] as number);
      return true;
    }
    const span = this.spanAt(from, steps);
    if (span === undefined) return false;
    this.setSpan(slot, span.kind, span.start, span.end, span.number);
    return true;
  }

  addOther(nameStart: number, nameEnd: number, start: number, end: number, kind: Kind, system: boolean): void {
    const at = this.others * 4;
    this.otherSpans[at] = nameStart;
    this.otherSpans[at + 1] = nameEnd;
    this.otherSpans[at + 2] = start;
    this.otherSpans[at + 3] = end;
    this.otherKind[this.others] = kind;
    this.otherOrder[this.others++] = this.sequence++;
    if (system) this.systemOthers++;
    else this.count++;
  }

  remove(slot: number): void {
    if (this.kind[slot] === ABSENT) return;
    this.kind[slot] = ABSENT;
    if (this.layout.system[slot] === false) this.count--;
  }

  /** Puts JSON text into a slot in place of what is there; the slot keeps its place. */
  setJson(slot: number, json: string): void {
    const order = this.has(slot) ? this.order[slot] : undefined;
    const start = this.append(Buffer.from(json));
    const scanner = new Scanner();
    scanner.bytes = this.bytes;
    scanner.end = this.to;
    const end = scanner.value(start, 0);
    if (end < 0) throw new Error(`this is no JSON: ${json}`);
    this.setSpan(slot, scanner.kind, start, end, scanner.number);
    if (order !== undefined) this.order[slot] = order;
  }

  /** Appends bytes behind the message, in a buffer of its own, and returns where they begin. */
  private append(more: Buffer): number {
    const { from } = this;
    const start = this.to - from;
    this.bytes = Buffer.concat([this.bytes.subarray(from, this.to), more]);
    for (let slot = 0; slot < this.kind.length; slot++) {
      this.start[slot] = (this.start[slot] as number) - from;
      this.end[slot] = (this.end[slot] as number) - from;
    }
    for (let index = 0; index < this.others * 4; index++) {
      this.otherSpans[index] = (this.otherSpans[index] as number) - from;
    }
    this.from = 0;
    this.to = this.bytes.length;
    return start;
  }

  /** The span of a slot's value; undefined when it is absent or was computed. */
  span(slot: number): Span | undefined {
    const kind = this.kind[slot] as number;
    if (kind === ABSENT || kind >= COMPUTED) return undefined;
    return {
      bytes: this.bytes,
      kind,
      start: this.start[slot] as number,
      end: this.end[slot] as number,
      number: this.number[slot] as number,
    };
  }

  /** The span that a path of at least one step below a slot leads to. */
  spanAt(slot: number, steps: readonly PathStep[]): Span | undefined {
    const kind = this.kind[slot] as number;
    if (kind !== OBJECT && kind !== ARRAY) return undefined;
    const { root } = this;
    root.bytes = this.bytes;
    root.kind = kind;
    root.start = this.start[slot] as number;
    root.end = this.end[slot] as number;
    let span = step(root, steps[0] as PathStep);
    for (let index = 1; index < steps.length && span !== undefined; index++)
      span = step(span, steps[index] as PathStep);
    return span;
  }

  /** Puts an attribute behind all others; it is spelled as the layout has it. */
  moveLast(slot: number): void {
    this.order[slot] = this.sequence++;
    this.spelling[slot] = undefined;
  }

  /** The value of a slot, as an expression sees it. */
  value(slot: number): Value {
    switch (this.kind[slot]) {
      case ABSENT:
        return undefined;
      case INTEGER:
      case COMPUTED:
        return this.number[slot];
      case NUMBER: {
        const number = this.number[slot] as number;
        if (!Number.isNaN(number)) return number;
        return decodeNumber(this.bytes.toString("latin1", this.start[slot], this.end[slot]));
      }
      case TEXT:
      case ESCAPED:
        return this.text(slot);
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case COMPUTED_BIG:
        return this.big[slot];
      default:
        return decodeSpan(this.span(slot) as Span);
    }
  }

  /** The value that a path below a slot leads to; Undefined when it leads nowhere. */
  valueAt(slot: number, steps: readonly PathStep[]): Value {
    const span = this.spanAt(slot, steps);
    return span === undefined ? undefined : decodeSpan(span);
  }

  /** The characters of a slot that holds a text. */
  text(slot: number): string {
    return decodeText(this.bytes, this.kind[slot] as number, this.start[slot] as number, this.end[slot] as number);
  }

  /** JSON of a slot's value, digits as sent; undefined when it is absent. */
  json(slot: number): string | undefined {
    const span = this.span(slot);
    if (span !== undefined) return spanText(span);
    return this.has(slot) ? toJson(this.value(slot)) : undefined;
  }

  /** Forgets every attribute that has no slot and is not the system's. */
  removeOthers(): void {
    let kept = 0;
    if (this.systemOthers === 0) {
      this.count -= this.others;
      this.others = 0;
      return;
    }
    for (let index = 0; index < this.others; index++) {
      if (!this.otherName(index).startsWith(SYSTEM_PREFIX)) {
        this.count--;
        continue;
      }
      for (let part = 0; part < 4; part++) {
        this.otherSpans[kept * 4 + part] = this.otherSpans[index * 4 + part] as number;
      }
      this.otherKind[kept] = this.otherKind[index] as number;
      this.otherOrder[kept++] = this.otherOrder[index] as number;
    }
    this.others = kept;
  }

  private otherName(index: number): string {
    return JSON.parse(
      this.bytes.toString("utf8", this.otherSpans[index * 4], this.otherSpans[index * 4 + 1]),
    ) as string;
  }

  /** Names and JSON of every attribute, in the order in which they came or were added. */
  entries(): { name: string; json: string }[] {
    const entries: { name: string; json: string; order: number }[] = [];
    for (let slot = 0; slot < this.kind.length; slot++) {
      const json = this.json(slot);
      if (json === undefined) continue;
      const name = this.spelling[slot] ?? (this.layout.names[slot] as string);
      entries.push({ name, json, order: this.order[slot] as number });
    }
    for (let index = 0; index < this.others; index++) {
      const json = this.bytes.toString("utf8", this.otherSpans[index * 4 + 2], this.otherSpans[index * 4 + 3]);
      entries.push({ name: this.otherName(index), json, order: this.otherOrder[index] as number });
    }
    entries.sort((a, b) => a.order - b.order);
    // of two attributes that are named alike the last one wins
    return [...new Map(entries.map(({ name, json }) => [name, { name, json }])).values()];
  }

  /** The message as it is now, compact, digits as sent. */
  toJson(): string {
    return `{${this.entries().map(memberOf).join(",")}}`;
  }

  /** The message without the system's attributes, and the members that these are. */
  toJsonParts(): { content: string; system: string } {
    const entries = this.entries();
    const isSystem = ({ name }: { name: string }): boolean => name.startsWith(SYSTEM_PREFIX);
    return {
      content: `{${entries
        .filter((entry) => !isSystem(entry))
        .map(memberOf)
        .join(",")}}`,
      system: entries.filter(isSystem).map(memberOf).join(","),
    };
  }
}

function memberOf({ name, json }: { name: string; json: string }): string {
  return `${JSON.stringify(name)}:${json}`;
}
