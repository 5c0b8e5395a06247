/**
 * Texts and numbers that a date or timestamp column takes, and the text that it holds then: UTC, readable for the
 * deserialiser of a delivery stream (https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html).
 */
import { daysInMonth } from "../time/calendar";

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** The largest instant that four digits of a year can say: 9999-12-31T23:59:59. */
const LAST_SECOND = 253_402_300_799;
const FIRST_SECOND = -62_135_596_800;

/** `yyyy-MM-dd` when the text is such a date; undefined otherwise. A time of day would be lost, so it is not taken. */
export function dateText(text: string): string | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year !== undefined && isDate(Number(year), Number(month), Number(day)) ? text : undefined;
}

function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/**
 * The timestamp that a text means: `yyyy-MM-dd HH:mm[:ss[.fraction]]` with a blank or a T, an offset or Z or neither
 * (then it is UTC), or a date alone.
 */
export function timestampText(text: string): string | undefined {
  const found = TIMESTAMP.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) => Number(found[group] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetSeconds(found[8]);
  if (offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return formatTimestamp(date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset, found[7] ?? "");
}

function offsetSeconds(text: string | undefined): number | undefined {
  if (text === undefined || text.toUpperCase() === "Z") return 0;
  const digits = text.slice(1).replace(":", "").padEnd(4, "0");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 18 || minutes > 59) return undefined;
  return (hours * 3600 + minutes * 60) * (text.startsWith("-") ? -1 : 1);
}

/** The timestamp that a number means: 13 digits or more are milliseconds since 1970, fewer are seconds. */
export function timestampOfNumber(numeral: string): string | undefined {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(numeral) ?? [];
  if (whole === undefined || whole.length > 18) return undefined;
  const milliseconds = whole.length >= 13 && fraction === "";
  const digits = milliseconds ? whole.slice(-3) : fraction;
  const seconds = Number(milliseconds ? whole.slice(0, -3) : whole);
  if (/[1-9]/.test(digits.slice(9))) return undefined;
  const part = digits.slice(0, 9);
  if (sign !== "-" || !/[1-9]/.test(part)) return formatTimestamp(sign === "-" ? -seconds : seconds, part);
  // -1.25 s is a quarter before a second that is one earlier
  const complement = (10n ** BigInt(part.length) - BigInt(part)).toString().padStart(part.length, "0");
  return formatTimestamp(-seconds - 1, complement);
}

/** Up to three digits of a second as `yyyy-MM-ddTHH:mm:ss.SSSZ`, more as `yyyy-MM-dd HH:mm:ss.SSSSSSSSS`. */
function formatTimestamp(seconds: number, fraction: string): string | undefined {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  const digits = fraction.replace(/0+$/, "");
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits.length <= 3 ? `${text}.${digits.padEnd(3, "0")}Z` : `${text.replace("T", " ")}.${digits}`;
}
