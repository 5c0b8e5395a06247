import * as fs from "node:fs";
import type {
  AbortMultipartUploadOutput,
  AbortMultipartUploadRequest,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from "@aws-sdk/client-s3";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import type { ApiCall, Operation } from "../../../api";
import { checksumOf, hashOf } from "../checksum";
import type { ChecksumAlgorithm } from "../object-record";
import type { S3 } from "../s3";
import type { Upload, UploadedPart } from "../uploads";
import { completeUpload } from "./complete";
import { copyBytes } from "./copy-bytes";
import { findSource, parseSource, SOURCE_MEMBERS } from "./copy";
import { customerKeyOf, encryptionMembers, factsOf, OBJECT_MEMBERS, versionMember } from "./object-members";
import { receive } from "./payload";
import { readPermission } from "./read";
import { bucketOf, onObject, s3Error, s3Operation, useKey } from "./row";
import { BODY_MEMBERS, writePermissions } from "./write";

/** Names an upload in the input of a call. */
interface UploadInput {
  Bucket?: string;
  Key?: string;
  UploadId?: string;
}

/** Uploads in parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function multipartOperations(s3: S3): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
    CreateMultipartUpload: s3Operation<CreateMultipartUploadRequest, CreateMultipartUploadOutput>({
      takes: ["Key", "ChecksumAlgorithm", "ChecksumType", ...OBJECT_MEMBERS],
      permissions: writePermissions,
      answer: (call) => create(s3, call),
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
    UploadPart: s3Operation<UploadPartRequest, UploadPartOutput>({
      takes: ["Key", "UploadId", "PartNumber", "Body", ...BODY_MEMBERS],
      permissions: (input) => [onObject("PutObject", input)],
      answer: async (call) => {
        const upload = findUpload(s3, call.input);
        checkPartNumber(call.input.PartNumber);
        const temporary = s3.temporaryFile();
        try {
          const received = await receive(call, temporary, upload.start.algorithm);
          const part = takePart(s3, call.input, temporary, { ...received, etag: received.md5 });
          return { ETag: `"${part.etag}"`, ...checksumMember(part), ...encryptionMembers(upload.start) };
        } finally {
          fs.rmSync(temporary, { force: true });
        }
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
    UploadPartCopy: s3Operation<UploadPartCopyRequest, UploadPartCopyOutput>({
      takes: ["Key", "UploadId", "PartNumber", "CopySourceRange", ...SOURCE_MEMBERS],
      permissions: (input) => [
        readPermission("GetObject", parseSource(input.CopySource)),
        onObject("PutObject", input),
      ],
      answer: (call) => copyPart(s3, call),
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    CompleteMultipartUpload: s3Operation<CompleteMultipartUploadRequest, CompleteMultipartUploadOutput>({
      takes: [
        "Key",
        "UploadId",
        "MultipartUpload",
        "ChecksumCRC32",
        "ChecksumCRC32C",
        "ChecksumCRC64NVME",
        "ChecksumSHA1",
        "ChecksumSHA256",
        "ChecksumType",
        "MpuObjectSize",
        "IfMatch",
        "IfNoneMatch",
      ],
      permissions: (input) => [onObject("PutObject", input)],
      answer: (call) => completeUpload(s3, call, findUpload(s3, call.input)),
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
    AbortMultipartUpload: s3Operation<AbortMultipartUploadRequest, AbortMultipartUploadOutput>({
      takes: ["Key", "UploadId"],
      permissions: (input) => [onObject("AbortMultipartUpload", input)],
      answer: async ({ input }) => {
        const upload = findUpload(s3, input);
        // What is being put together is an object then, and no longer an upload.
        await upload.completion?.catch(() => undefined);
        bucketOf(s3, input).uploads.end(findUpload(s3, input));
        return {};
      },
    }),
  };
}

/** The upload of a call. @throws ApiError NoSuchUpload */
export function findUpload(s3: S3, input: UploadInput): Upload {
  const upload = bucketOf(s3, input).uploads.get(input.UploadId ?? "", input.Key!);
  if (upload === undefined) throw s3Error("NoSuchUpload", undefined, { UploadId: input.UploadId });
  return upload;
}

function create(s3: S3, call: ApiCall<CreateMultipartUploadRequest>): CreateMultipartUploadOutput {
  const { input } = call;
  const bucket = bucketOf(s3, input);
  const facts = factsOf(input, bucket);
  if (facts.encryption?.algorithm === "aws:kms")
    useKey(s3, call, input, "kms:GenerateDataKey", customerKeyOf(facts.encryption));
  const algorithm = input.ChecksumAlgorithm as ChecksumAlgorithm | undefined;
  if (algorithm !== undefined && !["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"].includes(algorithm))
    throw s3Error(
      "InvalidRequest",
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  const upload = bucket.uploads.begin({
    ...facts,
    key: input.Key!,
    initiated: s3.clock.now(),
    initiator: call.caller.arn,
    algorithm,
    checksumType: checksumTypeOf(algorithm, input.ChecksumType),
  });
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: upload.id,
    ChecksumAlgorithm: algorithm,
    ChecksumType: upload.start.checksumType,
    ...encryptionMembers(upload.start),
  };
}

/**
 * Which checksum an upload's object has: of the whole, or of its parts' checksums.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#ChecksumTypes
 */
function checksumTypeOf(
  algorithm: ChecksumAlgorithm | undefined,
  wanted: string | undefined,
): "FULL_OBJECT" | "COMPOSITE" | undefined {
  if (algorithm === undefined) {
    if (wanted === "COMPOSITE")
      throw s3Error("InvalidRequest", "The COMPOSITE checksum type needs a checksum algorithm.");
    return undefined;
  }
  const whole = ["CRC32", "CRC32C", "CRC64NVME"].includes(algorithm);
  const type = wanted ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  if (type === "FULL_OBJECT" ? !whole : algorithm === "CRC64NVME")
    throw s3Error(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return type as "FULL_OBJECT" | "COMPOSITE";
}

function checkPartNumber(number: number | undefined): void {
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > S3_LIMITS.parts)
    throw s3Error("InvalidArgument", `Part number must be an integer between 1 and ${S3_LIMITS.parts}, inclusive`, {
      ArgumentName: "partNumber",
      ArgumentValue: number,
    });
}

/** Adds a part to its upload, if that is still there after the part has come. */
function takePart(
  s3: S3,
  input: UploadInput & { PartNumber?: number },
  temporary: string,
  { size, etag, checksum }: { size: number; etag: string; checksum: { algorithm: ChecksumAlgorithm; value: string } },
): UploadedPart {
  const upload = findUpload(s3, input);
  const { algorithm } = upload.start;
  if (algorithm !== undefined && algorithm !== checksum.algorithm)
    throw s3Error(
      "InvalidRequest",
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
    );
  const part = { number: input.PartNumber!, size, etag, checksum, modified: s3.clock.now() };
  upload.add(temporary, part);
  return upload.parts.get(part.number)!;
}

function checksumMember({ checksum }: UploadedPart): Record<string, string> {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value };
}

async function copyPart(s3: S3, call: ApiCall<UploadPartCopyRequest>): Promise<UploadPartCopyOutput> {
  const { input } = call;
  const upload = findUpload(s3, input);
  checkPartNumber(input.PartNumber);
  const source = findSource(s3, call);
  const { start, end } = rangeOf(input.CopySourceRange, source.size);
  const temporary = s3.temporaryFile();
  try {
    const md5 = hashOf("md5");
    const algorithm = upload.start.algorithm ?? "CRC64NVME";
    const checksum = checksumOf(algorithm);
    await copyBytes(source.file, temporary, start, end, (piece) => {
      md5.update(piece);
      checksum.update(piece);
    });
    const part = takePart(s3, input, temporary, {
      size: end - start,
      etag: Buffer.from(md5.digest(), "base64").toString("hex"),
      checksum: { algorithm, value: checksum.digest() },
    });
    return {
      CopySourceVersionId: versionMember(bucketOf(s3, parseSource(input.CopySource)), source),
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.modified),
        ...(upload.start.algorithm === undefined ? {} : checksumMember(part)),
      },
      ...encryptionMembers(upload.start),
    };
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** The bytes of a source: from start up to and without end. @throws ApiError */
function rangeOf(range: string | undefined, size: number): { start: number; end: number } {
  if (range === undefined) {
    if (size > S3_LIMITS.putBytes)
      throw s3Error(
        "InvalidRequest",
        `The specified copy source is larger than the maximum allowable size for a copy source: ${S3_LIMITS.putBytes}`,
      );
    return { start: 0, end: size };
  }
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  if (match === null || Number(match[1]) > Number(match[2]))
    throw s3Error(
      "InvalidArgument",
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      {
        ArgumentName: "x-amz-copy-source-range",
        ArgumentValue: range,
      },
    );
  const end = Number(match[2]) + 1;
  if (end > size)
    throw s3Error("InvalidArgument", `Range specified is not valid for source object of size: ${size}`, {
      ArgumentName: "x-amz-copy-source-range",
      ArgumentValue: range,
    });
  return { start: Number(match[1]), end };
}
