import { parseColumnType, type ColumnType } from "../../columns/type";
import { SqlError } from "../syntax/error";
import { UNBOUNDED, type Type } from "./type";

/** Digits of a second that a timestamp of Hive has in Athena. */
const HIVE_TIMESTAMP = 3;

/**
 * The Hive type that takes every value of a type: a varchar of any length is a string, as in a view that Athena makes. Undefined for types that
 * the catalog does not have: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function hiveTypeFor(type: Type): string | undefined {
  switch (type.kind) {
    case "integer":
      return "int";
    case "real":
      return "float";
    case "varchar":
      return "string";
    case "varbinary":
      return "binary";
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "char":
      return type.length <= 255 ? `char(${type.length})` : undefined;
    case "timestamp":
      return type.precision <= HIVE_TIMESTAMP ? "timestamp" : undefined;
    case "boolean":
    case "tinyint":
    case "smallint":
    case "bigint":
    case "double":
    case "date":
      return type.kind;
    case "array": {
      const element = hiveTypeFor(type.element);
      return element && `array<${element}>`;
    }
    case "map": {
      const [key, value] = [hiveTypeFor(type.key), hiveTypeFor(type.value)];
      return key && value && `map<${key},${value}>`;
    }
    case "row": {
      const fields = type.fields.map(({ name, type: field }) => {
        const inner = hiveTypeFor(field);
        return name !== undefined && /^\w+$/.test(name) && inner !== undefined ? `${name}:${inner}` : undefined;
      });
      return fields.includes(undefined) ? undefined : `struct<${fields.join(",")}>`;
    }
    default:
      return undefined;
  }
}

/**
 * A column's type as Hive writes it (`array<struct<k:string,v:decimal(5,2)>>`), as the type that Athena reads it as.
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 *
 * @throws SqlError if Hive has no such type
 */
export function hiveType(text: string): Type {
  let column: ColumnType;
  try {
    column = parseColumnType(text);
  } catch (error) {
    throw new SqlError("TYPE_NOT_FOUND", `Unknown type: ${text}: ${(error as Error).message}`, { line: 1, column: 1 });
  }
  return typeOf(column);
}

function typeOf(column: ColumnType): Type {
  switch (column.kind) {
    case "int":
      return { kind: "integer" };
    case "float":
      return { kind: "real" };
    case "string":
      return { kind: "varchar", length: UNBOUNDED };
    case "binary":
      return { kind: "varbinary" };
    case "timestamp":
      return { kind: "timestamp", precision: 3 };
    case "array":
      return { kind: "array", element: typeOf(column.element) };
    case "map":
      return { kind: "map", key: typeOf(column.key), value: typeOf(column.value) };
    case "struct":
      return { kind: "row", fields: column.fields.map(({ name, type }) => ({ name, type: typeOf(type) })) };
    case "decimal":
    case "char":
    case "varchar":
      return column;
    default:
      return { kind: column.kind };
  }
}
