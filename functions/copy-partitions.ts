/**
 * Registers the partitions of a datastore's table in another table over the same rows, before readers are led there. It is invoked while the
 * stack is deployed; a second call does what is missing, so a deployment that failed on the way goes on.
 */
import type { GlueClient, Partition, PartitionInput } from "@aws-sdk/client-glue";
import { PARTITION_LIMITS } from "../aws/limits/glue-partitions";

/** What the deployment asks for. */
export interface CopyRequest {
  /** table with the partitions */
  from: string;
  /** table that gets them */
  to: string;
}

/** Calls that are under way at a time. */
const AT_ONCE = 4;

/** Whether an event is a request for a copy, and not records of a delivery stream. */
export function copyRequest(event: unknown): CopyRequest | undefined {
  return (event as { copyPartitions?: CopyRequest } | undefined)?.copyPartitions;
}

/**
 * Copies what is missing. A view has no partitions of its own: whoever became one was copied before.
 * @throws what Glue answers, and the first partition that it refuses
 */
export async function copyPartitions(database: string, { from, to }: CopyRequest): Promise<{ copied: number }> {
  const { GlueClient: Client, GetTableCommand, BatchCreatePartitionCommand } = await import("@aws-sdk/client-glue");
  const client = new Client({ maxAttempts: 8 });
  const { Table: source } = await client.send(new GetTableCommand({ DatabaseName: database, Name: from }));
  if (source?.TableType === "VIRTUAL_VIEW" || (source?.PartitionKeys ?? []).length === 0) return { copied: 0 };
  const there = new Set<string>();
  for await (const { Values } of partitionsOf(client, database, to)) there.add(JSON.stringify(Values));
  let copied = 0;
  let batch: PartitionInput[] = [];
  const running = new Set<Promise<void>>();
  const send = async (PartitionInputList: PartitionInput[]): Promise<void> => {
    const input = { DatabaseName: database, TableName: to, PartitionInputList };
    const { Errors = [] } = await client.send(new BatchCreatePartitionCommand(input));
    const refused = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (refused !== undefined)
      throw new Error(
        `the partition ${JSON.stringify(refused.PartitionValues)} of ${database}.${from} cannot be registered in ${to}: ${refused.ErrorDetail?.ErrorCode}: ${refused.ErrorDetail?.ErrorMessage}`,
      );
    copied += PartitionInputList.length;
  };
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const sent = send(batch).finally(() => running.delete(sent));
    running.add(sent);
    batch = [];
    if (running.size >= AT_ONCE) await Promise.race(running);
  };
  for await (const { Values, StorageDescriptor, Parameters } of partitionsOf(client, database, from)) {
    if (there.has(JSON.stringify(Values))) continue;
    batch.push({ Values, StorageDescriptor, Parameters });
    if (batch.length === PARTITION_LIMITS.batchCreate) await flush();
  }
  await flush();
  await Promise.all(running);
  return { copied };
}

async function* partitionsOf(client: GlueClient, DatabaseName: string, TableName: string): AsyncGenerator<Partition> {
  const { GetPartitionsCommand } = await import("@aws-sdk/client-glue");
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetPartitionsCommand({ DatabaseName, TableName, NextToken }));
    yield* page.Partitions ?? [];
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}
