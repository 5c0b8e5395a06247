/** How the OpenX JSON SerDe turns JSON into the value of a column, by the column's type. https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html */
import { formatColumnType, type ColumnType } from "../columns/type";
import { duplicate, Failure, JsonArray, JsonObject, Numeral, quoted, type Json } from "./json";
import { dayOf, microsecondsOf } from "./times";

/**
 * Turns JSON, never null, into what the Parquet writer takes: numbers for 32 bits and floating point, bigint for 64
 * bits, timestamps (microseconds) and decimals (unscaled), Uint8Array for bytes. Null where the SerDe gives NULL.
 * Throws a Failure where it throws an exception.
 */
export type Convert = (value: Json) => unknown;

const INTEGERS = { tinyint: 8n, smallint: 16n, int: 32n, bigint: 64n } as const;
const WHOLE = /^[+-]?\d+$/;
const HEX = /^0[xX][0-9a-fA-F]+$/;
const FLOAT = /^\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)\s*$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The conversion for a column. @param place what messages call the column */
export function compileConvert(type: ColumnType, place: string): Convert {
  const mismatch = (value: Json, rule: string): never => {
    throw new Failure(
      "DataFormatConversion.MalformedData",
      `Data does not match the schema: ${place} is ${formatColumnType(type)}, saw ${show(value)}; ${rule}`,
    );
  };
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint": {
      const limit = 2n ** (INTEGERS[type.kind] - 1n);
      const wide = type.kind === "bigint";
      return (value) => {
        const text = scalarText(value) ?? mismatch(value, "it takes a whole number");
        const sent = HEX.test(text) || WHOLE.test(text) ? BigInt(text.replace("+", "")) : undefined;
        if (sent === undefined || typeof value === "boolean")
          return mismatch(value, "it accepts whole numbers without decimal point and exponent");
        if (sent >= limit || sent < -limit) return mismatch(value, `it is out of the range of ${type.kind}`);
        return wide ? sent : Number(sent);
      };
    }
    case "float":
    case "double": {
      const single = type.kind === "float";
      return (value) => {
        const text = scalarText(value) ?? "";
        if (!FLOAT.test(text)) return mismatch(value, "it takes a number");
        const number = Number(text.trim().replace(/[fFdD]$/, ""));
        return single ? Math.fround(number) : number;
      };
    }
    case "decimal": {
      const { precision, scale } = type;
      const limit = 10n ** BigInt(precision);
      return (value) => {
        const found = typeof value === "boolean" ? null : DECIMAL.exec(scalarText(value)?.trim() ?? "");
        if (found === null || !((found[2] ?? "") + (found[3] ?? ""))) return mismatch(value, "it takes a number");
        const unscaled = decimalOf(found, scale);
        return unscaled < limit && unscaled > -limit ? unscaled : mismatch(value, "it has more digits than that");
      };
    }
    case "boolean":
      return (value) => {
        if (typeof value === "boolean") return value;
        const text = scalarText(value) ?? mismatch(value, "it accepts true, false or a string");
        return text.toLowerCase() === "true";
      };
    case "string":
      return (value) => textOf(value);
    case "varchar":
    case "char": {
      const { length } = type;
      const blanks = type.kind === "char";
      return (value) => {
        let text = textOf(value);
        if (text.length > length) text = [...text].slice(0, length).join("");
        return blanks ? text.replace(/ +$/, "") : text;
      };
    }
    case "timestamp":
      return (value) => {
        const text = typeof value === "boolean" ? undefined : scalarText(value);
        return (
          (text === undefined ? undefined : microsecondsOf(text)) ??
          mismatch(
            value,
            "it accepts yyyy-MM-ddTHH:mm:ss[.SSS] with Z or an offset such as +01:00, yyyy-MM-dd HH:mm:ss[.f], " +
              "or seconds or milliseconds since 1970",
          )
        );
      };
    case "date":
      return (value) => {
        const text = scalarText(value) ?? mismatch(value, "it accepts yyyy-MM-dd");
        return dayOf(text) ?? null;
      };
    case "binary":
      return (value) =>
        typeof value === "string" && BASE64.test(value)
          ? new Uint8Array(Buffer.from(value, "base64"))
          : mismatch(value, "it takes a text in base64");
    case "array": {
      const element = orNull(compileConvert(type.element, `${place}[]`));
      return (value) => {
        if (value === "") return null;
        return value instanceof JsonArray ? value.items.map(element) : [element(value)];
      };
    }
    case "map": {
      const key = compileConvert(type.key, `a key of ${place}`);
      const item = orNull(compileConvert(type.value, `a value of ${place}`));
      return (value) => {
        if (!(value instanceof JsonObject)) return mismatch(value, "it takes an object");
        const map = new Map<unknown, { key: unknown; value: unknown }>();
        for (const [name, member] of value.members) {
          const converted = key(name) ?? mismatch(name, "a map has no NULL key");
          const same = converted instanceof Uint8Array ? Buffer.from(converted).toString("latin1") : converted;
          if (map.has(same)) throw duplicate(name);
          map.set(same, { key: converted, value: item(member) });
        }
        return [...map.values()];
      };
    }
    case "struct": {
      const fields = type.fields.map(({ name, type: inner }) => ({
        name,
        convert: orNull(compileConvert(inner, `${place}.${name}`)),
      }));
      return (value) => {
        if (value instanceof JsonArray && value.items.length === 0) return null;
        if (!(value instanceof JsonObject)) return mismatch(value, "it takes an object");
        const struct = Object.create(null) as Record<string, unknown>;
        for (const { name, convert } of fields) struct[name] = convert(value.members.get(name) ?? null);
        return struct;
      };
    }
  }
}

function orNull(convert: Convert): Convert {
  return (value) => (value === null ? null : convert(value));
}

/** The text of a scalar, as the SerDe hands it to the parsers of the types; undefined for arrays and objects. */
function scalarText(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Numeral) return value.text;
  return typeof value === "boolean" ? String(value) : undefined;
}

function textOf(value: Json): string {
  return scalarText(value) ?? (value as JsonArray | JsonObject).text;
}

function show(value: Json): string {
  if (typeof value === "string") return quoted(value);
  const text = scalarText(value) ?? (value as JsonArray | JsonObject).text;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The unscaled value at a scale; digits beyond it are rounded half away from zero, as Hive does. */
function decimalOf([, sign, whole = "", fraction = "", exponent = "0"]: RegExpExecArray, scale: number): bigint {
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + scale;
  let unscaled: bigint;
  if (shift >= 0) unscaled = digits === 0n ? 0n : digits * 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    unscaled = (digits + divisor / 2n) / divisor;
  }
  return sign === "-" ? -unscaled : unscaled;
}
