/** How values of Trino's types lie in DuckDB: its SQL type, and the way between its values and those of functions. */
import type * as Duck from "@duckdb/node-api";
import type { Type, TypeOf } from "../../../etl/athena-sql/types/type";
import { MICRO_DIGITS } from "../../../etl/athena-sql/values/datetime";
import { MapValue, ZonedValue, type Value } from "../../../etl/athena-sql/values/value";
import { quoted } from "./text";

/** Zoned values keep their zone: the instant and its name. */
export const INSTANT = "i";
export const ZONE = "z";

const SIMPLE: Readonly<Record<string, string>> = {
  unknown: "BOOLEAN",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
  real: "FLOAT",
  double: "DOUBLE",
  varchar: "VARCHAR",
  char: "VARCHAR",
  json: "VARCHAR",
  varbinary: "BLOB",
  date: "DATE",
  "interval day to second": "BIGINT",
  "interval year to month": "INTEGER",
  // A point as text: `POINT (1 2)`.
  geometry: "VARCHAR",
  sphericalgeography: "VARCHAR",
};

/** The type in DuckDB's SQL that values of a type are stored as. */
export function sqlType(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "time":
      return timeType(type.precision, "TIME");
    case "timestamp":
      return timeType(type.precision, "TIMESTAMP");
    case "timestamp with time zone":
      return `STRUCT(${INSTANT} ${timeType(type.precision, "TIMESTAMP")}, ${ZONE} VARCHAR)`;
    case "time with time zone":
      return `STRUCT(${INSTANT} ${timeType(type.precision, "TIME")}, ${ZONE} VARCHAR)`;
    case "array":
      return `${sqlType(type.element)}[]`;
    case "map":
      return `MAP(${sqlType(type.key)}, ${sqlType(type.value)})`;
    case "row": {
      const names = fieldNames(type);
      return `STRUCT(${type.fields.map((field, i) => `${quoted(names[i]!)} ${sqlType(field.type)}`).join(", ")})`;
    }
    default:
      return SIMPLE[type.kind]!;
  }
}

/** DuckDB's times have microseconds; finer ones are whole numbers, of picoseconds. */
function timeType(precision: number, micros: string): string {
  return precision > MICRO_DIGITS ? "HUGEINT" : micros;
}

/** A struct's fields have names, each once; a row's may have none. */
export function fieldNames({ fields }: TypeOf<"row">): string[] {
  const seen = new Set<string>();
  return fields.map(({ name }, i) => {
    let own = name === undefined || name === "" ? `field${i}` : name;
    while (seen.has(own.toLowerCase())) own += "_";
    seen.add(own.toLowerCase());
    return own;
  });
}

/** The same for functions in JavaScript. */
export function duckTypeOf(type: Type, duck: typeof Duck): Duck.DuckDBType {
  switch (type.kind) {
    case "unknown":
    case "boolean":
      return duck.BOOLEAN;
    case "tinyint":
      return duck.TINYINT;
    case "smallint":
      return duck.SMALLINT;
    case "integer":
    case "interval year to month":
      return duck.INTEGER;
    case "bigint":
    case "interval day to second":
      return duck.BIGINT;
    case "real":
      return duck.FLOAT;
    case "double":
      return duck.DOUBLE;
    case "varbinary":
      return duck.BLOB;
    case "date":
      return duck.DATE;
    case "time":
      return type.precision > MICRO_DIGITS ? duck.HUGEINT : duck.TIME;
    case "timestamp":
      return type.precision > MICRO_DIGITS ? duck.HUGEINT : duck.TIMESTAMP;
    case "timestamp with time zone":
    case "time with time zone":
      return duck.STRUCT({ [INSTANT]: duckTypeOf(clockOf(type), duck), [ZONE]: duck.VARCHAR });
    case "decimal":
      return duck.DECIMAL(type.precision, type.scale);
    case "array":
      return duck.LIST(duckTypeOf(type.element, duck));
    case "map":
      return duck.MAP(duckTypeOf(type.key, duck), duckTypeOf(type.value, duck));
    case "row": {
      const names = fieldNames(type);
      return duck.STRUCT(Object.fromEntries(type.fields.map((field, i) => [names[i]!, duckTypeOf(field.type, duck)])));
    }
    default:
      return duck.VARCHAR;
  }
}

/** The type of a zoned value's instant. */
function clockOf({ kind, precision }: TypeOf<"timestamp with time zone" | "time with time zone">): Type {
  return { kind: kind === "time with time zone" ? "time" : "timestamp", precision };
}

// DuckDB's values are known by the type they are read for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Read = (value: any) => Value;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Write = (value: any) => Duck.DuckDBValue;

/** DuckDB's value as functions take it. */
export function reader(type: Type): Read {
  const read = notNullReader(type);
  return (value: unknown) => (value === null || value === undefined ? null : read(value));
}

function notNullReader(type: Type): Read {
  switch (type.kind) {
    case "decimal":
      return ({ value }: Duck.DuckDBDecimalValue) => value;
    case "varbinary":
      return ({ bytes }: Duck.DuckDBBlobValue) => bytes;
    case "date":
      return ({ days }: Duck.DuckDBDateValue) => days;
    case "time":
    case "timestamp":
      if (type.precision > MICRO_DIGITS) return (value: bigint) => value;
      return ({ micros }: Duck.DuckDBTimeValue | Duck.DuckDBTimestampValue) => micros;
    case "timestamp with time zone":
    case "time with time zone": {
      const instant = reader(clockOf(type));
      return ({ entries }: Duck.DuckDBStructValue) =>
        entries[INSTANT] === null ? null : new ZonedValue(instant(entries[INSTANT]) as bigint, entries[ZONE] as string);
    }
    case "array": {
      const element = reader(type.element);
      return ({ items }: Duck.DuckDBListValue) => items.map(element);
    }
    case "map": {
      const [key, value] = [reader(type.key), reader(type.value)];
      return ({ entries }: Duck.DuckDBMapValue) =>
        new MapValue(entries.map((entry) => [key(entry.key), value(entry.value)]));
    }
    case "row": {
      const names = fieldNames(type);
      const fields = type.fields.map((field) => reader(field.type));
      return ({ entries }: Duck.DuckDBStructValue) => names.map((name, i) => fields[i]!(entries[name]));
    }
    default:
      return (value: Value) => value;
  }
}

/** A function's value as DuckDB takes it. */
export function writer(type: Type, duck: typeof Duck): Write {
  const write = notNullWriter(type, duck);
  return (value: Value) => (value === null || value === undefined ? null : write(value));
}

function notNullWriter(type: Type, duck: typeof Duck): Write {
  switch (type.kind) {
    case "decimal":
      return (value: bigint) => new duck.DuckDBDecimalValue(value, type.precision, type.scale);
    case "varbinary":
      return (value: Uint8Array) => new duck.DuckDBBlobValue(value);
    case "date":
      return (value: number) => new duck.DuckDBDateValue(value);
    case "time":
      if (type.precision > MICRO_DIGITS) return (value: bigint) => value;
      return (value: bigint) => new duck.DuckDBTimeValue(value);
    case "timestamp":
      if (type.precision > MICRO_DIGITS) return (value: bigint) => value;
      return (value: bigint) => new duck.DuckDBTimestampValue(value);
    case "timestamp with time zone":
    case "time with time zone": {
      const write = writer(clockOf(type), duck);
      return ({ instant, zone }: ZonedValue) => duck.structValue({ [INSTANT]: write(instant), [ZONE]: zone });
    }
    case "array": {
      const element = writer(type.element, duck);
      return (items: Value[]) => duck.listValue(items.map(element));
    }
    case "map": {
      const [key, value] = [writer(type.key, duck), writer(type.value, duck)];
      return ({ entries }: MapValue) => duck.mapValue(entries.map(([k, v]) => ({ key: key(k), value: value(v) })));
    }
    case "row": {
      const names = fieldNames(type);
      const fields = type.fields.map((field) => writer(field.type, duck));
      return (items: Value[]) =>
        duck.structValue(Object.fromEntries(names.map((name, i) => [name, fields[i]!(items[i])])));
    }
    default:
      return (value: Duck.DuckDBValue) => value;
  }
}
