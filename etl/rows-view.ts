/**
 * The view by which readers find the rows of a datastore's version, as the Glue Data Catalog keeps views of Athena: the query in a comment, with
 * the columns as Trino types them. https://docs.aws.amazon.com/athena/latest/ug/views.html
 */
import { quoted } from "./athena-sql/quoted";
import { formatType } from "./athena-sql/types/type";
import { hiveType } from "./athena-sql/types/hive";

/** A column with its Hive type. */
export interface ViewColumn {
  readonly name: string;
  readonly type: string;
}

/** Parameter of a view's entry in the catalog: the table whose rows it shows. */
export const ROWS_OF = "rows-of";

/** What the catalog holds of a view. */
export interface CatalogView {
  /** with the partitions behind the others: a view has no partition keys */
  readonly columns: ViewColumn[];
  readonly parameters: Record<string, string>;
  readonly viewOriginalText: string;
  readonly viewExpandedText: string;
}

/**
 * The view that shows all columns of a table, by name: Athena refuses a view as stale when a table that it takes `*` of gets another column.
 * @param columns of the table, then its partition keys, in the order in which `SELECT *` gives them
 * @throws SqlError for a type that Hive does not have
 */
export function rowsView(database: string, table: string, columns: readonly ViewColumn[]): CatalogView {
  const sql = `SELECT ${columns.map(({ name }) => quoted(name)).join(", ")} FROM ${quoted(database)}.${quoted(table)}`;
  return catalogView(sql, database, columns, { [ROWS_OF]: table });
}

/**
 * What the catalog holds of a view.
 * @param database in which Athena looks for tables that the query names without one
 * @param columns of the query, in its order
 * @param parameters beside those that say that it is a view
 * @throws SqlError for a type that Hive does not have
 */
export function catalogView(
  sql: string,
  database: string,
  columns: readonly ViewColumn[],
  parameters: Readonly<Record<string, string>> = {},
): CatalogView {
  const definition = {
    originalSql: sql,
    catalog: "awsdatacatalog",
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: formatType(hiveType(type)) })),
  };
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    parameters: { presto_view: "true", comment: "Presto View", ...parameters },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`,
    viewExpandedText: "/* Presto View */",
  };
}
