import type { Client } from "pg";
import { isLob, valueWriter, type WriteOptions } from "./column-types";
import type { ReplicatedTable } from "./records";
import type { MappedTable } from "./table-mapping";

const COLUMNS = `
  SELECT a.attname AS name, t.typname AS type, t.typtype = 'e' AS enum, a.atttypmod >= 0 AS bounded,
         coalesce(a.attnum = ANY (i.indkey), false) AS key
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')
  ORDER BY a.attnum`;

/** The tables as the database has them. @throws Error for one that is not there or has a type that is not replicated here */
export async function describeTables(
  client: Client,
  mapped: readonly MappedTable[],
  options: WriteOptions,
  log: (line: string) => void,
): Promise<ReplicatedTable[]> {
  const tables: ReplicatedTable[] = [];
  for (const table of mapped) {
    const name = `${table.schema}.${table.table}`;
    const { rows } = await client.query<Record<"name" | "type" | "enum" | "bounded" | "key", string>>(COLUMNS, [
      table.schema,
      table.table,
    ]);
    if (rows.length === 0)
      throw new Error(`the database has no table ${name}; the table mappings name it in its own upper and lower case`);
    const primaryKey = rows.filter(({ key }) => key === "t").map((column) => column.name);
    const columns = rows.flatMap((column) => {
      const { type } = column;
      if (isLob(type) && primaryKey.length === 0) {
        // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.LOBSupport.html
        log(
          `Column '${column.name}' of table ${name} is a LOB and the table has no primary key: the column is not migrated`,
        );
        return [];
      }
      const write = valueWriter({ type, isEnum: column.enum === "t", bounded: column.bounded === "t" }, options);
      if (write === undefined)
        throw new Error(
          `the column ${column.name} of ${name} has the type ${type}, which the local cloud does not replicate (docs/historian.md)`,
        );
      return [{ name: column.name, write }];
    });
    const { key } = table;
    if (key.type === "attribute-name" && !columns.some((column) => column.name === key.column))
      throw new Error(`the table ${name} has no column ${key.column}, which is its partition key`);
    tables.push({ ...table, columns, primaryKey });
  }
  return tables;
}
