import * as fs from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import { CHECKSUM_BYTES, CHECKSUMS, checksumOf, hashOf, type Digest } from "../checksum";
import type { Checksum, ChecksumAlgorithm } from "../object-record";
import { decodeChunks, type ChunkSigning } from "./chunks";
import { s3Error } from "./row";

/** A body that was received into a file, and what came with it was right. */
export interface Received {
  size: number;
  /** in hex */
  md5: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
}

/** A request whose body is an object or a part. */
export interface PayloadRequest {
  headers: IncomingHttpHeaders;
  body: Readable;
  signing: ChunkSigning | undefined;
}

/** Bytes that are gathered before they are written. */
const WRITE_BYTES = 1024 * 1024;

/**
 * Receives the body of a PutObject or UploadPart into a file, whatever its size in bounded memory, and verifies what the client says of
 * it: its length, Content-MD5, checksum, SHA-256, and the signatures of its chunks.
 * @param byDefault the checksum to compute if the client names none
 * @throws ApiError; the file may be there then
 */
export async function receive(
  { headers, body, signing }: PayloadRequest,
  file: string,
  byDefault: ChecksumAlgorithm = "CRC64NVME",
): Promise<Received> {
  const stated = text(headers, "x-amz-content-sha256");
  const chunked = stated?.startsWith("STREAMING-") === true || isChunked(headers);
  const length = lengthOf(headers, chunked);
  const expected = statedChecksum(headers);
  const algorithm = expected?.algorithm ?? byDefault;
  const digests = {
    md5: hashOf("md5"),
    checksum: checksumOf(algorithm),
    ...(stated !== undefined && /^[0-9a-f]{64}$/i.test(stated) ? { sha256: hashOf("sha256") } : {}),
  };
  const contentMd5 = md5Header(headers);
  const trailers = new Map<string, string>();
  const bytes: AsyncIterable<Buffer> = chunked
    ? decodeChunks(body, { signed: signedChunks(stated), signing, trailers })
    : (body as AsyncIterable<Buffer>);
  const size = await write(bytes, file, Object.values(digests), length);
  const md5 = digests.md5.digest();
  if (contentMd5 !== undefined && contentMd5 !== md5)
    throw s3Error("BadDigest", "The Content-MD5 you specified did not match what we received.", {
      ExpectedDigest: contentMd5,
      CalculatedDigest: md5,
    });
  const value = digests.checksum.digest();
  checkChecksum(expected, trailers, value);
  const sha256 = digests.sha256 && Buffer.from(digests.sha256.digest(), "base64").toString("hex");
  if (sha256 !== undefined && sha256 !== stated!.toLowerCase())
    throw s3Error("XAmzContentSHA256Mismatch", undefined, {
      ClientComputedContentSHA256: stated!,
      S3ComputedContentSHA256: sha256,
    });
  return { size, md5: Buffer.from(md5, "base64").toString("hex"), checksum: { algorithm, value } };
}

/**
 * Verifies what the client says of a body that is not an object: its Content-MD5 and its checksum.
 * @throws ApiError with BadDigest or InvalidRequest
 */
export async function checkBody({ headers, body }: Pick<PayloadRequest, "headers" | "body">): Promise<void> {
  const expected = statedChecksum(headers);
  const contentMd5 = md5Header(headers);
  const md5 = hashOf("md5");
  const checksum = expected && checksumOf(expected.algorithm);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    md5.update(chunk);
    checksum?.update(chunk);
  }
  const computed = md5.digest();
  if (contentMd5 !== undefined && contentMd5 !== computed)
    throw s3Error("BadDigest", "The Content-MD5 you specified did not match what we received.", {
      ExpectedDigest: contentMd5,
      CalculatedDigest: computed,
    });
  if (checksum !== undefined) checkChecksum(expected, new Map(), checksum.digest());
}

/** Writes the bytes to a file, with little in memory. @returns how many there were */
async function write(
  bytes: AsyncIterable<Buffer>,
  file: string,
  digests: readonly Digest[],
  length: number,
): Promise<number> {
  let size = 0;
  let gathered: Buffer[] = [];
  let waiting = 0;
  let handle: fs.promises.FileHandle | undefined;
  try {
    for await (const piece of bytes) {
      size += piece.length;
      if (size > length)
        throw s3Error("IncompleteBody", `The body is longer than the ${length} bytes that were announced`);
      for (const digest of digests) digest.update(piece);
      gathered.push(piece);
      waiting += piece.length;
      if (waiting < WRITE_BYTES) continue;
      handle ??= await fs.promises.open(file, "w");
      await writeAll(handle, gathered);
      gathered = [];
      waiting = 0;
    }
    if (size !== length) throw s3Error("IncompleteBody");
    if (handle === undefined) fs.writeFileSync(file, Buffer.concat(gathered));
    else if (waiting > 0) await writeAll(handle, gathered);
  } finally {
    await handle?.close();
  }
  return size;
}

async function writeAll(handle: fs.promises.FileHandle, pieces: Buffer[]): Promise<void> {
  const all = Buffer.concat(pieces);
  for (let at = 0; at < all.length;) at += (await handle.write(all, at)).bytesWritten;
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

function isChunked(headers: IncomingHttpHeaders): boolean {
  return contentEncodings(text(headers, "content-encoding")).includes("aws-chunked");
}

function contentEncodings(header: string | undefined): string[] {
  return (header ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** The Content-Encoding that an object keeps: that of its content, not of the request. */
export function ownEncoding(header: string | undefined): string | undefined {
  const own = contentEncodings(header).filter((each) => each !== "aws-chunked");
  return own.length === 0 ? undefined : own.join(",");
}

function signedChunks(stated: string | undefined): boolean {
  switch (stated) {
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return true;
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
    case "UNSIGNED-PAYLOAD":
    case undefined:
      return false;
    default:
      if (/^[0-9a-f]{64}$/i.test(stated)) return false;
      throw s3Error(
        "NotImplemented",
        `x-amz-content-sha256: ${stated} is not executed by the local cloud, which verifies HMAC-SHA256`,
      );
  }
}

/** The bytes of the object that the body holds. @throws ApiError if it is not said, or too much */
function lengthOf(headers: IncomingHttpHeaders, chunked: boolean): number {
  const name = chunked ? "x-amz-decoded-content-length" : "content-length";
  const stated = text(headers, name);
  if (stated === undefined && !chunked && headers["transfer-encoding"] !== undefined)
    throw s3Error("NotImplemented", undefined, { Header: "Transfer-Encoding" });
  if (stated === undefined) throw s3Error("MissingContentLength", `You must provide the header ${name}.`);
  if (!/^\d{1,15}$/.test(stated)) throw s3Error("InvalidArgument", `${name} is not a number of bytes`);
  const length = Number(stated);
  if (length > S3_LIMITS.putBytes)
    throw s3Error("EntityTooLarge", undefined, { ProposedSize: length, MaxSizeAllowed: S3_LIMITS.putBytes });
  return length;
}

/** The checksum that a request announces: its value, or that it comes after the last chunk. */
function statedChecksum(headers: IncomingHttpHeaders): { algorithm: ChecksumAlgorithm; value?: string } | undefined {
  const given = CHECKSUMS.filter((each) => headers[headerOf(each)] !== undefined);
  const trailing = (text(headers, "x-amz-trailer") ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim());
  const announced = CHECKSUMS.filter((each) => trailing.includes(headerOf(each)));
  if (given.length + announced.length > 1)
    throw s3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  const asked = text(headers, "x-amz-sdk-checksum-algorithm")?.toUpperCase();
  const [algorithm] = [...given, ...announced];
  if (algorithm === undefined) {
    if (asked !== undefined)
      throw s3Error(
        "InvalidRequest",
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      );
    return undefined;
  }
  if (asked !== undefined && asked !== algorithm)
    throw s3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  if (announced.length > 0) return { algorithm };
  const value = text(headers, headerOf(algorithm))!;
  if (!isChecksum(algorithm, value))
    throw s3Error("InvalidRequest", `Value for ${headerOf(algorithm)} header is invalid.`);
  return { algorithm, value };
}

/** @throws ApiError if it is not the checksum that came before or after the body */
function checkChecksum(
  expected: { algorithm: ChecksumAlgorithm; value?: string } | undefined,
  trailers: ReadonlyMap<string, string>,
  value: string,
): void {
  if (expected === undefined) return;
  const name = headerOf(expected.algorithm);
  const stated = expected.value ?? trailers.get(name);
  if (stated === undefined)
    throw s3Error(
      "InvalidRequest",
      `The header ${name} is announced by x-amz-trailer and did not come after the body.`,
    );
  if (!isChecksum(expected.algorithm, stated))
    throw s3Error("InvalidRequest", `Value for ${name} trailing header is invalid.`);
  if (stated !== value)
    throw s3Error("BadDigest", `The ${expected.algorithm} you specified did not match the calculated checksum.`);
}

function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Whether a text is a checksum's bytes in base64. */
export function isChecksum(algorithm: ChecksumAlgorithm, value: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, "base64").length === CHECKSUM_BYTES[algorithm];
}

function md5Header(headers: IncomingHttpHeaders): string | undefined {
  const value = text(headers, "content-md5");
  if (value === undefined) return undefined;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(value)) throw s3Error("InvalidDigest", undefined, { "Content-MD5": value });
  return value;
}

/** The members of an answer that say an object's checksum. */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  return checksum === undefined
    ? {}
    : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}
