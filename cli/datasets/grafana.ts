/** Writes a dataset's dashboard for Grafana. */
import { GetTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tablesOf } from "../../etl";
import type { TableSchema } from "../../etl/athena-sql/analyze/session";
import { hiveType } from "../../etl/athena-sql/types/hive";
import {
  describeDashboard,
  grafanaDashboard,
  type DashboardDescription,
  type DashboardSettings,
} from "../../etl/dashboard";
import type { StackOutputs } from "../../local/session";
import { UserError } from "../command/run";
import type { Clients, Dataset } from "./clients";
import { writeFile } from "./output";

/**
 * Writes the dashboard of a dataset as Grafana imports it.
 * @param stack names the dashboard, so that importing it again replaces it
 * @throws UserError with what the dataset or an option lacks
 */
export async function writeGrafana(
  clients: Clients,
  dataset: Dataset,
  outputs: StackOutputs,
  settings: DashboardSettings,
  stack: string,
  file: string,
): Promise<DashboardDescription> {
  const described = await description(clients.glue, dataset, outputs, settings);
  if (Array.isArray(described))
    throw new UserError(
      described.map(({ setting, message }) =>
        setting === "dataset" ? `The dataset ${dataset.name} has no dashboard: ${message}` : `--${setting}: ${message}`,
      ),
    );
  const dashboard = grafanaDashboard(described, {
    title: `${dataset.name} (${stack})`,
    uid: createHash("sha256").update(`${stack} ${dataset.name}`).digest("hex").slice(0, 16),
    region: await clients.region(),
    database: dataset.database,
  });
  await writeFile("grafana", file, (out) => pipeline(Readable.from([`${JSON.stringify(dashboard, null, 2)}\n`]), out));
  return described;
}

async function description(
  glue: GlueClient,
  dataset: Dataset,
  { datastores }: StackOutputs,
  settings: DashboardSettings,
): Promise<ReturnType<typeof describeDashboard>> {
  const used = tablesOf(dataset.query);
  const tables = await Promise.all(
    used.map(({ table, qualifier }) =>
      schemaOf(glue, (qualifier ?? dataset.database).toLowerCase(), table.toLowerCase()),
    ),
  );
  const names = new Set(used.map(({ table }) => table.toLowerCase()));
  const timestamps = Object.values(datastores).flatMap(({ table, timestampPartition }) =>
    timestampPartition !== undefined && names.has(table.toLowerCase()) ? [timestampPartition] : [],
  );
  const hints = { timestamps, timeExpression: dataset.timeExpression };
  return describeDashboard(dataset.query, tables, settings, hints, Date.now());
}

/** A table as the catalog has it. @throws UserError for one that is not there */
async function schemaOf(glue: GlueClient, DatabaseName: string, Name: string): Promise<TableSchema> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
    const columns = [
      ...(Table?.StorageDescriptor?.Columns ?? []).map((column) => ({ ...column, partitionKey: false })),
      ...(Table?.PartitionKeys ?? []).map((column) => ({ ...column, partitionKey: true })),
    ];
    return {
      database: DatabaseName,
      name: Name,
      columns: columns.map(({ Name: name, Type, partitionKey }) => ({
        name: name!.toLowerCase(),
        type: hiveType(Type!),
        partitionKey,
      })),
    };
  } catch (error) {
    if ((error as Error).name !== "EntityNotFoundException") throw error;
    throw new UserError([`The catalog has no table ${DatabaseName}.${Name}, which the dataset's query reads.`]);
  }
}
