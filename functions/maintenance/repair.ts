/**
 * Registers the partitions of all objects that lie below a table's location. A partition that is registered stays as it is, wherever
 * it lies, so a second run changes nothing, and a writer that registers at the same time is no problem.
 */
import { PARTITION_LIMITS } from "../../aws/limits/glue-partitions";
import { partitionsWithObjects, type Elsewhere, type FoundPartition } from "./sweep";
import type { PartitionTable, TableShape } from "./table";

/** What a repair has found and done. */
export interface Repair {
  /** objects below the table's location */
  objects: number;
  /** partitions with objects that were registered before */
  partitions: number;
  /** partitions that have been registered now */
  registered: number;
  /** reasons of partitions that could not be registered */
  refused: string[];
  /** objects whose place belongs to no partition; the first of them */
  elsewhere: Elsewhere;
}

/** How a repair goes about it. */
export interface RepairOptions {
  /** begins behind this object, where an earlier run has stopped */
  after?: string | undefined;
  /** whether to stop here, because the time is up */
  stop?(): boolean;
  /** told of each partition with objects that is registered by now */
  onPartition?(partition: FoundPartition): void;
}

/** @returns what was done, and the object behind which to go on if the time was up */
export async function repairPartitions(
  table: PartitionTable,
  shape: TableShape,
  { after, stop = () => false, onPartition }: RepairOptions = {},
): Promise<Repair & { after?: string }> {
  const result: Repair = { objects: 0, partitions: 0, registered: 0, refused: [], elsewhere: { count: 0 } };
  let batch: FoundPartition[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await registerMissing(table, batch, result, onPartition);
    batch = [];
  };
  for await (const partition of partitionsWithObjects(table, shape, result.elsewhere, after)) {
    batch.push(partition);
    if (batch.length < PARTITION_LIMITS.batchGet) continue;
    await flush();
    if (stop()) return { ...withElsewhere(result), after: partition.last };
  }
  await flush();
  return withElsewhere(result);
}

function withElsewhere(result: Repair): Repair {
  result.objects += result.elsewhere.count;
  return result;
}

async function registerMissing(
  table: PartitionTable,
  batch: readonly FoundPartition[],
  result: Repair,
  onPartition: RepairOptions["onPartition"],
): Promise<void> {
  for (const { objects } of batch) result.objects += objects;
  const registered = await table.find(batch.map(({ values }) => values));
  const missing = batch.filter((_, index) => registered[index] === undefined);
  result.partitions += batch.length - missing.length;
  batch.forEach((partition, index) => registered[index] !== undefined && onPartition?.(partition));
  const { batchCreate } = PARTITION_LIMITS;
  for (let from = 0; from < missing.length; from += batchCreate) {
    const part = missing.slice(from, from + batchCreate);
    const refused = await table.register(part.map(({ values, home }) => ({ values, location: home })));
    result.registered += part.length - refused.length;
    result.refused.push(...refused);
    if (refused.length === 0) for (const partition of part) onPartition?.(partition);
  }
}
