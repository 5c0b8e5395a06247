import { UpdateTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { awsClients, awsTable, readTable } from "../../functions/maintenance/aws-table";
import type { RepairTarget } from "./repair";

/** Members of a table that UpdateTable takes. */
const INPUT = ["Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType"] as const;

/**
 * A table on AWS, or in a local cloud that is running, by the credentials of the environment.
 * @param endpoint URL of the local cloud; undefined for AWS
 */
export async function awsTarget(database: string, name: string, endpoint: string | undefined): Promise<RepairTarget> {
  const clients = await awsClients(endpoint);
  return {
    ...awsTable(clients, database, name),
    removeProjection: () => removeProjection(clients.glue, database, name),
  };
}

async function removeProjection(glue: GlueClient, database: string, name: string): Promise<void> {
  const table = await readTable(glue, database, name);
  const TableInput = {
    ...Object.fromEntries(INPUT.flatMap((key) => (table[key] === undefined ? [] : [[key, table[key]]]))),
    Name: name,
    Parameters: Object.fromEntries(
      Object.entries(table.Parameters ?? {}).filter(([key]) => !key.startsWith("projection.")),
    ),
  };
  await glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput, VersionId: table.VersionId }));
}
