import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { crc32c, crc64Nvme, type Digest } from "./crc";
import type { ChecksumAlgorithm } from "./object-record";

export type { Digest } from "./crc";

/** Bytes of a checksum. */
export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The checksums that S3 computes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html). */
export const CHECKSUMS = Object.keys(CHECKSUM_BYTES) as readonly ChecksumAlgorithm[];

/** Begins a checksum. */
export function checksumOf(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case "CRC32":
      return crc32();
    case "CRC32C":
      return crc32c();
    case "CRC64NVME":
      return crc64Nvme();
    default:
      return hashOf(algorithm.toLowerCase());
  }
}

/** A hash of Node's. @param name `md5`, `sha1`, `sha256` */
export function hashOf(name: string): Digest {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
}

function crc32(): Digest {
  let crc = 0;
  return {
    update: (bytes) => void (crc = zlib.crc32(bytes, crc)),
    digest: () => {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(crc);
      return result.toString("base64");
    },
  };
}

/** The checksum of an object of parts from those of its parts, each in base64. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const digest = checksumOf(algorithm);
  for (const part of parts) digest.update(Buffer.from(part, "base64"));
  return `${digest.digest()}-${parts.length}`;
}
