/**
 * Registers partitions in the catalog before the delivery stream gets their first rows, so that a query finds every row that is
 * stored. The delivery stream writes an object only after the answer, so a partition is there before its rows.
 *
 * A registration that fails does not fail the invocation: the delivery stream would invoke the function again three times and then
 * put good rows below the error prefix, unconverted. The rows are stored; what is missing is an entry of the catalog that follows from
 * where they lie. The next batch tries again, the datastore's repair finds what an ending instance leaves behind, and a metric with an
 * alarm counts them meanwhile.
 */
import type { PartitionKeys } from "../etl/partitions";

/** The partitions of a table in the catalog. Both methods reject if the catalog cannot be reached or refuses. */
export interface PartitionCatalog {
  /** `database.table`, for messages */
  readonly name: string;
  /**
   * Registers partitions; those that are registered already are left as they are.
   * @param wanted values by the name of the partition key
   * @param limit ms after which the call is given up
   * @returns those that were refused, each in the place that it has in `wanted`
   */
  register(wanted: readonly PartitionKeys[], limit: number): Promise<(string | undefined)[]>;
}

/** Milliseconds that registering may take of a batch's time. */
const LIMIT = 10_000;
/** Milliseconds of the function's time that are left for the answer. */
const RESERVE = 3_000;
/** Partitions that an instance remembers; all are forgotten when there are more, which costs a call that changes nothing. */
const REMEMBERED = 100_000;

/** ms for which an instance relies on what it remembers: a partition whose rows have all expired is removed, and may get rows again. */
const FRESH = 3_600_000;

/** Remembers which partitions are registered, and registers the others. */
export class PartitionRegistrar {
  private readonly registered = new Set<string>();
  private readonly waiting = new Map<string, PartitionKeys>();
  private since: number | undefined;

  constructor(
    private readonly catalog: PartitionCatalog,
    /** told of what could not be registered: how many partitions, and the first reason */
    private readonly onUnregistered: (partitions: number, reason: string) => void,
  ) {}

  /**
   * Forgets which partitions are registered, once an hour.
   * @param now ms since 1970-01-01 UTC
   * @returns whether it did, so that whoever adds partitions adds each once more
   */
  renew(now: number): boolean {
    this.since ??= now;
    if (now - this.since < FRESH) return false;
    this.since = now;
    this.registered.clear();
    return true;
  }

  /** Partitions with rows that could not be registered yet. */
  get unregistered(): number {
    return this.waiting.size;
  }

  /** A partition that a row belongs to. */
  readonly add = (keys: PartitionKeys): void => {
    const id = JSON.stringify(keys);
    if (!this.registered.has(id)) this.waiting.set(id, keys);
  };

  /**
   * Registers what was added since, and what failed before. Never rejects.
   * @param remaining ms until the invocation is stopped
   */
  async register(remaining: number): Promise<void> {
    if (this.waiting.size === 0) return;
    const wanted = [...this.waiting];
    const limit = Math.min(LIMIT, remaining - RESERVE);
    let reasons: (string | undefined)[];
    try {
      if (limit <= 0) throw new Error("no time is left in this invocation");
      reasons = await this.catalog.register(
        wanted.map(([, keys]) => keys),
        limit,
      );
    } catch (error) {
      const { name, message } = error as Error;
      const reason = name === "Error" ? message : `${name}: ${message}`;
      reasons = wanted.map(() => reason);
    }
    if (this.registered.size + wanted.length > REMEMBERED) this.registered.clear();
    wanted.forEach(([id], index) => {
      if (reasons[index] !== undefined) return;
      this.registered.add(id);
      this.waiting.delete(id);
    });
    if (this.waiting.size > 0)
      this.onUnregistered(this.waiting.size, reasons.find((reason) => reason !== undefined) ?? "");
  }
}
