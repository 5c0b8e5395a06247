import { analyzeQuery } from "../analyze";
import { catalogOfSchemas } from "../analyze/schema-catalog";
import type { TableSchema } from "../analyze/session";
import { parseOnlyQuery } from "../parser";
import { SqlError } from "../syntax/error";
import { partitionFilter, type PartitionFilter } from "./partition-filter";
import { tableScans } from "./scans";

/** A table as a query reads it. */
export interface QueriedTable {
  /** lower case */
  readonly name: string;
  /** names of its partition keys */
  readonly keys: readonly string[];
  /** names of those that the query's conditions restrict */
  readonly restricted: readonly string[];
  readonly filter: PartitionFilter;
}

/**
 * The tables that a query reads, each as often as it is named, by their columns alone. Undefined for a query that Athena refuses, or that
 * names another table.
 * @param now ms since 1970-01-01 UTC, what the query takes for now
 */
export function queriedTables(sql: string, tables: readonly TableSchema[], now: number): QueriedTable[] | undefined {
  try {
    const { plan } = analyzeQuery(parseOnlyQuery(sql), { catalog: catalogOfSchemas(tables), now });
    return tableScans(plan).map((scan) => {
      const { name, columns } = tables.find((table) => table.name === scan.name)!;
      const keys = columns.filter(({ partitionKey }) => partitionKey).map((column) => column.name);
      const filter = partitionFilter(scan, keys);
      return { name, keys, restricted: keys.filter((_, place) => filter.keys.has(place)), filter };
    });
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
