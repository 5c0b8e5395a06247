/** XXH64 with seed 0. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => u64((value << by) | (value >> (64n - by)));
const round = (accumulator: bigint, lane: bigint): bigint => u64(rotate(u64(accumulator + lane * P2), 31n) * P1);
const merge = (hash: bigint, accumulator: bigint): bigint => u64((hash ^ round(0n, accumulator)) * P1 + P4);

/** @param seed 64 bits @returns 64 bits, unsigned */
export function xxhash64(bytes: Uint8Array, seed = 0n): bigint {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash: bigint;
  if (view.length >= 32) {
    let [a, b, c, d] = [u64(seed + P1 + P2), u64(seed + P2), seed, u64(seed - P1)];
    for (; at + 32 <= view.length; at += 32) {
      a = round(a, view.readBigUInt64LE(at));
      b = round(b, view.readBigUInt64LE(at + 8));
      c = round(c, view.readBigUInt64LE(at + 16));
      d = round(d, view.readBigUInt64LE(at + 24));
    }
    hash = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    hash = [a, b, c, d].reduce(merge, hash);
  } else hash = u64(seed + P5);
  hash = u64(hash + BigInt(view.length));
  for (; at + 8 <= view.length; at += 8) hash = u64(rotate(hash ^ round(0n, view.readBigUInt64LE(at)), 27n) * P1 + P4);
  if (at + 4 <= view.length) {
    hash = u64(rotate(hash ^ u64(BigInt(view.readUInt32LE(at)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < view.length; at++) hash = u64(rotate(hash ^ u64(BigInt(view[at]!) * P5), 11n) * P1);
  hash = u64((hash ^ (hash >> 33n)) * P2);
  hash = u64((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}
