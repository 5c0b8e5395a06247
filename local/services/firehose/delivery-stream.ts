import * as path from "node:path";
import type { Clock, Timer } from "../../core/clock";
import { endsRun, type Defects } from "../../core/defects";
import { createdAt } from "../../core/created";
import { customerKey } from "../../core/customer-key";
import type { Resource } from "../../core/model";
import type { Iam } from "../../iam";
import type { CloudWatch } from "../cloudwatch";
import type { Cursor } from "../kinesis/shard";
import { Stream } from "../kinesis/stream";
import type { LambdaFunction } from "../lambda/function";
import type { Logs } from "../logs/logs";
import type { S3 } from "../s3/s3";
import type { Counts } from "./counts";
import { configurationOf, type Configuration } from "./configuration";
import { DeliveryLog } from "./delivery-log";
import { DeliveryPermissions } from "./delivery-permissions";
import { Destination, type Delivered } from "./destination";
import { DirectPut } from "./direct-put";
import { Journal } from "./journal";
import { KeptAnswers } from "./kept-answers";
import { RecordRouter } from "./record-router";
import { DeliveryMetrics } from "./metrics";
import { LambdaProcessor, type Processed } from "./processor";
import { Coverage, type Source, type SourceRecord } from "./source";

/** Batches that may be in the Lambda at the same time; two keep it busy while an answer is read. */
const MAX_IN_FLIGHT = 2;

/** The services that a delivery stream reaches, its source, its function and its table. */
export interface DeliveryStreamContext {
  folder: string;
  clock: Clock;
  iam: Iam;
  s3: S3;
  logs: Logs;
  cloudwatch: CloudWatch;
  region: string;
  source: Source;
  lambda: LambdaFunction | undefined;
  table: Resource | undefined;
  /** whether the function puts records into another delivery stream, so that its answers are kept until they are in objects */
  keepsAnswers: boolean;
  defects: Defects;
}

/**
 * A Firehose delivery stream with an S3 destination: reads every shard of its source, hands batches to the transform Lambda,
 * partitions, converts, buffers by size and time, delivers. Each step is decided by the stream's role.
 */
export class DeliveryStream {
  readonly name: string;
  readonly arn: string;
  /** ms since 1970-01-01 UTC */
  readonly created: number;
  readonly counts: Counts = { received: 0, stored: 0, filtered: 0, failed: 0, objects: 0, rows: 0, bytes: 0 };
  /** the last refusal that keeps it from going on; undefined again once a retry was taken */
  refusal: string | undefined;
  private s3Refusal: string | undefined;
  private readonly metrics: DeliveryMetrics;
  private readonly configuration: Configuration;
  private readonly permissions: DeliveryPermissions;
  private readonly cursors: Cursor[];
  private readonly journal: Journal;
  private readonly destination: Destination;
  private readonly router: RecordRouter;
  private readonly log: DeliveryLog;
  private readonly processor: LambdaProcessor | undefined;
  private readonly answers: KeptAnswers | undefined;
  private batch: SourceRecord[] = [];
  private batchBytes = 0;
  private batchTimer: Timer | undefined;
  /** records that are in the function */
  private readonly outstanding = new Set<Coverage>();
  private readonly inFlight: Promise<void>[] = [];
  private accepting: Promise<void> = Promise.resolve();
  private pumping: Promise<void> | undefined;
  /** records may have arrived since the pump last looked */
  private pumpRequested = false;
  /** whether its role lets it read the source */
  private reads = true;
  private stopped = false;

  constructor(
    readonly resource: Resource,
    private readonly context: DeliveryStreamContext,
  ) {
    const { clock, source } = context;
    this.name = resource.inputs.name;
    this.arn = resource.outputs.arn;
    this.created = createdAt(path.join(context.folder, this.name), clock);
    this.configuration = configurationOf(resource, context.table);
    this.permissions = new DeliveryPermissions(this.configuration, context);
    this.metrics = new DeliveryMetrics(context.cloudwatch, this.name);
    if (source instanceof DirectPut) source.metrics = this.metrics;
    // It polls every second; what is refused is not read.
    if (source instanceof Stream) this.metrics.behind.idle = () => (this.reads ? 0 : undefined);
    this.log = new DeliveryLog(this.arn, this.configuration, context.logs, (refusal) => (this.refusal ??= refusal));
    this.processor = this.createProcessor();
    this.journal = this.openJournal();
    if (context.keepsAnswers) this.answers = new KeptAnswers(path.join(context.folder, this.name, "answers"));
    this.cursors = source.shards.map((_, shard) => ({ index: this.journal.startOf(shard) }));
    this.destination = this.createDestination();
    this.router = this.createRouter();
    this.checkPermissions();
    clock.onSettle(() => this.settled());
    source.subscribe(() => this.wake());
  }

  private createProcessor(): LambdaProcessor | undefined {
    const { processor, role } = this.configuration;
    const { lambda, source, region, clock } = this.context;
    if (processor === undefined || lambda === undefined) return undefined;
    const head = {
      deliveryStreamArn: this.arn,
      sourceKinesisStreamArn: source instanceof Stream ? source.arn : undefined,
      region,
    };
    return new LambdaProcessor(lambda, processor.functionArn, role, processor.retries, head, clock, this.metrics);
  }

  /** Without a journal of an earlier run it begins at LATEST, as Firehose does. */
  private openJournal(): Journal {
    const { folder, source, s3 } = this.context;
    const latest = Object.fromEntries(source.shards.map((shard, i) => [i, shard.end]));
    return new Journal(path.join(folder, this.name), latest, (bucket, key) =>
      s3.head(this.configuration.role, bucket, key),
    );
  }

  private createDestination(): Destination {
    const { role, bucket, kmsKeyArn, bufferBytes, bufferMs } = this.configuration;
    const { clock, s3 } = this.context;
    return new Destination(
      { name: this.name, version: 1, role, bucket, keyArn: customerKey(kmsKeyArn) },
      { bytes: bufferBytes, intervalMs: bufferMs },
      clock,
      s3,
      this.journal,
      this.metrics,
      {
        delivered: (object) => this.delivered(object),
        refused: (message) => {
          this.refusal = this.s3Refusal = message;
          this.log.write("S3.AccessDenied", message);
        },
        accepted: () => {
          if (this.refusal === this.s3Refusal) this.refusal = undefined;
        },
        lowWater: () => this.lowWater(),
        failed: (error) => this.defect("delivery", error),
      },
    );
  }

  private createRouter(): RecordRouter {
    const { configuration, permissions, destination, journal, metrics, counts, log } = this;
    const { clock, region, table } = this.context;
    return new RecordRouter(
      configuration,
      permissions,
      destination,
      journal,
      metrics,
      counts,
      log,
      clock,
      region,
      table,
      (error) => this.context.defects.record(this.place("conversion"), error),
    );
  }

  private checkPermissions(): void {
    this.refusal = this.permissions.creationRefusal;
    this.reads = this.refusal === undefined;
    if (this.refusal !== undefined) this.log.write("AccessDenied", this.refusal);
    this.permissions.declare();
  }

  /** Longest that a record waits in buffers, ms. */
  get maxDelayMs(): number {
    const { processor, bufferMs } = this.configuration;
    return (this.processor === undefined ? 0 : processor!.bufferMs) + bufferMs;
  }

  /** Records that are read, or could be, and are in no object yet. */
  get pending(): number {
    let pending = this.batch.length + this.destination.records;
    this.context.source.shards.forEach((shard, i) => (pending += shard.end - this.cursors[i]!.index));
    return pending;
  }

  /** Reads what has arrived. Called when records became readable, and once at the start. */
  wake(): void {
    this.pumpRequested = true;
    if (this.pumping !== undefined || this.stopped) return;
    this.pumping = this.pump()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.pumping = undefined;
        if (this.pumpRequested) this.wake();
      });
  }

  async settled(): Promise<void> {
    while (this.pumping !== undefined) await this.pumping;
    await this.accepting;
    await this.destination.settled();
  }

  /** What producers put; undefined for a delivery stream that reads a Kinesis stream. */
  get directPut(): DirectPut | undefined {
    const { source } = this.context;
    return source instanceof DirectPut ? source : undefined;
  }

  /** Before objects may expire: what the journal says is made final, so that no expired object is taken for a lost one. */
  checkpoint(): void {
    if (this.stopped) return;
    const lowWater = this.lowWater();
    this.journal.compact(lowWater);
    this.directPut?.delivered(lowWater[0]!);
  }

  /**
   * Ends before another definition of this stream goes on: what the transform has answered is delivered now, and what it has not seen
   * is read again by the next, so that a record goes through one of the two.
   */
  async handOver(): Promise<void> {
    await this.settled();
    if (!this.stopped) await this.destination.deliverAll();
  }

  /** By shard, the first record that the next to read will read: all before are in objects or were dropped. */
  get positions(): Record<string, number> {
    return this.lowWater();
  }

  async close(): Promise<void> {
    const failed = this.stopped;
    await this.settled();
    this.stopped = true;
    this.batchTimer?.cancel();
    if (!failed) this.journal.close(this.lowWater());
    this.directPut?.close();
  }

  private async pump(): Promise<void> {
    const { source } = this.context;
    while (this.pumpRequested) {
      this.pumpRequested = false;
      const refusal = this.permissions.creationRefusal ?? this.readRefusal;
      if (refusal !== undefined) {
        // Firehose goes on trying; here it is tried with every arrival, and the summary tells.
        this.refusal = refusal;
        this.reads = false;
        this.log.write("KinesisSource.AccessDenied", refusal);
        return;
      }
      for (let shard = 0; shard < source.shards.length; shard++)
        for (;;) {
          if (this.stopped) return;
          const records = source.read(shard, this.cursors[shard]!);
          if (records.length === 0) break;
          this.counts.received += records.length;
          if (source instanceof Stream) {
            const now = this.context.clock.now();
            this.metrics.read.add(records.length, now);
            this.metrics.behind.add(now - records[0]!.arrival, now);
          }
          for (const record of records) {
            const sourced = record as SourceRecord;
            sourced.shard = shard;
            const answered = this.answers?.of(sourced);
            if (this.processor === undefined) this.router.accept(sourced, sourced.data, {});
            else if (answered !== undefined) await this.acceptAgain(sourced, answered);
            else if (this.take(sourced)) await this.invoke();
          }
          if (this.processor === undefined) await this.destination.settled();
        }
    }
  }

  /** Takes what an earlier run was answered, behind all records before it: what an object holds is known by its last record. */
  private async acceptAgain(record: SourceRecord, answer: Processed): Promise<void> {
    await this.invoke();
    await this.accepting;
    this.router.outcome(record, answer);
  }

  /** What its role is refused of the stream that it reads. */
  private get readRefusal(): string | undefined {
    const { source } = this.context;
    return source instanceof Stream ? source.readRefusal(this.configuration.sourceRole!) : undefined;
  }

  /** @returns whether the batch for the Lambda is full */
  private take(record: SourceRecord): boolean {
    if (this.batch.length === 0)
      this.batchTimer = this.context.clock.after(
        this.configuration.processor!.bufferMs,
        async () => {
          await this.invoke();
          await this.accepting;
        },
        this.place("batch"),
      );
    this.batch.push(record);
    // Base64 and the record's metadata count towards the size that Lambda sees.
    this.batchBytes += record.data.length;
    return this.batchBytes >= this.configuration.processor!.bufferBytes;
  }

  private async invoke(): Promise<void> {
    if (this.batch.length === 0) return;
    this.batchTimer?.cancel();
    const batch = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    const coverage = new Coverage();
    for (const record of batch) coverage.add(record.shard, record.index);
    this.outstanding.add(coverage);
    const processed = this.processor!.process(batch);
    const previous = this.accepting;
    const accepted = (async () => {
      const outcomes = await processed;
      this.answers?.keep(batch, outcomes);
      await previous;
      if (this.stopped) return;
      for (let i = 0; i < batch.length; i++) this.router.outcome(batch[i]!, outcomes[i]!);
      this.outstanding.delete(coverage);
      await this.destination.settled();
    })().catch((error: unknown) => this.fail(error));
    this.accepting = accepted;
    this.inFlight.push(accepted);
    if (this.inFlight.length >= MAX_IN_FLIGHT) await this.inFlight.shift();
  }

  /** By shard, the first record that would have to be read again after a crash. */
  private lowWater(): Record<string, number> {
    return Object.fromEntries(
      this.cursors.map(({ index }, shard) => {
        let low = index;
        for (const held of [this.destination.firstOf(shard), ...[...this.outstanding].map((c) => c.firstOf(shard))])
          if (held !== undefined) low = Math.min(low, held);
        for (const record of this.batch) if (record.shard === shard) low = Math.min(low, record.index);
        return [shard, low];
      }),
    );
  }

  private delivered({ partition, records, rows, bytes }: Delivered): void {
    if (partition.startsWith("!")) {
      this.counts.failed += records;
      return;
    }
    this.counts.stored += records;
    this.counts.objects++;
    this.counts.rows += rows;
    this.counts.bytes += bytes;
    if (this.directPut?.keepsDelivered(this.lowWater()[0]!) === true) this.checkpoint();
    this.answers?.drop(this.lowWater());
  }

  private place(part: string): string {
    return `delivery stream ${this.name}, ${part}`;
  }

  /** An unexpected error: the run goes on. What could not be delivered stays in the source, and the next start reads it again. */
  private defect(part: string, error: unknown): void {
    this.refusal ??= `unexpected error: ${error instanceof Error ? error.message : String(error)}`;
    if (endsRun(error)) this.stopped = true;
    this.context.defects.record(this.place(part), error);
  }

  /** An error of the reader ends this stream; the others go on. */
  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.defect("source", error);
  }
}
