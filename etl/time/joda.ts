/**
 * Joda-Time's patterns, as IoT SQL's `parse_time` writes them, in English.
 * https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
import { dateOfDays, daysFromEpoch } from "./calendar";
import { zoneClock, type ZoneClock } from "./joda-zones";
import { MONTHS, WEEKDAYS } from "./names";

const DAY = 86_400_000;

/** An instant taken apart on a zone's clock. */
interface Moment {
  readonly instant: number;
  readonly zone: ZoneClock;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  /** 1 is Monday */
  readonly weekday: number;
  /** of ISO 8601 */
  readonly weekyear: number;
  readonly week: number;
  readonly ofDay: number;
}

type Part = (moment: Moment) => string;

/**
 * Compiles a pattern. There is no text of an infinite instant, and none in a zone that Joda-Time does not know.
 * @throws SyntaxError for a pattern that Joda-Time refuses
 */
export function jodaWriter(pattern: string): (epochMs: number, zone: string) => string | undefined {
  const parts = partsOf(pattern);
  return (epochMs, name) => {
    const zone = zoneClock(name);
    const offset = zone?.offsetAt(epochMs);
    if (zone === undefined || offset === undefined || !Number.isFinite(epochMs)) return undefined;
    const moment = momentOf(epochMs, offset, zone);
    return parts.map((part) => (typeof part === "string" ? part : part(moment))).join("");
  };
}

function momentOf(instant: number, offset: number, zone: ZoneClock): Moment {
  const local = instant + offset;
  const days = Math.floor(local / DAY);
  const { year, month, day } = dateOfDays(days);
  const weekday = ((((days + 3) % 7) + 7) % 7) + 1;
  // a week belongs to the year of its Thursday
  const thursday = days - weekday + 4;
  const weekyear = dateOfDays(thursday).year;
  return {
    instant,
    zone,
    year,
    month,
    day,
    weekday,
    weekyear,
    dayOfYear: days - daysFromEpoch(year, 1, 1) + 1,
    week: Math.floor((thursday - daysFromEpoch(weekyear, 1, 1)) / 7) + 1,
    ofDay: local - days * DAY,
  };
}

/** Runs of one letter are fields; other characters and what stands in quotes are themselves. */
function partsOf(pattern: string): (string | Part)[] {
  if (pattern === "") throw new SyntaxError("an empty pattern writes nothing");
  const parts: (string | Part)[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] as string;
    if (isLetter(character)) {
      let end = at + 1;
      while (pattern[end] === character) end++;
      parts.push(fieldOf(character, end - at));
      at = end;
    } else {
      const { text, end } = literal(pattern, at);
      parts.push(text);
      at = end;
    }
  }
  if (parts.every((part) => part === "")) throw new SyntaxError("the pattern writes nothing");
  return parts;
}

function isLetter(character: string): boolean {
  return /[A-Za-z]/.test(character);
}

/** Up to the next letter outside of quotes. Two quotes are one; a quote may stay open. */
function literal(pattern: string, from: number): { text: string; end: number } {
  let text = "";
  let inQuotes = false;
  let at = from;
  for (; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === "'") {
      if (pattern[at + 1] === "'") {
        text += "'";
        at++;
      } else inQuotes = !inQuotes;
    } else if (!inQuotes && isLetter(character)) break;
    else text += character;
  }
  return { text, end: at };
}

/** Digits with leading zeros; a minus sign does not count. */
function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}

function yearOfEra(year: number): number {
  return year > 0 ? year : 1 - year;
}

function hourOf({ ofDay }: Moment): number {
  return Math.floor(ofDay / 3_600_000);
}

function year(value: number, width: number): string {
  return width === 2 ? padded(Math.abs(value) % 100, 2) : padded(value, width);
}

function fieldOf(letter: string, count: number): Part {
  switch (letter) {
    case "G":
      return (moment) => (moment.year > 0 ? "AD" : "BC");
    case "C":
      return (moment) => padded(Math.floor(Math.abs(moment.year) / 100), count);
    case "Y":
      return (moment) => year(count === 2 ? moment.year : yearOfEra(moment.year), count);
    case "y":
      return (moment) => year(moment.year, count);
    case "x":
      return (moment) => year(moment.weekyear, count);
    case "w":
      return (moment) => padded(moment.week, count);
    case "e":
      return (moment) => padded(moment.weekday, count);
    case "E":
      return (moment) => name(WEEKDAYS, moment.weekday, count >= 4);
    case "D":
      return (moment) => padded(moment.dayOfYear, count);
    case "M":
      if (count >= 3) return (moment) => name(MONTHS, moment.month, count >= 4);
      return (moment) => padded(moment.month, count);
    case "d":
      return (moment) => padded(moment.day, count);
    case "a":
      return (moment) => (hourOf(moment) < 12 ? "AM" : "PM");
    case "K":
      return (moment) => padded(hourOf(moment) % 12, count);
    case "h":
      return (moment) => padded(hourOf(moment) % 12 || 12, count);
    case "H":
      return (moment) => padded(hourOf(moment), count);
    case "k":
      return (moment) => padded(hourOf(moment) || 24, count);
    case "m":
      return (moment) => padded(Math.floor(moment.ofDay / 60_000) % 60, count);
    case "s":
      return (moment) => padded(Math.floor(moment.ofDay / 1000) % 60, count);
    case "S":
      return (moment) =>
        padded(moment.ofDay % 1000, 3)
          .padEnd(count, "0")
          .slice(0, count);
    case "z":
      return ({ zone, instant }) => zone.nameAt(instant, count >= 4);
    case "Z":
      if (count > 2) return ({ zone }) => zone.id;
      return ({ zone, instant }) => offsetText(zone.offsetAt(instant) as number, count === 2);
    default:
      throw new SyntaxError(`"${letter}" is not a letter of Joda-Time's patterns`);
  }
}

function name(names: readonly string[], place: number, long: boolean): string {
  const full = names[place - 1] as string;
  return long ? full : full.slice(0, 3);
}

/** `+01:00` or `+0100`; seconds of an offset are left out. */
function offsetText(offset: number, colon: boolean): string {
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  return `${offset < 0 ? "-" : "+"}${padded(Math.floor(minutes / 60), 2)}${colon ? ":" : ""}${padded(minutes % 60, 2)}`;
}
