import * as fs from "node:fs";
import type { CompletedPart, CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from "@aws-sdk/client-s3";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import type { ApiCall } from "../../../api";
import { checksumOf, CHECKSUMS, compositeChecksum } from "../checksum";
import { etagOfParts, newEtag } from "../etag";
import type { Checksum } from "../object-record";
import type { S3 } from "../s3";
import type { Upload, UploadedPart } from "../uploads";
import { unquoted } from "./conditions";
import { copyBytes } from "./copy-bytes";
import { checksumMembers } from "./payload";
import { bucketOf, s3Error } from "./row";
import { writeTarget, writtenMembers } from "./write";

/** CompleteMultipartUpload; a second request while the first is at work has the same answer. */
export function completeUpload(
  s3: S3,
  call: ApiCall<CompleteMultipartUploadRequest>,
  upload: Upload,
): Promise<CompleteMultipartUploadOutput> {
  const running = upload.completion as Promise<CompleteMultipartUploadOutput> | undefined;
  if (running !== undefined) return running;
  const completion = complete(s3, call, upload).finally(() => (upload.completion = undefined));
  upload.completion = completion;
  return completion;
}

async function complete(
  s3: S3,
  call: ApiCall<CompleteMultipartUploadRequest>,
  upload: Upload,
): Promise<CompleteMultipartUploadOutput> {
  const { input } = call;
  const bucket = bucketOf(s3, input);
  const parts = partsOf(upload, input.MultipartUpload?.Parts ?? []);
  const { encryption, headers, metadata, tags, storageClass } = upload.start;
  const target = writeTarget(s3, call, bucket, { encryption });
  target.check();
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size)
    throw s3Error(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
  const temporary = s3.temporaryFile();
  try {
    const checksum = await assemble(upload, parts, temporary);
    checkChecksum(input, checksum);
    const etag =
      encryption?.algorithm === "aws:kms"
        ? `${newEtag("", encryption)}-${parts.length}`
        : etagOfParts(parts.map((part) => part.etag));
    const version = target.commit(temporary, {
      etag,
      headers,
      metadata,
      tags,
      storageClass,
      encryption,
      checksum,
      parts: parts.map((part) => ({ size: part.size, checksum: part.checksum?.value })),
    });
    bucket.uploads.end(upload);
    return {
      Location: `http://${call.headers.host ?? "localhost"}/${input.Bucket}/${encodeURIComponent(input.Key!).replaceAll("%2F", "/")}`,
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: `"${version.etag}"`,
      ...checksumMembers(version.checksum),
      ...writtenMembers(bucket, version),
    };
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** The parts that the request lists. @throws ApiError */
function partsOf(upload: Upload, listed: readonly CompletedPart[]): UploadedPart[] {
  if (listed.length === 0 || listed.length > S3_LIMITS.parts)
    throw s3Error("MalformedXML", `The XML lists ${listed.length} parts; 1 to ${S3_LIMITS.parts} are legal`);
  const numbers = listed.map(({ PartNumber }) => PartNumber ?? 0);
  if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1]!)) throw s3Error("InvalidPartOrder");
  return listed.map((each, index) => {
    const number = numbers[index]!;
    const part = upload.parts.get(number);
    const invalid = { UploadId: upload.id, PartNumber: number, ETag: each.ETag };
    if (part === undefined || each.ETag === undefined || unquoted(each.ETag) !== part.etag)
      throw s3Error("InvalidPart", undefined, invalid);
    for (const algorithm of CHECKSUMS) {
      const stated = each[`Checksum${algorithm}`];
      if (stated !== undefined && part.checksum?.algorithm === algorithm && part.checksum.value !== stated)
        throw s3Error("InvalidPart", undefined, invalid);
    }
    if (index < listed.length - 1 && part.size < S3_LIMITS.partBytes)
      throw s3Error("EntityTooSmall", undefined, {
        ProposedSize: part.size,
        MinSizeAllowed: S3_LIMITS.partBytes,
        PartNumber: number,
        ETag: part.etag,
      });
    return part;
  });
}

/** Puts the parts together in one file. @returns the object's checksum */
async function assemble(upload: Upload, parts: readonly UploadedPart[], file: string): Promise<Checksum> {
  const { algorithm = "CRC64NVME", checksumType = "FULL_OBJECT" } = upload.start;
  const whole = checksumType === "FULL_OBJECT" ? checksumOf(algorithm) : undefined;
  for (const part of parts) await copyBytes(upload.fileOf(part), file, 0, part.size, (piece) => whole?.update(piece));
  if (whole !== undefined) return { algorithm, value: whole.digest(), type: "FULL_OBJECT" };
  const value = compositeChecksum(
    algorithm,
    parts.map((part) => part.checksum!.value),
  );
  return { algorithm, value, type: "COMPOSITE" };
}

/** @throws ApiError if the request names another checksum of the object */
function checkChecksum(input: CompleteMultipartUploadRequest, { algorithm, value, type }: Checksum): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== type)
    throw s3Error(
      "InvalidRequest",
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  for (const each of CHECKSUMS) {
    const stated = input[`Checksum${each}`];
    if (stated === undefined) continue;
    if (each !== algorithm)
      throw s3Error(
        "InvalidRequest",
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the same checksum.`,
      );
    // The number of parts after a composite checksum may be left out.
    if (stated !== value && stated !== value.replace(/-\d+$/, ""))
      throw s3Error("BadDigest", `The ${each} you specified did not match the calculated checksum.`);
  }
}
