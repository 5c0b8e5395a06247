/**
 * What PutRecord and PutRecordBatch take, and what becomes of a record that holds several.
 * https://docs.aws.amazon.com/firehose/latest/dev/limits.html
 */
export const DIRECT_PUT = {
  /** bytes of a record */
  record: 1000 * 1024,
  /** records of a batch */
  batchRecords: 500,
  /** bytes of a batch */
  batchBytes: 4 * 1024 * 1024,
  /** records that one record may be divided into; https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html */
  divided: 500,
} as const;
