/**
 * A pipeline, compiled: it takes a message's bytes and says that it is stored (with its row and partition), filtered
 * out, or failed for a reason. Of every message exactly one: stored + filtered + failed = received.
 */
import {
  compileActivity,
  type ActivityCounters,
  type Compilation,
  type Stop,
  type TransformOptions,
} from "./activities";
import { followChain } from "./chain";
import { RowBuffer, RowWriter } from "./columns";
import { datastoreColumns } from "./datastore";
import type { DatastoreDocument, PipelineDocument } from "./documents/types";
import { Layout, Message, MessageReader } from "./json";
import { PartitionReader, partitionScheme, type PartitionKeys } from "./partitions";

/** All that running a pipeline needs; the Lambda archive holds it as `definition.json`. */
export interface TransformDefinition {
  pipeline: PipelineDocument;
  datastore: DatastoreDocument;
  options?: TransformOptions;
}

export type Outcome =
  /** `row` is one JSON object with the datastore's columns, compact, without those that are null */
  | { result: "stored"; row: string; partitionKeys: PartitionKeys }
  /** `at` is the name of an activity */
  | { result: "filtered"; at: string }
  | { result: "failed"; at: string; reason: string };

export interface Counters extends ActivityCounters {
  received: number;
  stored: number;
  filtered: number;
  failed: number;
  /** column to how many of its values did not fit and became null (or failed their message) */
  mismatches: Record<string, number>;
  /** partitions that a message had no usable value for */
  partitionFallbacks: number;
  /** messages with two attributes that differ in case only, for each column; the last one was taken */
  nameCollisions: number;
}

/** Told of a message after an activity that let it go on; it reads the message and keeps nothing of it. */
export type Observer = (activity: string, message: Message) => void;

/** Throws for definitions that loading would have refused. */
export function compilePipeline(definition: TransformDefinition): CompiledPipeline {
  return new CompiledPipeline(definition);
}

export class CompiledPipeline {
  readonly name: string;
  /** whether stored messages carry partition keys for the delivery stream */
  readonly dynamic: boolean;
  /** the partition keys of the message that was stored last */
  partitionKeys: PartitionKeys = {};
  /** Hears of each activity while it is set, for looking at single messages; nothing while messages flow. */
  observer: Observer | undefined;

  private received = 0;
  private stored = 0;
  private filtered = 0;
  private failed = 0;
  private readonly activityCounters: ActivityCounters = { mathFailuresPassed: 0 };
  private readonly columns: readonly string[];
  private readonly steps: readonly ((message: Message) => Stop | undefined)[];
  /** names of the activities, those of `steps` first and in their order */
  private readonly names: readonly string[];
  private readonly first: string;
  private readonly last: string;
  private readonly failOnMismatch: boolean;
  private readonly message: Message;
  private readonly reader: MessageReader;
  private readonly rows: RowWriter;
  private readonly partitions: PartitionReader;
  private readonly row = new RowBuffer(1024);

  constructor({ pipeline, datastore, options = {} }: TransformDefinition) {
    const { chain, findings } = followChain(pipeline);
    if (findings[0] !== undefined) throw new Error(`${findings[0].path}: ${findings[0].message}`);
    const layout = new Layout();
    const compilation: Compilation = { layout, options, counters: this.activityCounters };
    this.name = pipeline.pipelineName;
    this.names = chain.map(({ name }) => name);
    this.first = chain[0]?.name ?? "";
    this.last = chain[chain.length - 1]?.name ?? "";
    this.failOnMismatch = options.onMismatch === "fail";
    this.steps = chain.flatMap((activity) => compileActivity(activity, compilation) ?? []);
    const columns = datastoreColumns(datastore);
    this.columns = columns.map(({ name }) => name);
    for (const name of this.columns) layout.slot(name);
    this.rows = new RowWriter(columns, layout);
    this.partitions = new PartitionReader(datastore, layout);
    this.dynamic = partitionScheme(datastore).dynamic;
    this.reader = new MessageReader(layout);
    this.message = new Message(layout);
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

  /** Takes one message. `arrivalTime` is in milliseconds since 1970. Never throws. */
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
   * answer says why a message is not stored; undefined when it is. Never throws.
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
    if (stop.result === "failed") this.failed++;
    else this.filtered++;
    return stop;
  }

  private run(bytes: Buffer, from: number, to: number, arrivalTime: number, out: RowBuffer): Stop | undefined {
    const { message, steps } = this;
    const fault = this.reader.read(message, bytes, from, to);
    if (fault !== undefined) return { result: "failed", at: this.first, reason: fault };
    for (let index = 0; index < steps.length; index++) {
      const stop = (steps[index] as (message: Message) => Stop | undefined)(message);
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
