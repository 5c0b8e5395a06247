/**
 * A delivery stream takes one answer for each record, with the keys of one partition. Rows of several partitions that a
 * function made of one record are therefore carried by other records of the batch.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 */
import type { PartitionKeys } from "./keys";

/** A row and where it belongs. */
export interface MadeRow {
  row: Buffer;
  partitionKeys: PartitionKeys;
}

/** What one record carries; undefined for a record whose rows nobody could carry. */
export interface Load {
  partitionKeys: PartitionKeys;
  rows: Buffer[];
}

/**
 * Every record with rows keeps rows of one partition, its own; others go to a record that has theirs.
 *
 * @param records rows of each record, at least one
 * @returns loads in the order of the records
 */
export function packRows(records: readonly (readonly MadeRow[])[]): (Load | undefined)[] {
  const groups = records.map(groupsOf);
  /** partition to the record that carries rows of other records */
  const carriers = new Map<string, number>();
  const own = new Array<string>(records.length);
  groups.forEach((group, index) => {
    const [only] = group.keys();
    if (group.size !== 1) return;
    own[index] = only as string;
    if (!carriers.has(only as string)) carriers.set(only as string, index);
  });
  // a record with several keeps the one that no other carries
  groups.forEach((group, index) => {
    if (group.size === 1) return;
    const ids = [...group.keys()];
    own[index] = ids.find((id) => !carriers.has(id)) ?? (ids[0] as string);
    if (!carriers.has(own[index])) carriers.set(own[index], index);
  });
  const lost = groups.map((group) => [...group.keys()].some((id) => !carriers.has(id)));
  // a carrier that is lost itself carries nothing
  for (let again = true; again;) {
    again = false;
    groups.forEach((group, index) => {
      if (lost[index] === true) return;
      const stranded = [...group.keys()].some((id) => id !== own[index] && lost[carriers.get(id) as number] === true);
      if (stranded) again = lost[index] = true;
    });
  }
  const loads = groups.map((group, index): Load | undefined => {
    if (lost[index] === true) return undefined;
    const { partitionKeys, rows } = group.get(own[index] as string) as Load;
    return { partitionKeys, rows: [...rows] };
  });
  groups.forEach((group, index) => {
    if (lost[index] === true) return;
    for (const [id, { rows }] of group) {
      if (id === own[index]) continue;
      const carrier = loads[carriers.get(id) as number] as Load;
      for (const row of rows) carrier.rows.push(row);
    }
  });
  return loads;
}

function groupsOf(rows: readonly MadeRow[]): Map<string, Load> {
  const groups = new Map<string, Load>();
  for (const { row, partitionKeys } of rows) {
    const id = JSON.stringify(partitionKeys);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { partitionKeys, rows: [row] });
    else group.rows.push(row);
  }
  return groups;
}
