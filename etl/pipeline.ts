/**
 * A pipeline, compiled: it takes a message's bytes and says that it is stored (with its row and partition), filtered
 * out, or failed for a reason. Of every message exactly one: stored + filtered + failed = received.
 */
import {
  compileActivity,
  compileBatchActivity,
  isAsynchronous,
  rawInFlight,
  Tallies,
  type ActivityCounters,
  type ActivityFigures,
  type BatchStep,
  type Compilation,
  type Services,
  type Step,
  type Stop,
  type TransformOptions,
  type InFlightMessage,
} from "./activities";
import { followChain, type ChainedActivity } from "./activities/chain";
import { JsonRowWriter, RowBuffer, RowWriter } from "./columns";
import { datastoreColumns, isJsonFormat } from "./columns/datastore-columns";
import type { DatastoreDocument, PipelineDocument } from "./documents/model/types";
import { elementsOf, Layout, Message, MessageReader } from "./json";
import { BatchRun } from "./batch-run";
import { notifiedValues } from "./sitewise";
import type { BatchObserver, BatchOutcome, Counters, InboundRecord, Outcome } from "./outcome";
import { PartitionReader, partitionScheme, rowsPrefix, type PartitionKeys } from "./partitions";

export type { BatchObserver, BatchOutcome, Counters, InboundRecord, Outcome } from "./outcome";

/** All that running a pipeline needs; the Lambda archive holds it as `definition.json`. */
export interface TransformDefinition {
  pipeline: PipelineDocument;
  datastore: DatastoreDocument;
  options?: TransformOptions;
  /** `lambdaName` of an activity to the function's name or ARN; one that is not here has its own name */
  functions?: Record<string, string>;
  /** what the keys of rows begin with, where the datastore is in a bucket of the user's; default `data/NAME/` */
  prefix?: string;
}

/** Reason of a batch that is `[]`. */
const EMPTY_BATCH = "the batch holds no message";

/** Activities that a message goes through without waiting, and the one that it waits for behind them. */
interface Stage {
  /** name of the activity that its messages come from */
  readonly from: string;
  readonly steps: readonly Step[];
  /** names of the steps' activities */
  readonly names: readonly string[];
  readonly then: BatchStep | undefined;
  readonly waitsFor: string | undefined;
}

/** Told of a message after an activity that let it go on; it reads the message and keeps nothing of it. */
export type Observer = (activity: string, message: Message) => void;

/** Throws for definitions that loading would have refused. */
export function compilePipeline(definition: TransformDefinition): CompiledPipeline {
  return new CompiledPipeline(definition);
}

/** A pipeline that takes messages. It keeps state, so that one batch is processed at a time. */
export class CompiledPipeline {
  readonly name: string;
  /** whether stored messages carry partition keys for the delivery stream */
  readonly dynamic: boolean;
  /** whether an activity calls another service */
  readonly callsServices: boolean;
  /** whether messages are processed by `processBatch` alone: an activity calls another service, or a message may be a batch of several */
  readonly asynchronous: boolean;
  /** the partition keys of the message that was stored last */
  partitionKeys: PartitionKeys = {};
  /** Hears of each activity while it is set, for looking at single messages; nothing while messages flow. */
  observer: Observer | undefined;

  /** the columns that arrive, for a datastore in JSON format; undefined for one whose columns are declared */
  readonly inferredSchema: JsonRowWriter | undefined;

  private received = 0;
  private stored = 0;
  private filtered = 0;
  private failed = 0;
  private readonly activityCounters: ActivityCounters = {
    mathFailuresPassed: 0,
    enrichmentFailuresPassed: 0,
    lambdaMismatches: 0,
  };
  private readonly tallies: Tallies;
  private readonly columns: readonly string[];
  private readonly stages: readonly Stage[];
  /** of the first stage, which is the only one of a synchronous pipeline */
  private readonly steps: readonly Step[];
  /** names of the activities, those of `steps` first and in their order */
  private readonly names: readonly string[];
  /** whether a function of the user's gets the messages as they came, those too that are no JSON */
  private readonly takesAnything: boolean;
  private readonly first: string;
  private readonly last: string;
  private readonly failOnMismatch: boolean;
  /** whether a message that is an array stands for its elements */
  private readonly batches: boolean;
  /** whether a notification of SiteWise stands for its values */
  private readonly siteWise: boolean;
  private readonly message: Message;
  private readonly reader: MessageReader;
  private readonly rows: RowWriter | JsonRowWriter;
  private readonly partitions: PartitionReader;
  private readonly row = new RowBuffer(1024);

  constructor({ pipeline, datastore, options = {}, prefix }: TransformDefinition) {
    const { chain, findings } = followChain(pipeline);
    if (findings[0] !== undefined) throw new Error(`${findings[0].path}: ${findings[0].message}`);
    const layout = new Layout();
    this.tallies = new Tallies(chain);
    const compilation: Compilation = { layout, options, counters: this.activityCounters, tallies: this.tallies };
    this.name = pipeline.pipelineName;
    this.names = chain.map(({ name }) => name);
    this.first = chain[0]?.name ?? "";
    this.last = chain[chain.length - 1]?.name ?? "";
    this.failOnMismatch = options.onMismatch === "fail";
    this.batches = options.batches === true;
    this.siteWise = options.siteWise === true;
    this.callsServices = chain.some(isAsynchronous);
    this.asynchronous = this.callsServices || this.batches || this.siteWise;
    this.takesAnything = chain[1]?.kind === "lambda";
    // such a function may want messages that have no attribute yet
    this.stages = stagesOf(this.first, this.takesAnything ? chain.slice(1) : chain, compilation);
    this.steps = (this.stages[0] as Stage).steps;
    const columns = datastoreColumns(datastore);
    this.columns = columns.map(({ name }) => name);
    for (const name of this.columns) layout.slot(name);
    this.inferredSchema = isJsonFormat(datastore) ? new JsonRowWriter() : undefined;
    this.rows = this.inferredSchema ?? new RowWriter(columns, layout);
    this.partitions = new PartitionReader(datastore, layout, prefix ?? rowsPrefix("", datastore.datastoreName));
    this.dynamic = partitionScheme(datastore).dynamic;
    this.reader = new MessageReader(layout);
    this.message = new Message(layout);
  }

  /** Is called with the values of a partition before its first row is stored, and perhaps again later. */
  set onPartition(listener: ((keys: PartitionKeys) => void) | undefined) {
    this.partitions.onPartition = listener;
  }

  /** The listener is called again for each partition that gets a row from now on. */
  forgetPartitions(): void {
    this.partitions.forget();
  }

  get counters(): Counters {
    const { received, stored, filtered, failed, rows } = this;
    return {
      ...this.activityCounters,
      received,
      stored,
      filtered,
      failed,
      mismatches: Object.fromEntries(
        this.columns
          .map((name, index) => [name, rows.mismatches[index] as number] as const)
          .filter(([, count]) => count > 0),
      ),
      partitionFallbacks: this.partitions.fallbacks,
      nameCollisions: rows.collisions,
    };
  }

  /** What each activity did so far, in the order in which they run. */
  get activities(): ActivityFigures[] {
    return this.tallies.figures(this.received);
  }

  /** Takes one message of a synchronous pipeline. `arrivalTime` is in milliseconds since 1970. Never throws. */
  process(payload: Uint8Array | string, { arrivalTime }: { arrivalTime: number }): Outcome {
    const bytes =
      typeof payload === "string"
        ? Buffer.from(payload)
        : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const { row } = this;
    row.length = 0;
    const stop = this.processInto(bytes, 0, bytes.length, arrivalTime, row);
    return stop ?? { result: "stored", row: row.text(0), partitionKeys: this.partitionKeys };
  }

  /**
   * Takes the message in bytes [from, to) and appends its row to `out`; then `partitionKeys` holds its partition. The
   * answer says why a message is not stored; undefined when it is. Never throws. For synchronous pipelines.
   */
  processInto(bytes: Buffer, from: number, to: number, arrivalTime: number, out: RowBuffer): Stop | undefined {
    this.received++;
    const begin = out.length;
    let stop: Stop | undefined;
    try {
      stop = this.run(bytes, from, to, arrivalTime, out);
    } catch (error) {
      // a defect of ours must cost one message and not its batch
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      stop = { result: "failed", at: this.first, reason: `defect of the transformation: ${trace}` };
    }
    if (stop === undefined) {
      this.stored++;
      return undefined;
    }
    out.length = begin;
    this.tallies.stop(stop);
    if (stop.result === "failed") this.failed++;
    else this.filtered++;
    return stop;
  }

  /**
   * Takes a batch of messages and says of each what became of it. A message is stored when a row of it is, and none of what
   * a function made of it, or of what it holds as an array, failed; a message of which anything failed is failed and has no rows, so that it can be processed
   * again. Never rejects, if `services` do not.
   */
  async processBatch(
    arrivals: readonly InboundRecord[],
    services: Services,
    observer?: BatchObserver,
  ): Promise<BatchOutcome[]> {
    this.received += arrivals.length;
    const run = new BatchRun(arrivals, this.tallies, observer);
    let messages: InFlightMessage[] = arrivals.flatMap(({ bytes }, source) => this.arriving(bytes, source, run));
    for (const [index, stage] of this.stages.entries()) {
      const leaving: InFlightMessage[] = [];
      for (const inFlight of messages) {
        const gone = this.guarded(inFlight, stage, index === 0, run);
        if (gone !== undefined) leaving.push(gone);
      }
      if (stage.then === undefined) break;
      const { messages: going, stopped } = await stage.then.run(leaving, services);
      for (const { source, stop } of stopped) run.stop(source, stop);
      messages = going;
      if (observer !== undefined) this.show(going, stage.waitsFor as string, observer);
    }
    const outcomes = run.outcomes(this.last);
    for (const { result } of outcomes) {
      if (result === "stored") this.stored++;
      else if (result === "failed") this.failed++;
      else this.filtered++;
    }
    return outcomes;
  }

  /** The messages of a record: itself, the elements of a batch, or the values of a notification. */
  private arriving(bytes: Buffer, source: number, run: BatchRun): InFlightMessage[] {
    const values = this.siteWise ? notifiedValues(bytes) : undefined;
    const spans = this.batches && values === undefined ? elementsOf(bytes) : undefined;
    const elements = values?.map((own) => ({ bytes: own, start: 0, end: own.length })) ?? spans;
    if (elements === undefined) return [{ source, bytes, from: 0, to: bytes.length, system: "" }];
    if (elements.length === 0) run.stop(source, { result: "failed", at: this.first, reason: EMPTY_BATCH });
    else this.tallies.make(this.first, elements.length - 1);
    return elements.map(({ bytes: own, start, end }) => ({ source, bytes: own, from: start, to: end, system: "" }));
  }

  /** Takes a message through a stage. Returns it if it waits at the stage's end. */
  private guarded(inFlight: InFlightMessage, stage: Stage, first: boolean, run: BatchRun): InFlightMessage | undefined {
    const { source } = inFlight;
    try {
      return this.pass(inFlight, stage, first, run);
    } catch (error) {
      const reason = `defect of the transformation: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      run.stop(source, { result: "failed", at: stage.from, reason });
      return undefined;
    }
  }

  private pass(inFlight: InFlightMessage, stage: Stage, first: boolean, run: BatchRun): InFlightMessage | undefined {
    const { message } = this;
    const { source, bytes, from, to } = inFlight;
    const fault = this.reader.read(message, bytes, from, to);
    if (fault !== undefined && first && this.takesAnything) return rawInFlight(source, bytes, from, to);
    if (fault !== undefined) {
      run.stop(source, { result: "failed", at: stage.from, reason: fault });
      return undefined;
    }
    for (let index = 0; index < stage.steps.length; index++) {
      const stop = (stage.steps[index] as Step)(message);
      if (stop !== undefined) {
        run.stop(source, stop);
        return undefined;
      }
      run.observer?.(stage.names[index] as string, source, message);
    }
    if (stage.then !== undefined) return stage.then.serialize(message, source);
    this.store(source, run);
    return undefined;
  }

  private store(source: number, run: BatchRun): void {
    const { message, row, rows } = this;
    row.length = 0;
    rows.write(message, row);
    if (this.failOnMismatch && rows.mismatch !== undefined) {
      run.stop(source, { result: "failed", at: this.last, reason: rows.mismatch });
      return;
    }
    const partitionKeys = this.partitions.keys(message, run.arrivalOf(source));
    run.store(source, Buffer.from(row.bytes.subarray(0, row.length)), partitionKeys);
  }

  private show(messages: readonly InFlightMessage[], activity: string, observer: BatchObserver): void {
    for (const { source, bytes, from, to } of messages)
      if (this.reader.read(this.message, bytes, from, to) === undefined) observer(activity, source, this.message);
  }

  private run(bytes: Buffer, from: number, to: number, arrivalTime: number, out: RowBuffer): Stop | undefined {
    const { message, steps } = this;
    const fault = this.reader.read(message, bytes, from, to);
    if (fault !== undefined) return { result: "failed", at: this.first, reason: fault };
    for (let index = 0; index < steps.length; index++) {
      const stop = (steps[index] as Step)(message);
      if (stop !== undefined) return stop;
      if (this.observer !== undefined) this.observer(this.names[index] as string, message);
    }
    this.rows.write(message, out);
    if (this.failOnMismatch && this.rows.mismatch !== undefined) {
      return { result: "failed", at: this.last, reason: this.rows.mismatch };
    }
    this.partitionKeys = this.partitions.keys(message, arrivalTime);
    return undefined;
  }
}

/** Cuts a chain behind each activity that waits. */
function stagesOf(first: string, chain: readonly ChainedActivity[], compilation: Compilation): Stage[] {
  const stages: Stage[] = [];
  let from = first;
  let steps: Step[] = [];
  let names: string[] = [];
  for (const activity of chain) {
    const then = compileBatchActivity(activity, compilation);
    if (then !== undefined) {
      stages.push({ from, steps, names, then, waitsFor: activity.name });
      [from, steps, names] = [activity.name, [], []];
      continue;
    }
    const step = compileActivity(activity, compilation);
    if (step === undefined) continue;
    steps.push(step);
    names.push(activity.name);
  }
  return [...stages, { from, steps, names, then: undefined, waitsFor: undefined }];
}
