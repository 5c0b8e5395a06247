/**
 * Removes partitions whose objects have all expired. A row may arrive just then, and its writer may know the partition as registered, so
 * after the removal the place is looked at once more, and a partition with an object is registered again. What arrives after that look is
 * found by the next repair, as every partition that is not registered.
 */
import { fillTemplate, PARTITION_LIMITS } from "../../aws/limits/glue-partitions";
import { homeTemplate, type MaintainedTable, type RegisteredPartition, type TableShape } from "./table";

/** What the removal has done. */
export interface Ended {
  removed: number;
  /** partitions that got a row while they were removed, and are registered again */
  restored: number;
  /** reasons of partitions that could not be removed, or registered again */
  refused: string[];
}

/** Which partitions may be removed. */
export interface EndedOptions {
  /** ms since 1970-01-01 UTC: partitions that were registered later are left alone, for their first row may be on its way */
  registeredBefore: number;
  /** whether the partition is known to have objects, or is another's business */
  skip(values: readonly string[]): boolean;
  stop(): boolean;
}

/** Looks at every registered partition; one that lies in another place than its own is left alone. */
export async function removeEnded(
  table: MaintainedTable,
  shape: TableShape,
  { registeredBefore, skip, stop }: EndedOptions,
): Promise<Ended> {
  const template = homeTemplate(shape);
  const result: Ended = { removed: 0, restored: 0, refused: [] };
  let batch: RegisteredPartition[] = [];
  for await (const partition of table.partitions()) {
    const { values, location, created } = partition;
    if (created >= registeredBefore || skip(values)) continue;
    if (location !== fillTemplate(template, shape.keys, values)) continue;
    batch.push(partition);
    if (batch.length < PARTITION_LIMITS.batchDelete) continue;
    await remove(table, await withoutObjects(table, batch), result);
    batch = [];
    if (stop()) return result;
  }
  await remove(table, await withoutObjects(table, batch), result);
  return result;
}

async function remove(table: MaintainedTable, empty: readonly RegisteredPartition[], result: Ended): Promise<void> {
  if (empty.length === 0) return;
  const refused = await table.remove(empty.map(({ values }) => values));
  result.refused.push(...refused);
  result.removed += empty.length - refused.length;
  const still = new Set(await withoutObjects(table, empty));
  const again = empty.filter((partition) => !still.has(partition));
  if (again.length === 0) return;
  const notRestored = await table.register(again);
  result.refused.push(...notRestored);
  result.restored += again.length - notRestored.length;
}

/** Those of a few that have no objects. */
async function withoutObjects(
  table: MaintainedTable,
  partitions: readonly RegisteredPartition[],
): Promise<RegisteredPartition[]> {
  const full = await Promise.all(partitions.map(({ location }) => hasObjects(table, location)));
  return partitions.filter((_, index) => !full[index]);
}

async function hasObjects(table: MaintainedTable, location: string): Promise<boolean> {
  for await (const object of table.objects(location)) return object !== undefined;
  return false;
}
