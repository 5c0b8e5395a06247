import { show } from "../../../aws/text/show";
import { tablesOf } from "../../../etl";
import type { TableSchema } from "../../../etl/athena-sql/analyze/session";
import { datastoreTable, queryRefusal } from "../../../etl/documents/check/dataset-query";
import { catalogName } from "../common/names";
import { datastoreDocument } from "../datastore/document";
import type { DatasetSource } from "./dataset-source";

/**
 * What Athena would refuse of a query, as an argument error with line and column. Columns and types are checked if those of every table are
 * known.
 * @param ownRole whether a role of the dataset runs the query, which may read the sources and nothing else
 */
export function queryProblem(query: string, sources: readonly DatasetSource[], ownRole: boolean): string | undefined {
  const names = sources.map(sourceName);
  const syntax = queryRefusal(query, undefined);
  if (syntax !== undefined) return correct(syntax);
  if (sources.length === 0 || names.some((name) => name === undefined)) return undefined;
  const missing = tablesOf(query).find(({ table }) => !names.includes(table.toLowerCase()));
  if (missing !== undefined) return ownRole ? notAmongSources(missing.table, names as string[]) : undefined;
  const tables = tablesOfSources(sources, names as string[]);
  const known = tables.filter((table) => table !== undefined);
  // Tables of one name are in several databases.
  const distinct = new Set(names).size === names.length;
  const refusal = known.length < tables.length || !distinct ? undefined : queryRefusal(query, known);
  return refusal === undefined ? undefined : correct(refusal);
}

/** The tables of sources whose names are known, each undefined if its columns are not. */
export function tablesOfSources(
  sources: readonly DatasetSource[],
  names = sources.map((source) => sourceName(source) ?? ""),
): (TableSchema | undefined)[] {
  return sources.map(({ columns, partitions = [] }, index) =>
    datastoreTable(datastoreDocument(names[index]!, columns, partitions)),
  );
}

/**
 * What is wrong with the databases that a query names, or leaves out: Athena looks for a table in the dataset's database unless the query
 * names another.
 * @param databases of the sources
 */
export function databaseProblem(
  query: string,
  own: string,
  sources: readonly DatasetSource[],
  databases: readonly string[],
): string | undefined {
  const places = sources.map((source, index) => ({ name: sourceName(source), database: databases[index]! }));
  for (const { table, qualifier } of tablesOf(query)) {
    const there = places.filter(({ name }) => name === table.toLowerCase()).map(({ database }) => database);
    const asked = (qualifier ?? own).toLowerCase();
    if (there.length === 0 || there.includes(asked)) continue;
    const place = `${there[0]!}.${table}`;
    return qualifier === undefined
      ? `reads the table ${show(table)} of the dataset's database ${own}, and that table is in ${there.join(", ")}; name its database in the query (${place}, by pulumi.interpolate and the datastore's databaseName), or give the datastores one \`database\``
      : `reads ${qualifier}.${table}, and the source of that name is in ${there.join(", ")}; write ${place}`;
  }
  return undefined;
}

function correct(refusal: string): string {
  return `${refusal}; correct the SQL`;
}

function notAmongSources(table: string, names: readonly string[]): string {
  return `reads the table ${show(table)}, which is not among the sources (${names.join(", ") || "there are none"}), and the role that runs the query may read nothing else; add it to sources`;
}

/** A source's name in the catalog; undefined if it is not known before the deployment. */
export function sourceName(source: DatasetSource): string | undefined {
  if (typeof source.tableName === "string") return source.tableName.toLowerCase();
  // Datastores know what their tables will be called.
  const { name } = source as { name?: unknown };
  return typeof name === "string" ? catalogName(name) : undefined;
}
