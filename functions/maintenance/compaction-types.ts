/** What the compaction of a datastore works with. */
import type { MaintainedTable, StoredObject } from "./table";

/** A table whose partitions can be rewritten. Each method rejects if a service refuses. */
export interface CompactedTable extends MaintainedTable {
  /** Lets queries read a partition at this place from now on: one call, so a reader finds the one place or the other. Registers it if it is not. */
  relocate(values: readonly string[], location: string): Promise<void>;
  /** Copies an object of at most 5 GB; one that is there is overwritten. */
  copy(from: string, to: string): Promise<void>;
  /** Deletes an object; one that is gone is no error. */
  delete(uri: string): Promise<void>;
}

/** Rewrites a partition with a query. */
export interface Rewriter {
  /**
   * Starts to write the rows of a partition as this many objects, with a table of their own.
   * @param token the same token starts nothing twice
   * @returns id of the query
   */
  start(values: readonly string[], table: string, objects: number, token: string): Promise<string>;
  /** @returns the state, and where the rows are written, `s3://BUCKET/PREFIX/` */
  state(id: string): Promise<{ state: "running" | "succeeded" | "failed"; reason?: string; place: string }>;
  /** Counts the rows that queries find in a partition, and those of the rewritten objects. */
  count(values: readonly string[], table: string): Promise<{ before: number; after: number }>;
  /** Drops the table of the rewritten objects, which stay; one that is gone is no error. */
  drop(table: string): Promise<void>;
}

/** The objects that a compaction has read. */
export type Source = Pick<StoredObject, "uri" | "etag" | "bytes">;

/**
 * A partition on its way from many objects to few. Each phase is written down before it begins, so that a run that was killed is continued
 * by the next.
 *
 * - writing: a query writes the rows to a place of their own, `place`; nobody reads them there
 * - moved: queries read `place`; the sources stay, for queries that began before
 * - homing: the sources are deleted, the new objects copied to their place; queries read `place` still
 * - clearing: queries read the partition's own place; `place` is emptied when no query can read it any more
 */
export interface Compaction {
  values: string[];
  /** where the delivery streams write, `s3://BUCKET/PREFIX/` */
  home: string;
  phase: "writing" | "moved" | "homing" | "clearing";
  /** ms since 1970-01-01 UTC, when the phase began */
  since: number;
  /** name of the table of the rewritten objects */
  table: string;
  /** id of the query; absent until it is started */
  query?: string;
  /** where the rewritten objects are; absent until the query is known */
  place?: string;
  /** the rewritten objects; absent until their rows are counted */
  written?: string[];
  sources: Source[];
  /** ms since 1970-01-01 UTC, when the oldest row was stored */
  oldest: number;
}

/** What has become of a compaction in one step. */
export type Step =
  /** nothing can be done before the next look */
  | { kind: "waits" }
  /** the next step can be made at once */
  | { kind: "goes on" }
  /** queries read the rewritten rows, and only those */
  | { kind: "compacted"; before: number; after: number; bytes: number }
  /** rows arrived in the partition while it was compacted: it is left as it was, and compacted later; `hidden` of their objects no query found for a while */
  | { kind: "late"; objects: number; hidden: number }
  | { kind: "failed"; reason: string }
  /** it is over, and nothing is left of it but the partition */
  | { kind: "over" };

/** The parts that a compaction needs, and its times. */
export interface CompactionContext {
  table: CompactedTable;
  rewriter: Rewriter;
  /** writes down the state that the next run continues from; undefined: it is over */
  save(compaction: Compaction, state: Compaction | undefined): Promise<void>;
  /** ms for which objects stay after a query may have begun to read them: longer than Athena's longest query */
  graceMs: number;
  now(): number;
}
