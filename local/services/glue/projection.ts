import { parseTimestampFormat } from "../../../etl";

/** The values of a partition key that projection reaches. https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
export interface KeyProjection {
  has(value: string): boolean;
  /** all of them, in order; undefined for an injected key, whose values the query names */
  values?(): Iterable<string>;
}

/** @throws Error for a key without a projection */
export function projection(name: string, parameters: Readonly<Record<string, string>>, now: number): KeyProjection {
  const parameter = (key: string): string | undefined => parameters[`projection.${name}.${key}`];
  const [from = "", to = ""] = (parameter("range") ?? "").split(",");
  switch (parameter("type")) {
    case "injected":
      return { has: () => true }; // the query must name the value; the SQL side sees to it
    case "enum": {
      const values = new Set(parameter("values")!.split(","));
      return { has: (value) => values.has(value), values: () => values };
    }
    case "integer":
      return integers(Number(from), Number(to), Number(parameter("interval") ?? 1), Number(parameter("digits") ?? 0));
    case "date":
      return dates(from, to, parameter("format")!, parameter("interval"), parameter("interval.unit"), now);
    default:
      throw new Error(
        `projection.${name}.type is ${String(parameter("type"))}, a table with projection needs one for every key`,
      );
  }
}

function integers(from: number, to: number, interval: number, digits: number): KeyProjection {
  const text = (number: number): string => String(number).padStart(digits, "0");
  return {
    has: (value) => {
      const number = Number(value);
      return text(number) === value && number >= from && number <= to && (number - from) % interval === 0;
    },
    *values() {
      for (let number = from; number <= to; number += interval) yield text(number);
    },
  };
}

/** Without an interval the dates are a day apart, or a month where the format has no days. */
function dates(
  first: string,
  last: string,
  pattern: string,
  interval: string | undefined,
  unit: string | undefined,
  now: number,
): KeyProjection {
  const format = parseTimestampFormat(pattern);
  const [from, to] = [first, last].map((bound) => dateBound(bound, format, now)) as [number, number];
  const step = unit ?? (/[dDHhms]/.test(pattern.replace(/'[^']*'/g, "")) ? "DAYS" : "MONTHS");
  return {
    has: (value) => {
      const time = format.parse(value);
      return time !== undefined && format.format(time) === value && time >= from && time <= to;
    },
    *values() {
      let before: string | undefined;
      for (let i = 0, time = from; time <= to; time = later(from, ++i * Number(interval ?? 1), step)) {
        const value = format.format(time);
        if (value !== before) yield value;
        before = value;
      }
    },
  };
}

const UNIT_MS: Record<string, number> = { SECOND: 1e3, MINUTE: 6e4, HOUR: 36e5, DAY: 864e5, WEEK: 6048e5 };

/** @param unit such as `DAY` or `DAYS` */
function later(time: number, count: number, unit: string): number {
  const single = unit.replace(/S$/, "");
  const ms = UNIT_MS[single];
  if (ms !== undefined) return time + count * ms;
  const date = new Date(time);
  if (single === "MONTH") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}

/** `NOW`, `NOW-3YEARS`, `NOW+1DAYS`, or a date in the format of the key. */
function dateBound(text: string, format: { parse(text: string): number | undefined }, now: number): number {
  const match = /^NOW(?:\s*([+-])\s*(\d+)\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/.exec(text.trim());
  if (match === null) {
    const time = format.parse(text.trim());
    if (time === undefined) throw new Error(`${text} is not a bound of a date projection in its format`);
    return time;
  }
  if (match[1] === undefined) return now;
  return later(now, Number(match[2]) * (match[1] === "-" ? -1 : 1), match[3]!);
}
