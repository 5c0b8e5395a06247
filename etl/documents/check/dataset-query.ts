/** Whether Athena would take a dataset's query, without running it. https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html */
import { analyzeQuery } from "../../athena-sql/analyze";
import { catalogOfSchemas, SOME_DATABASE } from "../../athena-sql/analyze/schema-catalog";
import type { TableSchema } from "../../athena-sql/analyze/session";
import { parseOnlyQuery } from "../../athena-sql/parser";
import { queriedTables, type QueriedTable } from "../../athena-sql/pruning";
import { SqlError } from "../../athena-sql/syntax/error";
import { hiveType } from "../../athena-sql/types/hive";
import { formatColumnType } from "../../columns";
import { datastoreColumns, isJsonFormat } from "../../columns/datastore-columns";
import { partitionScheme } from "../../partitions";
import { windowedQuery } from "../../schedule/window";
import type { DatasetDocument, DatastoreDocument } from "../model/types";

/**
 * What Athena refuses of a query, with line and column: `line 1:8: Column 'x' cannot be resolved`. Undefined for a query that Athena takes,
 * and for one that uses what only the local cloud does not execute.
 * @param tables the tables that the query reads; undefined if the columns of one are unknown, then only the syntax is checked
 */
export function queryRefusal(sql: string, tables: readonly TableSchema[] | undefined): string | undefined {
  try {
    const query = parseOnlyQuery(sql);
    if (tables !== undefined) analyzeQuery(query, { catalog: catalogOfSchemas(tables), now: Date.now() });
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
  return { database: SOME_DATABASE, name: document.datastoreName.toLowerCase(), columns: [...columns, ...keys] };
}

/**
 * What a dataset's query reads of its datastores, by its conditions and its delta window, which is taken to be the last hour. Undefined if
 * that cannot be known from the documents: the query is refused, or reads something else or columns that only arrive.
 * @param now ms since 1970-01-01 UTC
 */
export function partitionsRead(
  { actions }: DatasetDocument,
  datastores: readonly DatastoreDocument[],
  now: number,
): QueriedTable[] | undefined {
  const { sqlQuery, filters } = actions[0]?.queryAction ?? {};
  if (sqlQuery === undefined) return undefined;
  const tables = datastores.map(datastoreTable).filter((table) => table !== undefined);
  const timeExpression = filters?.find(({ deltaTime }) => deltaTime !== undefined)?.deltaTime?.timeExpression;
  if (timeExpression === undefined) return queriedTables(sqlQuery, tables, now);
  const time = (ms: number): string => `from_iso8601_timestamp('${new Date(ms).toISOString()}')`;
  const window = { timeExpression, tables: tables.map(({ name }) => name), database: SOME_DATABASE };
  return queriedTables(windowedQuery(sqlQuery, window, time(now - 3_600_000), time(now)), tables, now);
}
