/** The partitions of a table of the Glue Data Catalog, accessed with the SDK of the Lambda runtime. */
import type { GlueClient, PartitionInput, Table } from "@aws-sdk/client-glue";
import { fillTemplate, PARTITION_LIMITS } from "../aws/limits/glue-partitions";
import type { PartitionKeys } from "../etl/partitions";
import { hasColumnsOf } from "./glue-partition-columns";
import type { PartitionCatalog } from "./partition-registrar";

/** Attempts of a call that Glue throttles; the SDK waits between them. */
const ATTEMPTS = 4;

/**
 * Registers partitions of a table, each with the table's own storage descriptor and the place that the table's template gives it.
 * @param readers other names of the rows: a table over the same place gets the partitions too, a view has none
 * @param onStale told when the table's columns changed while partitions were registered; undefined for a table whose columns do not
 */
export function gluePartitions(
  database: string,
  name: string,
  readers: readonly string[] = [],
  onStale?: () => void,
): PartitionCatalog {
  let client: GlueClient | undefined;
  // Loaded on first use, which is in the first batch with a row.
  const sdk = () => import("@aws-sdk/client-glue");

  async function registerIn(
    table: Table | undefined,
    wanted: readonly PartitionKeys[],
    reasons: (string | undefined)[],
    abortSignal: AbortSignal,
  ): Promise<void> {
    const { BatchCreatePartitionCommand } = await sdk();
    const inputs = wanted.map((keys) => partitionInput(table, keys));
    const { batchCreate } = PARTITION_LIMITS;
    for (let from = 0; from < inputs.length; from += batchCreate) {
      const PartitionInputList = inputs.slice(from, from + batchCreate);
      const input = { DatabaseName: database, TableName: table?.Name ?? name, PartitionInputList };
      try {
        const { Errors = [] } = await client!.send(new BatchCreatePartitionCommand(input), { abortSignal });
        for (const { PartitionValues = [], ErrorDetail } of Errors) {
          // Another writer was first, or this function itself before it was started again.
          if (ErrorDetail?.ErrorCode === "AlreadyExistsException") continue;
          const id = JSON.stringify(PartitionValues);
          const index = PartitionInputList.findIndex(({ Values }) => JSON.stringify(Values) === id);
          if (index >= 0) reasons[from + index] = `${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage}`;
        }
      } catch (error) {
        const reason = `${(error as Error).name}: ${(error as Error).message}`;
        reasons.fill(reason, from, from + PartitionInputList.length);
      }
    }
  }

  return {
    name: `${database}.${name}`,
    async register(wanted, limit) {
      const { GetTableCommand, GlueClient: Client } = await sdk();
      client ??= new Client({ maxAttempts: ATTEMPTS });
      const abortSignal = AbortSignal.timeout(limit);
      const reasons = new Array<string | undefined>(wanted.length).fill(undefined);
      // Read each time: its columns are those of the partitions that are new now, and a table may have become a view.
      const get = async (Name: string): Promise<Table | undefined> =>
        (await client!.send(new GetTableCommand({ DatabaseName: database, Name }), { abortSignal })).Table;
      const own = await get(name);
      await registerIn(own, wanted, reasons, abortSignal);
      for (const reader of readers) {
        const table = await get(reader);
        if (hasSameRows(table, own)) await registerIn(table, wanted, reasons, abortSignal);
      }
      if (onStale !== undefined) {
        const after = await get(name);
        if (!hasColumnsOf(after, own ?? {})) onStale();
      }
      return reasons;
    },
  };
}

/** Whether a table lies over the same rows as another; a view does not. */
export function hasSameRows(table: Table | undefined, other: Table | undefined): boolean {
  const location = table?.StorageDescriptor?.Location ?? "";
  return table?.TableType !== "VIRTUAL_VIEW" && location !== "" && location === other?.StorageDescriptor?.Location;
}

/** What is registered of a partition. */
export function partitionInput(table: Table | undefined, partition: PartitionKeys): PartitionInput {
  const keys = (table?.PartitionKeys ?? []).map(({ Name }) => Name ?? "");
  const Values = keys.map((key) => {
    const value = partition[key];
    if (value === undefined) throw new Error(`the table has the partition key ${key}, and the pipeline has none`);
    return value;
  });
  const descriptor = table?.StorageDescriptor;
  const location = descriptor?.Location ?? "";
  const template =
    table?.Parameters?.["storage.location.template"] ??
    `${location}${location.endsWith("/") ? "" : "/"}${keys.map((key) => `${key}=\${${key}}/`).join("")}`;
  return { Values, StorageDescriptor: { ...descriptor, Location: fillTemplate(template, keys, Values) } };
}
