import { createHash } from "node:crypto";
import * as path from "node:path";
import type { Clock, Timer } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Properties, Resource } from "../../core/model";
import { UNEXERCISED, type Iam } from "../../iam";
import type { CloudWatch, Metric } from "../cloudwatch";
import type { Cursor, ShardRecord } from "../kinesis/shard";
import type { Stream } from "../kinesis/stream";
import type { Invocation, LambdaFunction } from "../lambda/function";
import type { Queue } from "../sqs/queue";
import { Checkpoint } from "./checkpoint";
import { FailedBatches, type Condition } from "./failed-batches";
import { compileFilters, type Filter } from "./filter";
import { filtered, recordWriter } from "./kinesis-event";
import { Lane, type BatchSettings } from "./lane";
import { noCounts, type Mapping } from "./mapping";

/** Lambda polls each shard once a second. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
const POLL_MS = 1000;

/** The running parts that a mapping of a stream works on. */
export interface KinesisMappingContext {
  folder: string;
  clock: Clock;
  iam: Iam;
  cloudwatch: CloudWatch;
  region: string;
  defects: Defects;
  stream: Stream;
  lambda: LambdaFunction;
  /** the on-failure destination */
  failures: Queue | undefined;
}

interface ReadShard {
  cursor: Cursor;
  lanes: Lane[];
}

/** An event source mapping of a stream: reads every shard, and calls the function with batches in the order of the shard. */
export class KinesisMapping implements Mapping {
  readonly name: string;
  readonly uuid: string;
  readonly sourceArn: string;
  readonly counts = noCounts();
  refusal: string | undefined;
  lastResult = "No records processed";
  private readonly shards: ReadShard[];
  private readonly checkpoint: Checkpoint;
  /** undefined: every record passes */
  private readonly filter: Filter | undefined;
  private readonly failures: FailedBatches;
  private readonly textOf: ReturnType<typeof recordWriter>;
  private readonly iteratorAge: Metric;
  private readonly undelivered: Metric;
  private timer: Timer | undefined;
  private polled = -Infinity;
  private started = false;
  private stopped = false;

  constructor(
    readonly resource: Resource,
    private readonly context: KinesisMappingContext,
  ) {
    const { inputs, outputs } = resource;
    const { stream, lambda, clock, region, cloudwatch, iam } = context;
    this.name = resource.name;
    this.uuid = outputs.uuid;
    this.sourceArn = stream.arn;
    const patterns = patternsOf(inputs);
    this.filter = patterns.length === 0 ? undefined : compileFilters(patterns, "data");
    this.failures = new FailedBatches(context.failures, lambda, stream.arn, context);
    this.textOf = recordWriter({ streamArn: stream.arn, role: lambda.role, region });
    this.iteratorAge = cloudwatch.metric("AWS/Lambda", "IteratorAge", { FunctionName: lambda.name });
    this.undelivered = cloudwatch.metric("AWS/Lambda", "DestinationDeliveryFailures", { FunctionName: lambda.name });
    this.checkpoint = new Checkpoint(
      path.join(context.folder, `${this.uuid}.json`),
      stream.shards.map((_, shard) => startOf(stream, shard, inputs)),
      stream.shards.map(({ end }) => end),
    );
    this.shards = stream.shards.map((_, shard) => ({
      cursor: { index: this.checkpoint.startOf(shard) },
      lanes: Array.from({ length: inputs.parallelizationFactor ?? 1 }, () => this.createLane(shard)),
    }));
    // The managed policy of AWS allows more than the calls that are made here.
    iam.requirePermissions({ principal: lambda.role, resource: stream.arn }, UNEXERCISED.pollSource);
    iam.requirePermissions({ principal: lambda.role, resource: "*" }, UNEXERCISED.listStreams);
    clock.onSettle(() => this.settled());
  }

  get lambda(): LambdaFunction {
    return this.context.lambda;
  }

  start(): void {
    this.started = true;
    this.context.stream.subscribe(() => this.arrived());
    this.arrived();
  }

  get pending(): number {
    if (!this.started || (this.refusal !== undefined && this.counts.read === 0)) return 0;
    return this.shards.reduce((sum, { cursor, lanes }, shard) => {
      const unread = Math.max(0, this.context.stream.shards[shard]!.end - cursor.index);
      return sum + unread + lanes.reduce((waiting, lane) => waiting + lane.pending, 0);
    }, 0);
  }

  get maxDelayMs(): number {
    return POLL_MS + Math.max(...this.shards.flatMap(({ lanes }) => lanes.map(({ maxDelayMs }) => maxDelayMs)));
  }

  async settled(): Promise<void> {
    for (const { lanes } of this.shards) for (const lane of lanes) await lane.settled();
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    for (const { lanes } of this.shards) for (const lane of lanes) await lane.stop();
    this.save();
  }

  private createLane(shard: number): Lane {
    const { clock, defects } = this.context;
    return new Lane({
      clock,
      shard,
      settings: settingsOf(this.resource.inputs),
      invoke: (event, records) => this.invoke(event, records),
      processed: (records) => void (this.counts.processed += records),
      failed: (records, condition, calls, last) => this.giveUp(shard, records, condition, calls, last),
      // Reading on writes the checkpoint, too.
      moved: () => this.read(),
      onError: (error) => defects.record(`event source mapping ${this.name}`, error),
    });
  }

  /** Records became readable: they are read with the next poll. */
  private arrived(): void {
    if (this.stopped || this.timer !== undefined) return;
    const { clock } = this.context;
    this.timer = clock.at(
      Math.max(clock.now(), this.polled + POLL_MS),
      () => this.poll(),
      `event source mapping ${this.name}`,
    );
  }

  private async poll(): Promise<void> {
    this.timer = undefined;
    if (this.stopped) return;
    this.polled = this.context.clock.now();
    const refusal = this.context.stream.readRefusal(this.lambda.role);
    if (refusal !== undefined) {
      this.refusal = refusal;
      this.lastResult = `PROBLEM: ${refusal}`;
      return;
    }
    this.read();
    await this.settled();
  }

  /** Fills the lanes. One that is full stops its shard: what it leaves in the stream is read when it has room. */
  private read(): void {
    this.shards.forEach(({ cursor, lanes }, shard) => {
      while (!this.stopped && lanes.every((lane) => !lane.isFull)) {
        const records = this.context.stream.read(shard, cursor);
        if (records.length === 0) break;
        this.counts.read += records.length;
        const now = this.context.clock.now();
        this.iteratorAge.add(now - records.at(-1)!.arrival, now);
        for (const record of records)
          if (this.filter === undefined || this.filter(filtered(shard, record)))
            lanes[laneOf(record.partitionKey, lanes.length)]!.add({ record, text: this.textOf(shard, record) });
          else this.counts.filtered++;
      }
      for (const lane of lanes) void lane.wake();
    });
    this.save();
  }

  private async invoke(event: string, records: number): Promise<Invocation> {
    const { lambda } = this;
    const invocation = await lambda.call(lambda.arn, event);
    this.counts.invocations++;
    if (!invocation.ok) this.counts.errors++;
    this.lastResult = invocation.ok ? "OK" : `PROBLEM: Function call failed (${records} records)`;
    return invocation;
  }

  private giveUp(
    shard: number,
    records: readonly ShardRecord[],
    condition: Condition,
    invocations: number,
    invocation: Invocation | undefined,
  ): void {
    this.counts.failed += records.length;
    const refusal = this.failures.send({ shard, records, condition, invocations, invocation });
    if (refusal === undefined) return;
    this.refusal = refusal;
    this.undelivered.add(1, this.context.clock.now());
  }

  private save(): void {
    const next = this.shards.map(({ cursor, lanes }) =>
      Math.min(cursor.index, ...lanes.map(({ first }) => first ?? Infinity)),
    );
    this.checkpoint.save(Object.fromEntries(next.entries()));
  }
}

/** The patterns of a mapping's filter criteria. */
export function patternsOf(inputs: Properties): string[] {
  const filters: Properties[] = inputs.filterCriteria?.filters ?? [];
  return filters.map(({ pattern }) => pattern as string);
}

function settingsOf(inputs: Properties): BatchSettings {
  const finite = (value: number | undefined): number | undefined =>
    value === undefined || value < 0 ? undefined : value;
  const age = finite(inputs.maximumRecordAgeInSeconds);
  return {
    size: inputs.batchSize ?? 100,
    windowMs: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
    bisect: inputs.bisectBatchOnFunctionError === true,
    retries: finite(inputs.maximumRetryAttempts),
    maxAgeMs: age === undefined ? undefined : age * 1000,
    reportsFailures: (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures"),
  };
}

function startOf({ shards }: Stream, shard: number, inputs: Properties): number {
  const log = shards[shard]!;
  switch (inputs.startingPosition) {
    case "TRIM_HORIZON":
      return log.first;
    case "AT_TIMESTAMP":
      return log.indexAt(Date.parse(inputs.startingPositionTimestamp));
    default:
      return log.end;
  }
}

/** Records of one partition key stay in one lane, and so in order. */
function laneOf(partitionKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash("md5").update(partitionKey).digest().readUInt32BE(12) % lanes;
}
