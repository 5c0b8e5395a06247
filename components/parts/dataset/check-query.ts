import { show } from "../../../aws/text/show";
import { tablesOf } from "../../../etl";
import { datastoreTable, queryRefusal } from "../../../etl/documents/check/dataset-query";
import { catalogName } from "../common/names";
import { datastoreDocument } from "../datastore/document";
import type { DatasetSource } from "./dataset-machine";

/**
 * What Athena would refuse of a query, as an argument error with line and column. Columns and types are checked if those of every table are
 * known.
 * @param ownRole whether a role of the dataset runs the query, which may read the sources and nothing else
 */
export function queryProblem(query: string, sources: readonly DatasetSource[], ownRole: boolean): string | undefined {
  const names = sources.map(nameOf);
  const syntax = queryRefusal(query, undefined);
  if (syntax !== undefined) return correct(syntax);
  if (sources.length === 0 || names.some((name) => name === undefined)) return undefined;
  const missing = tablesOf(query).find(({ table }) => !names.includes(table.toLowerCase()));
  if (missing !== undefined) return ownRole ? notAmongSources(missing.table, names as string[]) : undefined;
  const tables = sources.map(({ columns, partitions = [] }, index) =>
    datastoreTable(datastoreDocument(names[index]!, columns, partitions)),
  );
  const known = tables.filter((table) => table !== undefined);
  const refusal = known.length < tables.length ? undefined : queryRefusal(query, known);
  return refusal === undefined ? undefined : correct(refusal);
}

function correct(refusal: string): string {
  return `${refusal}; correct the SQL`;
}

function notAmongSources(table: string, names: readonly string[]): string {
  return `reads the table ${show(table)}, which is not among the sources (${names.join(", ") || "there are none"}), and the role that runs the query may read nothing else; add it to sources`;
}

/** The table's name in lower case; undefined if it is not known before the deployment. */
function nameOf(source: DatasetSource): string | undefined {
  if (typeof source.tableName === "string") return source.tableName.toLowerCase();
  // Datastores know what their tables will be called.
  const { name } = source as { name?: unknown };
  return typeof name === "string" ? catalogName(name) : undefined;
}
