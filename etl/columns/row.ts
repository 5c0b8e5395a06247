/** Writes a message as a row: one JSON object with the datastore's columns and nothing else. */
import { ABSENT, NULL } from "../json/token-kinds";
import type { Layout } from "../json/layout";
import type { Message } from "../json/message";
import { compileConverter, type Converter, type Losses, type Source } from "./convert";
import type { RowBuffer } from "./row-buffer";
import { formatColumnType, type ColumnType } from "./type";

/** A column of a datastore. */
export interface Column {
  /** in lower case */
  readonly name: string;
  readonly type: ColumnType;
}

interface Writer {
  readonly column: Column;
  readonly convert: Converter;
  /** `,"name":` */
  readonly prefix: Uint8Array;
  /** where the attribute may stand, since its case does not matter */
  readonly slots: readonly number[];
}

/** The slot that holds an attribute in any spelling; the last one of the message when there are several. -1: none. */
export function lastOf(message: Message, slots: readonly number[], onCollision: () => void): number {
  let found = -1;
  for (const slot of slots) {
    if (message.kind[slot] === ABSENT) continue;
    if (found >= 0) onCollision();
    if (found < 0 || (message.order[slot] as number) > (message.order[found] as number)) found = slot;
  }
  return found;
}

/** Writes messages as rows of a datastore's declared columns. */
export class RowWriter {
  /** for each column, how many values did not fit and became null, nested ones included */
  readonly mismatches: number[];
  /** how many times a message had two attributes that differ in case only */
  collisions = 0;
  /** the first column of the last row whose value did not fit, as a sentence; undefined when all did */
  mismatch: string | undefined;

  private readonly writers: readonly Writer[];
  private readonly losses: Losses = { nested: 0 };
  private readonly source: Source = {
    bytes: Buffer.alloc(0),
    kind: NULL,
    start: 0,
    end: 0,
    number: NaN,
    big: undefined,
  };
  private readonly onCollision = (): void => {
    this.collisions++;
  };

  /** `layout` must have a slot already for every name that the pipeline mentions. */
  constructor(columns: readonly Column[], layout: Layout) {
    this.mismatches = columns.map(() => 0);
    this.writers = columns.map((column) => ({
      column,
      convert: compileConverter(column.type, this.losses),
      prefix: Buffer.from(`,${JSON.stringify(column.name)}:`),
      slots: layout.anySpelling(column.name),
    }));
  }

  /** Appends the row. Columns without a value are left out, which reads as null. */
  write(message: Message, out: RowBuffer): void {
    const begin = out.length;
    const { writers } = this;
    this.mismatch = undefined;
    for (let index = 0; index < writers.length; index++)
      this.writeColumn(writers[index] as Writer, index, message, out);
    if (out.length === begin) {
      out.byte(0x7b);
    } else {
      // the first column began with a comma
      out.bytes[begin] = 0x7b;
    }
    out.byte(0x7d);
  }

  private writeColumn(writer: Writer, index: number, message: Message, out: RowBuffer): void {
    const slot = lastOf(message, writer.slots, this.onCollision);
    if (slot < 0) return;
    const kind = message.kind[slot] as number;
    if (kind === NULL) return;
    const { source, losses } = this;
    source.bytes = message.bytes;
    source.kind = kind;
    source.start = message.start[slot] as number;
    source.end = message.end[slot] as number;
    source.number = message.number[slot] as number;
    source.big = message.big[slot];
    const from = out.length;
    out.copy(writer.prefix, 0, writer.prefix.length);
    losses.nested = 0;
    const fits = writer.convert(source, out);
    if (fits && losses.nested === 0) return;
    if (!fits) out.length = from;
    this.mismatches[index] = (this.mismatches[index] as number) + (fits ? losses.nested : 1);
    this.mismatch ??= this.describe(writer.column, message.json(slot) ?? "");
  }

  private describe(column: Column, json: string): string {
    const shown = json.length > 80 ? `${json.slice(0, 80)}...` : json;
    return `the column ${column.name} (${formatColumnType(column.type)}) cannot hold ${shown}`;
  }
}
