/** Hash keys are the numbers of 128 bits. */
const KEYS = 2n ** 128n;

/** The range of hash keys of a shard: the space is split evenly, as when a stream is created. */
export function hashKeyRange(shard: number, shards: number): { StartingHashKey: string; EndingHashKey: string } {
  const start = (at: number): bigint => {
    const product = KEYS * BigInt(at);
    const count = BigInt(shards);
    return (product + count - 1n) / count;
  };
  return { StartingHashKey: String(start(shard)), EndingHashKey: String(start(shard + 1) - 1n) };
}

/** The shard whose range holds a hash key. */
export function shardOfHash(hash: bigint, shards: number): number {
  return Number((hash * BigInt(shards)) / KEYS);
}

/** Reads an explicit hash key; undefined for text that is none. */
export function parseHashKey(text: string): bigint | undefined {
  if (!/^(0|[1-9]\d{0,38})$/.test(text)) return undefined;
  const key = BigInt(text);
  return key < KEYS ? key : undefined;
}
