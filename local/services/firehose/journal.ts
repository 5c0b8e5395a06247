import * as fs from "node:fs";
import * as path from "node:path";
import { DataFileError, isObject, readDataFile, readDataLines, replaceFile } from "../../core/data-file";

/** Index of the last record of each shard that has been delivered, or of the next one to read. */
export type ByShard = Record<string, number>;

interface Checkpoint {
  /** by shard, the next record to read after a start */
  next: ByShard;
  /** by partition and shard, the last record that is in an object although the checkpoint lies before it */
  delivered: Record<string, ByShard>;
}

interface Intent {
  bucket: string;
  key: string;
  partition: string;
  through: ByShard;
}

/** Deliveries after which the checkpoint is written anew and the journal emptied. */
const COMPACT_AFTER = 512;

/**
 * What a delivery stream has delivered. Before an object gets its name the journal says which records are in it; after
 * a crash the object's existence tells whether that came true. A record is therefore in one object, whatever happens
 * between two system calls.
 */
export class Journal {
  private readonly delivered = new Map<string, ByShard>();
  private readonly next: ByShard;
  private readonly file: string;
  private readonly checkpointFile: string;
  private fd: number;
  private entries = 0;
  /** the checkpoint as it is on disk */
  private written = "";

  /**
   * @param start where a delivery stream begins that has no journal yet: LATEST, as Firehose does
   * @param exists whether an object is there
   */
  constructor(folder: string, start: ByShard, exists: (bucket: string, key: string) => boolean) {
    fs.mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, "journal.ndjson");
    this.checkpointFile = path.join(folder, "checkpoint.json");
    const checkpoint = readDataFile(this.checkpointFile, isCheckpoint) ?? { next: start, delivered: {} };
    this.next = { ...start, ...checkpoint.next };
    for (const [partition, shards] of Object.entries(checkpoint.delivered)) this.delivered.set(partition, shards);
    // A last line that a killed process left half written was never acted upon.
    const intents = readDataLines(this.file, isIntent);
    this.checkEnds(start, checkpoint, intents);
    for (const intent of intents) if (exists(intent.bucket, intent.key)) this.apply(intent);
    this.write(this.next);
    // Emptied, so that nothing is written behind a line that was cut off.
    this.fd = fs.openSync(this.file, "w");
  }

  /** Index of the record to read next from a shard, after a start. */
  startOf(shard: number): number {
    return this.next[shard] ?? 0;
  }

  /** Whether the record is in an object already. */
  has(partition: string, shard: number, index: number): boolean {
    const through = this.delivered.get(partition)?.[shard];
    return through !== undefined && index <= through;
  }

  /** To be called before the object is put. */
  intend(intent: Intent): void {
    fs.writeSync(this.fd, `${JSON.stringify(intent)}\n`);
    this.entries++;
  }

  /** To be called after the object is put; `lowWater` is what must be read again after a crash. */
  confirm(intent: Intent, lowWater: () => ByShard): void {
    this.apply(intent);
    if (this.entries >= COMPACT_AFTER) this.compact(lowWater());
  }

  /** Writes the checkpoint and empties the journal. */
  compact(lowWater: ByShard): void {
    for (const [partition, shards] of this.delivered) {
      const needed = Object.entries(shards).filter(([shard, last]) => last >= (lowWater[shard] ?? 0));
      if (needed.length === 0) this.delivered.delete(partition);
      else this.delivered.set(partition, Object.fromEntries(needed));
    }
    // Time may pass for years without a record.
    if (!this.write(lowWater) && this.entries === 0) return;
    fs.closeSync(this.fd);
    this.fd = fs.openSync(this.file, "w");
    this.entries = 0;
  }

  close(lowWater: ByShard): void {
    this.compact(lowWater);
    fs.closeSync(this.fd);
  }

  /** What was delivered was in the source; a source that ends before would give the numbers of its records again. */
  private checkEnds(ends: ByShard, { next, delivered }: Checkpoint, intents: readonly Intent[]): void {
    const check = (file: string, first: ByShard, more: number): void => {
      for (const [shard, index] of Object.entries(first))
        if (index + more > (ends[shard] ?? Infinity))
          throw new DataFileError(
            file,
            `it speaks of record ${index} of shard ${shard}, and the stream ends before it (its records are in kinesis/ of the data folder, or in records/ beside this file)`,
          );
    };
    check(this.checkpointFile, next, 0);
    for (const through of Object.values(delivered)) check(this.checkpointFile, through, 1);
    for (const { through } of intents) check(this.file, through, 1);
  }

  private apply(intent: Intent): void {
    this.delivered.set(intent.partition, { ...this.delivered.get(intent.partition), ...intent.through });
  }

  /** @returns whether the checkpoint is another than the last one */
  private write(next: ByShard): boolean {
    const text = JSON.stringify({ next, delivered: Object.fromEntries(this.delivered) } satisfies Checkpoint);
    if (text === this.written) return false;
    replaceFile(this.checkpointFile, text);
    this.written = text;
    return true;
  }
}

function isCheckpoint(value: unknown): value is Checkpoint {
  return (
    isObject(value) &&
    isByShard(value.next) &&
    isObject(value.delivered) &&
    Object.values(value.delivered).every(isByShard)
  );
}

function isIntent(value: unknown): value is Intent {
  if (!isObject(value)) return false;
  return (
    [value.bucket, value.key, value.partition].every((text) => typeof text === "string") && isByShard(value.through)
  );
}

function isByShard(value: unknown): value is ByShard {
  return isObject(value) && Object.values(value).every((index) => Number.isSafeInteger(index) && Number(index) >= 0);
}
