import type { Type } from "../../etl/athena-sql/types/type";
import { fieldNames } from "./duck/storage";
import { literal, quoted } from "./duck/text";

/**
 * Timestamps as Athena reads them: a table's have milliseconds, and what a file has beyond is rounded
 * (https://docs.aws.amazon.com/athena/latest/ug/data-types.html).
 */
export function inMillis(type: Type, sql: string): string {
  if (!hasTimestamp(type)) return sql;
  switch (type.kind) {
    case "array":
      return `list_transform(${sql}, lambda e: ${inMillis(type.element, "e")})`;
    case "row": {
      const fields = fieldNames(type).map(
        (name, i) => `${quoted(name)} := ${inMillis(type.fields[i]!.type, `struct_extract(${sql}, ${literal(name)})`)}`,
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    case "map":
      return `CASE WHEN ${sql} IS NOT NULL THEN map(map_keys(${sql}), list_transform(map_values(${sql}), lambda e: ${inMillis(type.value, "e")})) END`;
    default:
      return `date_trunc('milliseconds', ${sql} + INTERVAL 500 MICROSECOND)`;
  }
}

function hasTimestamp(type: Type): boolean {
  switch (type.kind) {
    case "array":
      return hasTimestamp(type.element);
    case "row":
      return type.fields.some((field) => hasTimestamp(field.type));
    case "map":
      return hasTimestamp(type.value);
    default:
      return type.kind === "timestamp";
  }
}
