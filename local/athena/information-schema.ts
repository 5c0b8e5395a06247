import { UNBOUNDED, formatType, type Type } from "../../etl/athena-sql/types/type";
import type { TableSchema } from "../../etl/athena-sql/analyze/session";
import { databases, type MetadataScope } from "./metadata";
import { literal } from "./duck/text";
import { columnType } from "./types";

const VARCHAR: Type = { kind: "varchar", length: UNBOUNDED };
const BIGINT: Type = { kind: "bigint" };
const CATALOG = "awsdatacatalog";

type Cell = string | number | null;

/** A table of `information_schema` as a view over what the catalog holds now. https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html */
export function informationSchema(
  name: string,
  scope: Pick<MetadataScope, "tables" | "database" | "databases">,
): TableSchema | undefined {
  const all = [...scope.tables.values()].sort((a, b) =>
    `${a.database}.${a.name}` < `${b.database}.${b.name}` ? -1 : 1,
  );
  switch (name) {
    case "schemata":
      return view(
        name,
        ["catalog_name", "schema_name"],
        databases(scope).map((one) => [CATALOG, one]),
      );
    case "tables":
      return view(
        name,
        ["table_catalog", "table_schema", "table_name", "table_type"],
        all.map((table) => [CATALOG, table.database, table.name, table.view === undefined ? "BASE TABLE" : "VIEW"]),
      );
    case "views":
      return view(
        name,
        ["table_catalog", "table_schema", "table_name", "view_definition"],
        all.flatMap((table) => (table.view === undefined ? [] : [[CATALOG, table.database, table.name, table.view]])),
      );
    case "columns":
      return view(
        name,
        [
          "table_catalog",
          "table_schema",
          "table_name",
          "column_name",
          "ordinal_position",
          "column_default",
          "is_nullable",
          "data_type",
          "comment",
          "extra_info",
        ],
        all.flatMap((table) =>
          [...table.columns, ...table.partitionKeys].map((column, i): Cell[] => [
            CATALOG,
            table.database,
            table.name,
            column.name.toLowerCase(),
            i + 1,
            null,
            "YES",
            typeText(column.type),
            null,
            i < table.columns.length ? null : "partition key",
          ]),
        ),
      );
    default:
      return undefined;
  }
}

/** A type that no query can read is shown as the catalog has it. */
function typeText(hive: string): string {
  try {
    return formatType(columnType(hive));
  } catch {
    return hive;
  }
}

function view(name: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): TableSchema {
  const types = columns.map((column) => (column === "ordinal_position" ? BIGINT : VARCHAR));
  const cast = (cell: Cell, i: number): string =>
    `CAST(${cell === null ? "NULL" : typeof cell === "number" ? cell : literal(cell)} AS ${types[i]!.kind})`;
  const values = rows.length === 0 ? [columns.map(() => null)] : rows;
  const sql = `SELECT * FROM (VALUES ${values.map((row) => `(${row.map(cast).join(", ")})`).join(", ")}) AS t(${columns.join(", ")})${rows.length === 0 ? " WHERE false" : ""}`;
  return {
    database: "information_schema",
    name,
    columns: columns.map((column, i) => ({ name: column, type: types[i]!, partitionKey: false })),
    view: sql,
  };
}
