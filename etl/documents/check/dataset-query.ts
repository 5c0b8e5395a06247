/** Whether Athena would take a dataset's query, without running it. https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html */
import { analyzeQuery } from "../../athena-sql/analyze";
import type { SqlCatalog, TableSchema } from "../../athena-sql/analyze/session";
import { parseOnlyQuery } from "../../athena-sql/parser";
import { SqlError } from "../../athena-sql/syntax/error";
import { hiveType } from "../../athena-sql/types/hive";
import { formatColumnType } from "../../columns";
import { datastoreColumns, isJsonFormat } from "../../columns/datastore-columns";
import { partitionScheme } from "../../partitions";
import type { DatastoreDocument } from "../model/types";

/** Stands for the database of the datastores, whose name is often known only after the deployment. */
const DATABASE = "database";

/**
 * What Athena refuses of a query, with line and column: `line 1:8: Column 'x' cannot be resolved`. Undefined for a query that Athena takes,
 * and for one that uses what only the local cloud does not execute.
 * @param tables the tables that the query reads; undefined if the columns of one are unknown, then only the syntax is checked
 */
export function queryRefusal(sql: string, tables: readonly TableSchema[] | undefined): string | undefined {
  try {
    const query = parseOnlyQuery(sql);
    if (tables !== undefined) analyzeQuery(query, { catalog: catalogOf(tables), now: Date.now() });
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.code === "NOT_SUPPORTED" || error.text.includes("not executed by the local cloud")
      ? undefined
      : error.message;
  }
}

/** The table of a datastore, under its name in lower case; undefined for a JSON datastore, which has the columns that arrive. */
export function datastoreTable(document: DatastoreDocument): TableSchema | undefined {
  if (isJsonFormat(document)) return undefined;
  const columns = datastoreColumns(document).map(({ name, type }) => ({
    name,
    type: hiveType(formatColumnType(type)),
    partitionKey: false,
  }));
  const keys = partitionScheme(document).keys.map(({ name, type }) => ({
    name,
    type: hiveType(type),
    partitionKey: true,
  }));
  return { database: DATABASE, name: document.datastoreName.toLowerCase(), columns: [...columns, ...keys] };
}

/** Every database counts as the same, because the query may name the one that the tables will be in. */
function catalogOf(tables: readonly TableSchema[]): SqlCatalog {
  return {
    database: DATABASE,
    table: (_database, name) => tables.find((table) => table.name === name),
    hasDatabase: () => true,
    tableNames: () => tables.map(({ name }) => `${DATABASE}.${name}`),
  };
}
