import type { SqlCatalog, TableSchema } from "./session";

/** Stands for the database of tables, whose name is often known only after the deployment. */
export const SOME_DATABASE = "database";

/** A catalog of these tables. Every database counts as the same, because a query may name the one that the tables will be in. */
export function catalogOfSchemas(tables: readonly TableSchema[]): SqlCatalog {
  return {
    database: SOME_DATABASE,
    table: (_database, name) => tables.find((table) => table.name === name),
    hasDatabase: () => true,
    tableNames: () => tables.map(({ name }) => `${SOME_DATABASE}.${name}`),
  };
}
