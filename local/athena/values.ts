import { type Type } from "../../etl/athena-sql/types/type";
import { formatDate, formatTime, formatTimestamp, formatZoned } from "../../etl/athena-sql/values/datetime";
import { textOf } from "../../etl/athena-sql/values/cast";
import type { MapValue, Value, ZonedValue } from "../../etl/athena-sql/values/value";
import { formatDecimal } from "../../etl/athena-sql/values/whole";
import { fieldNames } from "./duck/storage";

/**
 * A value of a result as plain JavaScript: bigint as bigint, decimals, dates and times as Athena prints them, arrays as arrays, rows and
 * maps as objects.
 */
export function presenter(type: Type): (value: Value) => unknown {
  const present = notNull(type);
  return (value) => (value === null ? null : present(value as never));
}

function notNull(type: Type): (value: never) => unknown {
  switch (type.kind) {
    case "decimal":
      return (value: bigint) => formatDecimal(value, type.scale);
    case "date":
      return formatDate;
    case "time":
      return (value: bigint) => formatTime(value, type.precision);
    case "timestamp":
      return (value: bigint) => formatTimestamp(value, type.precision);
    case "timestamp with time zone":
      return (value: ZonedValue) => formatZoned(value, type.precision);
    case "time with time zone":
    case "char":
    case "interval day to second":
    case "interval year to month":
      return textOf(type);
    case "varbinary":
      return (value: Uint8Array) =>
        Buffer.from(value)
          .toString("hex")
          .replace(/(..)(?=.)/g, "$1 ");
    case "array": {
      const element = presenter(type.element);
      return (items: Value[]) => items.map(element);
    }
    case "map": {
      const [key, value] = [presenter(type.key), presenter(type.value)];
      return ({ entries }: MapValue) => Object.fromEntries(entries.map(([k, v]) => [String(key(k)), value(v)]));
    }
    case "row": {
      const names = fieldNames(type);
      const fields = type.fields.map((field) => presenter(field.type));
      return (items: Value[]) => Object.fromEntries(names.map((name, i) => [name, fields[i]!(items[i]!)]));
    }
    default:
      return (value: unknown) => value;
  }
}
