import { DataFileError, isObject, readDataFile, replaceFile } from "../../core/data-file";

/** By shard, the index of the first record that is not done with; on disk, so that a mapping goes on there whenever the process ended. */
export class Checkpoint {
  private next: Record<string, number>;
  private written = "";

  /**
   * @param start where a mapping begins that has no checkpoint yet
   * @param ends of the shards
   * @throws DataFileError when the stream ends before the checkpoint
   */
  constructor(
    private readonly file: string,
    start: readonly number[],
    ends: readonly number[],
  ) {
    const known = readDataFile(file, isByShard);
    this.next = { ...Object.fromEntries(start.entries()), ...known };
    for (const [shard, index] of Object.entries(this.next))
      if (index > (ends[Number(shard)] ?? Infinity))
        throw new DataFileError(
          file,
          `it speaks of record ${index} of shard ${shard}, and the stream ends before it (in kinesis/ of the data folder)`,
        );
    this.save(this.next);
  }

  startOf(shard: number): number {
    return this.next[shard] ?? 0;
  }

  save(next: Record<string, number>): void {
    const text = JSON.stringify(next);
    if (text === this.written) return;
    replaceFile(this.file, text);
    this.next = next;
    this.written = text;
  }
}

function isByShard(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every((index) => Number.isSafeInteger(index) && Number(index) >= 0);
}
