import { MICRO_DIGITS } from "../../../etl/athena-sql/values/datetime";
import type { MapValue, ZonedValue } from "../../../etl/athena-sql/values/value";
import { type Value } from "../../../etl/athena-sql/values/value";
import { formatDecimal } from "../../../etl/athena-sql/values/whole";
import type { Type } from "../../../etl/athena-sql/types/type";
import { fieldNames, INSTANT, sqlType, ZONE } from "../duck/storage";
import { literal as text, quoted } from "../duck/text";

/** A value in DuckDB's SQL, of exactly its type. */
export function literalSql(type: Type, value: Value): string {
  if (value === null) return `CAST(NULL AS ${sqlType(type)})`;
  switch (type.kind) {
    case "unknown":
    case "boolean":
      return String(value);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "interval day to second":
    case "interval year to month":
      return `CAST('${String(value)}' AS ${sqlType(type)})`;
    case "real":
    case "double":
      return `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS ${sqlType(type)})`;
    case "decimal":
      return `CAST('${formatDecimal(value as bigint, type.scale)}' AS ${sqlType(type)})`;
    case "varchar":
    case "char":
    case "json":
    case "geometry":
    case "sphericalgeography":
      return textSql(value as string);
    case "varbinary":
      return `unhex('${Buffer.from(value as Uint8Array).toString("hex")}')`;
    case "date":
      return `(DATE '1970-01-01' + CAST(${String(value)} AS INTEGER))`;
    case "time":
      return timeSql(value as bigint, type.precision);
    case "timestamp":
      return timestampSql(value as bigint, type.precision);
    case "timestamp with time zone": {
      const { instant, zone } = value as ZonedValue;
      return `{'${INSTANT}': ${timestampSql(instant, type.precision)}, '${ZONE}': ${text(zone)}}`;
    }
    case "time with time zone": {
      const { instant, zone } = value as ZonedValue;
      return `{'${INSTANT}': ${timeSql(instant, type.precision)}, '${ZONE}': ${text(zone)}}`;
    }
    case "array":
      return `CAST([${(value as Value[]).map((item) => literalSql(type.element, item)).join(", ")}] AS ${sqlType(type)})`;
    case "map": {
      const { entries } = value as MapValue;
      const keys = entries.map(([key]) => literalSql(type.key, key)).join(", ");
      return `CAST(map([${keys}], [${entries.map(([, item]) => literalSql(type.value, item)).join(", ")}]) AS ${sqlType(type)})`;
    }
    case "row": {
      const names = fieldNames(type);
      return `struct_pack(${(value as Value[]).map((item, i) => `${quoted(names[i]!)} := ${literalSql(type.fields[i]!.type, item)}`).join(", ")})`;
    }
    case "function":
      throw new Error("a lambda is not a value");
  }
}

/** SQL ends at the character 0, so it is written by its number. */
function textSql(value: string): string {
  if (!value.includes("\0")) return text(value);
  return `(${value.split("\0").map(text).join(" || chr(0) || ")})`;
}

function timestampSql(micros: bigint, precision: number): string {
  if (precision > MICRO_DIGITS) return `CAST('${micros}' AS HUGEINT)`;
  return `make_timestamp(CAST(${micros} AS BIGINT))`;
}

function timeSql(micros: bigint, precision: number): string {
  if (precision > MICRO_DIGITS) return `CAST('${micros}' AS HUGEINT)`;
  const seconds = micros / 1_000_000n;
  const two = (n: bigint): string => String(n).padStart(2, "0");
  return `TIME '${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}.${String(micros % 1_000_000n).padStart(6, "0")}'`;
}
