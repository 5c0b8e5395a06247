import type { Stop, Tallies } from "./activities";
import type { BatchObserver, BatchOutcome, InboundRecord } from "./outcome";
import { fanOutRecord, loadsOf, type Load, type MadeRow, type PartitionKeys } from "./partitions";

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
    return this.arrivals.map((_, source) => {
      const rows = this.rows.get(source);
      if (rows === undefined || this.stops.get(source)?.result === "failed") return this.stops.get(source) as Stop;
      const [load, ...others] = loadsOf(rows) as [Load, ...Load[]];
      const further = others.length === 0 ? undefined : fanOutRecord(others);
      if (typeof further !== "string") return { result: "stored", rows, load, further };
      this.stop(source, { result: "failed", at: last, reason: further });
      return this.stops.get(source) as Stop;
    });
  }
}
