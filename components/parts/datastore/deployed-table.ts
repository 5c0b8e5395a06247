import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";

/** A table as it is deployed by now. */
export interface DeployedTable {
  columns: { name: string; type: string }[];
  parameters: Record<string, string>;
}

/** By the engine and the table that were asked: columns, parameters and views of a program ask for the same. */
const asked = new WeakMap<object, Map<string, Promise<DeployedTable | undefined>>>();

/** The table in the catalog, asked once in a program; undefined before it is there. Any other failure ends the deployment, which would undo what others keep there. */
export function deployedTable(database: string, table: string): Promise<DeployedTable | undefined> {
  const engine = pulumi.runtime.getMonitor() as object | undefined;
  if (engine === undefined) return ask(database, table);
  const known = asked.get(engine) ?? new Map<string, Promise<DeployedTable | undefined>>();
  asked.set(engine, known);
  const key = JSON.stringify([database, table]);
  const answer = known.get(key) ?? ask(database, table);
  known.set(key, answer);
  return answer;
}

async function ask(database: string, table: string): Promise<DeployedTable | undefined> {
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
