import { formatColumnType, parseColumnType, type ColumnType } from "../../etl/columns";
import type { CatalogTable, Column } from "./catalog";
import { AthenaError } from "./error";

/**
 * Refuses a query of lines of JSON whose partitions were registered with other columns than the table has by now. Athena compares them by
 * their place, as of CSV and Avro; of Parquet it goes by their names, and the files say their types.
 * @param planned values of the partitions that the query reads
 * @see https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html
 * @throws AthenaError
 */
export function checkPartitionSchemas(table: CatalogTable, planned: (values: readonly string[]) => boolean): void {
  const { registered, json, columns, database, name, partitionKeys } = table;
  if (json !== true || registered === undefined || table.parameters["projection.enabled"] === "true") return;
  /** columns of partitions that fit; most partitions have the same */
  const fitting = new Set<unknown>();
  for (const { values, descriptor } of registered.list()) {
    if (!planned(values)) continue;
    const own = (descriptor.Columns ?? []) as { Name: string; Type?: string }[];
    const text = JSON.stringify(own);
    if (fitting.has(text)) continue;
    const place = columns.findIndex(
      (column, index) => own[index] !== undefined && !fits(own[index].Type ?? "", column),
    );
    if (place < 0) fitting.add(text);
    else {
      const [column, other] = [columns[place]!, own[place]!];
      const partition = partitionKeys.map((key, index) => `${key.name}=${values[index]}`).join("/");
      throw new AthenaError(
        "HIVE_PARTITION_SCHEMA_MISMATCH",
        `There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column '${column.name}' in table '${database}.${name}' is declared as type '${column.type}', but partition '${partition}' declared column '${other.Name}' as type '${other.Type}'.`,
      );
    }
  }
}

function fits(from: string, { type }: Column): boolean {
  if (from.toLowerCase() === type.toLowerCase()) return true;
  try {
    return coercible(parseColumnType(from), parseColumnType(type));
  } catch {
    return false;
  }
}

const WHOLE = ["tinyint", "smallint", "int", "bigint"];
const TEXTS = ["string", "varchar"];

/**
 * Whether values of a partition's type become values of the table's: whole numbers and floats widen, texts and whole numbers stand for each
 * other, and so it is within arrays, maps and structs, whose members have the same names.
 * @see https://github.com/prestodb/presto/blob/master/presto-hive/src/main/java/com/facebook/presto/hive/HiveCoercionPolicy.java
 */
function coercible(from: ColumnType, to: ColumnType): boolean {
  if (formatColumnType(from) === formatColumnType(to)) return true;
  if (TEXTS.includes(from.kind)) return TEXTS.includes(to.kind) || WHOLE.includes(to.kind);
  if (TEXTS.includes(to.kind)) return WHOLE.includes(from.kind);
  if (WHOLE.includes(from.kind)) return WHOLE.indexOf(to.kind) > WHOLE.indexOf(from.kind);
  if (from.kind === "float") return to.kind === "double";
  if (from.kind === "array" && to.kind === "array") return coercible(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return coercible(from.key, to.key) && coercible(from.value, to.value);
  if (from.kind !== "struct" || to.kind !== "struct") return false;
  // Members may be added or dropped at the end.
  return from.fields.every((field, index) => {
    const other = to.fields[index];
    return other === undefined || (field.name === other.name && coercible(field.type, other.type));
  });
}
