import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import type { Encryption } from "./object-record";

/** Bytes beyond which services upload in parts, so that an object's ETag is no MD5 of it; no service says which size it takes. */
const IN_PARTS = 16 * 1024 * 1024;

/**
 * The ETag of an object that was written at once: its MD5, unless it is encrypted with a key of KMS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 * @param md5 in hex
 */
export function newEtag(md5: string, encryption: Encryption | undefined): string {
  return encryption?.algorithm === "aws:kms" ? randomBytes(16).toString("hex") : md5;
}

/**
 * The ETag of an object of parts.
 * @param md5s of the parts, in hex
 */
export function etagOfParts(md5s: readonly string[]): string {
  const hash = createHash("md5");
  for (const md5 of md5s) hash.update(Buffer.from(md5, "hex"));
  return `${hash.digest("hex")}-${md5s.length}`;
}

/**
 * The ETag of a file that a service writes.
 * @param bytes its content, if the caller has it
 */
export function etagOf(file: string, bytes: Uint8Array | undefined, encryption: Encryption): string {
  const size = bytes?.length ?? fs.statSync(file).size;
  if (size > IN_PARTS) return `${randomBytes(16).toString("hex")}-${Math.ceil(size / IN_PARTS)}`;
  const md5 = createHash("md5")
    .update(bytes ?? fs.readFileSync(file))
    .digest("hex");
  return newEtag(md5, encryption);
}
