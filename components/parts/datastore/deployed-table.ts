import * as glue from "@pulumi/aws/glue";

/** A table as it is deployed by now. */
export interface DeployedTable {
  columns: { name: string; type: string }[];
  parameters: Record<string, string>;
}

/** The table in the catalog; undefined before it is there. Any other failure ends the deployment, which would undo what others keep there. */
export async function deployedTable(database: string, table: string): Promise<DeployedTable | undefined> {
  try {
    const { storageDescriptors, parameters } = await glue.getCatalogTable({ databaseName: database, name: table });
    return {
      columns: (storageDescriptors ?? []).flatMap(({ columns }) => columns.map(({ name, type }) => ({ name, type }))),
      parameters: parameters ?? {},
    };
  } catch (error) {
    // Worded by Glue or by the provider (unverified which of them reaches a program).
    if (/EntityNotFound|not found|no glue table|couldn't find/i.test((error as Error).message)) return undefined;
    throw error;
  }
}
