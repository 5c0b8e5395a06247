import {
  compilePipeline,
  type BatchObserver,
  type Column,
  type CompiledPipeline,
  type Outcome,
  PartitionCounter,
  type PartitionCount,
  type PartitionKeys,
  quotaWarning,
} from "../../etl";
import { NO_SERVICES, type Services, type Stop } from "../../etl/activities";
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
  /** why messages went on without the activity's result, and how many */
  passed: Readonly<Record<string, number>>;
}

/** Why messages failed at an activity, and how many. */
export interface Reason {
  text: string;
  count: number;
  /** number of the first message that failed so; undefined for what is counted together */
  first: number | undefined;
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
  /** JSON of the rows that the datastore holds; a function may have made several of one message. Empty without a datastore */
  rows: string[];
  /** of each row the partition that it is stored in; empty without a datastore */
  partitions: PartitionKeys[];
  /** name of the activity that stopped it */
  at: string | undefined;
  reason: string | undefined;
}

/** First messages that are remembered for reasons, which often hold a message's values. */
const REASONS = 2000;

/** Runs a pipeline over messages and counts. Memory does not grow with their number, but with that of partitions up to a million. */
export class Trial {
  received = 0;
  readonly columns: readonly Column[] | undefined;
  private readonly pipeline: CompiledPipeline;
  /** a second one for looking, which must not disturb the counts of the first */
  private looking: CompiledPipeline | undefined;
  private readonly partitionCounter = new PartitionCounter();
  private readonly firsts = new Map<string, number>();

  /** `arrivalTime` (ms since 1970) is where a partition by arrival puts the messages. */
  constructor(
    readonly definition: TrialDefinition,
    private readonly arrivalTime: number,
    private readonly services?: Services,
  ) {
    this.columns = definition.columns;
    this.pipeline = compilePipeline(definition.definition);
    if (definition.columns !== undefined) this.pipeline.onPartition = this.partitionCounter.add;
  }

  get name(): string {
    return this.pipeline.name;
  }

  /** Whether an activity waits for something or messages may be batches, so that messages are taken by `takeBatch` only. */
  get asynchronous(): boolean {
    return this.pipeline.asynchronous;
  }

  /** Takes a message and counts it. */
  take(payload: Buffer): Outcome {
    this.received++;
    const outcome = this.pipeline.process(payload, { arrivalTime: this.arrivalTime });
    if (outcome.result === "failed") this.remember(outcome, this.received);
    return outcome;
  }

  /** Looks at a message after each activity; it is not counted. */
  look(payload: Buffer, number: number): Trace {
    const pipeline = (this.looking ??= compilePipeline(this.definition.definition));
    const states: Trace["states"] = [];
    pipeline.observer = (activity, message) => states.push({ activity, message: message.toJson() });
    const outcome = pipeline.process(payload, { arrivalTime: this.arrivalTime });
    return this.traceOf({ number, input: payload, states }, outcome.result === "stored" ? [outcome] : outcome);
  }

  /** Takes several messages and looks at each. */
  async takeBatch(payloads: readonly Buffer[]): Promise<Trace[]> {
    if (!this.asynchronous) return payloads.map((payload) => (this.take(payload), this.look(payload, this.received)));
    const { services, arrivalTime } = this;
    if (services === undefined && this.pipeline.callsServices)
      throw new Error("the pipeline waits for services, and there are none");
    const traces = payloads.map((input, index) => ({
      number: this.received + index + 1,
      input,
      states: [] as Trace["states"],
    }));
    this.received += payloads.length;
    const observer: BatchObserver = (activity, source, message) =>
      traces[source]!.states.push({ activity, message: message.toJson() });
    const arrivals = payloads.map((bytes) => ({ bytes, arrivalTime }));
    const outcomes = await this.pipeline.processBatch(arrivals, services ?? NO_SERVICES, observer);
    return outcomes.map((outcome, index) => {
      const trace = traces[index]!;
      if (outcome.result === "failed") this.remember(outcome, trace.number);
      if (outcome.result !== "stored") return this.traceOf(trace, outcome);
      const rows = outcome.rows.map(({ row, partitionKeys }) => ({ row: row.toString("utf8"), partitionKeys }));
      return this.traceOf(trace, rows);
    });
  }

  /** The activities in the order in which they run, with what they did so far. */
  counts(): ActivityCount[] {
    return this.pipeline.activities.map(({ reasons, ...activity }) => ({
      ...activity,
      reasons: Object.entries(reasons).map(([text, count]) => ({
        text,
        count,
        first: this.firsts.get(`${activity.name}\n${text}`),
      })),
    }));
  }

  /** Messages by what became of them. */
  get results(): { stored: number; filtered: number; failed: number } {
    const { stored, filtered, failed } = this.pipeline.counters;
    return { stored, filtered, failed };
  }

  /** The columns that have arrived, of a datastore in JSON format; undefined for others. */
  get arrived(): readonly Column[] | undefined {
    return this.definition.json ? this.pipeline.inferredSchema?.columns : undefined;
  }

  /** Column to how many values did not fit it. */
  get mismatches(): Readonly<Record<string, number>> {
    return this.pipeline.counters.mismatches;
  }

  /** Messages whose partition was made up, for they had no usable value for it. */
  get partitionFallbacks(): number {
    return this.pipeline.counters.partitionFallbacks;
  }

  /** Different partitions of the rows, and as many as a year would have; none for the day of arrival, or without a datastore. */
  get partitions(): PartitionCount {
    return this.partitionCounter.count;
  }

  /** That the partitions will exceed AWS's quota at this rate; undefined if not. */
  get quotaWarning(): string | undefined {
    return quotaWarning(this.partitions, this.definition.definition.datastore.retentionPeriod?.numberOfDays);
  }

  /** Messages that went on without the result of a math activity. */
  get mathFailuresPassed(): number {
    return this.pipeline.counters.mathFailuresPassed;
  }

  private remember({ at, reason }: { at: string; reason: string }, number: number): void {
    const key = `${at}\n${reason}`;
    if (this.firsts.size < REASONS && !this.firsts.has(key)) this.firsts.set(key, number);
  }

  /** @param outcome the rows of a stored message, or why it is not stored */
  private traceOf(
    seen: Pick<Trace, "number" | "input" | "states">,
    outcome: readonly { row: string; partitionKeys: PartitionKeys }[] | Stop,
  ): Trace {
    const { columns } = this;
    if ("result" in outcome) {
      const reason = outcome.result === "failed" ? outcome.reason : undefined;
      const { result, at } = outcome;
      return { ...seen, result, output: undefined, rows: [], partitions: [], at, reason };
    }
    const rows = outcome.map(({ row }) => row);
    return {
      ...seen,
      result: "stored",
      output: seen.states.at(-1)?.message,
      // a line of JSON is the row
      rows: columns === undefined ? [] : this.definition.json ? rows : rows.map((row) => heldRow(row, columns)),
      partitions: columns === undefined ? [] : outcome.map(({ partitionKeys }) => partitionKeys),
      at: undefined,
      reason: undefined,
    };
  }
}
