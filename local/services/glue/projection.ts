import { parseTimestampFormat } from "../../../etl";

/** Whether projection reaches a value of a partition key. */
export function projection(name: string, parameters: Record<string, string>, now: number): (value: string) => boolean {
  const parameter = (key: string) => parameters[`projection.${name}.${key}`];
  switch (parameter("type")) {
    case "injected":
      return () => true; // the query must name the value; the SQL side sees to it
    case "enum": {
      const values = new Set(parameter("values")!.split(","));
      return (value) => values.has(value);
    }
    case "integer": {
      const [from, to] = parameter("range")!.split(",").map(Number) as [number, number];
      const interval = Number(parameter("interval") ?? 1);
      const digits = Number(parameter("digits") ?? 0);
      return (value) => {
        const number = Number(value);
        const text = String(number).padStart(digits, "0");
        return text === value && number >= from && number <= to && (number - from) % interval === 0;
      };
    }
    case "date": {
      const format = parseTimestampFormat(parameter("format")!);
      const [from, to] = parameter("range")!
        .split(",")
        .map((bound) => dateBound(bound, format, now)) as [number, number];
      return (value) => {
        const time = format.parse(value);
        return time !== undefined && format.format(time) === value && time >= from && time <= to;
      };
    }
    default:
      throw new Error(
        `projection.${name}.type is ${String(parameter("type"))}, a table with projection needs one for every key`,
      );
  }
}

const UNIT_MS: Record<string, number> = { SECOND: 1e3, MINUTE: 6e4, HOUR: 36e5, DAY: 864e5, WEEK: 6048e5 };

/** `NOW`, `NOW-3YEARS`, `NOW+1DAYS`, or a date in the format of the key. */
function dateBound(text: string, format: { parse(text: string): number | undefined }, now: number): number {
  const match = /^NOW(?:\s*([+-])\s*(\d+)\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/.exec(text.trim());
  if (match === null) {
    const time = format.parse(text.trim());
    if (time === undefined) throw new Error(`${text} is not a bound of a date projection in its format`);
    return time;
  }
  if (match[1] === undefined) return now;
  const count = Number(match[2]) * (match[1] === "-" ? -1 : 1);
  const unit = match[3]!;
  if (UNIT_MS[unit] !== undefined) return now + count * UNIT_MS[unit];
  const date = new Date(now);
  if (unit === "MONTH") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}
