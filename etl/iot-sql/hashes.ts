import { createHash } from "node:crypto";

/**
 * MD2, which OpenSSL has no more. https://www.rfc-editor.org/rfc/rfc1319
 * @returns hexadecimal digits
 */
export function md2(text: string): string {
  const bytes = Buffer.from(text);
  const padding = 16 - (bytes.length % 16);
  const padded = Buffer.concat([bytes, Buffer.alloc(padding, padding)]);
  const checksum = Buffer.alloc(16);
  let last = 0;
  for (let block = 0; block < padded.length; block += 16)
    for (let index = 0; index < 16; index++) {
      checksum[index] = checksum[index]! ^ SUBSTITUTION[padded[block + index]! ^ last]!;
      last = checksum[index]!;
    }
  const all = Buffer.concat([padded, checksum]);
  const state = new Uint8Array(48);
  for (let block = 0; block < all.length; block += 16) {
    for (let index = 0; index < 16; index++) {
      state[16 + index] = all[block + index]!;
      state[32 + index] = state[16 + index]! ^ state[index]!;
    }
    let value = 0;
    for (let round = 0; round < 18; round++) {
      for (let index = 0; index < 48; index++) {
        value = state[index]! ^ SUBSTITUTION[value]!;
        state[index] = value;
      }
      value = (value + round) % 256;
    }
  }
  return Buffer.from(state.subarray(0, 16)).toString("hex");
}

/** A hash by its name. @returns hexadecimal digits */
export function hash(name: string, text: string): string {
  return name === "md2" ? md2(text) : createHash(name).update(text).digest("hex");
}

/** RFC 1319, section 3.2: a permutation of 0 to 255 made of the digits of pi. */
const SUBSTITUTION = permutationOfPi();

/** The digits of pi choose which elements change places: the Fisher-Yates shuffle by which the RFC's table came about. */
function permutationOfPi(): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, index) => index);
  const digits = digitsOfPi(722);
  let at = 0;
  const random = (limit: number): number => {
    let value = digits[at++]!;
    let range = 10;
    if (limit > 10) {
      range = 100;
      value = value * 10 + digits[at++]!;
    }
    if (limit > 100) {
      range = 1000;
      value = value * 10 + digits[at++]!;
    }
    const usable = limit * Math.floor(range / limit);
    return value < usable ? value % limit : random(limit);
  };
  for (let limit = 2; limit <= 256; limit++) {
    const one = random(limit);
    const other = limit - 1;
    [table[one], table[other]] = [table[other]!, table[one]!];
  }
  return table;
}

/** Decimal digits of pi, the 3 first, by Machin's formula. */
function digitsOfPi(count: number): number[] {
  const scale = 10n ** BigInt(count + 10);
  const arctangent = (inverse: bigint): bigint => {
    let term = scale / inverse;
    let sum = term;
    for (let odd = 3n; term !== 0n; odd += 2n) {
      term = -term / (inverse * inverse);
      sum += term / odd;
    }
    return sum;
  };
  const pi = 4n * (4n * arctangent(5n) - arctangent(239n));
  return [...pi.toString().slice(0, count)].map(Number);
}
