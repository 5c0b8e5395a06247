import type { LambdaFunction } from "../lambda/function";
import type { Resource } from "../../core/model";

/** What a mapping has done in this run. */
export interface MappingCounts {
  /** records or messages that were read from the source */
  read: number;
  /** that the function has processed */
  processed: number;
  /** that the filter criteria left out */
  filtered: number;
  /** of a stream: that were given up, after the retries or for their age */
  failed: number;
  /** invocations of the function, and those of them that failed, in whole or in part */
  invocations: number;
  errors: number;
}

/** An event source mapping as it runs. */
export interface Mapping {
  /** logical name in the program */
  readonly name: string;
  /** AWS's id of it */
  readonly uuid: string;
  readonly resource: Resource;
  readonly lambda: LambdaFunction;
  readonly sourceArn: string;
  readonly counts: MappingCounts;
  /** why it does not read, or could not send a failed batch to its destination; undefined if all is well */
  readonly refusal: string | undefined;
  /** the outcome of its last invocation, as AWS writes it */
  readonly lastResult: string;
  /** records or messages that wait for the function */
  readonly pending: number;
  /** longest that they wait if nothing more comes, ms on the local clock */
  readonly maxDelayMs: number;
  start(): void;
  settled(): Promise<void>;
  /** Reads nothing more, waits for the invocation that runs, and keeps its place. */
  close(): Promise<void>;
}

/** Counts of a mapping that has done nothing yet. */
export function noCounts(): MappingCounts {
  return { read: 0, processed: 0, filtered: 0, failed: 0, invocations: 0, errors: 0 };
}

/** Bytes of an event that a mapping makes: those of a synchronous call. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const EVENT_BYTES = 6 * 1024 * 1024;
