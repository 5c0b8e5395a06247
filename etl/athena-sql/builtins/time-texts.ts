import { divideHalfUp, powerOf10 } from "../values/whole";
/** Texts of dates and times, and seconds since 1970. https://trino.io/docs/current/functions/datetime.html */
import { SqlError } from "../syntax/error";
import { varchar, type TypeOf } from "../types/type";
import { formatJoda, formatMysql, offsetZone, parseJoda, parseMysql } from "../values/date-pattern";
import { formatDate, formatTimestamp, zonedOf, localIn, toMicros } from "../values/datetime";
import { LocalTime, type TimeField } from "../values/local-time";
import { ZonedValue } from "../values/value";
import { floorDiv } from "../values/whole";
import { offsetMicros, parseZone, zoneOfOffset } from "../values/zone";
import { scalar, type CallTypes } from "./registry";

const invalid = (text: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
};
/** Joda-Time knows milliseconds: what is finer is rounded half up. */
const inMillis = (micros: bigint): bigint => floorDiv(micros + 500n, 1000n) * 1000n;
const zonedMillis = ({ instant, zone }: ZonedValue): ZonedValue => new ZonedValue(inMillis(instant), zone);
const inUtc = (micros: bigint): ZonedValue => new ZonedValue(micros, "UTC");

const ZONED = "timestamp(p) with time zone";

scalar(`date_format(${ZONED}, varchar(x)): varchar`, (value: ZonedValue, pattern: string) =>
  formatMysql(zonedMillis(value), pattern),
);
scalar("date_format(timestamp(p), varchar(x)): varchar", (micros: bigint, pattern: string) =>
  formatMysql(inUtc(inMillis(micros)), pattern),
);
scalar(
  "date_parse(varchar(x), varchar(y)): timestamp(3)",
  (text: string, pattern: string) => parseMysql(text, pattern).local,
);
scalar(`format_datetime(${ZONED}, varchar(x)): varchar`, (value: ZonedValue, pattern: string) =>
  formatJoda(zonedMillis(value), pattern),
);
scalar("format_datetime(timestamp(p), varchar(x)): varchar", (micros: bigint, pattern: string) => {
  if (/^(?:[^']|'[^']*')*[zZ]/.test(pattern))
    invalid(
      "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information",
    );
  return formatJoda(inUtc(inMillis(micros)), pattern);
});
scalar("parse_datetime(varchar(x), varchar(y)): timestamp(3) with time zone", (text: string, pattern: string) => {
  const { local, zone } = parseJoda(text, pattern);
  return zonedOf(local, zone ?? "UTC");
});

// Seconds since 1970

/** What a timestamp with zone holds: 52 bits and the sign. */
const MOST_MILLIS = 2 ** 51;

function fromSeconds(seconds: number, zone: string): ZonedValue {
  const millis = Math.round(seconds * 1000);
  if (!Number.isFinite(seconds) || Math.abs(millis) > MOST_MILLIS) return invalid(`Millis overflow: ${millis}`);
  return new ZonedValue(BigInt(millis) * 1000n, zone);
}

scalar("from_unixtime(double): timestamp(3) with time zone", (seconds: number) => fromSeconds(seconds, "UTC"));
scalar("from_unixtime(double, varchar(x)): timestamp(3) with time zone", (seconds: number, zone: string) => {
  const known = parseZone(zone);
  if (known === undefined) throw new SqlError("NOT_SUPPORTED", `Time zone not supported: ${zone}`);
  return fromSeconds(seconds, known);
});
scalar(
  "from_unixtime(double, bigint, bigint): timestamp(3) with time zone",
  (seconds: number, hours: bigint, minutes: bigint) => {
    const offset = Number(hours) * 60 + Number(minutes);
    if (Math.abs(offset) > 14 * 60) invalid(`Invalid offset minutes ${offset}`);
    return fromSeconds(seconds, zoneOfOffset(offset));
  },
);
const seconds = (micros: bigint): number => Number(micros) / 1e6;
scalar(`to_unixtime(${ZONED}): double`, ({ instant }: ZonedValue) => seconds(instant));
scalar("to_unixtime(timestamp(p)): double", seconds);

const NANOS_ZONED = "timestamp(9) with time zone";
scalar(`from_unixtime_nanos(bigint): ${NANOS_ZONED}`, (nanos: bigint) => new ZonedValue(nanos * 1000n, "UTC"), {
  exact: true,
});
scalar(`from_unixtime_nanos(decimal(p,s)): ${NANOS_ZONED}`, undefined, {
  make: ({ args }) => {
    const unit = powerOf10((args[0] as TypeOf<"decimal">).scale);
    return (nanos: bigint) => new ZonedValue(divideHalfUp(nanos, unit) * 1000n, "UTC");
  },
  exact: true,
});

// ISO 8601

const fraction = (precision: number): number => (precision === 0 ? 0 : precision + 1);
const precisionOf = ({ args }: CallTypes): number => (args[0] as TypeOf<"timestamp">).precision;

scalar("to_iso8601(date): varchar(16)", formatDate);
scalar("to_iso8601(timestamp(p)): varchar", undefined, {
  result: (types) => varchar(22 + fraction(precisionOf(types))),
  make: (types) => (value: bigint) => formatTimestamp(value, precisionOf(types), "T"),
  exact: true,
});
scalar(`to_iso8601(${ZONED}): varchar`, undefined, {
  result: (types) => varchar(28 + fraction(precisionOf(types))),
  make: (types) => (value: ZonedValue) => {
    const precision = precisionOf(types);
    const instant = toMicros(value.instant, precision);
    const zone = offsetMicros(value.zone, instant) === 0n ? "Z" : formatJoda(new ZonedValue(instant, value.zone), "ZZ");
    return formatTimestamp(localIn(value, precision), precision, "T") + zone;
  },
  exact: true,
});

const DATE = /^([+-]?\d{4,9})(?:-W(\d{1,2})(?:-(\d))?|-(\d{3})|-(\d{1,2})(?:-(\d{1,2}))?)?/;
const TIME = /^T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?)?/;
const OFFSET = /^(?:Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)/i;

/** Fields of a date and a time, either of which may be absent. @throws SqlError */
function parseIso(text: string, withTime: boolean): { local: bigint; zone: string | undefined } {
  const fields: [TimeField, number][] = [];
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (match === null) return undefined;
    rest = rest.slice(match[0].length);
    return match;
  };
  const add = (field: TimeField, digits: string | undefined): void => {
    if (digits !== undefined) fields.push([field, Number(digits)]);
  };
  const date = take(DATE);
  if (date !== undefined) {
    const [, year, week, weekday, dayOfYear, month, day] = date;
    add(week === undefined ? "year" : "weekyear", year);
    add("week", week);
    add("dayOfWeek", weekday ?? (week === undefined ? undefined : "1"));
    add("dayOfYear", dayOfYear);
    add("month", month);
    add("day", day);
  }
  const time = withTime ? take(TIME) : undefined;
  if (time !== undefined) {
    const [, hour, minute, second, digits] = time;
    add("hour", hour);
    add("minute", minute);
    add("second", second);
    add("millis", digits?.slice(0, 3).padEnd(3, "0"));
  }
  const offset = time === undefined ? undefined : take(OFFSET)?.[0];
  const zone = offset === undefined ? undefined : offsetZone(offset);
  if (rest !== "" || fields.length === 0 || (offset !== undefined && zone === undefined))
    invalid(
      `Invalid format: "${text}"${rest === text ? "" : rest === "" ? " is too short" : ` is malformed at "${rest}"`}`,
    );
  return { local: LocalTime.resolve(fields, (problem) => invalid(`Cannot parse "${text}": ${problem}`)), zone };
}

scalar("from_iso8601_timestamp(varchar(x)): timestamp(3) with time zone", (text: string) => {
  const { local, zone } = parseIso(text, true);
  return zonedOf(local, zone ?? "UTC");
});
scalar("from_iso8601_date(varchar(x)): date", (text: string) => {
  const days = parseIso(text, false).local / 86_400_000_000n;
  if (days > 2147483647n || days < -2147483648n) invalid("integer overflow");
  return Number(days);
});
