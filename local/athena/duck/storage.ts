/** How values of Trino's types lie in DuckDB: its SQL type, and the way between its values and those of functions. */
import type * as Duck from "@duckdb/node-api";
import type { Type, TypeOf } from "../../../etl/athena-sql/types/type";
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
  time: "TIME",
  timestamp: "TIMESTAMP",
  "timestamp with time zone": `STRUCT(${INSTANT} TIMESTAMP, ${ZONE} VARCHAR)`,
  "time with time zone": `STRUCT(${INSTANT} TIME, ${ZONE} VARCHAR)`,
  "interval day to second": "BIGINT",
  "interval year to month": "INTEGER",
};

export function sqlType(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
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
      return duck.TIME;
    case "timestamp":
      return duck.TIMESTAMP;
    case "timestamp with time zone":
      return duck.STRUCT({ [INSTANT]: duck.TIMESTAMP, [ZONE]: duck.VARCHAR });
    case "time with time zone":
      return duck.STRUCT({ [INSTANT]: duck.TIME, [ZONE]: duck.VARCHAR });
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
      return ({ micros }: Duck.DuckDBTimeValue) => micros;
    case "timestamp":
      return ({ micros }: Duck.DuckDBTimestampValue) => micros;
    case "timestamp with time zone":
    case "time with time zone":
      return ({ entries }: Duck.DuckDBStructValue) =>
        entries[INSTANT] === null
          ? null
          : new ZonedValue((entries[INSTANT] as Duck.DuckDBTimestampValue).micros, entries[ZONE] as string);
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
      return (value: bigint) => new duck.DuckDBTimeValue(value);
    case "timestamp":
      return (value: bigint) => new duck.DuckDBTimestampValue(value);
    case "timestamp with time zone":
      return ({ instant, zone }: ZonedValue) =>
        duck.structValue({ [INSTANT]: new duck.DuckDBTimestampValue(instant), [ZONE]: zone });
    case "time with time zone":
      return ({ instant, zone }: ZonedValue) =>
        duck.structValue({ [INSTANT]: new duck.DuckDBTimeValue(instant), [ZONE]: zone });
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
