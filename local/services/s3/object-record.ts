import type { Stats } from "node:fs";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";

/** Checksums of S3, by their names in its API. */
export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** A checksum that S3 keeps with an object. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  /** base64; of a composite one with `-PARTS` at its end */
  value: string;
  type: "FULL_OBJECT" | "COMPOSITE";
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  size: number;
  /** base64, of the object's algorithm */
  checksum?: string;
}

/** What S3 keeps of an object beside its bytes, as far as whoever writes it says so. */
export interface ObjectFacts {
  /** in hex, without quotes; of parts with `-PARTS` at its end */
  etag: string;
  /** ContentType, CacheControl and others, by their names in the API */
  headers?: Record<string, string>;
  /** the user's own, names in lower case */
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  checksum?: Checksum;
  /** of an object uploaded in parts */
  parts?: ObjectPart[];
  encryption?: Encryption;
  /** undefined: STANDARD */
  storageClass?: string;
}

/** How S3 says that an object is encrypted. */
export interface Encryption {
  algorithm: "AES256" | "aws:kms";
  keyId?: string;
  bucketKey?: boolean;
}

/** A version of an object as its record holds it. */
export interface RecordedVersion extends ObjectFacts {
  /** "null" where versioning was not on */
  id: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  modified: number;
  size: number;
  /** tells the version's file from any other of the key; see `stampOf` */
  stamp: string;
  /** ms since 1970-01-01 UTC since when it is noncurrent and kept among the versions */
  kept?: number;
}

/** A delete marker. */
export interface RecordedMarker {
  id: string;
  modified: number;
  marker: true;
}

/** The versions of a key, newest first. */
export type ObjectRecord = readonly (RecordedVersion | RecordedMarker)[];

/** Ends the name of a record's file; no key's name ends so. */
export const RECORD = "~.json";

/** What tells a file's content from another's at the same place: its size, and its time of modification in microseconds. */
export function stampOf({ size, mtimeMs }: Stats): string {
  return `${size}-${Math.round(mtimeMs * 1000)}`;
}

/** Reads the record of a key; empty if there is none. @throws DataFileError */
export function readRecord(file: string): ObjectRecord {
  return readDataFile(file, isRecord) ?? [];
}

function isRecord(value: unknown): value is ObjectRecord {
  return (
    Array.isArray(value) &&
    value.every(
      (version) =>
        isObject(version) &&
        typeof version.id === "string" &&
        typeof version.modified === "number" &&
        (version.marker === true || (typeof version.stamp === "string" && typeof version.etag === "string")),
    )
  );
}

/** Writes the record of a key in one step. */
export function writeRecord(file: string, record: ObjectRecord): void {
  replaceFile(file, JSON.stringify(record));
}
