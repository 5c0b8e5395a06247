import { hiveType } from "../../etl/athena-sql/types/hive";
import type { Type } from "../../etl/athena-sql/types/type";
import { sqlType } from "./duck/storage";

const known = new Map<string, Type>();

/** A column's type as Glue has it, as the type that Athena reads it as. @throws SqlError for what is none */
export function columnType(hive: string): Type {
  let type = known.get(hive);
  if (type === undefined) {
    if (known.size >= 10_000) known.clear();
    type = hiveType(hive);
    known.set(hive, type);
  }
  return type;
}

/** The same as DuckDB's. @throws SqlError */
export function duckType(hive: string): string {
  return sqlType(columnType(hive));
}

/** Whether a column's type is one that a query can read. */
export function isReadableType(hive: string): boolean {
  try {
    columnType(hive);
    return true;
  } catch {
    return false;
  }
}
