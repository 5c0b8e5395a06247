/** Fields of dates and times, and the arithmetic on them, as Trino does with Joda-Time's ISO chronology. */
import { addMonths, dateOf, daysInMonth, daysOf, MICROS_PER_DAY } from "./datetime";
import { floorDiv, floorMod } from "./whole";

/** Monday is 1, Sunday 7. */
export function dayOfWeek(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** 1 for January 1. */
export function dayOfYear(days: number): number {
  return days - daysOf(dateOf(days).year, 1, 1) + 1;
}

/** Week and year of ISO 8601: the first week has the year's first Thursday. */
export function isoWeek(days: number): { week: number; year: number } {
  const thursday = days + 4 - dayOfWeek(days);
  const { year } = dateOf(thursday);
  return { week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1, year };
}

/** The last day of a date's month. */
export function lastDayOfMonth(days: number): number {
  const { year, month } = dateOf(days);
  return daysOf(year, month, daysInMonth(year, month));
}

/** The first day of the week, month, quarter or year; undefined for another unit. */
export function truncateDays(unit: string, days: number): number | undefined {
  const { year, month } = dateOf(days);
  switch (unit) {
    case "day":
      return days;
    case "week":
      return days + 1 - dayOfWeek(days);
    case "month":
      return daysOf(year, month, 1);
    case "quarter":
      return daysOf(year, month - ((month - 1) % 3), 1);
    case "year":
      return daysOf(year, 1, 1);
    default:
      return undefined;
  }
}

/** Microseconds of units that are the same everywhere. */
export const UNIT_MICROS: Readonly<Record<string, bigint>> = {
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
};
export const MONTHS_OF: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
export const DAYS_OF: Readonly<Record<string, number>> = { day: 1, week: 7 };

/** The beginning of the unit that a time lies in; undefined for a unit that there is not. */
export function truncateMicros(unit: string, micros: bigint): bigint | undefined {
  const size = UNIT_MICROS[unit];
  if (size !== undefined) return micros - floorMod(micros, size);
  const days = truncateDays(unit, Number(floorDiv(micros, MICROS_PER_DAY)));
  return days === undefined ? undefined : BigInt(days) * MICROS_PER_DAY;
}

/** Moves the clock by days, weeks, months, quarters or years; undefined for another unit. */
export function addCalendar(unit: string, count: number, micros: bigint): bigint | undefined {
  const step = DAYS_OF[unit];
  if (step !== undefined) return micros + BigInt(step * count) * MICROS_PER_DAY;
  const months = MONTHS_OF[unit];
  if (months === undefined) return undefined;
  const days = floorDiv(micros, MICROS_PER_DAY);
  return BigInt(addMonths(Number(days), months * count)) * MICROS_PER_DAY + (micros - days * MICROS_PER_DAY);
}

/** Whole months from one time to another, towards zero. */
function monthsBetween(from: bigint, to: bigint): number {
  if (to < from) return -forwardMonths(to, from, true);
  return forwardMonths(from, to, false);
}

/** @param backwards whether months are counted from the later time down */
function forwardMonths(early: bigint, late: bigint, backwards: boolean): number {
  const day = (micros: bigint): number => Number(floorDiv(micros, MICROS_PER_DAY));
  const [a, b] = [dateOf(day(early)), dateOf(day(late))];
  let months = (b.year - a.year) * 12 + b.month - a.month;
  const shift = (count: number): boolean =>
    backwards ? addCalendar("month", -count, late)! >= early : addCalendar("month", count, early)! <= late;
  while (months > 0 && !shift(months)) months--;
  return months;
}

/** Whole units from one clock's time to another, towards zero; undefined for a unit that there is not. */
export function between(unit: string, from: bigint, to: bigint): bigint | undefined {
  const size = UNIT_MICROS[unit] ?? (DAYS_OF[unit] === undefined ? undefined : BigInt(DAYS_OF[unit]) * MICROS_PER_DAY);
  if (size !== undefined) return (to - from) / size;
  const months = MONTHS_OF[unit];
  return months === undefined ? undefined : BigInt(Math.trunc(monthsBetween(from, to) / months));
}
