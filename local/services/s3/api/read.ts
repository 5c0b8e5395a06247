import * as fs from "node:fs";
import type { Readable } from "node:stream";
import type {
  GetObjectAttributesOutput,
  GetObjectAttributesRequest,
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
} from "@aws-sdk/client-s3";
import { S3_LIMITS } from "../../../../aws/limits/s3-objects";
import type { ApiCall, Operation } from "../../../api";
import type { Bucket } from "../bucket-store";
import type { ObjectVersion } from "../bucket-objects";
import type { S3 } from "../s3";
import { checkRead } from "./conditions";
import { customerKeyOf, encryptionMembers, expirationMember, versionMember } from "./object-members";
import { checksumMembers } from "./payload";
import { bucketOf, onBucket, onObject, s3Error, s3Operation, useKey } from "./row";

/** The bytes of an object that a request asks for. */
interface Slice {
  start: number;
  length: number;
  /** undefined for the whole */
  range: string | undefined;
}

/** Objects up to this size are read at once; larger ones are streamed. */
const AT_ONCE = 256 * 1024;

const TAKEN = [
  "Key",
  "VersionId",
  "IfMatch",
  "IfNoneMatch",
  "IfModifiedSince",
  "IfUnmodifiedSince",
  "Range",
  "PartNumber",
  "ChecksumMode",
  "ResponseCacheControl",
  "ResponseContentDisposition",
  "ResponseContentEncoding",
  "ResponseContentLanguage",
  "ResponseContentType",
  "ResponseExpires",
] as const;

/** GetObject, HeadObject and GetObjectAttributes. */
export function readOperations(s3: S3): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    GetObject: s3Operation<GetObjectRequest, GetObjectOutput>({
      takes: TAKEN,
      permissions: (input) => [readPermission("GetObject", input)],
      answer: (call) => {
        const { version, slice, members } = read(s3, call);
        decrypt(s3, call, call.input, version);
        return { ...members, Body: bytesOf(version, slice) };
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    HeadObject: s3Operation<HeadObjectRequest, HeadObjectOutput>({
      takes: TAKEN,
      permissions: (input) => [readPermission("GetObject", input)],
      answer: (call) => {
        const { version, members } = read(s3, call);
        // A checksum is part of what is encrypted; the rest of a head is not.
        if (call.input.ChecksumMode === "ENABLED") decrypt(s3, call, call.input, version);
        return members;
      },
    }),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
    GetObjectAttributes: s3Operation<GetObjectAttributesRequest, GetObjectAttributesOutput>({
      takes: ["Key", "VersionId", "ObjectAttributes", "MaxParts", "PartNumberMarker"],
      permissions: (input) => [
        readPermission("GetObject", input),
        onObject(input.VersionId === undefined ? "GetObjectAttributes" : "GetObjectVersionAttributes", input),
      ],
      answer: (call) => {
        const bucket = bucketOf(s3, call.input);
        return attributesOf(findVersion(bucket, call), bucket, call.input);
      },
    }),
  };
}

/** A permission to read an object, or a version of it. @param action of the object; a version's has `Version` in it */
export function readPermission(
  action: "GetObject" | "GetObjectTagging",
  input: { Bucket?: string; Key?: string; VersionId?: string },
): ReturnType<typeof onObject> {
  const { VersionId: id } = input;
  if (id === undefined) return onObject(action, input);
  return onObject(action.replace("Object", "ObjectVersion"), input, { "s3:VersionId": id });
}

/**
 * The version that a call asks for.
 * @throws ApiError when there is none; whoever may not list the bucket is not told so
 */
export function findVersion(
  bucket: Bucket,
  call: Pick<ApiCall<{ Bucket?: string; Key?: string; VersionId?: string }>, "input" | "authorize">,
): ObjectVersion {
  const { Key: key, VersionId: id } = call.input;
  const found = bucket.objects.get(key!, id);
  if (found !== undefined && !("marker" in found)) return found;
  call.authorize(onBucket(id === undefined ? "ListBucket" : "ListBucketVersions", call.input.Bucket));
  if (found === undefined) {
    if (id === undefined) throw s3Error("NoSuchKey", undefined, { Key: key });
    throw s3Error("NoSuchVersion", undefined, { Key: key, VersionId: id });
  }
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": found.id };
  if (id === undefined) throw s3Error("NoSuchKey", undefined, { Key: key }, headers);
  throw s3Error(
    "MethodNotAllowed",
    undefined,
    { Method: "GET", ResourceType: "DeleteMarker" },
    { ...headers, allow: "DELETE" },
  );
}

/** Decides the use of the key that an object is encrypted with; of one that says nothing of it the bucket's setting counts. @throws ApiError */
export function decrypt(
  s3: S3,
  call: Pick<ApiCall<unknown>, "authorize">,
  at: { Bucket?: string; Key?: string },
  { encryption }: ObjectVersion,
): void {
  const keyArn = encryption === undefined ? undefined : customerKeyOf(encryption);
  if (encryption === undefined || keyArn !== undefined) useKey(s3, call, at, "kms:Decrypt", keyArn);
}

function read(
  s3: S3,
  call: ApiCall<GetObjectRequest>,
): { version: ObjectVersion; slice: Slice; members: Omit<GetObjectOutput, "Body"> } {
  const { input } = call;
  const bucket = bucketOf(s3, input);
  const version = findVersion(bucket, call);
  checkRead(version, input);
  const slice = sliceOf(version, input);
  const { headers = {}, metadata, tags, checksum, parts, storageClass } = version;
  const tagCount = Object.keys(tags ?? {}).length;
  const whole = slice.length === version.size;
  const members = {
    AcceptRanges: "bytes",
    LastModified: new Date(version.modified),
    ContentLength: slice.length,
    ContentRange: slice.range,
    ETag: `"${version.etag}"`,
    VersionId: versionMember(bucket, version),
    Expiration: version.kept === undefined ? expirationMember(bucket, version) : undefined,
    Metadata: metadata,
    ...headersOf(headers, input),
    ...(input.ChecksumMode === "ENABLED" && whole ? checksumMembers(checksum) : {}),
    ...encryptionMembers(version),
    StorageClass: storageClass as GetObjectOutput["StorageClass"],
    PartsCount: input.PartNumber === undefined ? undefined : (parts?.length ?? 1),
    TagCount: tagCount === 0 ? undefined : tagCount,
  };
  return { version, slice, members };
}

/** The headers that were kept with the object, or those that the request wants in their place. */
function headersOf(kept: Record<string, string>, input: GetObjectRequest): Record<string, string | undefined> {
  const { ResponseExpires: expires } = input;
  return {
    ...kept,
    CacheControl: input.ResponseCacheControl ?? kept.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? kept.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? kept.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? kept.ContentLanguage,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    ContentType: input.ResponseContentType ?? kept.ContentType ?? "binary/octet-stream",
    ExpiresString: expires instanceof Date ? expires.toUTCString() : (expires ?? kept.Expires),
    Expires: undefined,
  };
}

/** @throws ApiError for a range or a part that the object does not have */
function sliceOf(version: ObjectVersion, { Range: range, PartNumber: number }: GetObjectRequest): Slice {
  const { size } = version;
  const whole = { start: 0, length: size, range: undefined };
  if (number !== undefined) {
    if (range !== undefined)
      throw s3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
    const parts = version.parts ?? [{ size }];
    if (!(number >= 1 && number <= S3_LIMITS.parts))
      throw s3Error("InvalidArgument", `Part number must be an integer between 1 and ${S3_LIMITS.parts}, inclusive`);
    const part = parts[number - 1];
    if (part === undefined)
      throw s3Error("InvalidPartNumber", undefined, { ActualPartCount: parts.length, PartNumberRequested: number });
    if (version.parts === undefined) return whole;
    const start = parts.slice(0, number - 1).reduce((sum, each) => sum + each.size, 0);
    return sliceAt(start, part.size, size);
  }
  // What is no range of one piece is as if it were not there (RFC 9110, 14.2).
  const match = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? "");
  if (match === null) return whole;
  const [, first, last] = match as unknown as [string, string, string];
  if (first === "" && last === "") return whole;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (first !== "" && last !== "" && Number(last) < start) return whole;
  if (start >= size || (first === "" && Number(last) === 0))
    throw s3Error(
      "InvalidRange",
      undefined,
      { RangeRequested: range!, ActualObjectSize: size },
      { "content-range": `bytes */${size}` },
    );
  return sliceAt(start, end - start + 1, size);
}

function sliceAt(start: number, length: number, size: number): Slice {
  return { start, length, range: `bytes ${start}-${start + length - 1}/${size}` };
}

/** The bytes, of the file as it is now: an object that is replaced meanwhile is another file. */
function bytesOf({ file }: ObjectVersion, { start, length }: Slice): GetObjectOutput["Body"] {
  if (length === 0) return Buffer.alloc(0) as never;
  const fd = fs.openSync(file, "r");
  if (length > AT_ONCE) {
    const stream = fs.createReadStream("", { fd, start, end: start + length - 1, highWaterMark: AT_ONCE });
    return stream satisfies Readable as never;
  }
  try {
    const bytes = Buffer.allocUnsafe(length);
    const got = fs.readSync(fd, bytes, 0, length, start);
    return bytes.subarray(0, got) as never;
  } finally {
    fs.closeSync(fd);
  }
}

function attributesOf(
  version: ObjectVersion,
  bucket: Bucket,
  input: GetObjectAttributesRequest,
): GetObjectAttributesOutput {
  const wanted = new Set<string>(input.ObjectAttributes);
  const { checksum, parts, size, etag, storageClass = "STANDARD", modified } = version;
  const output: GetObjectAttributesOutput = {
    LastModified: new Date(modified),
    VersionId: versionMember(bucket, version),
  };
  if (wanted.has("ETag")) output.ETag = etag;
  if (wanted.has("ObjectSize")) output.ObjectSize = size;
  if (wanted.has("StorageClass")) output.StorageClass = storageClass as never;
  if (wanted.has("Checksum") && checksum !== undefined) output.Checksum = checksumMembers(checksum);
  if (wanted.has("ObjectParts") && parts !== undefined) {
    const after = Number(input.PartNumberMarker ?? 0);
    const most = Math.min(input.MaxParts ?? S3_LIMITS.page, S3_LIMITS.page);
    const page = parts.slice(after, after + most);
    output.ObjectParts = {
      TotalPartsCount: parts.length,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(after + page.length),
      MaxParts: most,
      IsTruncated: after + page.length < parts.length,
      // S3 lists parts of objects with a checksum of parts.
      Parts:
        checksum?.type === "COMPOSITE"
          ? page.map((part, i) => ({
              PartNumber: after + i + 1,
              Size: part.size,
              [`Checksum${checksum.algorithm}`]: part.checksum,
            }))
          : undefined,
    };
  }
  return output;
}
