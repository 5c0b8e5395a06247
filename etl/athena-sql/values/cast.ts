/** What CAST makes of a value, and the words in which it fails (io.trino.type.*Operators). */
import { SqlError } from "../syntax/error";
import { formatType, UNBOUNDED, type Type, type TypeOf } from "../types/type";
import { castFromJson, castToJson } from "./cast-json";
import { identityOf } from "./compare";
import {
  formatDate,
  formatDayToSecond,
  formatTime,
  formatTimestamp,
  formatYearToMonth,
  formatZoned,
  localIn,
  MICRO_DIGITS,
  MICROS_PER_DAY,
  ofPicos,
  parseDate,
  parseTime,
  parseTimestamp,
  toPicos,
  zonedIn,
} from "./datetime";
import { asciiDigits, castDouble, castReal, formatDouble, formatReal, parseDecimal, parseDouble } from "./number-text";
import { MapValue, ZonedValue, type Cast, type Value } from "./value";
import { divideHalfUp, floorDiv, floorMod, formatDecimal, powerOf10 } from "./whole";
import { zoneOfOffset } from "./zone";

/** The conversion of values that are not NULL. */
export function makeCast(from: Type, to: Type): Cast {
  if (formatType(from) === formatType(to)) return (value: Value) => value;
  if (from.kind === "unknown") return () => null;
  if (to.kind === "json") return castToJson(from, makeCast);
  if (from.kind === "json") return castFromJson(to, makeCast);
  switch (to.kind) {
    case "varchar":
      return toVarchar(from, to);
    case "char":
      return toChar(from, to.length);
    case "boolean":
      return toBoolean(from);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return toWhole(from, to.kind);
    case "real":
    case "double":
      return toFloating(from, to.kind);
    case "decimal":
      return toDecimal(from, to);
    case "varbinary":
      return (text: string) => Buffer.from(text, "utf8");
    case "date":
      return toDate(from);
    case "time":
    case "time with time zone":
      return toTime(from, to);
    case "timestamp":
    case "timestamp with time zone":
      return toTimestamp(from, to);
    case "array": {
      const element = nullable(makeCast((from as typeof to).element, to.element));
      return (items: Value[]) => items.map(element);
    }
    case "map": {
      const source = from as typeof to;
      const [key, value] = [makeCast(source.key, to.key), nullable(makeCast(source.value, to.value))];
      const identity = identityOf(to.key);
      return ({ entries }: MapValue) => {
        const cast = entries.map(([k, v]) => [key(k) ?? fail("map key is null"), value(v)] as const);
        if (new Set(cast.map(([k]) => identity(k))).size < cast.length) return fail("duplicate keys");
        return new MapValue(cast);
      };
    }
    case "row": {
      const fields = (from as typeof to).fields.map((field, i) => nullable(makeCast(field.type, to.fields[i]!.type)));
      return (items: Value[]) => items.map((item, i) => fields[i]!(item));
    }
    default:
      return (value: Value) => value;
  }
}

function nullable(cast: Cast): Cast {
  return (value: Value) => (value === null ? null : cast(value));
}

function fail(text: string, code = "INVALID_CAST_ARGUMENT"): never {
  throw new SqlError(code, text);
}

/** A value as its cast to varchar prints it. */
export function textOf(from: Type): (value: never) => string {
  switch (from.kind) {
    case "boolean":
      return (value: boolean) => String(value);
    case "double":
      return castDouble;
    case "real":
      return castReal;
    case "decimal":
      return (value: bigint) => formatDecimal(value, from.scale);
    case "char":
      return (value: string) => value + " ".repeat(Math.max(0, from.length - [...value].length));
    case "date":
      return formatDate;
    case "time":
      return (value: bigint) => formatTime(value, from.precision);
    case "time with time zone":
      return ({ instant, zone }: ZonedValue) =>
        formatTime(instant, from.precision) + (zone === "UTC" ? "+00:00" : zone);
    case "timestamp":
      return (value: bigint) => formatTimestamp(value, from.precision);
    case "timestamp with time zone":
      return (value: ZonedValue) => formatZoned(value, from.precision);
    case "interval day to second":
      return formatDayToSecond;
    case "interval year to month":
      return formatYearToMonth;
    default:
      return (value: unknown) => String(value);
  }
}

/** Only texts are cut; a number that does not fit fails. */
const CUT = new Set(["varchar", "char"]);

function toVarchar(from: Type, to: TypeOf<"varchar">): Cast {
  const print = textOf(from) as (value: Value) => string;
  if (to.length === UNBOUNDED) return print;
  const cuts = CUT.has(from.kind);
  return (value: Value) => {
    const text = print(value);
    if (text.length <= to.length) return text;
    const points = [...text];
    if (points.length <= to.length) return text;
    if (cuts) return points.slice(0, to.length).join("");
    const shown = from.kind === "double" || from.kind === "real" ? `${formatDouble(value as number)} (${text})` : text;
    return fail(`Value ${shown} cannot be represented as varchar(${to.length})`);
  };
}

function toChar(from: Type, length: number): Cast {
  const print = textOf(from) as (value: Value) => string;
  return (value: Value) => [...print(value)].slice(0, length).join("").replace(/ +$/, "");
}

function toBoolean(from: Type): Cast {
  if (from.kind === "varchar" || from.kind === "char")
    return (text: string) => {
      const lower = text.toLowerCase();
      if (lower === "true" || lower === "t" || lower === "1") return true;
      if (lower === "false" || lower === "f" || lower === "0") return false;
      return fail(`Cannot cast '${text}' to BOOLEAN`);
    };
  return (value: number | bigint) => Number(value) !== 0;
}

type WholeKind = "tinyint" | "smallint" | "integer" | "bigint";
const BITS: Readonly<Record<WholeKind, bigint>> = { tinyint: 7n, smallint: 15n, integer: 31n, bigint: 63n };
const JAVA_NAMES: Readonly<Record<WholeKind, string>> = {
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INT",
  bigint: "BIGINT",
};

function toWhole(from: Type, kind: WholeKind): Cast {
  const limit = 2n ** BITS[kind];
  const fits = (value: bigint): boolean => value >= -limit && value < limit;
  const give = kind === "bigint" ? (value: bigint): Value => value : (value: bigint): Value => Number(value);
  switch (from.kind) {
    case "boolean":
      return (value: boolean) => give(value ? 1n : 0n);
    case "varchar":
    case "char":
      return (text: string) => {
        const digits = asciiDigits(text);
        if (/^[+-]?\d+$/.test(digits)) {
          const value = BigInt(digits.replace(/^\+/, ""));
          if (fits(value)) return give(value);
        }
        return fail(`Cannot cast '${text}' to ${JAVA_NAMES[kind]}`);
      };
    case "real":
    case "double":
      return (value: number) => {
        if (Number.isFinite(value)) {
          const rounded = BigInt(value < 0 ? -Math.round(-value) : Math.round(value));
          if (fits(rounded)) return give(rounded);
        }
        const text = from.kind === "real" ? formatReal(value) : formatDouble(value);
        if (from.kind === "real" && kind === "bigint" && !Number.isNaN(value)) return value < 0 ? -limit : limit - 1n;
        if (Number.isNaN(value)) return fail(`Cannot cast ${from.kind} NaN to ${kind}`);
        return kind === "bigint" ? fail(`Unable to cast ${text} to bigint`) : fail(`Out of range for ${kind}: ${text}`);
      };
    case "decimal":
      return (value: bigint) => {
        const rounded = divideHalfUp(value, powerOf10(from.scale));
        if (fits(rounded)) return give(rounded);
        return fail(`Cannot cast '${rounded}' to ${kind.toUpperCase()}`);
      };
    default:
      return (value: number | bigint) => {
        const whole = BigInt(value);
        return fits(whole) ? give(whole) : fail(`Out of range for ${kind}: ${whole}`, "NUMERIC_VALUE_OUT_OF_RANGE");
      };
  }
}

function toFloating(from: Type, kind: "real" | "double"): Cast {
  const give = kind === "real" ? Math.fround : (value: number): number => value;
  switch (from.kind) {
    case "boolean":
      return (value: boolean) => (value ? 1 : 0);
    case "varchar":
    case "char":
      return (text: string) => give(parseDouble(text) ?? fail(`Cannot cast '${text}' to ${kind.toUpperCase()}`));
    case "decimal":
      return (value: bigint) => give(Number(formatDecimal(value, from.scale)));
    default:
      return (value: number | bigint) => give(Number(value));
  }
}

function toDecimal(from: Type, to: TypeOf<"decimal">): Cast {
  const limit = powerOf10(to.precision);
  const target = `DECIMAL(${to.precision}, ${to.scale})`;
  const rescale = (unscaled: bigint, scale: number): bigint | undefined => {
    const value =
      scale <= to.scale ? unscaled * powerOf10(to.scale - scale) : divideHalfUp(unscaled, powerOf10(scale - to.scale));
    return value < limit && value > -limit ? value : undefined;
  };
  switch (from.kind) {
    case "boolean":
      return (value: boolean) => rescale(value ? 1n : 0n, 0) ?? fail(`Cannot cast BOOLEAN '${value}' to ${target}`);
    case "varchar":
    case "char":
      return (text: string) => {
        const parsed = parseDecimal(text);
        if (parsed === undefined) return fail(`Cannot cast VARCHAR '${text}' to ${target}. Value is not a number.`);
        return (
          rescale(parsed.unscaled, parsed.scale) ?? fail(`Cannot cast VARCHAR '${text}' to ${target}. Value too large.`)
        );
      };
    case "real":
    case "double":
      return (value: number) => {
        const text = from.kind === "real" ? formatReal(value) : formatDouble(value);
        const parsed = parseDecimal(text);
        return (
          (parsed && rescale(parsed.unscaled, parsed.scale)) ??
          fail(`Cannot cast ${from.kind.toUpperCase()} '${text}' to ${target}`)
        );
      };
    case "decimal":
      return (value: bigint) =>
        rescale(value, from.scale) ??
        fail(
          `Cannot cast DECIMAL(${from.precision}, ${from.scale}) '${formatDecimal(value, from.scale)}' to ${target}`,
        );
    default:
      return (value: number | bigint) =>
        rescale(BigInt(value), 0) ?? fail(`Cannot cast ${from.kind.toUpperCase()} '${value}' to ${target}`);
  }
}

function toDate(from: Type): Cast {
  switch (from.kind) {
    case "timestamp":
      return (value: bigint) => Number(floorDiv(toPicos(value, from.precision), PICOS_PER_DAY));
    case "timestamp with time zone":
      return (value: ZonedValue) =>
        Number(floorDiv(toPicos(localIn(value, from.precision), from.precision), PICOS_PER_DAY));
    default:
      return (text: string) => parseDate(text) ?? fail(`Value cannot be cast to date: ${text}`);
  }
}

const PICOS_PER_DAY = toPicos(MICROS_PER_DAY, 0);

function toTime(from: Type, to: TypeOf<"time" | "time with time zone">): Cast {
  const { precision, kind } = to;
  const day = precision > MICRO_DIGITS ? PICOS_PER_DAY : MICROS_PER_DAY;
  const give = (picos: bigint, zone: string): Value => {
    const rounded = floorMod(ofPicos(picos, precision), day);
    return kind === "time" ? rounded : new ZonedValue(rounded, zone);
  };
  switch (from.kind) {
    case "time":
      return (value: bigint) => give(toPicos(value, from.precision), "UTC");
    case "time with time zone":
      return ({ instant, zone }: ZonedValue) => give(toPicos(instant, from.precision), zone);
    case "timestamp":
      return (value: bigint) => give(floorMod(toPicos(value, from.precision), PICOS_PER_DAY), "UTC");
    case "timestamp with time zone":
      return (value: ZonedValue) => {
        const local = toPicos(localIn(value, from.precision), from.precision);
        const offset = local - toPicos(value.instant, from.precision);
        return give(floorMod(local, PICOS_PER_DAY), zoneOfOffset(Number(offset / toPicos(60_000_000n, 0))));
      };
    default:
      return (text: string) => {
        const parsed = parseTime(text);
        if (parsed === undefined)
          return fail(`Value cannot be cast to ${kind === "time" ? "time" : "time with time zone"}: ${text}`);
        return give(parsed.picos, zoneOfOffset(parsed.offset ?? 0));
      };
  }
}

function toTimestamp(from: Type, to: TypeOf<"timestamp" | "timestamp with time zone">): Cast {
  const { precision } = to;
  const zoned = to.kind === "timestamp with time zone";
  const local = (picos: bigint): Value => {
    const rounded = ofPicos(picos, precision);
    return zoned ? new ZonedValue(rounded, "UTC") : rounded;
  };
  switch (from.kind) {
    case "date":
      return (days: number) => local(BigInt(days) * PICOS_PER_DAY);
    case "time":
      return (value: bigint) => local(toPicos(value, from.precision));
    case "time with time zone":
      return (value: ZonedValue) => local(toPicos(value.instant, from.precision));
    case "timestamp":
      return (value: bigint) => local(toPicos(value, from.precision));
    case "timestamp with time zone":
      return zoned
        ? ({ instant, zone }: ZonedValue) => new ZonedValue(ofPicos(toPicos(instant, from.precision), precision), zone)
        : (value: ZonedValue) => ofPicos(toPicos(localIn(value, from.precision), from.precision), precision);
    default:
      return (text: string) => {
        const parsed = parseTimestamp(text);
        if (parsed === undefined || parsed.zone === null)
          return fail(`Value cannot be cast to timestamp${zoned ? " with time zone" : ""}: ${text}`);
        const value = ofPicos(parsed.local, precision);
        return zoned ? zonedIn(value, parsed.zone ?? "UTC", precision) : value;
      };
  }
}
