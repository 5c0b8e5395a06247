import { fillTemplate, PARTITION_LIMITS, templateReader } from "../../aws/limits/glue-partitions";

/** A table whose partitions are registered, as far as a repair needs it. */
export interface RepairedTable {
  /** names of its partition keys */
  keys: readonly string[];
  /** `s3://BUCKET/PREFIX/`, below which all of its objects lie */
  location: string;
  /** `storage.location.template` of its parameters; undefined if there is none */
  template: string | undefined;
  /** whether queries still go by projection, as tables of earlier versions do */
  projected: boolean;
}

/** A table with its partitions and objects. Each method rejects if the catalog or the bucket refuses. */
export interface RepairTarget {
  table(): Promise<RepairedTable>;
  /** the values of the registered partitions */
  registered(): AsyncIterable<readonly string[]>;
  /** keys of the objects below the location, with the bucket in front: `s3://BUCKET/KEY` */
  objects(location: string): AsyncIterable<string>;
  /** Registers at most 100; those that exist are no error. @returns reasons of those that were refused */
  register(partitions: readonly { values: readonly string[]; location: string }[]): Promise<string[]>;
  removeProjection(): Promise<void>;
}

/** What a repair has found and done. */
export interface Repair {
  /** objects below the table's location */
  objects: number;
  /** partitions that were registered before */
  partitions: number;
  /** partitions that have been registered now */
  registered: number;
  /** reasons of partitions that could not be registered */
  refused: string[];
  /** objects whose place belongs to no partition; the first of them */
  elsewhere: { count: number; first?: string };
  /** whether the table was projected before, and is after */
  projected: { before: boolean; after: boolean };
}

/**
 * Registers the partitions of all objects that lie below a table's location. A partition that is registered stays as it is, wherever
 * it lies, so a second run changes nothing, and a writer that registers at the same time is no problem.
 * @param removeProjection whether queries are to go by what is registered from then on; done only when nothing is missing
 * @throws Error for a table without partitions, and for one by the day of arrival
 */
export async function repair(target: RepairTarget, removeProjection: boolean): Promise<Repair> {
  const { keys, location, template, projected } = await target.table();
  if (keys.length === 0) throw new Error("the table is not partitioned");
  if (keys.length === 1 && keys[0] === "__dt")
    throw new Error(
      "the table is partitioned by the day of arrival, which stays a projection; there is nothing to register",
    );
  const place =
    template ?? `${location}${location.endsWith("/") ? "" : "/"}${keys.map((key) => `${key}=\${${key}}/`).join("")}`;
  const read = templateReader(place, keys);
  const known = new Set<string>();
  for await (const values of target.registered()) known.add(JSON.stringify(values));
  const result: Repair = {
    objects: 0,
    partitions: known.size,
    registered: 0,
    refused: [],
    elsewhere: { count: 0 },
    projected: { before: projected, after: projected },
  };
  let missing: { values: readonly string[]; location: string }[] = [];
  const flush = async (): Promise<void> => {
    const refused = missing.length === 0 ? [] : await target.register(missing);
    result.registered += missing.length - refused.length;
    result.refused.push(...refused);
    missing = [];
  };
  for await (const object of target.objects(location)) {
    result.objects++;
    const values = read(object);
    if (values === undefined) {
      result.elsewhere.first ??= object;
      result.elsewhere.count++;
      continue;
    }
    const id = JSON.stringify(values);
    if (known.has(id)) continue;
    known.add(id);
    missing.push({ values, location: fillTemplate(place, keys, values) });
    if (missing.length === PARTITION_LIMITS.batchCreate) await flush();
  }
  await flush();
  if (projected && removeProjection && result.refused.length === 0) {
    await target.removeProjection();
    result.projected.after = false;
  }
  return result;
}
