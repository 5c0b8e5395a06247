import { ApiError } from "../../api";

/** A shard iterator or a token of a listing ends 5 minutes after it was given (AWS: GetShardIterator, ListShards). */
const LIFETIME_MS = 300_000;

/** Where a reader stands in a shard. */
export interface IteratorPosition {
  stream: string;
  shard: number;
  /** of the next record */
  index: number;
}

/**
 * A shard iterator: opaque on AWS; here it says where it stands, so that nothing of it need be kept.
 * @param time ms, when it is given
 */
export function makeIterator({ stream, shard, index }: IteratorPosition, time: number): string {
  return encode(["iterator", stream, shard, index, Math.floor(time)]);
}

/** @throws ApiError for text that is no shard iterator */
export function readIterator(text: string | undefined): IteratorPosition & { given: number } {
  const values = decode(text);
  const [kind, stream, shard, index, given] = values;
  const isWhole = [shard, index, given].every((value) => Number.isSafeInteger(value) && Number(value) >= 0);
  if (kind !== "iterator" || values.length !== 5 || typeof stream !== "string" || !isWhole)
    throw new ApiError(400, "InvalidArgumentException", "Invalid ShardIterator.");
  return { stream, shard: Number(shard), index: Number(index), given: Number(given) };
}

/** @throws ApiError for an iterator that is too old */
export function checkIteratorAge(given: number, time: number): void {
  if (time - given <= LIFETIME_MS) return;
  const at = (ms: number): string => new Date(ms).toUTCString();
  throw new ApiError(
    400,
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${at(given)} while right now it is ${at(time)} which is further in the future than the tolerated delay of ${LIFETIME_MS} milliseconds.`,
  );
}

/** Where a listing of shards goes on. */
export interface ListPosition {
  stream: string;
  /** the last shard that was listed */
  after: number;
}

/** The token with which a listing of shards goes on. */
export function makeListToken({ stream, after }: ListPosition, time: number): string {
  return encode(["shards", stream, after, Math.floor(time)]);
}

/** @throws ApiError for text that is no such token, or an old one */
export function readListToken(text: string, time: number): ListPosition {
  const [kind, stream, after, given] = decode(text);
  if (kind !== "shards" || typeof stream !== "string" || !Number.isSafeInteger(after) || !Number.isSafeInteger(given))
    throw new ApiError(400, "InvalidArgumentException", "NextToken is invalid.");
  if (time - Number(given) > LIFETIME_MS)
    throw new ApiError(
      400,
      "ExpiredNextTokenException",
      `NextToken expired: it is valid for ${LIFETIME_MS} milliseconds.`,
    );
  return { stream, after: Number(after) };
}

function encode(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64");
}

function decode(text: string | undefined): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(text ?? "", "base64").toString("utf8"));
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}
