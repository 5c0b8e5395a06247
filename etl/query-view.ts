/** A view of a dataset's query, under which other tools read its rows. https://docs.aws.amazon.com/athena/latest/ug/views.html */
import { analyzeQuery } from "./athena-sql/analyze";
import { catalogOfSchemas } from "./athena-sql/analyze/schema-catalog";
import type { TableSchema } from "./athena-sql/analyze/session";
import { parseOnlyQuery } from "./athena-sql/parser";
import { quoted } from "./athena-sql/quoted";
import { SqlError } from "./athena-sql/syntax/error";
import { hiveTypeFor } from "./athena-sql/types/hive";
import { formatType } from "./athena-sql/types/type";
import type { ViewColumn } from "./rows-view";
import { show } from "../aws/text/show";

/** The text of a view and its columns, or why there can be none. */
export type QueryView = { sql: string; columns: ViewColumn[] } | { problem: string };

/**
 * A query as that of a view. Its columns are listed: Athena refuses a view as stale when a table that it takes `*` of gets another column.
 * @param tables that the query reads
 */
export function queryView(query: string, tables: readonly TableSchema[]): QueryView {
  const found = queryColumns(query, tables);
  if ("problem" in found) return found;
  const { columns } = found;
  const nameless = columns.findIndex(({ named }) => !named);
  if (nameless >= 0) return { problem: `its column ${nameless + 1} has no name; give it one with AS` };
  const untyped = columns.find(({ type }) => type === undefined);
  if (untyped !== undefined)
    return {
      problem: `the catalog has no type for the column ${show(untyped.name)}, which is ${untyped.sqlType}; cast it in the query, to varchar or timestamp(3) for example`,
    };
  const list = columns.map(({ name }) => quoted(name)).join(", ");
  // A comment of one line may end the query.
  const sql = `SELECT ${list} FROM (\n${query.replace(/[\s;]+$/, "")}\n)`;
  try {
    analyzeQuery(parseOnlyQuery(sql), { catalog: catalogOfSchemas(tables), now: 0 });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { problem: `it cannot be part of another query: ${error.message}` };
  }
  return { sql, columns: columns.map(({ name, type }) => ({ name, type: type! })) };
}

/** A column of a query's result. */
export interface ResultColumn {
  /** lower case; `_col` and its place, from 0, for one that the query does not name */
  name: string;
  named: boolean;
  /** in Hive; undefined if it has no such type */
  type: string | undefined;
  /** as SQL writes it */
  sqlType: string;
}

/** The columns of a query, or why they cannot be those of a table. @param tables that the query reads */
export function queryColumns(
  query: string,
  tables: readonly TableSchema[],
): { columns: ResultColumn[] } | { problem: string } {
  try {
    const parsed = parseOnlyQuery(query);
    const { plan } = analyzeQuery(parsed, { catalog: catalogOfSchemas(tables), now: 0 });
    const columns = plan.output.map(({ name, type }, index) => ({
      name: name?.toLowerCase() ?? `_col${index}`,
      named: name !== undefined,
      type: hiveTypeFor(type),
      sqlType: formatType(type),
    }));
    const double = columns.find(({ name }, index) => columns.findIndex((other) => other.name === name) !== index);
    if (double !== undefined)
      return { problem: `two of its columns are called ${show(double.name)}; rename one with AS` };
    return { columns };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { problem: error.message };
  }
}
