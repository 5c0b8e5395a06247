/** Attribute values as parts of an object's key. */
import { createHash } from "node:crypto";
import { NO_PARTITION_VALUE } from "../../aws/limits/glue-partitions";

/** Stands where a message has no value to partition by. */
export const UNKNOWN = "unknown";

/**
 * Ends the path of a partition whose values may hold slashes: Athena reads everything below a partition's place, so `north`
 * would have the rows of `north/1` too.
 */
export const LAST_SEGMENT = "rows";

/** Control characters and halves of a character, which no key has; and what looks like a value that was changed. */
const NEVER = /[\p{Cc}\p{Surrogate}]|~[0-9a-f]{8}$/u;

/**
 * A value as a partition's value: itself, so that queries name it as it was sent. One that cannot stand in
 * a key as it is, or has more than `limit` bytes, is cut, cleaned and ends with `~` and a hash, so that different values stay different.
 * An empty value is "unknown".
 */
export function pathValue(value: string, limit: number): string {
  if (value === "") return UNKNOWN;
  if (isLiteral(value) && byteLength(value, limit) <= limit) return value;
  const hash = createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
  return `${cut(cleaned(value), limit - 9)}~${hash}`;
}

function isLiteral(value: string): boolean {
  // Readers of the catalog take this text for NULL.
  if (value === NO_PARTITION_VALUE) return false;
  return !NEVER.test(value) && (!value.includes("/") || value.split("/").every(isSegment));
}

/** What a path may hold between slashes: nothing that a reader leaves out, or takes for another part of the path. */
function isSegment(segment: string, index: number): boolean {
  if (segment === "") return false;
  return index === 0 || !(segment === "." || segment === ".." || segment === LAST_SEGMENT || segment.includes("="));
}

function byteLength(value: string, limit: number): number {
  // a UTF-16 unit has three bytes at most
  return value.length * 3 <= limit ? value.length : Buffer.byteLength(value);
}

function cleaned(value: string): string {
  return value.replace(/[\p{Cc}\p{Surrogate}/]/gu, "_");
}

/** As many whole characters as fit into so many bytes. */
function cut(value: string, limit: number): string {
  let end = 0;
  let bytes = 0;
  for (const character of value) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return value.slice(0, end);
}
