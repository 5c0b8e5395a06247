/** What an activity compiles to. */
import type { Layout, Message } from "../json";
import type { Stop } from "./stop";
import type { Tallies } from "./tallies";

/** Changes the message in place, or stops it. */
export type Step = (message: Message) => Stop | undefined;

/** A message on its way between two stages of a pipeline: JSON text in bytes [from, to). */
export interface InFlightMessage {
  /** which message of the batch it came from */
  readonly source: number;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** members of the system's attributes, `"__received_at":1760000000000`, which no function of the user's sees */
  readonly system: string;
  /** what a look-up needs to know of the message: a thing's name, or why there is none */
  readonly thing?: { readonly name: string } | { readonly problem: string };
}

/** What came of the messages of a batch. */
export interface StageResult {
  /** those that go on */
  readonly messages: InFlightMessage[];
  readonly stopped: { readonly source: number; readonly stop: Stop }[];
}

/** What an asynchronous activity compiles to: it takes all messages of a batch that got so far at once. */
export interface BatchStep {
  /** Takes the message out of its slots. */
  serialize(message: Message, source: number): InFlightMessage;
  /** Never rejects for what services answer. */
  run(messages: readonly InFlightMessage[], services: Services): Promise<StageResult>;
}

/** The result of calling a function. */
export type Invocation =
  /** JSON text of what the function returned */
  { readonly ok: true; readonly payload: string } | { readonly ok: false; readonly reason: string };

/** The result of looking a thing or its shadow up. */
export type LookUp =
  /** JSON text of what was found */
  { readonly ok: true; readonly json: string } | { readonly ok: false; readonly reason: string };

/** What asynchronous activities call; whoever runs a pipeline gives it. None of them rejects. */
export interface Services {
  /** Calls the function of a `lambda` activity. `payload` is a JSON array of messages. */
  invoke(lambdaName: string, payload: string): Promise<Invocation>;
  /** The registry's entry of a thing, with the members that the retired service added. */
  describeThing(thingName: string): Promise<LookUp>;
  /** The document of a thing's classic shadow. */
  thingShadow(thingName: string): Promise<LookUp>;
}

/** For pipelines that call none. */
export const NO_SERVICES: Services = {
  invoke: () => Promise.resolve({ ok: false, reason: "no function can be called here" }),
  describeThing: () => Promise.resolve({ ok: false, reason: "there is no thing registry here" }),
  thingShadow: () => Promise.resolve({ ok: false, reason: "there are no shadows here" }),
};

/** How a pipeline is run beyond what its document says; docs/sources.md has the reason for each default. */
export interface TransformOptions {
  /** Int / Int is an Int, truncated towards zero; default false: 9/5 is 1.8 */
  integerDivision?: boolean;
  /** a message whose math gives no number fails (the default), or goes on without the result */
  onMathFailure?: "fail" | "pass";
  /** a value that does not fit its column becomes null (the default), or fails the message */
  onMismatch?: "null" | "fail";
  /** a message whose thing or shadow is not found goes on without the attribute (the default), or fails */
  onEnrichmentFailure?: "pass" | "fail";
  /** a message that is a JSON array is a batch, of which each element is a message; default false: it fails, as it is no object */
  batches?: boolean;
  /** a notification of AWS IoT SiteWise stands for its values, of which each is a message (etl/sitewise.ts); default false */
  siteWise?: boolean;
  /** s that what was found of a thing or its shadow is used again; default 300 */
  enrichmentCacheSeconds?: number;
}

/** What activities count beside messages. */
export interface ActivityCounters {
  /** messages that went on without a math activity's result, under `onMathFailure: "pass"` */
  mathFailuresPassed: number;
  /** messages that went on without what an enrichment would have added, under `onEnrichmentFailure: "pass"` */
  enrichmentFailuresPassed: number;
  /** calls of functions that returned another number of messages than they were given */
  lambdaMismatches: number;
}

/** What the activities of one pipeline share while they are compiled. */
export interface Compilation {
  /** takes a slot for each name that an activity mentions */
  readonly layout: Layout;
  readonly options: TransformOptions;
  readonly counters: ActivityCounters;
  readonly tallies: Tallies;
}
