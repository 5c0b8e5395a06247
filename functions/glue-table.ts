/** A table of the Glue Data Catalog, accessed with the SDK of the Lambda runtime. */
import type { GlueClient, Table as GlueTable, TableInput } from "@aws-sdk/client-glue";
import type { Table } from "./table-columns";

/** Members of a table that UpdateTable accepts; the catalog sets the others. */
const INPUT = [
  "Name",
  "Description",
  "Owner",
  "Retention",
  "StorageDescriptor",
  "PartitionKeys",
  "TableType",
  "Parameters",
] as const satisfies readonly (keyof TableInput & keyof GlueTable)[];

/** Errors of an update that conflicts with another writer. */
const STALE = new Set(["ConcurrentModificationException", "VersionMismatchException"]);

/** Reads and replaces the columns of a Glue table. */
export function glueTable(database: string, name: string): Table {
  let client: GlueClient | undefined;
  let current: GlueTable | undefined;
  // Loaded on first use, which is after the first batch.
  const sdk = () => import("@aws-sdk/client-glue");
  return {
    name: `${database}.${name}`,
    async read() {
      const { GlueClient: Client, GetTableCommand } = await sdk();
      client ??= new Client({});
      const { Table: found } = await client.send(new GetTableCommand({ DatabaseName: database, Name: name }));
      current = found;
      const columns = (found?.StorageDescriptor?.Columns ?? []).map((column) => ({
        name: column.Name ?? "",
        type: column.Type ?? "",
      }));
      return { columns, version: found?.VersionId ?? "" };
    },
    async replace(columns, version) {
      const { UpdateTableCommand } = await sdk();
      const input: Record<string, unknown> = {};
      for (const member of INPUT) if (current?.[member] !== undefined) input[member] = current[member];
      const kept = new Map((current?.StorageDescriptor?.Columns ?? []).map((column) => [column.Name, column]));
      const Columns = columns.map((column) => ({
        ...kept.get(column.name),
        Name: column.name,
        Type: column.type,
      }));
      const TableInput = { ...input, Name: name, StorageDescriptor: { ...current?.StorageDescriptor, Columns } };
      try {
        // Old versions are not archived; otherwise each new attribute would leave one.
        await client!.send(
          new UpdateTableCommand({ DatabaseName: database, TableInput, VersionId: version, SkipArchive: true }),
        );
        return true;
      } catch (error) {
        if (STALE.has((error as Error).name)) return false;
        throw error;
      }
    },
  };
}
