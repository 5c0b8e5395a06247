import type { Cursor, ShardRecord } from "../kinesis/shard";

/** Where a delivery stream reads: a Kinesis stream, or what producers put to the delivery stream itself. */
export interface Source {
  readonly shards: readonly { /** index after the last record on disk */ readonly end: number }[];
  /** Reads on from `cursor`, which it moves. @returns none at the end */
  read(shard: number, cursor: Cursor): ShardRecord[];
  /** `consume` is called whenever records have become readable. */
  subscribe(consume: () => void): void;
}

/** A record on its way through a delivery stream. */
export interface SourceRecord extends ShardRecord {
  shard: number;
}

/** Which records something holds: by shard the first and the last index. */
export class Coverage {
  private readonly shards = new Map<number, { first: number; last: number }>();

  add(shard: number, index: number): void {
    const known = this.shards.get(shard);
    if (known === undefined) this.shards.set(shard, { first: index, last: index });
    else {
      known.first = Math.min(known.first, index);
      known.last = Math.max(known.last, index);
    }
  }

  firstOf(shard: number): number | undefined {
    return this.shards.get(shard)?.first;
  }

  /** the last index of every shard */
  through(): Record<string, number> {
    return Object.fromEntries([...this.shards].map(([shard, { last }]) => [shard, last]));
  }
}
