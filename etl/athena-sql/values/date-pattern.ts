/**
 * Texts of times by patterns: Joda-Time's (format_datetime, parse_datetime) and MySQL's (date_format, date_parse), which Trino hands to
 * Joda-Time. https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
import { SqlError } from "../syntax/error";
import { LocalTime, type TimeField } from "./local-time";
import type { ZonedValue } from "./value";
import { offsetMicros, parseZone, zoneOfOffset } from "./zone";

type Element =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "number"; readonly field: TimeField; readonly least: number; readonly most: number }
  | { readonly kind: "name"; readonly field: "month" | "dayOfWeek" | "halfday" | "era"; readonly short: boolean }
  | { readonly kind: "fraction"; readonly least: number; readonly most: number }
  | {
      readonly kind: "twoDigitYear";
      readonly field: "year" | "weekyear";
      readonly pivot: number;
      readonly lenient: boolean;
    }
  | { readonly kind: "offset"; readonly colon: boolean }
  | { readonly kind: "zone"; readonly form: "id" | "short" | "long" };

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HALVES = ["AM", "PM"];
const NAMES = { month: MONTHS, dayOfWeek: DAYS, halfday: HALVES, era: ["BC", "AD"] } as const;
/** what the number of the first name is */
const FIRST = { month: 1, dayOfWeek: 1, halfday: 0, era: 0 } as const;

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};

function cached(read: (pattern: string) => Element[]): (pattern: string) => readonly Element[] {
  const known = new Map<string, readonly Element[]>();
  return (pattern) => {
    const found = known.get(pattern) ?? read(pattern);
    if (known.size > 500) known.clear();
    known.set(pattern, found);
    return found;
  };
}

const number = (field: TimeField, least: number, most = Math.max(2, least)): Element => ({
  kind: "number",
  field,
  least,
  most,
});
const literal = (text: string): Element => ({ kind: "literal", text });
const MOST_DIGITS = 9;

/** What a letter of Joda's means when it stands so many times. */
function jodaElement(letter: string, count: number, beforeNumber: boolean, years: number): Element {
  const most = beforeNumber ? count : MOST_DIGITS;
  switch (letter) {
    case "G":
      return { kind: "name", field: "era", short: true };
    case "C":
      return number("century", count, count);
    case "y":
    case "Y":
    case "x":
      if (count === 2)
        return {
          kind: "twoDigitYear",
          field: letter === "x" ? "weekyear" : "year",
          pivot: years - 30,
          lenient: !beforeNumber,
        };
      return number(letter === "x" ? "weekyear" : "year", count, Math.max(count, most));
    case "M":
      return count >= 3 ? { kind: "name", field: "month", short: count === 3 } : number("month", count);
    case "d":
      return number("day", count);
    case "a":
      return { kind: "name", field: "halfday", short: false };
    case "h":
      return number("clockhourOfHalfday", count);
    case "H":
      return number("hour", count);
    case "k":
      return number("clockhour", count);
    case "K":
      return number("hourOfHalfday", count);
    case "m":
      return number("minute", count);
    case "s":
      return number("second", count);
    case "S":
      return { kind: "fraction", least: count, most: count };
    case "e":
      return number("dayOfWeek", count, Math.max(1, count));
    case "E":
      return { kind: "name", field: "dayOfWeek", short: count < 4 };
    case "D":
      return number("dayOfYear", count, Math.max(3, count));
    case "w":
      return number("week", count);
    case "z":
      return { kind: "zone", form: count >= 4 ? "long" : "short" };
    case "Z":
      return count >= 3 ? { kind: "zone", form: "id" } : { kind: "offset", colon: count === 2 };
    default:
      return invalid(`Illegal pattern component: ${letter.repeat(count)}`);
  }
}

const NUMERIC = /^(?:[cCyYxhHkKmsSdewDFf]|M{1,2}(?!M))/;

const jodaElements = cached((pattern) => {
  if (pattern === "") invalid("Invalid pattern specification");
  const elements: Element[] = [];
  const thisYear = new Date().getUTCFullYear();
  for (let at = 0; at < pattern.length;) {
    const run = /^([A-Za-z])\1*/.exec(pattern.slice(at))?.[0];
    if (run !== undefined) {
      at += run.length;
      elements.push(jodaElement(run[0]!, run.length, NUMERIC.test(pattern.slice(at)), thisYear));
    } else if (pattern[at] === "'") {
      const quoted = /^'((?:[^']|'')*)'?/.exec(pattern.slice(at))!;
      elements.push(literal(quoted[0] === "''" ? "'" : quoted[1]!.replaceAll("''", "'")));
      at += quoted[0].length;
    } else elements.push(literal(pattern[at++]!));
  }
  return elements;
});

/** The year around which Trino reads %y. */
const MYSQL_PIVOT = 2020;

const mysqlElements = cached((pattern) => {
  const elements: Element[] = [];
  const clock = (): Element[] => [number("minute", 2), literal(":"), number("second", 2)];
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] !== "%") {
      elements.push(literal(pattern[at]!));
      continue;
    }
    const letter = pattern[++at];
    switch (letter) {
      case undefined:
        break;
      case "a":
        elements.push({ kind: "name", field: "dayOfWeek", short: true });
        break;
      case "b":
        elements.push({ kind: "name", field: "month", short: true });
        break;
      case "c":
        elements.push(number("month", 1));
        break;
      case "d":
        elements.push(number("day", 2));
        break;
      case "e":
        elements.push(number("day", 1));
        break;
      case "f":
        elements.push({ kind: "fraction", least: 6, most: 9 });
        break;
      case "H":
        elements.push(number("hour", 2));
        break;
      case "h":
      case "I":
        elements.push(number("clockhourOfHalfday", 2));
        break;
      case "i":
        elements.push(number("minute", 2));
        break;
      case "j":
        elements.push(number("dayOfYear", 3));
        break;
      case "k":
        elements.push(number("hour", 1));
        break;
      case "l":
        elements.push(number("clockhourOfHalfday", 1));
        break;
      case "M":
        elements.push({ kind: "name", field: "month", short: false });
        break;
      case "m":
        elements.push(number("month", 2));
        break;
      case "p":
        elements.push({ kind: "name", field: "halfday", short: false });
        break;
      case "r":
        elements.push(number("clockhourOfHalfday", 2), literal(":"), ...clock(), literal(" "), {
          kind: "name",
          field: "halfday",
          short: false,
        });
        break;
      case "S":
      case "s":
        elements.push(number("second", 2));
        break;
      case "T":
        elements.push(number("hour", 2), literal(":"), ...clock());
        break;
      case "v":
        elements.push(number("week", 2));
        break;
      case "x":
        elements.push(number("weekyear", 4));
        break;
      case "W":
        elements.push({ kind: "name", field: "dayOfWeek", short: false });
        break;
      case "Y":
        elements.push(number("year", 4));
        break;
      case "y":
        elements.push({ kind: "twoDigitYear", field: "year", pivot: MYSQL_PIVOT, lenient: false });
        break;
      case "w":
      case "U":
      case "u":
      case "V":
      case "X":
      case "D":
        invalid(`%${letter} not supported in date format string`);
        break;
      default:
        elements.push(literal(letter));
    }
  }
  if (elements.length === 0) invalid("Both printing and parsing not supported");
  return elements;
});

export const formatJoda = (value: ZonedValue, pattern: string): string => write(jodaElements(pattern), value);
export const formatMysql = (value: ZonedValue, pattern: string): string => write(mysqlElements(pattern), value);

function write(elements: readonly Element[], { instant, zone }: ZonedValue): string {
  const offset = offsetMicros(zone, instant);
  const time = LocalTime.of(instant + offset);
  return elements
    .map((element) => {
      switch (element.kind) {
        case "literal":
          return element.text;
        case "number": {
          const value = time.get(element.field);
          return (value < 0 ? "-" : "") + String(Math.abs(value)).padStart(element.least, "0");
        }
        case "twoDigitYear":
          return String(((time.get(element.field) % 100) + 100) % 100).padStart(2, "0");
        case "name": {
          const name = NAMES[element.field][time.get(element.field) - FIRST[element.field]]!;
          return element.short ? name.slice(0, 3) : name;
        }
        case "fraction": {
          // Joda-Time knows milliseconds.
          const digits = String(time.get("millis")).padStart(3, "0").padEnd(element.most, "0").slice(0, element.most);
          return digits.slice(0, Math.max(element.least, digits.replace(/0+$/, "").length));
        }
        case "offset":
          return offsetText(offset, element.colon);
        case "zone":
          return element.form === "id" ? zone : zoneName(zone, instant, element.form);
      }
    })
    .join("");
}

function offsetText(micros: bigint, colon: boolean): string {
  const minutes = Math.abs(Number(micros / 60_000_000n));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${micros < 0n ? "-" : "+"}${two(Math.floor(minutes / 60))}${colon ? ":" : ""}${two(minutes % 60)}`;
}

function zoneName(zone: string, instant: bigint, form: "short" | "long"): string {
  if (/^[+-]/.test(zone)) return zone;
  for (const locale of ["en-US", "en-GB", "en-AU"]) {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: form }).formatToParts(
      new Date(Number(instant / 1000n)),
    );
    const name = parts.find(({ type }) => type === "timeZoneName")?.value;
    if (name !== undefined && !/^GMT[+-]/.test(name)) return name;
  }
  return offsetText(offsetMicros(zone, instant), true);
}

/** @returns a time on the clock of the text's zone, and that zone if the text has one */
export const parseJoda = (text: string, pattern: string): Parsed => read(jodaElements(pattern), text);
export const parseMysql = (text: string, pattern: string): Parsed => read(mysqlElements(pattern), text);

/** The fields that a pattern found in a text. */
export interface Parsed {
  /** microseconds of the clock */
  readonly local: bigint;
  readonly zone: string | undefined;
}

function read(elements: readonly Element[], text: string): Parsed {
  const fields: [TimeField, number][] = [];
  let zone: string | undefined;
  let at = 0;
  const fail = (): never =>
    invalid(
      at >= text.length && text !== ""
        ? `Invalid format: "${text}" is too short`
        : `Invalid format: "${text}"${at === 0 ? "" : ` is malformed at "${text.slice(at)}"`}`,
    );
  const match = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(text.slice(at));
    if (found === null) return undefined;
    at += found[0].length;
    return found[0];
  };
  for (const element of elements)
    switch (element.kind) {
      case "literal":
        if (text.slice(at, at + element.text.length).toLowerCase() !== element.text.toLowerCase()) fail();
        at += element.text.length;
        break;
      case "number": {
        const signed = element.field === "year" || element.field === "weekyear";
        const digits = match(new RegExp(`^${signed ? "[+-]?" : ""}\\d{1,${element.most}}`)) ?? fail();
        fields.push([element.field, Number(digits)]);
        break;
      }
      case "twoDigitYear": {
        const digits = match(element.lenient ? /^[+-]?\d+/ : /^\d{2}/) ?? fail();
        const year = Number(digits);
        const low = element.pivot - 50;
        fields.push([element.field, digits.length === 2 ? low + ((((year - low) % 100) + 100) % 100) : year]);
        break;
      }
      case "name": {
        const rest = text.slice(at).toLowerCase();
        const names = NAMES[element.field];
        const long = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
        const found = long >= 0 ? long : names.findIndex((name) => rest.startsWith(name.slice(0, 3).toLowerCase()));
        if (found < 0) fail();
        at += long >= 0 ? names[long]!.length : 3;
        fields.push([element.field, found + FIRST[element.field]]);
        break;
      }
      case "fraction": {
        const digits = match(new RegExp(`^\\d{1,${element.most}}`)) ?? fail();
        fields.push(["millis", Number(digits.slice(0, 3).padEnd(3, "0"))]);
        break;
      }
      case "offset":
        zone = offsetZone(match(/^(?:Z|[+-]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,3})?)?)?)/i) ?? fail()) ?? fail();
        break;
      case "zone": {
        if (element.form === "long") return invalid(`Parsing not supported`);
        const name =
          match(element.form === "id" ? /^(?:[+-]\d{2}:\d{2}|[A-Za-z][A-Za-z0-9_+\-/]*)/ : /^[A-Za-z]+/) ?? fail();
        zone = (element.form === "short" ? SHORT_ZONES[name.toUpperCase()] : parseZone(name)) ?? fail();
        break;
      }
    }
  if (at < text.length) fail();
  return { local: LocalTime.resolve(fields, (problem) => invalid(`Cannot parse "${text}": ${problem}`)), zone };
}

/** The names that Joda-Time reads for `z`. */
const SHORT_ZONES: Readonly<Record<string, string>> = {
  UT: "UTC",
  UTC: "UTC",
  GMT: "UTC",
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
};

/** `Z`, `+02:00`, `-0530` as a zone. */
export function offsetZone(text: string): string | undefined {
  if (/^z$/i.test(text)) return "UTC";
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (total > 14 * 60 || Number(minutes) > 59) return undefined;
  return zoneOfOffset(sign === "-" ? -total : total);
}
