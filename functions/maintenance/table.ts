/** What the maintenance of a datastore works on: its table in the catalog, and the objects with its rows. */

/** A table whose partitions are registered. */
export interface TableShape {
  /** names of its partition keys */
  keys: readonly string[];
  /** `s3://BUCKET/PREFIX/`, below which the delivery streams write */
  location: string;
  /** `storage.location.template` of its parameters; undefined if there is none */
  template: string | undefined;
  /** whether queries go by projection, as in tables of earlier versions */
  projected: boolean;
}

/** An object in a bucket. */
export interface StoredObject {
  /** `s3://BUCKET/KEY` */
  uri: string;
  bytes: number;
  /** ms since 1970-01-01 UTC, when it was written */
  modified: number;
  etag: string;
}

/** A partition in the catalog. */
export interface RegisteredPartition {
  /** in the order of the table's partition keys */
  values: readonly string[];
  /** `s3://BUCKET/PREFIX/` */
  location: string;
  /** ms since 1970-01-01 UTC, when it was registered */
  created: number;
}

/** A partition that is to be registered. */
export type NewPartition = Pick<RegisteredPartition, "values" | "location">;

/** A table with its partitions and objects. Each method rejects if the catalog or the bucket refuses. */
export interface PartitionTable {
  shape(): Promise<TableShape>;
  /**
   * Objects in the order of their keys.
   * @param prefix `s3://BUCKET/PREFIX`
   * @param after those with greater keys only, `s3://BUCKET/KEY`
   */
  objects(prefix: string, after?: string): AsyncIterable<StoredObject>;
  /** @returns the registered partitions among at most 1,000, each in the place that it has in `wanted` */
  find(wanted: readonly (readonly string[])[]): Promise<(RegisteredPartition | undefined)[]>;
  /** Registers at most 100; those that exist are no error and stay as they are. @returns reasons of those that were refused */
  register(partitions: readonly NewPartition[]): Promise<string[]>;
}

/** A table from which partitions can be removed, too. */
export interface MaintainedTable extends PartitionTable {
  /** every partition that is registered, in no particular order */
  partitions(): AsyncIterable<RegisteredPartition>;
  /** Removes at most 25; those that are gone are no error. @returns reasons of those that were refused */
  remove(values: readonly (readonly string[])[]): Promise<string[]>;
}

/**
 * Where the delivery streams write the rows of a partition, with `${key}` in the places of the values, and a slash at its end.
 * @throws Error for a table without partitions, and for one by the day of arrival
 */
export function homeTemplate({ keys, location, template }: TableShape): string {
  if (keys.length === 0) throw new Error("the table is not partitioned");
  if (keys.length === 1 && keys[0] === "__dt")
    throw new Error(
      "the table is partitioned by the day of arrival, which stays a projection; there is nothing to register",
    );
  return (
    template ?? `${location}${location.endsWith("/") ? "" : "/"}${keys.map((key) => `${key}=\${${key}}/`).join("")}`
  );
}
