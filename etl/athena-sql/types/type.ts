/** The types of Trino that Athena has. https://trino.io/docs/current/language/types.html */
export type Type =
  | { readonly [K in SimpleKind]: { readonly kind: K } }[SimpleKind]
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "varchar"; readonly length: number }
  | { readonly kind: "char"; readonly length: number }
  | { readonly [K in TimeKind]: { readonly kind: K; readonly precision: number } }[TimeKind]
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "row"; readonly fields: readonly Field[] }
  | { readonly kind: "function"; readonly args: readonly Type[]; readonly result: Type };

export type SimpleKind =
  | "unknown"
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varbinary"
  | "date"
  | "interval day to second"
  | "interval year to month"
  | "geometry"
  | "sphericalgeography"
  | "json";
export type TimeKind = "time" | "time with time zone" | "timestamp" | "timestamp with time zone";
/** The types of one kind. */
export type TypeOf<K extends Type["kind"]> = Extract<Type, { kind: K }>;

/** A field of a row. */
export interface Field {
  readonly name: string | undefined;
  readonly type: Type;
}

/** The length of `varchar` without a length. */
export const UNBOUNDED = 2147483647;

export const UNKNOWN: Type = { kind: "unknown" };
export const BOOLEAN: Type = { kind: "boolean" };
export const TINYINT: Type = { kind: "tinyint" };
export const SMALLINT: Type = { kind: "smallint" };
export const INTEGER: Type = { kind: "integer" };
export const BIGINT: Type = { kind: "bigint" };
export const REAL: Type = { kind: "real" };
export const DOUBLE: Type = { kind: "double" };
export const VARCHAR: Type = { kind: "varchar", length: UNBOUNDED };
export const VARBINARY: Type = { kind: "varbinary" };
export const DATE: Type = { kind: "date" };
export const JSON_TYPE: Type = { kind: "json" };
export const DAY_TO_SECOND: Type = { kind: "interval day to second" };
export const YEAR_TO_MONTH: Type = { kind: "interval year to month" };

/** `varchar(n)`. */
export const varchar = (length: number): Type => ({ kind: "varchar", length: Math.min(length, UNBOUNDED) });
/** `decimal(p,s)`. */
export const decimal = (precision: number, scale: number): Type => ({ kind: "decimal", precision, scale });
/** `array(T)`. */
export const array = (element: Type): Type => ({ kind: "array", element });
/** `map(K,V)`. */
export const map = (key: Type, value: Type): Type => ({ kind: "map", key, value });
/** `row(...)`. */
export const row = (fields: readonly Field[]): Type => ({ kind: "row", fields });
/** `timestamp(p)`. */
export const timestamp = (precision: number): Type => ({ kind: "timestamp", precision });
/** `timestamp(p) with time zone`. */
export const timestampTz = (precision: number): Type => ({ kind: "timestamp with time zone", precision });
/** `time(p)`. */
export const time = (precision: number): Type => ({ kind: "time", precision });

/** As Trino prints it, such as `array(row(a bigint, b varchar(3)))`. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "varchar":
      return type.length === UNBOUNDED ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.kind}(${type.precision})`;
    case "time with time zone":
      return `time(${type.precision}) with time zone`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${formatType(type.element)})`;
    case "map":
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case "row":
      return `row(${type.fields.map(({ name, type: field }) => (name === undefined ? "" : `${name} `) + formatType(field)).join(", ")})`;
    case "function":
      return `function(${[...type.args, type.result].map(formatType).join(",")})`;
    case "geometry":
      return "Geometry";
    case "sphericalgeography":
      return "SphericalGeography";
    default:
      return type.kind;
  }
}

/** Whether two types are the same, names of fields included. */
export function sameType(a: Type, b: Type): boolean {
  return a === b || (a.kind === b.kind && formatType(a) === formatType(b));
}

/** Whether a type is a whole number. */
export function isWhole(type: Type): boolean {
  return ["tinyint", "smallint", "integer", "bigint"].includes(type.kind);
}

/** Whether a type is a number. */
export function isNumeric(type: Type): boolean {
  return isWhole(type) || ["decimal", "real", "double"].includes(type.kind);
}

/** Whether `=` is defined. */
export function isComparable(type: Type): boolean {
  switch (type.kind) {
    case "function":
      return false;
    case "array":
      return isComparable(type.element);
    case "map":
      return isComparable(type.value);
    case "row":
      return type.fields.every((field) => isComparable(field.type));
    default:
      return true;
  }
}

/** Whether `<` is defined. */
export function isOrderable(type: Type): boolean {
  switch (type.kind) {
    case "map":
    case "json":
    case "geometry":
    case "sphericalgeography":
    case "function":
      return false;
    case "array":
      return isOrderable(type.element);
    case "row":
      return type.fields.every((field) => isOrderable(field.type));
    default:
      return true;
  }
}
