/**
 * Timestamp formats of datastore partitions: patterns of Java's DateTimeFormatter, English names, and
 * UTC where a text names no zone. Fields resolve as Java's SMART style does: 24:00 is the next day's midnight, and the
 * 31st of a shorter month is its last day.
 */
import { dateOfDays, daysFromEpoch } from "./calendar";
import { parseElements, type Fields } from "./parse";
import { parsePattern, type Element, type Field } from "./pattern";
import { resolve } from "./resolve";
import { offsetOf } from "./zones";

/** A compiled pattern that reads and writes points in time. */
export interface TimestampFormat {
  /** milliseconds since 1970-01-01T00:00:00Z; undefined when the text is not such a timestamp */
  parse(text: string): number | undefined;
  /** the instant in this format, UTC */
  format(epochMs: number): string;
  /** the pattern as offsets of its digits, when every text has the same length */
  readonly fixed: FixedFormat | undefined;
}

/** A format made of digits and ASCII characters only, each in its place: it can be read without making a text. */
export interface FixedFormat {
  readonly length: number;
  readonly digits: readonly { readonly field: Field; readonly at: number; readonly width: number }[];
  readonly literals: readonly { readonly at: number; readonly byte: number }[];
}

const FIXED_FIELDS: ReadonlySet<Field> = new Set<Field>(["year", "month", "day", "hour", "minute", "second", "nano"]);

/** Throws SyntaxError that names what is wrong with the pattern, also when its texts would not say which day it is. */
export function parseTimestampFormat(pattern: string): TimestampFormat {
  const elements = parsePattern(pattern);
  checkFields(elements);
  return {
    parse: (text) => {
      const fields: Fields = {};
      const end = parseElements(elements, text, 0, fields);
      return end === text.length ? resolve(fields) : undefined;
    },
    format: (epochMs) => formatElements(elements, epochMs),
    fixed: fixedFormat(elements),
  };
}

/**
 * For patterns that only write, `HH` alone for example. Throws SyntaxError that names what is wrong with the pattern. The
 * text is a zone's clock, UTC's by default; undefined for a zone that is none.
 */
export function timestampWriter(pattern: string): {
  (epochMs: number): string;
  (epochMs: number, zone: string): string | undefined;
} {
  const elements = parsePattern(pattern);
  const written = (epochMs: number, zone?: string): string | undefined => {
    const name = zone ?? "UTC";
    const offset = offsetOf(name, epochMs);
    return offset === undefined ? undefined : formatElements(elements, epochMs + offset, { name, offset });
  };
  return written as ReturnType<typeof timestampWriter>;
}

/** The zone whose clock is written. */
interface ZoneShown {
  readonly name: string;
  /** ms ahead of UTC */
  readonly offset: number;
}

const UTC_SHOWN: ZoneShown = { name: "UTC", offset: 0 };

function fieldsOf(elements: readonly Element[]): Set<string> {
  const found = new Set<string>();
  for (const element of elements) {
    if (element.kind === "number" || element.kind === "name") found.add(element.field);
    if (element.kind === "optional") for (const field of fieldsOf(element.elements)) found.add(field);
  }
  return found;
}

function checkFields(elements: readonly Element[]): void {
  const fields = fieldsOf(elements);
  if (!fields.has("year"))
    throw new SyntaxError("the pattern has no year (yyyy), so its texts do not denote a point in time");
  const half = fields.has("half");
  if ((fields.has("hour12") || fields.has("hour11")) && !half && !fields.has("hour")) {
    throw new SyntaxError("hours of half a day (h, K) need AM or PM (a); for 0 to 23 write HH");
  }
  if (fields.has("day") && !fields.has("month")) throw new SyntaxError("the pattern has a day but no month (MM)");
}

function fixedFormat(elements: readonly Element[]): FixedFormat | undefined {
  const digits: { field: Field; at: number; width: number }[] = [];
  const literals: { at: number; byte: number }[] = [];
  let at = 0;
  for (const element of elements) {
    if (element.kind === "literal") {
      for (const character of element.text) {
        // in JSON a quote or a backslash would be escaped, and then stand elsewhere
        if (!/[ !#-[\]-~]/.test(character)) return undefined;
        literals.push({ at: at++, byte: character.charCodeAt(0) });
      }
    } else if (element.kind === "number" && element.least === element.greatest && FIXED_FIELDS.has(element.field)) {
      if (element.form === "reduced" || digits.some(({ field }) => field === element.field)) return undefined;
      digits.push({ field: element.field, at, width: element.least });
      at += element.least;
    } else {
      return undefined;
    }
  }
  const complete = ["year", "month", "day"].every((field) => digits.some((digit) => digit.field === field));
  return complete ? { length: at, digits, literals } : undefined;
}

/** `epochMs` is what the zone's clock shows, as if it were UTC's. */
function formatElements(elements: readonly Element[], epochMs: number, zone: ZoneShown = UTC_SHOWN): string {
  const days = Math.floor(epochMs / 86_400_000);
  const ofDay = epochMs - days * 86_400_000;
  const { year, month, day } = dateOfDays(days);
  const hour = Math.floor(ofDay / 3_600_000);
  const milli = ofDay % 1000;
  const fields: Record<Field, number> = {
    year,
    month,
    day,
    dayOfYear: days - daysFromEpoch(year, 1, 1) + 1,
    weekday: ((((days + 3) % 7) + 7) % 7) + 1,
    hour,
    hour12: hour % 12 === 0 ? 12 : hour % 12,
    hour24: hour === 0 ? 24 : hour,
    hour11: hour % 12,
    half: hour < 12 ? 0 : 1,
    minute: Math.floor(ofDay / 60_000) % 60,
    second: Math.floor(ofDay / 1000) % 60,
    nano: milli * 1_000_000,
    nanoOfDay: ofDay * 1_000_000,
    milliOfDay: ofDay,
  };
  return write(elements, fields, zone);
}

/** `+02:00`, `+0200` or, where minutes are only written if there are any, `+02`. */
function offsetText(offset: number, colon: boolean, minutes: "always" | "needed"): string {
  const total = Math.abs(offset) / 60_000;
  const rest = total % 60;
  const text = (value: number): string => String(value).padStart(2, "0");
  const shown = rest > 0 || minutes === "always" || colon;
  return `${offset < 0 ? "-" : "+"}${text(Math.floor(total / 60))}${shown ? `${colon ? ":" : ""}${text(rest)}` : ""}`;
}

function write(elements: readonly Element[], fields: Readonly<Record<Field, number>>, zone: ZoneShown): string {
  return elements
    .map((element): string => {
      switch (element.kind) {
        case "literal":
          return element.text;
        case "number": {
          const value = fields[element.field];
          if (element.form === "fraction") return String(value).padStart(9, "0").slice(0, element.least);
          return String(element.form === "reduced" ? value % 100 : value).padStart(element.least, "0");
        }
        case "name":
          return element.names[element.field === "half" ? fields.half : fields[element.field] - 1] as string;
        case "era":
          return element.names[1] as string;
        case "offset":
          if (element.zero === "Z" && zone.offset === 0) return "Z";
          return offsetText(zone.offset, element.colon, element.minutes);
        case "gmt":
          return zone.offset === 0 ? "GMT" : `GMT${offsetText(zone.offset, true, "always")}`;
        case "zone":
          return zone.name;
        case "optional":
          return write(element.elements, fields, zone);
      }
    })
    .join("");
}
