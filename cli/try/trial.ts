import {
  compilePipeline,
  followChain,
  type CompiledPipeline,
  type Column,
  type Outcome,
  type PartitionKeys,
} from "../../etl";
import type { TrialDefinition } from "./definition";
import { heldRow } from "./row";

/** What an activity did to the messages so far. */
export interface ActivityCount {
  name: string;
  kind: string;
  in: number;
  out: number;
  filtered: number;
  failed: number;
  reasons: Reason[];
}

export interface Reason {
  text: string;
  count: number;
  /** number of the first message that failed so */
  first: number;
}

/** A message on its way, as it is shown. */
export interface Trace {
  /** from 1, in the order of the input */
  number: number;
  /** as it came */
  input: Buffer;
  result: "stored" | "filtered" | "failed";
  /** JSON of the message after each activity that it went through, digits as sent */
  states: { activity: string; message: string }[];
  /** JSON of the message behind the last activity; undefined unless it is stored */
  output: string | undefined;
  /** JSON of the row that the datastore holds; undefined without one */
  row: string | undefined;
  partition: PartitionKeys;
  /** name of the activity that stopped it */
  at: string | undefined;
  reason: string | undefined;
}

/** Different reasons that are told apart, for each activity; they often hold a message's values. */
const REASONS = 200;

/** Runs a pipeline over messages, one at a time, and counts. Memory does not grow with their number. */
export class Trial {
  received = 0;
  readonly columns: readonly Column[] | undefined;
  private readonly pipeline: CompiledPipeline;
  /** a second one for looking, which must not disturb the counts of the first */
  private looking: CompiledPipeline | undefined;
  private readonly activities: ActivityCount[];
  private readonly byName: ReadonlyMap<string, ActivityCount>;

  /** `arrivalTime` (ms since 1970) is where a partition by arrival puts the messages. */
  constructor(
    readonly definition: TrialDefinition,
    private readonly arrivalTime: number,
  ) {
    this.columns = definition.columns;
    this.pipeline = compilePipeline(definition.definition);
    const { chain } = followChain(definition.definition.pipeline);
    this.activities = chain.map(({ name, kind }) => ({
      name,
      kind,
      in: 0,
      out: 0,
      filtered: 0,
      failed: 0,
      reasons: [],
    }));
    this.byName = new Map(this.activities.map((activity) => [activity.name, activity]));
  }

  get name(): string {
    return this.pipeline.name;
  }

  /** Takes a message and counts it. */
  take(payload: Buffer): Outcome {
    this.received++;
    const outcome = this.pipeline.process(payload, { arrivalTime: this.arrivalTime });
    this.count(outcome);
    return outcome;
  }

  /** Looks at a message after each activity; it is not counted. */
  look(payload: Buffer, number: number): Trace {
    const pipeline = (this.looking ??= compilePipeline(this.definition.definition));
    const states: Trace["states"] = [];
    pipeline.observer = (activity, message) => states.push({ activity, message: message.toJson() });
    const outcome = pipeline.process(payload, { arrivalTime: this.arrivalTime });
    const base = { number, input: payload, result: outcome.result, states };
    if (outcome.result !== "stored") {
      const reason = outcome.result === "failed" ? outcome.reason : undefined;
      return { ...base, output: undefined, row: undefined, partition: {}, at: outcome.at, reason };
    }
    return {
      ...base,
      output: states.at(-1)?.message,
      row: this.columns && heldRow(outcome.row, this.columns),
      partition: this.columns === undefined ? {} : outcome.partitionKeys,
      at: undefined,
      reason: undefined,
    };
  }

  /** The activities in the order in which they run, with what they did so far. */
  counts(): ActivityCount[] {
    let arriving = this.received;
    return this.activities.map((activity) => {
      const out = arriving - activity.filtered - activity.failed;
      const counted = { ...activity, in: arriving, out };
      arriving = out;
      return counted;
    });
  }

  /** Column to how many values did not fit it. */
  get mismatches(): Readonly<Record<string, number>> {
    return this.pipeline.counters.mismatches;
  }

  /** Messages whose partition was made up, for they had no usable value for it. */
  get partitionFallbacks(): number {
    return this.pipeline.counters.partitionFallbacks;
  }

  /** Messages that went on without the result of a math activity. */
  get mathFailuresPassed(): number {
    return this.pipeline.counters.mathFailuresPassed;
  }

  private count(outcome: Outcome): void {
    if (outcome.result === "stored") return;
    const activity = this.byName.get(outcome.at) as ActivityCount;
    activity[outcome.result]++;
    if (outcome.result === "filtered") return;
    const known = activity.reasons.find(({ text }) => text === outcome.reason);
    if (known !== undefined) known.count++;
    else if (activity.reasons.length < REASONS)
      activity.reasons.push({ text: outcome.reason, count: 1, first: this.received });
  }
}
