import { show } from "../../../aws/text/show";
import { datastoreColumns, formatColumnType, partitionScheme, tablesOf } from "../../../etl";
import { analyzeQuery } from "../../../etl/athena-sql/analyze";
import type { SqlCatalog, TableSchema } from "../../../etl/athena-sql/analyze/session";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { parseOnlyQuery } from "../../../etl/athena-sql/parser";
import { hiveType } from "../../../etl/athena-sql/types/hive";
import { catalogName } from "../common/names";
import { datastoreDocument } from "../datastore/document";
import type { DatasetSource } from "./dataset-machine";

/**
 * What Athena would refuse of a query, as an argument error with line and column. Columns and types are checked if those of every table are
 * known.
 * @param ownRole whether a role of the dataset runs the query, which may read the sources and nothing else
 */
export function queryProblem(query: string, sources: readonly DatasetSource[], ownRole: boolean): string | undefined {
  try {
    const parsed = parseOnlyQuery(query);
    if (sources.length === 0) return undefined;
    const names = sources.map(nameOf);
    if (names.some((name) => name === undefined)) return undefined;
    const missing = tablesOf(query).find(({ table }) => !names.includes(table.toLowerCase()));
    if (missing !== undefined) return ownRole ? notAmongSources(missing.table, names as string[]) : undefined;
    const tables = sources.flatMap((source, index) => tableOf(names[index]!, source) ?? []);
    if (tables.length < sources.length) return undefined;
    analyzeQuery(parsed, { catalog: catalogOf(tables), now: Date.now() });
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return onlyNotExecuted(error) ? undefined : `${error.message}; correct the SQL`;
  }
}

/** Whether Athena has what the local cloud does not execute, such as geospatial functions: the query may be right. */
function onlyNotExecuted({ code, text }: SqlError): boolean {
  return code === "NOT_SUPPORTED" || text.includes("not executed by the local cloud");
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

/** Undefined if its columns are not known. */
function tableOf(name: string, { columns, partitions = [] }: DatasetSource): TableSchema | undefined {
  if (columns === undefined) return undefined;
  const document = datastoreDocument(name, columns, partitions);
  return {
    database: DATABASE,
    name,
    columns: [
      ...datastoreColumns(document).map((column) => ({
        name: column.name,
        type: hiveType(formatColumnType(column.type)),
        partitionKey: false,
      })),
      ...partitionScheme(document).keys.map((key) => ({
        name: key.name,
        type: hiveType(key.type),
        partitionKey: true,
      })),
    ],
  };
}

/** Stands for the dataset's database, whose name is often known only after the deployment. */
const DATABASE = "database";

/** Every database counts as the same: the query may name it, and here it is often an output. */
function catalogOf(tables: readonly TableSchema[]): SqlCatalog {
  return {
    database: DATABASE,
    table: (_database, name) => tables.find((table) => table.name === name),
    hasDatabase: () => true,
    tableNames: () => tables.map(({ name }) => `${DATABASE}.${name}`),
  };
}
