import type { CatalogTable } from "../../local/athena";

/** The files of a table as a short text, which differs when they have changed; of a view those of all tables. */
export function filesText(catalog: CatalogTable, tables: ReadonlyMap<string, CatalogTable>): string {
  const all = catalog.view === undefined ? catalog.files() : [...tables.values()].flatMap((table) => table.files());
  return `${all.length} ${all.reduce((sum, { bytes }) => sum + bytes, 0)}`;
}
