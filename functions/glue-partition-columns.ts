/** The columns of a table's partitions in the Glue Data Catalog, accessed with the SDK of the Lambda runtime. */
import type { Column, GlueClient, Partition, PartitionInput, Table } from "@aws-sdk/client-glue";
import { PARTITION_LIMITS } from "../aws/limits/glue-partitions";
import type { RealignedPage, RealignPage } from "./partition-columns";

/** Attempts of a call that Glue throttles; the SDK waits between them. */
const ATTEMPTS = 4;

/** Realigns the partitions of a table. @param of the client; one of its own if there is none */
export function gluePartitionColumns(database: string, name: string, of?: GlueClient): RealignPage {
  let client = of;
  const named = { DatabaseName: database, TableName: name };
  return async (after, limit): Promise<RealignedPage> => {
    const sdk = await import("@aws-sdk/client-glue");
    client ??= new sdk.GlueClient({ maxAttempts: ATTEMPTS });
    const options = { abortSignal: AbortSignal.timeout(Math.floor(limit)) };
    // Read for each page, and each page is written at once, so that little can happen to table and partitions in between.
    const { Table: table } = await client.send(
      new sdk.GetTableCommand({ DatabaseName: database, Name: name }),
      options,
    );
    const { Partitions = [], NextToken } = await client.send(
      new sdk.GetPartitionsCommand({ ...named, MaxResults: PARTITION_LIMITS.batchUpdate, NextToken: after }),
      options,
    );
    const Entries = Partitions.filter((partition) => !hasColumnsOf(table, partition)).map((partition) => ({
      PartitionValueList: partition.Values ?? [],
      PartitionInput: withColumnsOf(table, partition),
    }));
    const next = NextToken === undefined || NextToken === "" ? undefined : NextToken;
    if (Entries.length === 0) return { changed: 0, refused: [], next };
    const { Errors = [] } = await client.send(new sdk.BatchUpdatePartitionCommand({ ...named, Entries }), options);
    const refused = Errors
      // One that has been removed meanwhile has no columns that could be wrong.
      .filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "EntityNotFoundException")
      .map(
        ({ PartitionValueList = [], ErrorDetail }) =>
          `${PartitionValueList.join("/")}: ${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage}`,
      );
    return { changed: Entries.length - Errors.length, refused, next };
  };
}

/** Whether a partition has the table's columns, in their order. */
export function hasColumnsOf(
  table: Table | undefined,
  { StorageDescriptor }: Pick<Partition, "StorageDescriptor">,
): boolean {
  return textOf(StorageDescriptor?.Columns) === textOf(table?.StorageDescriptor?.Columns);
}

function textOf(columns: readonly Column[] = []): string {
  return JSON.stringify(columns.map(({ Name, Type }) => [Name, Type?.toLowerCase()]));
}

/** The partition as it is, with the table's columns. */
function withColumnsOf(table: Table | undefined, partition: Partition): PartitionInput {
  const { Values, LastAccessTime, LastAnalyzedTime, Parameters, StorageDescriptor } = partition;
  const Columns = table?.StorageDescriptor?.Columns ?? [];
  return { Values, LastAccessTime, LastAnalyzedTime, Parameters, StorageDescriptor: { ...StorageDescriptor, Columns } };
}
