import { READABLE_CLASSES, S3_LIMITS, TAG_TEXT } from "../../../../aws/limits/s3-objects";
import { customerKey } from "../../../core/customer-key";
import type { Bucket } from "../bucket-store";
import type { ObjectVersion } from "../bucket-objects";
import { expirationOf } from "../lifecycle";
import type { Encryption, ObjectFacts } from "../object-record";
import { ownEncoding } from "./payload";
import { s3Error } from "./row";

/** Members of PutObject, CopyObject and CreateMultipartUpload that say what is kept with an object. */
export interface ObjectInput {
  ACL?: string;
  CacheControl?: string;
  ContentDisposition?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  ContentType?: string;
  Expires?: Date | string;
  Metadata?: Record<string, string>;
  ServerSideEncryption?: string;
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
  StorageClass?: string;
  Tagging?: string;
  WebsiteRedirectLocation?: string;
}

/** The members of `ObjectInput`, for the tables. */
export const OBJECT_MEMBERS = [
  "ACL",
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ContentType",
  "Expires",
  "Metadata",
  "ServerSideEncryption",
  "SSEKMSKeyId",
  "BucketKeyEnabled",
  "StorageClass",
  "Tagging",
  "WebsiteRedirectLocation",
] as const;

const HEADERS = [
  "CacheControl",
  "ContentDisposition",
  "ContentLanguage",
  "ContentType",
  "WebsiteRedirectLocation",
] as const;

/**
 * What a request says of an object to write, beside its bytes.
 * @throws ApiError
 */
export function factsOf(input: ObjectInput, bucket: Bucket): Omit<ObjectFacts, "etag"> {
  checkAcl(input.ACL);
  const headers: Record<string, string> = {};
  for (const name of HEADERS) if (input[name] !== undefined) headers[name] = input[name];
  const encoding = ownEncoding(input.ContentEncoding);
  if (encoding !== undefined) headers.ContentEncoding = encoding;
  if (input.Expires !== undefined)
    headers.Expires = input.Expires instanceof Date ? input.Expires.toUTCString() : input.Expires;
  return {
    headers,
    metadata: metadataOf(input.Metadata),
    tags: input.Tagging === undefined ? undefined : parseTagging(input.Tagging),
    encryption: encryptionOf(input, bucket),
    storageClass: storageClassOf(input.StorageClass),
  };
}

/**
 * Buckets here have ACLs disabled, as new buckets of AWS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function checkAcl(acl: string | undefined): void {
  if (acl !== undefined && acl !== "bucket-owner-full-control") throw s3Error("AccessControlListNotSupported");
}

function metadataOf(metadata: Record<string, string> | undefined): Record<string, string> | undefined {
  if (metadata === undefined) return undefined;
  const size = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")), 0);
  if (size > S3_LIMITS.metadataBytes)
    throw s3Error("MetadataTooLarge", undefined, { Size: size, MaxSizeAllowed: S3_LIMITS.metadataBytes });
  return metadata;
}

/** How an object will be encrypted: as the request says, or as the bucket does. @throws ApiError */
export function encryptionOf(input: ObjectInput, bucket: Bucket): Encryption {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled } = input;
  if (algorithm === undefined) {
    if (keyId !== undefined)
      throw s3Error(
        "InvalidArgument",
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      );
    return bucket.settings.encryption;
  }
  if (algorithm === "AES256") return { algorithm };
  if (algorithm !== "aws:kms")
    throw s3Error(
      "NotImplemented",
      `ServerSideEncryption ${algorithm} is not executed by the local cloud, which has AES256 and aws:kms`,
    );
  const byDefault = bucket.settings.encryption;
  return {
    algorithm,
    keyId: keyId ?? byDefault.keyId,
    bucketKey: BucketKeyEnabled ?? (keyId === undefined || keyId === byDefault.keyId ? byDefault.bucketKey : undefined),
  };
}

/** The customer's key that an encryption uses. */
export function customerKeyOf(encryption: Encryption): string | undefined {
  return customerKey(encryption.keyId);
}

/** @throws ApiError for classes whose objects cannot be read at once */
function storageClassOf(name: string | undefined): string | undefined {
  if (name === undefined || name === "STANDARD") return undefined;
  if (READABLE_CLASSES.includes(name)) return name;
  throw s3Error(
    "NotImplemented",
    `StorageClass ${name} is not executed by the local cloud, which restores nothing from archives; it has ${READABLE_CLASSES.join(", ")}`,
  );
}

/** Tags in the header x-amz-tagging: `a=b&c=d`, percent-encoded. @throws ApiError */
export function parseTagging(text: string): Record<string, string> {
  return checkTags([...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value })));
}

/** @throws ApiError for tags that S3 refuses */
export function checkTags(tags: readonly { Key?: string; Value?: string }[]): Record<string, string> {
  if (tags.length > S3_LIMITS.tags) throw s3Error("InvalidTag", `Object tags cannot be greater than ${S3_LIMITS.tags}`);
  const found: Record<string, string> = {};
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "" || Key.length > S3_LIMITS.tagKey || !TAG_TEXT.test(Key))
      throw s3Error("InvalidTag", "The TagKey you have provided is invalid", { TagKey: Key });
    if (Value.length > S3_LIMITS.tagValue || !TAG_TEXT.test(Value))
      throw s3Error("InvalidTag", "The TagValue you have provided is invalid", { TagKey: Key, TagValue: Value });
    if (/^aws:/i.test(Key))
      throw s3Error("InvalidTag", "System tags cannot be added/updated by requester", { TagKey: Key });
    if (Object.hasOwn(found, Key))
      throw s3Error("InvalidTag", "Cannot provide multiple Tags with the same key", { TagKey: Key });
    found[Key] = Value;
  }
  return found;
}

/** Members by which answers say how an object is encrypted. */
export function encryptionMembers({ encryption }: { encryption?: Encryption }): {
  ServerSideEncryption: "AES256" | "aws:kms";
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
} {
  const { algorithm, keyId, bucketKey } = encryption ?? { algorithm: "AES256" };
  return {
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: keyId,
    BucketKeyEnabled: bucketKey === true ? true : undefined,
  };
}

/** The id of a version, which buckets without versions do not say. */
export function versionMember(bucket: Bucket, { id }: { id: string }): string | undefined {
  return bucket.settings.versioning === undefined && id === "null" ? undefined : id;
}

/** The header x-amz-expiration: when lifecycle rules will remove the object. */
export function expirationMember(bucket: Bucket, { key, modified }: ObjectVersion): string | undefined {
  const found = expirationOf(bucket.settings.lifecycle, key, modified);
  if (found === undefined) return undefined;
  return `expiry-date="${new Date(found.time).toUTCString()}", rule-id="${encodeURIComponent(found.rule)}"`;
}
