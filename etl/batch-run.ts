import type { Stop, Tallies } from "./activities";
import type { BatchObserver, BatchOutcome, InboundRecord } from "./outcome";
import { packRows, type MadeRow, type PartitionKeys } from "./partitions";

/** Why a message fails whose rows belong to several partitions that no other message of the batch carries. */
const NO_CARRIER =
  "rows of several partitions were made of it, and a delivery stream takes rows of one partition for a record: let the function return, or the array hold, messages of one partition, or let the datastore partition by less";

/** What is known of the messages of one batch. */
export class BatchRun {
  private readonly rows = new Map<number, MadeRow[]>();
  private readonly stops = new Map<number, Stop>();

  constructor(
    private readonly arrivals: readonly InboundRecord[],
    private readonly tallies: Tallies,
    readonly observer: BatchObserver | undefined,
  ) {}

  arrivalOf(source: number): number {
    return (this.arrivals[source] as InboundRecord).arrivalTime;
  }

  stop(source: number, stop: Stop): void {
    this.tallies.stop(stop);
    // the first failure is reported, and a failure rather than that something was filtered
    if (this.stops.get(source)?.result !== "failed") this.stops.set(source, stop);
  }

  store(source: number, row: Buffer, partitionKeys: PartitionKeys): void {
    const rows = this.rows.get(source);
    if (rows === undefined) this.rows.set(source, [{ row, partitionKeys }]);
    else rows.push({ row, partitionKeys });
  }

  /** What became of every message, once all have gone through. `last` is the activity at which rows get their partition. */
  outcomes(last: string): BatchOutcome[] {
    const stored = this.arrivals.flatMap((_, source) =>
      this.rows.has(source) && this.stops.get(source)?.result !== "failed" ? [source] : [],
    );
    const loads = packRows(stored.map((source) => this.rows.get(source) as MadeRow[]));
    const loadOf = new Map(stored.map((source, place) => [source, loads[place]]));
    for (const [source, load] of loadOf)
      if (load === undefined) this.stop(source, { result: "failed", at: last, reason: NO_CARRIER });
    return this.arrivals.map((_, source) => {
      const load = loadOf.get(source);
      if (load === undefined) return this.stops.get(source) as Stop;
      return { result: "stored", rows: this.rows.get(source) as MadeRow[], load };
    });
  }
}
