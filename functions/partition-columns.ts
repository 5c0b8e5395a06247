/**
 * Gives registered partitions the columns that their table has by now. A partition keeps the columns that the table had when it was
 * registered. Of lines of JSON, Athena compares them by their place with those of the table: after a type changed, a query that reads such a
 * partition fails with HIVE_PARTITION_SCHEMA_MISMATCH.
 * https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html
 *
 * It runs in the transform function right after the table changed, page by page, for a part of each batch's time. A partition that has the
 * table's columns is left alone, so that a second run changes nothing. What an ending instance leaves is done by the next, which looks at all
 * partitions once when it begins.
 */

/** What became of one page of partitions. */
export interface RealignedPage {
  /** partitions that have the table's columns now, and had others before */
  changed: number;
  /** why others could not be changed */
  refused: string[];
  /** what the next page is asked for with; undefined after the last one */
  next?: string | undefined;
}

/** The partitions of a table. Rejects if the catalog refuses. @param limit ms after which the calls are given up */
export type RealignPage = (after: string | undefined, limit: number) => Promise<RealignedPage>;

/** Milliseconds of a batch's time. */
const LIMIT = 10_000;
/** Milliseconds of the function's time that are left for the answer. */
const RESERVE = 3_000;

/** Keeps the columns of registered partitions up to those of the table. */
export class PartitionColumns {
  private due = false;
  private after: string | undefined;
  private changed = 0;
  private refused = 0;

  /** @param name `database.table`, for messages */
  constructor(
    private readonly name: string,
    private readonly realign: RealignPage,
    private readonly writeLog: (lines: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** The table changed, or partitions were registered while it did. */
  readonly tableChanged = (): void => {
    this.due = true;
    this.restart();
  };

  /**
   * Goes on where the last batch stopped. Never rejects.
   * @param remaining ms until the invocation is stopped
   */
  async keepUp(remaining: number): Promise<void> {
    const end = this.now() + Math.min(LIMIT, remaining - RESERVE);
    while (this.due) {
      const limit = end - this.now();
      if (limit <= 0) return;
      try {
        const { changed, refused, next } = await this.realign(this.after, limit);
        this.changed += changed;
        this.refused += refused.length;
        if (refused.length > 0)
          this.log("ERROR", `${refused.length} partitions of ${this.name} keep former columns: ${refused[0]}`);
        this.after = next;
        if (next === undefined) return this.finish();
      } catch (error) {
        // A page may be asked for too late; from the first on, partitions that are done take no call but the reading.
        this.restart();
        const { name, message } = error as Error;
        this.log("ERROR", `partitions of ${this.name} keep former columns: ${name}: ${message}`);
        return;
      }
    }
  }

  /** All have been seen. The next batch tries those again that were refused. */
  private finish(): void {
    if (this.changed > 0) this.log("INFO", `${this.changed} partitions of ${this.name} have the table's columns now`);
    this.changed = 0;
    this.due = this.refused > 0;
    this.restart();
  }

  private restart(): void {
    this.after = undefined;
    this.refused = 0;
  }

  private log(level: string, message: string): void {
    this.writeLog(`${JSON.stringify({ level, message })}\n`);
  }
}
