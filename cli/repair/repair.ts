import { repairPartitions, type Repair as Registered } from "../../functions/maintenance/repair";
import type { PartitionTable } from "../../functions/maintenance/table";

/** A table whose projection can be taken away, too. */
export interface RepairTarget extends PartitionTable {
  removeProjection(): Promise<void>;
}

/** What a repair has found and done. */
export interface Repair extends Registered {
  /** whether the table was projected before, and is after */
  projected: { before: boolean; after: boolean };
}

/**
 * Registers the partitions of all objects that lie below a table's location, as the datastore's maintenance does.
 * @param removeProjection whether queries are to go by what is registered from then on; done only when nothing is missing
 * @throws Error for a table without partitions, and for one by the day of arrival
 */
export async function repair(target: RepairTarget, removeProjection: boolean): Promise<Repair> {
  const shape = await target.shape();
  const registered = await repairPartitions(target, shape);
  const result = { ...registered, projected: { before: shape.projected, after: shape.projected } };
  if (shape.projected && removeProjection && result.refused.length === 0) {
    await target.removeProjection();
    result.projected.after = false;
  }
  return result;
}
