/**
 * The partition values of messages: what the transform function hands to the delivery stream as `partitionKeys`.
 *
 * A timestamp that is missing or does not parse is replaced by the time of arrival, an attribute by "unknown"; both are
 * counted, and the row is stored in any case (docs/sources.md: partition-fallback).
 */
import { lastOf } from "../columns/row";
import type { DatastoreDocument } from "../documents/model/types";
import { ABSENT, ARRAY, COMPUTED, ESCAPED, INTEGER, NULL, NUMBER, OBJECT, TEXT } from "../json/token-kinds";
import type { Layout } from "../json/layout";
import type { Message } from "../json/message";
import { dateOfDays, daysFromEpoch, daysInMonth } from "../time/calendar";
import { parseTimestampFormat, type FixedFormat, type TimestampFormat } from "../time/format";
import { partitionSources, partitionScheme } from "./scheme";
import { pathValue, UNKNOWN } from "./path-value";

/** Names of partition columns to the values of one row. */
export type PartitionKeys = Readonly<Record<string, string>>;

const HOUR = 3_600_000;
/** 0001-01-01 and the hour after 9999-12-31T23, as hours since 1970 */
const FIRST_HOUR = daysFromEpoch(1, 1, 1) * 24;
const AFTER_LAST_HOUR = daysFromEpoch(10_000, 1, 1) * 24;

/** The evaluated prefix of a delivery stream has 512 characters at most, an S3 key 1,024 bytes. */
const PREFIX_LIMIT = 512;
/** a year */
const LONGEST_TIME = 4;
/** a letter or two and the hash; with very many partitions of long names a prefix can still get too long, and its rows fail */
const LEAST_VALUE = 16;

/** Combinations that are remembered, so that messages of one hour and device share one object. */
const REMEMBERED = 4096;

/** One value, or the four of a timestamp, as an opaque part of a combination; undefined: nothing to go by. */
interface Part {
  /** what distinguishes combinations */
  of(message: Message): string | number | undefined;
  fallback(arrivalTime: number): string | number;
  /** adds the keys of a part to an object */
  describe(part: string | number, to: Record<string, string>): void;
}

/** Computes the partition keys of a datastore's rows. */
export class PartitionReader {
  /** how many times a message had no usable value for a partition */
  fallbacks = 0;
  /** called with the values of a partition before its first row, and perhaps again later; nothing while messages flow into it */
  onPartition: ((keys: PartitionKeys) => void) | undefined;

  private readonly parts: readonly Part[];
  private readonly combinations = new Map<string, PartitionKeys>();
  private readonly current: (string | number)[] = [];
  private last: PartitionKeys | undefined;

  /**
   * `layout` must have a slot already for every name that the pipeline mentions.
   * @param base what the rows' keys begin with, in front of the partitions
   */
  constructor(datastore: DatastoreDocument, layout: Layout, base: string) {
    const sources = partitionSources(datastore);
    const limit = valueLimit(datastore, base, sources.filter(({ kind }) => kind === "attribute").length);
    this.parts = sources.flatMap((source): Part[] => {
      if (source.kind === "arrival") return [];
      const slots = layout.anySpelling(source.attribute);
      return source.kind === "timestamp"
        ? [timestampPart(slots, source.format)]
        : [attributePart(slots, source.key, limit)];
    });
  }

  /** The values for a message that arrived at `arrivalTime` (ms); an empty object when the delivery stream needs none. */
  keys(message: Message, arrivalTime: number): PartitionKeys {
    const { parts, current } = this;
    let changed = this.last === undefined;
    for (let index = 0; index < parts.length; index++) {
      const reader = parts[index] as Part;
      let part = reader.of(message);
      if (part === undefined) {
        this.fallbacks++;
        part = reader.fallback(arrivalTime);
      }
      if (current[index] !== part) {
        current[index] = part;
        changed = true;
      }
    }
    if (changed) this.last = this.combination();
    return this.last as PartitionKeys;
  }

  /** Calls `onPartition` once more for each partition that gets a row from now on. */
  forget(): void {
    this.combinations.clear();
    this.last = undefined;
  }

  private combination(): PartitionKeys {
    const id = this.current.join("\u0000");
    let keys = this.combinations.get(id);
    if (keys === undefined) {
      const made: Record<string, string> = {};
      this.parts.forEach((part, index) => part.describe(this.current[index] as string | number, made));
      keys = made;
      if (this.combinations.size >= REMEMBERED) this.combinations.clear();
      this.combinations.set(id, keys);
      this.onPartition?.(keys);
    }
    return keys;
  }
}

/** How many bytes one attribute's value may have, so that the evaluated prefix never gets too long. */
function valueLimit(datastore: DatastoreDocument, base: string, attributes: number): number {
  const { keys, locationTemplate } = partitionScheme(datastore);
  const fixed = locationTemplate(base).replace(/\$\{[^}]*\}/g, "").length;
  const room = PREFIX_LIMIT - fixed - (keys.length - attributes) * LONGEST_TIME;
  return Math.max(LEAST_VALUE, Math.floor(room / Math.max(1, attributes)));
}

function ignore(): void {
  // two spellings of one attribute are counted where rows are written
}

function attributePart(slots: readonly number[], key: string, limit: number): Part {
  return {
    of: (message) => {
      const slot = lastOf(message, slots, ignore);
      const kind = slot < 0 ? ABSENT : message.kind[slot];
      if (kind === ABSENT || kind === NULL || kind === OBJECT || kind === ARRAY) return undefined;
      const text = kind === TEXT || kind === ESCAPED ? message.text(slot) : (message.json(slot) as string);
      return text === "" ? undefined : pathValue(text, limit);
    },
    fallback: () => UNKNOWN,
    describe: (part, to) => {
      to[key] = String(part);
    },
  };
}

function timestampPart(slots: readonly number[], pattern: string | undefined): Part {
  const format = pattern === undefined ? undefined : parseTimestampFormat(pattern);
  const hourOf = format === undefined ? epochHour : formattedHour(format);
  return {
    of: (message) => {
      const slot = lastOf(message, slots, ignore);
      const hour = slot < 0 ? undefined : hourOf(message, slot);
      return hour !== undefined && hour >= FIRST_HOUR && hour < AFTER_LAST_HOUR ? hour : undefined;
    },
    fallback: (arrivalTime) => Math.floor(arrivalTime / HOUR),
    describe: (part, to) => {
      const hours = Number(part);
      const days = Math.floor(hours / 24);
      const { year, month, day } = dateOfDays(days);
      to.__year = String(year).padStart(4, "0");
      to.__month = String(month).padStart(2, "0");
      to.__day = String(day).padStart(2, "0");
      to.__hour = String(hours - days * 24).padStart(2, "0");
    },
  };
}

/** Without a format the attribute is seconds since 1970, as a number or the text of one. */
function epochHour(message: Message, slot: number): number | undefined {
  const kind = message.kind[slot];
  let seconds: number;
  if (kind === INTEGER || kind === COMPUTED) seconds = message.number[slot] as number;
  else if (kind === NUMBER) seconds = Number(message.value(slot) ?? NaN);
  else if (kind === TEXT && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(message.text(slot)))
    seconds = Number(message.text(slot));
  else return undefined;
  const hour = Math.floor(seconds / 3600);
  return Number.isFinite(hour) ? hour : undefined;
}

function formattedHour(format: TimestampFormat): (message: Message, slot: number) => number | undefined {
  const fixed = format.fixed === undefined ? undefined : fixedHour(format.fixed);
  return (message, slot) => {
    const kind = message.kind[slot];
    if (kind === TEXT && fixed !== undefined) {
      return fixed(message.bytes, (message.start[slot] as number) + 1, (message.end[slot] as number) - 1);
    }
    let text: string;
    if (kind === TEXT || kind === ESCAPED) text = message.text(slot);
    else if (kind === INTEGER || kind === NUMBER) text = message.json(slot) as string;
    else return undefined;
    const instant = format.parse(text);
    return instant === undefined ? undefined : Math.floor(instant / HOUR);
  };
}

/** Reads a timestamp of fixed width from the bytes; gives what the format's own `parse` gives, in whole hours. */
function fixedHour(fixed: FixedFormat): (bytes: Uint8Array, start: number, end: number) => number | undefined {
  const { length, literals } = fixed;
  const place = (field: string): { at: number; width: number } =>
    fixed.digits.find((digit) => digit.field === field) ?? { at: 0, width: 0 };
  const [years, months, days, hours, minutes, seconds, nanos] = [
    place("year"),
    place("month"),
    place("day"),
    place("hour"),
    place("minute"),
    place("second"),
    place("nano"),
  ] as const;
  // the date changes rarely
  let lastDate = -1;
  let lastDay = 0;
  return (bytes, start, end) => {
    if (end - start !== length) return undefined;
    for (let index = 0; index < literals.length; index++) {
      const literal = literals[index] as { at: number; byte: number };
      if (bytes[start + literal.at] !== literal.byte) return undefined;
    }
    const year = digits(bytes, start + years.at, years.width);
    const month = digits(bytes, start + months.at, months.width);
    const day = digits(bytes, start + days.at, days.width);
    const hour = digits(bytes, start + hours.at, hours.width);
    const minute = digits(bytes, start + minutes.at, minutes.width);
    const second = digits(bytes, start + seconds.at, seconds.width);
    const nano = digits(bytes, start + nanos.at, nanos.width);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 24) return undefined;
    if (minute < 0 || minute > 59 || second < 0 || second > 59 || nano < 0) return undefined;
    if (hour === 24 && minute + second + nano > 0) return undefined;
    const date = (year * 16 + month) * 32 + day;
    if (date !== lastDate) {
      lastDate = date;
      lastDay = daysFromEpoch(year, month, Math.min(day, daysInMonth(year, month)));
    }
    return lastDay * 24 + hour;
  };
}

/** The number that so many digits make; 0 for none, -1 when a byte is no digit. */
function digits(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = at; index < at + width; index++) {
    const digit = (bytes[index] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
