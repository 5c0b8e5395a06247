import type { ObjectVersion } from "../bucket-objects";
import { s3Error } from "./row";

/** Conditions on an object's ETag and time. */
export interface Conditions {
  IfMatch?: string;
  IfNoneMatch?: string;
  IfModifiedSince?: Date;
  IfUnmodifiedSince?: Date;
}

/**
 * Checks the conditions of a read (RFC 9110, 13.2.2): If-Match comes before If-Unmodified-Since, If-None-Match before If-Modified-Since.
 * @throws ApiError PreconditionFailed, or NotModified with the headers that a cache wants
 */
export function checkRead(version: ObjectVersion, conditions: Conditions): void {
  const failed = failedCondition(version, conditions);
  if (failed === undefined) return;
  if (failed.startsWith("If-Match") || failed.startsWith("If-Unmodified"))
    throw s3Error("PreconditionFailed", undefined, { Condition: failed });
  throw s3Error(
    "NotModified",
    undefined,
    {},
    {
      etag: `"${version.etag}"`,
      "last-modified": new Date(version.modified).toUTCString(),
    },
  );
}

/** Checks the conditions on the source of a copy. @throws ApiError PreconditionFailed */
export function checkSource(
  version: ObjectVersion,
  input: {
    CopySourceIfMatch?: string;
    CopySourceIfNoneMatch?: string;
    CopySourceIfModifiedSince?: Date;
    CopySourceIfUnmodifiedSince?: Date;
  },
): void {
  const failed = failedCondition(version, {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (failed !== undefined)
    throw s3Error("PreconditionFailed", undefined, { Condition: `x-amz-copy-source-${failed}` });
}

function failedCondition(version: ObjectVersion, conditions: Conditions): string | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  // Headers carry whole seconds.
  const modified = Math.floor(version.modified / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!hasEtag(IfMatch, version.etag)) return "If-Match";
  } else if (IfUnmodifiedSince !== undefined && modified > IfUnmodifiedSince.getTime()) return "If-Unmodified-Since";
  if (IfNoneMatch !== undefined) {
    if (hasEtag(IfNoneMatch, version.etag)) return "If-None-Match";
  } else if (IfModifiedSince !== undefined && modified <= IfModifiedSince.getTime()) return "If-Modified-Since";
  return undefined;
}

/**
 * Checks the conditions of a write on what is there; conditional writes are atomic, since nothing is awaited between this and the write.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws ApiError
 */
export function checkWrite(present: ObjectVersion | undefined, { IfMatch, IfNoneMatch }: Conditions): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") throw s3Error("NotImplemented", undefined, { Header: "If-None-Match" });
    if (present !== undefined) throw s3Error("PreconditionFailed", undefined, { Condition: "If-None-Match" });
  }
  if (IfMatch === undefined) return;
  if (present === undefined) throw s3Error("NoSuchKey");
  if (!hasEtag(IfMatch, present.etag)) throw s3Error("PreconditionFailed", undefined, { Condition: "If-Match" });
}

/** Whether a list of ETags, with quotes or without, has this one. */
export function hasEtag(list: string, etag: string): boolean {
  return list.split(",").some((each) => {
    const wanted = unquoted(each);
    return wanted === "*" || wanted === etag;
  });
}

/** An ETag without its quotes. */
export function unquoted(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, "")
    .replace(/^"(.*)"$/, "$1");
}
