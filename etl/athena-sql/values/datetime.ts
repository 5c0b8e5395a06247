/** Texts of dates and times, read and written as Trino does (io.trino.plugin.base.util, io.trino.type.DateTimes). */
import { floorDiv, floorMod } from "./whole";
import { formatZone, offsetMicros, parseZone, localToInstant } from "./zone";
import { ZonedValue } from "./value";

export const MICROS_PER_DAY = 86_400_000_000n;
export const MICROS_PER_SECOND = 1_000_000n;

/** Digits of a second that a value of microseconds has; one of a type with more is in picoseconds. */
export const MICRO_DIGITS = 6;
const PICOS_PER_MICRO = 1_000_000n;
const PICO_DIGITS = 12;

/** A value of a type with so many digits of a second, in picoseconds. */
export function toPicos(value: bigint, precision: number): bigint {
  return precision > MICRO_DIGITS ? value : value * PICOS_PER_MICRO;
}

/** Picoseconds, rounded half up, as a value of a type with so many digits of a second. */
export function ofPicos(picos: bigint, precision: number): bigint {
  const unit = 10n ** BigInt(PICO_DIGITS - precision);
  const rest = floorMod(picos, unit);
  const rounded = picos - rest + (rest * 2n >= unit && rest > 0n ? unit : 0n);
  return precision > MICRO_DIGITS ? rounded : rounded / PICOS_PER_MICRO;
}

/** A value of a type with so many digits of a second, in microseconds; what is finer is left out. */
export function toMicros(value: bigint, precision: number): bigint {
  return precision > MICRO_DIGITS ? floorDiv(value, PICOS_PER_MICRO) : value;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

/** A date of the calendar. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The date so many days after 1970-01-01. */
export function dateOf(days: number): CivilDate {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

/** How many days a month has. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Whether a year has 366 days. */
export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Moves a date by months; a day that the month does not have becomes its last. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = dateOf(days);
  const total = year * 12 + month - 1 + months;
  const y = Math.floor(total / 12);
  const m = total - y * 12 + 1;
  return daysOf(y, m, Math.min(day, daysInMonth(y, m)));
}

const DATE = /^\s*([+-]?\d+)-(\d{1,2})-(\d{1,2})\s*$/;

/** `2026-01-31` as days; undefined for what is no date. */
export function parseDate(text: string): number | undefined {
  const [, year = "", month = "", day = ""] = DATE.exec(text) ?? [];
  if (year === "") return undefined;
  return checkedDays(Number(year), Number(month), Number(day));
}

function checkedDays(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const days = daysOf(year, month, day);
  return Math.abs(days) > 2 ** 31 - 1 ? undefined : days;
}

/** What a timestamp's text says. */
export interface ParsedTimestamp {
  /** picoseconds on the clock of the text */
  readonly local: bigint;
  /** digits of a second in the text */
  readonly precision: number;
  /** the zone, if the text has one; null for one that does not exist */
  readonly zone: string | null | undefined;
}

const TIMESTAMP =
  /^\s*([-+]?\d{4,})-(\d{1,2})-(\d{1,2})(?: (?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(.+)?)?\s*$/;

/** `2026-01-31 12:00:00.123 Europe/Berlin`, with at most twelve digits of a second. */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const days = checkedDays(Number(year), Number(month), Number(day));
  const time = timePicos(hour, minute, second, fraction);
  if (days === undefined || time === undefined) return undefined;
  return {
    local: BigInt(days) * MICROS_PER_DAY * PICOS_PER_MICRO + time,
    precision: fraction.length,
    zone: zone === undefined ? undefined : (parseZone(zone.trim()) ?? null),
  };
}

/** @returns undefined for what no clock shows */
function timePicos(hour: string, minute: string, second: string, fraction: string): bigint | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59 || fraction.length > 12) return undefined;
  return (
    BigInt(h * 3600 + m * 60 + s) * MICROS_PER_SECOND * PICOS_PER_MICRO + BigInt(fraction.padEnd(PICO_DIGITS, "0"))
  );
}

/** What the text of a time of day says. */
export interface ParsedTime {
  readonly picos: bigint;
  readonly precision: number;
  /** minutes ahead of UTC, if the text says so */
  readonly offset: number | undefined;
}

const TIME = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(?:([+-])(\d{2}):(\d{2}))?$/;

/** `12:30:00.123`, or with an offset behind; undefined for what is no time of day. */
export function parseTime(text: string): ParsedTime | undefined {
  const match = TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, hour = "", minute = "", second = "0", fraction = "", sign, offsetHour, offsetMinute] = match;
  const picos = timePicos(hour, minute, second, fraction);
  if (picos === undefined) return undefined;
  const offset =
    sign === undefined ? undefined : (sign === "-" ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute));
  if (offset !== undefined && Math.abs(offset) > 14 * 60) return undefined;
  return { picos, precision: fraction.length, offset };
}

/** Days since 1970-01-01 as `2026-01-31`. */
export function formatDate(days: number): string {
  const { year, month, day } = dateOf(days);
  return `${formatYear(year)}-${two(month)}-${two(day)}`;
}

function formatYear(year: number): string {
  if (year < 0) return `-${String(-year).padStart(4, "0")}`;
  return year > 9999 ? `+${year}` : String(year).padStart(4, "0");
}

/** A value of a type with so many digits of a second. @param separator stands between date and time */
export function formatTimestamp(value: bigint, precision: number, separator = " "): string {
  const day = precision > MICRO_DIGITS ? MICROS_PER_DAY * PICOS_PER_MICRO : MICROS_PER_DAY;
  const days = floorDiv(value, day);
  return `${formatDate(Number(days))}${separator}${formatTime(value - days * day, precision)}`;
}

/** A value of a day, of a type with so many digits of a second, as `12:30:00.123`. */
export function formatTime(value: bigint, precision: number): string {
  const picos = toPicos(value, precision);
  const second = MICROS_PER_SECOND * PICOS_PER_MICRO;
  const seconds = Number(picos / second);
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (precision === 0) return text;
  return `${text}.${String(picos % second)
    .padStart(PICO_DIGITS, "0")
    .slice(0, precision)}`;
}

/** A zoned value of a type with so many digits of a second, on its zone's clock. */
export function formatZoned(value: ZonedValue, precision: number): string {
  return `${formatTimestamp(localIn(value, precision), precision)} ${formatZone(value.zone)}`;
}

/** What a zone's clock shows, as a value of a timestamp with as many digits of a second. */
export function localIn({ instant, zone }: ZonedValue, precision: number): bigint {
  const offset = offsetMicros(zone, toMicros(instant, precision));
  return instant + (precision > MICRO_DIGITS ? offset * PICOS_PER_MICRO : offset);
}

/** The instant at which a zone's clock shows a value of a timestamp with as many digits of a second. */
export function zonedIn(local: bigint, zone: string, precision: number): ZonedValue {
  if (precision <= MICRO_DIGITS) return zonedOf(local, zone);
  const micros = toMicros(local, precision);
  return new ZonedValue(local + (localToInstant(micros, zone) - micros) * PICOS_PER_MICRO, zone);
}

/** What a zone's clock shows at an instant, as microseconds of a timestamp without zone. */
export function localOf({ instant, zone }: ZonedValue): bigint {
  return instant + offsetMicros(zone, instant);
}

/** The instant at which a zone's clock shows a time, in microseconds. */
export function zonedOf(local: bigint, zone: string): ZonedValue {
  return new ZonedValue(localToInstant(local, zone), zone);
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Rounds microseconds half up to so many digits of a second. */
export function roundMicros(micros: bigint, precision: number): bigint {
  if (precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  const rest = floorMod(micros, unit);
  return micros - rest + (rest * 2n >= unit ? unit : 0n);
}

const DAY_FIELDS: Readonly<Record<string, bigint>> = {
  DAY: 86_400_000n,
  HOUR: 3_600_000n,
  MINUTE: 60_000n,
  SECOND: 1000n,
};

/** A literal's text from its first field to its last: milliseconds, or months. Undefined for what is no interval. */
export function parseInterval(text: string, from: string, to: string | undefined): bigint | undefined {
  const sign = text.startsWith("-") ? -1n : 1n;
  const rest = text.replace(/^[+-]/, "");
  if (from === "YEAR" || from === "MONTH") {
    if (to !== undefined && to !== from) {
      const match = from === "YEAR" && to === "MONTH" ? /^(\d+)(?:-(\d+)?)?$/.exec(rest) : null;
      return match === null ? undefined : sign * (BigInt(match[1]!) * 12n + BigInt(match[2] ?? "0"));
    }
    return /^\d+$/.test(rest) ? sign * BigInt(rest) * (from === "YEAR" ? 12n : 1n) : undefined;
  }
  const fields = ["DAY", "HOUR", "MINUTE", "SECOND"];
  const span = fields.slice(fields.indexOf(from), fields.indexOf(to ?? from) + 1);
  if (span.length === 0) return undefined;
  const patterns: Readonly<Record<string, string>> = {
    DAY: "(\\d+)",
    HOUR: "(\\d+)",
    MINUTE: "(\\d+)",
    SECOND: "(\\d+(?:\\.\\d{1,3})?)",
  };
  // What is not written is zero: '45' MINUTE TO SECOND is 45 minutes.
  const pattern = span.reduceRight(
    (inner, field, i) =>
      i === 0 ? `${patterns[field]}${inner}` : `(?:${field === "HOUR" ? " " : ":"}${patterns[field]}${inner})?`,
    "",
  );
  const match = new RegExp(`^${pattern}$`).exec(rest);
  if (match === null) return undefined;
  let total = 0n;
  for (const [i, field] of span.entries()) {
    const [whole = "0", fraction = ""] = (match[i + 1] ?? "0").split(".");
    total += BigInt(whole) * DAY_FIELDS[field]! + BigInt(fraction.padEnd(3, "0"));
  }
  return sign * total;
}

/** `2 03:04:05.678` */
export function formatDayToSecond(millis: bigint): string {
  const sign = millis < 0n ? "-" : "";
  const size = millis < 0n ? -millis : millis;
  const text = `${size / 86_400_000n} ${formatTime((size % 86_400_000n) * 1000n, 3)}`;
  return sign + text;
}

/** `1-6` */
export function formatYearToMonth(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}`;
}
