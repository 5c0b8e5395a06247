/**
 * Limits of objects and requests of S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * @see https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export const S3_LIMITS = {
  /** bytes of a key in UTF-8 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html) */
  keyBytes: 1024,
  /** bytes of one PutObject, of one part, and of a source of CopyObject */
  putBytes: 5 * 1024 ** 3,
  /** bytes of an object */
  objectBytes: 50 * 1024 ** 4,
  /** bytes of a part, unless it is the last */
  partBytes: 5 * 1024 ** 2,
  parts: 10_000,
  /** entries of one answer of a list, whatever the request says */
  page: 1000,
  /** keys of one DeleteObjects */
  deletes: 1000,
  /** bytes of a user's metadata: names and values (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html) */
  metadataBytes: 2048,
  /** tags of an object, and characters of a tag's key and value (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html) */
  tags: 10,
  tagKey: 128,
  tagValue: 256,
} as const;

/** Characters of a tag's key and value (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html). */
export const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Storage classes whose objects can be read at once (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html). */
export const READABLE_CLASSES: readonly string[] = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "REDUCED_REDUNDANCY",
  "GLACIER_IR",
];
