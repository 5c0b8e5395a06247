/** What an activity compiles to. */
import type { Layout, Message } from "../json";

/** Why a message goes no further; undefined means that it goes on. */
export type Stop =
  | { readonly result: "filtered"; readonly at: string }
  | { readonly result: "failed"; readonly at: string; readonly reason: string };

/** Changes the message in place, or stops it. */
export type Step = (message: Message) => Stop | undefined;

/** How a pipeline is run beyond what its document says (reference 13, numbers 1, 2 and 13). */
export interface TransformOptions {
  /** Int / Int is an Int, truncated towards zero; default false: 9/5 is 1.8 */
  integerDivision?: boolean;
  /** a message whose math gives no number fails (the default), or goes on without the result */
  onMathFailure?: "fail" | "pass";
  /** a value that does not fit its column becomes null (the default), or fails the message */
  onMismatch?: "null" | "fail";
}

/** What activities count beside messages. */
export interface ActivityCounters {
  /** messages that went on without a math activity's result, under `onMathFailure: "pass"` */
  mathFailuresPassed: number;
}

export interface Compilation {
  /** takes a slot for each name that an activity mentions */
  readonly layout: Layout;
  readonly options: TransformOptions;
  readonly counters: ActivityCounters;
}
