/** Makes an instant of fields, as Java's SMART style does: 24:00 is the next day's midnight, and the 31st of a shorter month its last day. */
import { daysFromEpoch, daysInMonth, isLeapYear } from "./calendar";
import type { Fields } from "./parse";
import { instantOf } from "./zones";

/** A month or a day that is missing is the first. */
export function resolve(fields: Fields): number | undefined {
  return instant(resolveDate(fields), resolveTime(fields), fields);
}

/** As java.time resolves them: a day must be there, and a time has an hour; without one it is midnight. */
export function resolveStrictly(fields: Fields): number | undefined {
  const { year, era = 1, month, day, dayOfYear } = fields;
  if (year === undefined || (dayOfYear === undefined && (month === undefined || day === undefined))) return undefined;
  const proleptic = era === 0 ? 1 - year : year;
  return instant(dateIn(proleptic, fields), hasTime(fields) ? resolveTime(fields) : 0, fields);
}

function hasTime({ hour, hour24, hour12, hour11, half, nanoOfDay, milliOfDay }: Fields): boolean {
  if ([hour, hour24, nanoOfDay, milliOfDay].some((field) => field !== undefined)) return true;
  return half !== undefined && (hour12 !== undefined || hour11 !== undefined);
}

function instant(days: number | undefined, time: number | undefined, fields: Fields): number | undefined {
  if (days === undefined || time === undefined) return undefined;
  if (fields.weekday !== undefined && fields.weekday !== ((((days + 3) % 7) + 7) % 7) + 1) return undefined;
  const local = days * 86_400_000 + time;
  if (fields.offset !== undefined) return local - fields.offset * 1000;
  return fields.region === undefined ? local : instantOf(fields.region, local);
}

function resolveDate(fields: Fields): number | undefined {
  const { year } = fields;
  return year === undefined || year < 1 || year > 9999 ? undefined : dateIn(year, fields);
}

function dateIn(year: number, { month = 1, day = 1, dayOfYear }: Fields): number | undefined {
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
  if (hour24 !== undefined) return hour24 > 24 ? undefined : hour24 % 24;
  if (hour12 !== undefined) return hour12 > 12 ? undefined : (hour12 % 12) + half * 12;
  return hour11 === undefined ? 0 : hour11 > 11 ? undefined : hour11 + half * 12;
}

function within(value: number, limit: number): number | undefined {
  return value < limit ? value : undefined;
}
