/** Hive types as Parquet, the way the standard Hive writer lays them out. https://parquet.apache.org/docs/file-format/types/logicaltypes/ */
import type { SchemaElement } from "hyparquet";
import type { ColumnType } from "../columns/type";

/** The schema of a file with a table's columns. */
export function parquetSchema(columns: readonly { name: string; type: ColumnType }[]): SchemaElement[] {
  return [
    { name: "hive_schema", num_children: columns.length },
    ...columns.flatMap(({ name, type }) => elements(name, type, "OPTIONAL")),
  ];
}

/**
 * The element and those below it. A timestamp is INT64 in microseconds, not Hive's INT96, which Parquet deprecates and
 * the writer does not know: Athena reads both as timestamp(3).
 */
function elements(name: string, type: ColumnType, repetition_type: "OPTIONAL" | "REQUIRED"): SchemaElement[] {
  const leaf = (element: Omit<SchemaElement, "name">): SchemaElement[] => [{ name, repetition_type, ...element }];
  switch (type.kind) {
    case "boolean":
      return leaf({ type: "BOOLEAN" });
    case "tinyint":
      return leaf({ type: "INT32", converted_type: "INT_8" });
    case "smallint":
      return leaf({ type: "INT32", converted_type: "INT_16" });
    case "int":
      return leaf({ type: "INT32" });
    case "bigint":
      return leaf({ type: "INT64" });
    case "float":
      return leaf({ type: "FLOAT" });
    case "double":
      return leaf({ type: "DOUBLE" });
    case "string":
    case "char":
    case "varchar":
      return leaf({ type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } });
    case "binary":
      return leaf({ type: "BYTE_ARRAY" });
    case "date":
      return leaf({ type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } });
    case "timestamp":
      return leaf({ type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } });
    case "decimal": {
      const { precision, scale } = type;
      const logical_type = { type: "DECIMAL", precision, scale } as const;
      const type_length = decimalBytes(precision);
      return leaf({
        type: "FIXED_LEN_BYTE_ARRAY",
        type_length,
        converted_type: "DECIMAL",
        precision,
        scale,
        logical_type,
      });
    }
    case "array":
      return [
        { name, repetition_type, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elements("element", type.element, "OPTIONAL"),
      ];
    case "map":
      return [
        { name, repetition_type, num_children: 1, converted_type: "MAP", logical_type: { type: "MAP" } },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        ...elements("key", type.key, "REQUIRED"),
        ...elements("value", type.value, "OPTIONAL"),
      ];
    case "struct":
      return [
        { name, repetition_type, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elements(field.name, field.type, "OPTIONAL")),
      ];
  }
}

/** Bytes that hold every unscaled value of a precision, sign included. */
function decimalBytes(precision: number): number {
  let bytes = 1;
  while (2n ** BigInt(bytes * 8 - 1) < 10n ** BigInt(precision)) bytes++;
  return bytes;
}
