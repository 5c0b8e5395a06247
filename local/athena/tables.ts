import type { SqlCatalog, TableSchema, TableUse } from "../../etl/athena-sql/analyze/session";
import type { CatalogTable } from "./catalog";
import { AthenaError } from "./error";
import { informationSchema } from "./information-schema";
import { databases, type MetadataScope } from "./metadata";
import { literal } from "./duck/text";
import { columnType, isReadableType } from "./types";

/** The tables of a catalog as a statement may name them. */
export function sqlCatalog(scope: Pick<MetadataScope, "tables" | "database" | "databases">): SqlCatalog {
  const { tables, database } = scope;
  return {
    database: database.toLowerCase(),
    table: (schema, name) => {
      if (schema === "information_schema") return informationSchema(name, scope);
      const table = tables.get(`${schema}.${name}`);
      return table && schemaOf(table);
    },
    hasDatabase: (name) => name === "information_schema" || databases(scope).includes(name),
    tableNames: () => [...tables.keys()],
  };
}

/** @throws AthenaError for a column whose type is none */
function schemaOf(table: CatalogTable): TableSchema {
  if (table.unreadable !== undefined) throw new AthenaError("NOT_SUPPORTED", table.unreadable);
  checkTypes(table);
  const columns = (partitionKey: boolean) =>
    (partitionKey ? table.partitionKeys : table.columns).map(({ name, type }) => ({
      name: name.toLowerCase(),
      type: columnType(type),
      partitionKey,
    }));
  const all = [...columns(false), ...columns(true)];
  return {
    database: table.database,
    name: table.name,
    columns: all,
    ...(table.view !== undefined && { view: table.view }),
    ...(table.viewDatabase !== undefined && { viewDatabase: table.viewDatabase }),
  };
}

/**
 * A column's type is optional in Glue and any text is taken for one; a query fails over the first that is none, as Trino's does
 * (https://github.com/trinodb/trino, GlueConverter).
 * @throws AthenaError
 */
function checkTypes({ database, name: table, columns, partitionKeys }: CatalogTable): void {
  for (const { name, type } of [...columns, ...partitionKeys]) {
    if (type === "")
      throw new AthenaError(
        "HIVE_INVALID_METADATA",
        `Glue table '${database}.${table}' column '${name}' has no data type`,
      );
    if (!isReadableType(type))
      throw new AthenaError(
        "HIVE_INVALID_METADATA",
        `Glue table '${database}.${table}' column '${name}' has the data type '${type}', which no query can read`,
      );
  }
}

/** @throws AthenaError for an injected partition key that no condition names */
export function checkInjected(table: CatalogTable, { pinned }: TableUse): void {
  for (const { name: key } of table.partitionKeys)
    if (table.parameters[`projection.${key}.type`] === "injected" && !pinned.has(key.toLowerCase()))
      throw new AthenaError(
        "CONSTRAINT_VIOLATION",
        `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.${exampleOf(table, key)}`,
      );
}

/** Athena says no more; here a value that is there can be told. */
function exampleOf(table: CatalogTable, key: string): string {
  const value = table.files()[0]?.partition[key];
  return value === undefined ? "" : ` Such as WHERE ${key} = ${literal(value)}`;
}
