import type { Properties } from "../../core/model";
import { sequenceNumber } from "../kinesis/stream";
import type { SourceRecord } from "./source";

/**
 * `!{firehose:error-output-type}`. The one for dynamic partitioning is partitioning-error-type in docs/sources.md.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export type ErrorType = "processing-failed" | "format-conversion-failed" | "partitioning-failed";

interface Failure {
  record: SourceRecord;
  code: string;
  message: string;
  attempts: number;
  /** ms since 1970-01-01 UTC */
  now: number;
  /** whether the record came from a Kinesis stream and not by direct put */
  fromStream?: boolean;
}

/**
 * The line of an error object for a record that the transform Lambda failed.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
export function processingFailed(failure: Failure, lambdaArn: string): string {
  return JSON.stringify({
    attemptsMade: failure.attempts,
    arrivalTimestamp: failure.record.arrival,
    errorCode: failure.code,
    errorMessage: failure.message,
    attemptEndingTimestamp: failure.now,
    rawData: failure.record.data.toString("base64"),
    lambdaArn,
  });
}

/** The line for a record that could not be converted; `data` is what the Lambda answered. */
export function conversionFailed(failure: Failure, data: Buffer, table: Properties): string {
  return JSON.stringify({
    attemptsMade: failure.attempts,
    arrivalTimestamp: failure.record.arrival,
    lastErrorCode: failure.code,
    lastErrorMessage: failure.message,
    attemptEndingTimestamp: failure.now,
    rawData: data.toString("base64"),
    sequenceNumber: failure.fromStream ? sequenceNumber(failure.record.shard, failure.record.index) : null,
    subSequenceNumber: null,
    dataCatalogTable: table,
  });
}

/** The line for a record that no partition could take. */
export function partitioningFailed(failure: Failure): string {
  return JSON.stringify({
    attemptsMade: failure.attempts,
    arrivalTimestamp: failure.record.arrival,
    errorCode: failure.code,
    errorMessage: failure.message,
    attemptEndingTimestamp: failure.now,
    rawData: failure.record.data.toString("base64"),
  });
}
