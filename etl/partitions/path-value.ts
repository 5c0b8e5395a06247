/** Attribute values as parts of an object's key. */
import { createHash } from "node:crypto";

/** Stands where a message has no value to partition by. */
export const UNKNOWN = "unknown";

const UNSAFE = /[^A-Za-z0-9_.~-]/u;

/**
 * A value as a partition's value: everything but letters, digits and `-_.~` is percent-encoded as UTF-8, so the value
 * is one safe segment of a path. One that gets longer than `limit` characters is cut and ends with `~` and a hash, so
 * that different values stay different. An empty value is "unknown".
 */
export function pathValue(value: string, limit: number): string {
  if (value === "") return UNKNOWN;
  const encoded = UNSAFE.test(value) ? encode(value) : value;
  if (encoded.length <= limit) return encoded;
  const hash = createHash("sha256").update(value).digest("hex").slice(0, 8);
  // an escape must not be cut in two
  return `${encoded.slice(0, limit - 9).replace(/%[0-9A-F]?$/, "")}~${hash}`;
}

function encode(value: string): string {
  // what encodeURIComponent leaves alone: ! ' ( ) *
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
