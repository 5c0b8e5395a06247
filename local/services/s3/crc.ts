/** A digest of bytes that come piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** base64 */
  digest(): string;
}

/** CRC-32C (Castagnoli, RFC 3720), reflected. */
const CASTAGNOLI = 0x82f63b78;
/** CRC-64/NVME, reflected: the high and the low half of 0x9a6c9329ac4bc9b5. */
const NVME = [0x9a6c9329, 0xac4bc9b5] as const;

/**
 * Tables by which eight bytes are taken at once ("slicing by 8"): entry `k * 256 + b` is the remainder of the byte b followed by k zeros.
 * Of a CRC of 64 bits there is one for each half.
 */
interface Tables {
  low: Int32Array;
  high: Int32Array;
}

function tablesOf(high: number, low: number): Tables {
  const tables = { low: new Int32Array(8 * 256), high: new Int32Array(8 * 256) };
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const odd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd) {
        h ^= high;
        l ^= low;
      }
    }
    tables.high[byte] = h;
    tables.low[byte] = l;
  }
  for (let i = 256; i < 8 * 256; i++) {
    const [h, l] = [tables.high[i - 256]!, tables.low[i - 256]!];
    tables.low[i] = ((l >>> 8) | (h << 24)) ^ tables.low[l & 255]!;
    tables.high[i] = (h >>> 8) ^ tables.high[l & 255]!;
  }
  return tables;
}

let castagnoli: Tables | undefined;
let nvme: Tables | undefined;

/** CRC32C as S3 writes it: base64 of four bytes, the first the highest. */
export function crc32c(): Digest {
  castagnoli ??= tablesOf(0, CASTAGNOLI);
  const table = castagnoli.low;
  let crc = -1;
  return {
    update(bytes) {
      let c = crc;
      let i = 0;
      for (const end = bytes.length - 7; i < end; i += 8) {
        c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
        c =
          table[1792 + (c & 255)]! ^
          table[1536 + ((c >>> 8) & 255)]! ^
          table[1280 + ((c >>> 16) & 255)]! ^
          table[1024 + (c >>> 24)]! ^
          table[768 + bytes[i + 4]!]! ^
          table[512 + bytes[i + 5]!]! ^
          table[256 + bytes[i + 6]!]! ^
          table[bytes[i + 7]!]!;
      }
      for (; i < bytes.length; i++) c = (c >>> 8) ^ table[(c ^ bytes[i]!) & 255]!;
      crc = c;
    },
    digest() {
      const result = Buffer.alloc(4);
      result.writeInt32BE(~crc);
      return result.toString("base64");
    },
  };
}

/** CRC64NVME as S3 writes it: base64 of eight bytes, the first the highest. */
export function crc64Nvme(): Digest {
  nvme ??= tablesOf(...NVME);
  const { low, high } = nvme;
  let [crcHigh, crcLow] = [-1, -1];
  return {
    update(bytes) {
      let [h, l] = [crcHigh, crcLow];
      let i = 0;
      for (const end = bytes.length - 7; i < end; i += 8) {
        l ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
        h ^= bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
        const a = 1792 + (l & 255);
        const b = 1536 + ((l >>> 8) & 255);
        const c = 1280 + ((l >>> 16) & 255);
        const d = 1024 + (l >>> 24);
        const e = 768 + (h & 255);
        const f = 512 + ((h >>> 8) & 255);
        const g = 256 + ((h >>> 16) & 255);
        const k = h >>> 24;
        l = low[a]! ^ low[b]! ^ low[c]! ^ low[d]! ^ low[e]! ^ low[f]! ^ low[g]! ^ low[k]!;
        h = high[a]! ^ high[b]! ^ high[c]! ^ high[d]! ^ high[e]! ^ high[f]! ^ high[g]! ^ high[k]!;
      }
      for (; i < bytes.length; i++) {
        const index = (l ^ bytes[i]!) & 255;
        l = ((l >>> 8) | (h << 24)) ^ low[index]!;
        h = (h >>> 8) ^ high[index]!;
      }
      [crcHigh, crcLow] = [h, l];
    },
    digest() {
      const result = Buffer.alloc(8);
      result.writeInt32BE(~crcHigh, 0);
      result.writeInt32BE(~crcLow, 4);
      return result.toString("base64");
    },
  };
}
