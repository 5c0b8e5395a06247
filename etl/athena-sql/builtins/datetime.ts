/** Functions of dates and times. https://trino.io/docs/current/functions/datetime.html */
import { SqlError } from "../syntax/error";
import type { TypeOf } from "../types/type";
import {
  addCalendar,
  between,
  dayOfWeek,
  dayOfYear,
  isoWeek,
  lastDayOfMonth,
  truncateDays,
  truncateMicros,
  UNIT_MICROS,
} from "../values/calendar";
import { dateOf, localOf, MICROS_PER_DAY, parseDate, roundMicros, zonedOf } from "../values/datetime";
import { instantOf } from "../values/compare";
import { ZonedValue, type Value } from "../values/value";
import { floorDiv, floorMod } from "../values/whole";
import { offsetMicros, parseZone, zoneOfOffset } from "../values/zone";
import { scalar, type CallTypes } from "./registry";

const TIMESTAMP = "timestamp(p)";
const ZONED = "timestamp(p) with time zone";
const DAYS = "interval day to second";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};
const daysOfMicros = (micros: bigint): number => Number(floorDiv(micros, MICROS_PER_DAY));
const precisionOf = (types: CallTypes, i: number): number => (types.args[i] as TypeOf<"timestamp">).precision;

function zoneOf(text: string): string {
  return parseZone(text) ?? invalid(`'${text}' is not a valid time zone`);
}

// Fields

function dateField(name: string, of: (days: number) => number): void {
  scalar(`${name}(date): bigint`, (days: number) => BigInt(of(days)));
  scalar(`${name}(${TIMESTAMP}): bigint`, (micros: bigint) => BigInt(of(daysOfMicros(micros))));
  scalar(`${name}(${ZONED}): bigint`, (value: ZonedValue) => BigInt(of(daysOfMicros(localOf(value)))));
}

dateField("year", (days) => dateOf(days).year);
dateField("quarter", (days) => Math.floor((dateOf(days).month + 2) / 3));
dateField("month", (days) => dateOf(days).month);
for (const name of ["week", "week_of_year"]) dateField(name, (days) => isoWeek(days).week);
for (const name of ["year_of_week", "yow"]) dateField(name, (days) => isoWeek(days).year);
for (const name of ["day", "day_of_month"]) dateField(name, (days) => dateOf(days).day);
for (const name of ["day_of_week", "dow"]) dateField(name, dayOfWeek);
for (const name of ["day_of_year", "doy"]) dateField(name, dayOfYear);
scalar(`year(interval year to month): bigint`, (months: number) => BigInt(Math.trunc(months / 12)));
scalar(`month(interval year to month): bigint`, (months: number) => BigInt(months % 12));

function timeField(name: string, size: bigint, count: bigint): void {
  const of = (micros: bigint): bigint => floorMod(floorDiv(micros, size), count);
  scalar(`${name}(${TIMESTAMP}): bigint`, of);
  scalar(`${name}(${ZONED}): bigint`, (value: ZonedValue) => of(localOf(value)));
  scalar(`${name}(time(p)): bigint`, of);
  scalar(`${name}(time(p) with time zone): bigint`, ({ instant }: ZonedValue) => of(instant));
  scalar(`${name}(${DAYS}): bigint`, (millis: bigint) => ((millis * 1000n) / size) % count);
}

timeField("hour", 3_600_000_000n, 24n);
timeField("minute", 60_000_000n, 60n);
timeField("second", 1_000_000n, 60n);
timeField("millisecond", 1000n, 1000n);
scalar(`day(${DAYS}): bigint`, (millis: bigint) => millis / 86_400_000n);

for (const [name, of] of [
  ["timezone_hour", (minutes: number) => Math.trunc(minutes / 60)],
  ["timezone_minute", (minutes: number) => minutes % 60],
] as const) {
  scalar(`${name}(${ZONED}): bigint`, ({ instant, zone }: ZonedValue) =>
    BigInt(of(Number(offsetMicros(zone, instant) / 60_000_000n))),
  );
  scalar(`${name}(time(p) with time zone): bigint`, ({ instant, zone }: ZonedValue) =>
    BigInt(of(Number(offsetMicros(zone, instant) / 60_000_000n))),
  );
}

scalar("last_day_of_month(date): date", lastDayOfMonth);
scalar(`last_day_of_month(${TIMESTAMP}): date`, (micros: bigint) => lastDayOfMonth(daysOfMicros(micros)));
scalar(`last_day_of_month(${ZONED}): date`, (value: ZonedValue) => lastDayOfMonth(daysOfMicros(localOf(value))));

// Arithmetic

const badField = (unit: string, type: string): never => invalid(`'${unit}' is not a valid ${type} field`);

scalar(
  "date_trunc(varchar(x), date): date",
  (unit: string, days: number) => truncateDays(unit.toLowerCase(), days) ?? badField(unit, "DATE"),
);
scalar(
  `date_trunc(varchar(x), ${TIMESTAMP}): ${TIMESTAMP}`,
  (unit: string, micros: bigint) => truncateMicros(unit.toLowerCase(), micros) ?? badField(unit, "Timestamp"),
);
scalar(`date_trunc(varchar(x), ${ZONED}): ${ZONED}`, (unit: string, value: ZonedValue) => {
  const lower = unit.toLowerCase();
  const local = localOf(value);
  const truncated = truncateMicros(lower, local) ?? badField(unit, "Timestamp");
  // Parts of an hour keep the offset that the hour has.
  if (UNIT_MICROS[lower] !== undefined) return new ZonedValue(value.instant - (local - truncated), value.zone);
  return zonedOf(truncated, value.zone);
});
const truncateTime = (unit: string, micros: bigint): bigint => {
  const size = UNIT_MICROS[unit.toLowerCase()] ?? badField(unit, "TIME");
  return micros - (micros % size);
};
scalar("date_trunc(varchar(x), time(p)): time(p)", truncateTime);
scalar(
  "date_trunc(varchar(x), time(p) with time zone): time(p) with time zone",
  (unit: string, { instant, zone }: ZonedValue) => new ZonedValue(truncateTime(unit, instant), zone),
);

scalar("date_add(varchar(x), bigint, date): date", (unit: string, count: bigint, days: number) =>
  daysOfMicros(addCalendar(unit.toLowerCase(), Number(count), BigInt(days) * MICROS_PER_DAY) ?? badField(unit, "DATE")),
);
scalar(`date_add(varchar(x), bigint, ${TIMESTAMP}): ${TIMESTAMP}`, undefined, {
  make: (types) => (unit: string, count: bigint, micros: bigint) => {
    const size = UNIT_MICROS[unit.toLowerCase()];
    if (size !== undefined) return roundMicros(micros + size * count, precisionOf(types, 2));
    return addCalendar(unit.toLowerCase(), Number(count), micros) ?? badField(unit, "Timestamp");
  },
});
scalar(`date_add(varchar(x), bigint, ${ZONED}): ${ZONED}`, undefined, {
  make: (types) => (unit: string, count: bigint, value: ZonedValue) => {
    const size = UNIT_MICROS[unit.toLowerCase()];
    if (size !== undefined)
      return new ZonedValue(roundMicros(value.instant + size * count, precisionOf(types, 2)), value.zone);
    return zonedOf(
      addCalendar(unit.toLowerCase(), Number(count), localOf(value)) ?? badField(unit, "Timestamp"),
      value.zone,
    );
  },
});
const addTime = (unit: string, count: bigint, micros: bigint): bigint =>
  floorMod(micros + (UNIT_MICROS[unit.toLowerCase()] ?? badField(unit, "TIME")) * count, MICROS_PER_DAY);
scalar("date_add(varchar(x), bigint, time(p)): time(p)", addTime);
scalar(
  "date_add(varchar(x), bigint, time(p) with time zone): time(p) with time zone",
  (unit: string, count: bigint, { instant, zone }: ZonedValue) => new ZonedValue(addTime(unit, count, instant), zone),
);

scalar("date_diff(varchar(x), date, date): bigint", (unit: string, from: number, to: number) => {
  const lower = unit.toLowerCase();
  if (UNIT_MICROS[lower] !== undefined) return badField(unit, "DATE");
  return between(lower, BigInt(from) * MICROS_PER_DAY, BigInt(to) * MICROS_PER_DAY) ?? badField(unit, "DATE");
});
scalar(`date_diff(varchar(x), ${TIMESTAMP}, ${TIMESTAMP}): bigint`, (unit: string, from: bigint, to: bigint) => {
  const millis = (micros: bigint): bigint => floorDiv(micros, 1000n) * 1000n;
  return between(unit.toLowerCase(), millis(from), millis(to)) ?? badField(unit, "Timestamp");
});
scalar(`date_diff(varchar(x), ${ZONED}, ${ZONED}): bigint`, (unit: string, from: ZonedValue, to: ZonedValue) => {
  const lower = unit.toLowerCase();
  if (UNIT_MICROS[lower] !== undefined) return between(lower, from.instant, to.instant)!;
  const there = new ZonedValue(to.instant, from.zone);
  return between(lower, localOf(from), localOf(there)) ?? badField(unit, "Timestamp");
});
const timeBetween = (unit: string, from: bigint, to: bigint): bigint =>
  (to - from) / (UNIT_MICROS[unit.toLowerCase()] ?? badField(unit, "TIME"));
scalar("date_diff(varchar(x), time(p), time(p)): bigint", timeBetween);
scalar(
  "date_diff(varchar(x), time(p) with time zone, time(p) with time zone): bigint",
  (unit: string, from: ZonedValue, to: ZonedValue) => {
    const utc = (value: ZonedValue): bigint => instantOf({ kind: "time with time zone", precision: 6 }, value);
    return timeBetween(unit, utc(from), utc(to));
  },
);

// Conversions

scalar("date(varchar(x)): date", (text: string) => {
  const days = parseDate(text);
  if (days === undefined) throw new SqlError("INVALID_CAST_ARGUMENT", `Value cannot be cast to date: ${text}`);
  return days;
});
scalar("date(date): date", (days: number) => days);
scalar(`date(${TIMESTAMP}): date`, daysOfMicros);
scalar(`date(${ZONED}): date`, (value: ZonedValue) => daysOfMicros(localOf(value)));

scalar(
  `at_timezone(${ZONED}, varchar(x)): ${ZONED}`,
  ({ instant }: ZonedValue, zone: string) => new ZonedValue(instant, zoneOf(zone)),
);
scalar(
  `at_timezone(${ZONED}, ${DAYS}): ${ZONED}`,
  ({ instant }: ZonedValue, offset: bigint) => new ZonedValue(instant, zoneOfOffset(Number(offset / 60_000n))),
);
for (const [zone, of] of [
  ["varchar(x)", (text: string) => zoneOf(text)],
  [DAYS, (offset: bigint) => zoneOfOffset(Number(offset / 60_000n))],
] as const) {
  const zoned = of as (value: Value) => string;
  scalar(
    `at_timezone(time(p) with time zone, ${zone}): time(p) with time zone`,
    ({ instant, zone: from }: ZonedValue, to: Value) => {
      const name = zoned(to);
      const shift = offsetMicros(name, 0n);
      return new ZonedValue(
        floorMod(instant - offsetMicros(from, 0n) + shift, MICROS_PER_DAY),
        zoneOfOffset(Number(shift / 60_000_000n)),
      );
    },
  );
}
scalar(`with_timezone(${TIMESTAMP}, varchar(x)): timestamp(p) with time zone`, (micros: bigint, zone: string) =>
  zonedOf(micros, zoneOf(zone)),
);

scalar(`to_milliseconds(${DAYS}): bigint`, (millis: bigint) => millis);
scalar("current_timezone(): varchar", () => "UTC");
