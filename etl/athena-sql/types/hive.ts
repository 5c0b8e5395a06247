import { parseColumnType, type ColumnType } from "../../columns/type";
import { SqlError } from "../syntax/error";
import { UNBOUNDED, type Type } from "./type";

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
