/**
 * Timestamp formats of datastore partitions: patterns of Java's DateTimeFormatter (reference 3.3), English names, and
 * UTC where a text names no zone. Fields resolve as Java's SMART style does: 24:00 is the next day's midnight, and the
 * 31st of a shorter month is its last day.
 */
import { dateOfDays, daysFromEpoch, daysInMonth, isLeapYear } from "./calendar";
import { parsePattern, type Element, type Field } from "./pattern";
import { instantOf, regionOf, offsetOf } from "./zones";

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

type Fields = { [field in Field]?: number } & { offset?: number; region?: string };

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
  if (!fields.has("year")) throw new SyntaxError("the pattern has no year (yyyy), so its texts are no point in time");
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

/** The offset behind the elements, -1 when the text is not of this form. */
function parseElements(elements: readonly Element[], text: string, from: number, fields: Fields): number {
  let at = from;
  for (let index = 0; index < elements.length && at >= 0; index++) {
    const element = elements[index] as Element;
    switch (element.kind) {
      case "literal":
        at = text.startsWith(element.text, at) ? at + element.text.length : -1;
        break;
      case "number":
        at = parseDigits(element, reserved(elements, index), text, at, fields);
        break;
      case "name":
        at = parseName(element, text, at, fields);
        break;
      case "offset":
        at = parseOffset(element, text, at, fields);
        break;
      case "gmt":
        at = parseGmt(text, at, fields);
        break;
      case "zone":
        at = parseZone(element.id, text, at, fields);
        break;
      case "optional": {
        const attempt: Fields = { ...fields };
        const end = parseElements(element.elements, text, at, attempt);
        if (end >= 0) {
          Object.assign(fields, attempt);
          at = end;
        }
      }
    }
  }
  return at;
}

/** Digits that numbers of fixed width directly behind a number of free width need: `yMMdd`. */
function reserved(elements: readonly Element[], index: number): number {
  let width = 0;
  for (let next = index + 1; next < elements.length; next++) {
    const element = elements[next] as Element;
    if (element.kind !== "number" || element.least !== element.greatest) break;
    width += element.least;
  }
  return width;
}

function parseDigits(
  element: Element & { kind: "number" },
  keep: number,
  text: string,
  at: number,
  fields: Fields,
): number {
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  const available = end - at;
  const { least, greatest, form, field } = element;
  const width = least === greatest ? least : Math.min(greatest, available - keep);
  if (width < least || available < width) return -1;
  const value = Number(text.slice(at, at + width));
  const meant = form === "fraction" ? value * 10 ** (9 - width) : form === "reduced" ? 2000 + value : value;
  // a field that is there twice must say the same
  if (fields[field] !== undefined && fields[field] !== meant) return -1;
  fields[field] = meant;
  return at + width;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function parseName(element: Element & { kind: "name" }, text: string, at: number, fields: Fields): number {
  // longest first would matter only if one name began another, and none does
  const index = element.names.findIndex((name) => text.startsWith(name, at));
  if (index < 0) return -1;
  fields[element.field] = element.field === "half" ? index : index + 1;
  return at + (element.names[index] as string).length;
}

function parseOffset(element: Element & { kind: "offset" }, text: string, at: number, fields: Fields): number {
  if (element.zero === "Z" && text[at] === "Z") {
    fields.offset = 0;
    return at + 1;
  }
  const pattern = element.colon ? /[+-]\d\d:\d\d/y : element.minutes === "always" ? /[+-]\d{4}/y : /[+-]\d\d(?:\d\d)?/y;
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  if (found === undefined) return -1;
  return setOffset(fields, found.replace(":", "")) ? at + found.length : -1;
}

/** `+hh[mm]`; at most 18 hours, as Java has it. */
function setOffset(fields: Fields, text: string): boolean {
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3) === "" ? 0 : text.slice(3));
  if (minutes > 59 || hours * 60 + minutes > 18 * 60) return false;
  fields.offset = (hours * 3600 + minutes * 60) * (text.startsWith("-") ? -1 : 1);
  return true;
}

function parseGmt(text: string, at: number, fields: Fields): number {
  if (!text.startsWith("GMT", at)) return -1;
  const pattern = /([+-])(\d{1,2})(?::(\d\d))?/y;
  pattern.lastIndex = at + 3;
  const [all = "", sign = "+", hours = "0", minutes = "00"] = pattern.exec(text) ?? [];
  return setOffset(fields, sign + hours.padStart(2, "0") + minutes) ? at + 3 + all.length : -1;
}

function parseZone(id: boolean, text: string, at: number, fields: Fields): number {
  const offset = /[+-]\d\d:\d\d/y;
  offset.lastIndex = at;
  const found = id ? offset.exec(text)?.[0] : undefined;
  if (found !== undefined) return setOffset(fields, found.replace(":", "")) ? at + found.length : -1;
  const word = id ? /[A-Za-z][A-Za-z0-9~/._+-]*/y : /[A-Z]{1,5}/y;
  word.lastIndex = at;
  const name = word.exec(text)?.[0];
  if (name === undefined) return -1;
  fields.region = id ? (regionOf(name) ?? name) : regionOf(name);
  return fields.region === undefined ? -1 : at + name.length;
}

function resolve(fields: Fields): number | undefined {
  const days = resolveDate(fields);
  const time = resolveTime(fields);
  if (days === undefined || time === undefined) return undefined;
  if (fields.weekday !== undefined && fields.weekday !== ((((days + 3) % 7) + 7) % 7) + 1) return undefined;
  const local = days * 86_400_000 + time;
  if (fields.offset !== undefined) return local - fields.offset * 1000;
  return fields.region === undefined ? local : instantOf(fields.region, local);
}

function resolveDate({ year, month = 1, day = 1, dayOfYear }: Fields): number | undefined {
  if (year === undefined || year < 1 || year > 9999) return undefined;
  if (dayOfYear !== undefined) {
    return dayOfYear < 1 || dayOfYear > (isLeapYear(year) ? 366 : 365)
      ? undefined
      : daysFromEpoch(year, 1, 1) + dayOfYear - 1;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return daysFromEpoch(year, month, Math.min(day, daysInMonth(year, month)));
}

/** Milliseconds of the day; 24:00 is a whole day. */
function resolveTime(fields: Fields): number | undefined {
  if (fields.nanoOfDay !== undefined) return within(Math.floor(fields.nanoOfDay / 1e6), 86_400_000);
  if (fields.milliOfDay !== undefined) return within(fields.milliOfDay, 86_400_000);
  const hour = resolveHour(fields);
  const { minute = 0, second = 0, nano = 0 } = fields;
  if (hour === undefined || minute > 59 || second > 59 || nano > 999_999_999) return undefined;
  if (hour === 24 && (minute !== 0 || second !== 0 || nano !== 0)) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(nano / 1e6);
}

function resolveHour({ hour, hour24, hour12, hour11, half = 0 }: Fields): number | undefined {
  if (hour !== undefined) return within(hour, 25);
  if (hour24 !== undefined) return hour24 < 1 || hour24 > 24 ? undefined : hour24 % 24;
  if (hour12 !== undefined) return hour12 < 1 || hour12 > 12 ? undefined : (hour12 % 12) + half * 12;
  return hour11 === undefined ? 0 : hour11 > 11 ? undefined : hour11 + half * 12;
}

function within(value: number, limit: number): number | undefined {
  return value < limit ? value : undefined;
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
