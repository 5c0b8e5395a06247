/** A table of the Glue Data Catalog, accessed with the SDK of the Lambda runtime. */
import type { GlueClient, Table as GlueTable, TableInput } from "@aws-sdk/client-glue";
import { ROWS_OF, rowsView } from "../etl/rows-view";
import { hasSameRows } from "./glue-partitions";
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
  "ViewOriginalText",
  "ViewExpandedText",
] as const satisfies readonly (keyof TableInput & keyof GlueTable)[];

/** Errors of an update that conflicts with another writer. */
const STALE = new Set(["ConcurrentModificationException", "VersionMismatchException"]);

/**
 * Reads and replaces the columns of a Glue table.
 * @param readers other names of the rows: a table over the same place, and a view of this table, follow its columns
 */
export function glueTable(database: string, name: string, readers: readonly string[] = []): Table {
  let client: GlueClient | undefined;
  let current: GlueTable | undefined;
  // Loaded on first use, which is after the first batch.
  const sdk = () => import("@aws-sdk/client-glue");

  async function get(Name: string): Promise<GlueTable | undefined> {
    const { GlueClient: Client, GetTableCommand } = await sdk();
    client ??= new Client({});
    return (await client.send(new GetTableCommand({ DatabaseName: database, Name }))).Table;
  }

  /** @returns false if the version is stale */
  async function update(table: GlueTable | undefined, changes: Partial<TableInput>, version: string): Promise<boolean> {
    const { UpdateTableCommand } = await sdk();
    const input: Record<string, unknown> = {};
    for (const member of INPUT) if (table?.[member] !== undefined) input[member] = table[member];
    const merged = { ...input, Name: table?.Name ?? name, ...changes };
    try {
      // Old versions are not archived; otherwise each new attribute would leave one.
      await client!.send(
        new UpdateTableCommand({ DatabaseName: database, TableInput: merged, VersionId: version, SkipArchive: true }),
      );
      return true;
    } catch (error) {
      if (STALE.has((error as Error).name)) return false;
      throw error;
    }
  }

  return {
    name: `${database}.${name}`,
    async read() {
      current = await get(name);
      return { columns: columnsOf(current), version: current?.VersionId ?? "" };
    },
    replace: (columns, version) => update(current, withColumns(current, columns), version),
    async mirror(columns) {
      for (const reader of readers) {
        const table = await get(reader);
        const changes = changesOf(table, columns);
        if (changes !== undefined && !(await update(table, changes, table?.VersionId ?? ""))) return false;
      }
      return true;
    },
  };

  /** What has to change of a name that readers use; undefined if nothing has to. */
  function changesOf(
    table: GlueTable | undefined,
    columns: readonly { name: string; type: string }[],
  ): Partial<TableInput> | undefined {
    if (hasSameRows(table, current)) return same(columnsOf(table), columns) ? undefined : withColumns(table, columns);
    if (table?.Parameters?.[ROWS_OF] !== name) return undefined;
    // A view shows the partitions as well.
    const all = [...columns, ...columnsIn(current?.PartitionKeys)];
    if (same(columnsOf(table), all)) return undefined;
    const view = rowsView(database, name, all);
    return {
      ...withColumns(table, view.columns),
      ViewOriginalText: view.viewOriginalText,
      ViewExpandedText: view.viewExpandedText,
    };
  }
}

const columnsIn = (columns: GlueTable["PartitionKeys"] = []): { name: string; type: string }[] =>
  columns.map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));

const columnsOf = (table: GlueTable | undefined): { name: string; type: string }[] =>
  columnsIn(table?.StorageDescriptor?.Columns);

const same = (one: readonly object[], other: readonly object[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function withColumns(
  table: GlueTable | undefined,
  columns: readonly { name: string; type: string }[],
): Pick<TableInput, "StorageDescriptor"> {
  const kept = new Map((table?.StorageDescriptor?.Columns ?? []).map((column) => [column.Name, column]));
  const Columns = columns.map(({ name, type }) => ({ ...kept.get(name), Name: name, Type: type }));
  return { StorageDescriptor: { ...table?.StorageDescriptor, Columns } };
}
