import type { Clock, Timer } from "../../core/clock";
import { S3Error, type S3 } from "../s3/s3";
import type { Body, BodyFormat } from "./bodies";
import type { DeliveryMetrics } from "./metrics";
import type { Journal } from "./journal";
import { objectName, type PrefixContext } from "./prefix";
import { Coverage, type SourceRecord } from "./source";

/**
 * After a refusal the delivery is tried again; records wait in the stream meanwhile, as with a Kinesis source on AWS.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
const RETRY_MS = 60_000;

interface Buffered {
  partition: string;
  body: Body;
  coverage: Coverage;
  records: number;
  name: PrefixContext;
  prefix: (context: PrefixContext) => string;
  extension: string;
  timer: Timer | undefined;
  /** set while it is being delivered, so that new records open another buffer */
  closing: boolean;
}

/** An object that has been put. */
export interface Delivered {
  partition: string;
  records: number;
  rows: number;
  bytes: number;
  key: string;
}

/** The S3 side of a delivery stream: a buffer for each partition, delivered when it is large or old enough. */
export class Destination {
  private readonly open = new Map<string, Buffered>();
  /** what has not been delivered yet, the oldest first: deliveries of one partition keep their order */
  private readonly all = new Set<Buffered>();
  private deliveries: Promise<void> = Promise.resolve();
  /** buffers that S3 refused and that are tried again */
  private readonly refused = new Set<Buffered>();

  constructor(
    private readonly stream: {
      name: string;
      version: number;
      role: string;
      bucket: string;
      keyArn: string | undefined;
    },
    private readonly limits: { bytes: number; intervalMs: number },
    private readonly clock: Clock,
    private readonly s3: S3,
    private readonly journal: Journal,
    private readonly metrics: DeliveryMetrics,
    private readonly events: {
      delivered(object: Delivered): void;
      refused(message: string): void;
      /** everything that was refused has been delivered by a retry */
      accepted(): void;
      lowWater(): Record<string, number>;
      failed(error: unknown): void;
    },
  ) {}

  /** where errors of its timers are recorded */
  private get place(): string {
    return `delivery stream ${this.stream.name}, delivery`;
  }

  /** Partitions that are being filled. */
  get active(): number {
    return this.open.size;
  }

  /** Records that are buffered. */
  get records(): number {
    let records = 0;
    for (const buffer of this.all) records += buffer.records;
    return records;
  }

  isOpen(partition: string): boolean {
    return this.open.has(partition);
  }

  /**
   * Adds a record to the buffer of its partition.
   * @returns why it cannot be converted, or undefined
   */
  add(
    partition: string,
    record: SourceRecord,
    data: Buffer,
    format: BodyFormat,
    prefix: (context: PrefixContext) => string,
    naming: { partitionKeys: Record<string, string>; errorOutputType?: string },
  ): { code: string; message: string } | undefined {
    let buffer = this.open.get(partition);
    if (buffer === undefined) {
      const seed = `${this.stream.name}/${record.shard}/${record.index}/${partition}`;
      buffer = {
        partition,
        body: format.create(),
        coverage: new Coverage(),
        records: 0,
        name: { time: record.arrival, seed, ...naming },
        prefix,
        extension: format.extension,
        timer: undefined,
        closing: false,
      };
    }
    const failure = buffer.body.add(data);
    if (failure !== undefined) return failure;
    buffer.coverage.add(record.shard, record.index);
    buffer.records++;
    if (buffer.records === 1) {
      this.open.set(partition, buffer);
      this.all.add(buffer);
      const opened = buffer;
      buffer.timer = this.clock.after(this.limits.intervalMs, () => this.deliver(opened), this.place);
    }
    if (buffer.body.bytes >= this.limits.bytes) void this.deliver(buffer);
    return undefined;
  }

  /** The first record of a shard that is not in an object yet. */
  firstOf(shard: number): number | undefined {
    let first: number | undefined;
    for (const buffer of this.all) {
      const index = buffer.coverage.firstOf(shard);
      if (index !== undefined && (first === undefined || index < first)) first = index;
    }
    return first;
  }

  /** Delivers every buffer, full or not. What was refused stays. */
  deliverAll(): Promise<void> {
    for (const buffer of this.open.values()) void this.deliver(buffer);
    return this.deliveries;
  }

  /** Waits for the deliveries that have begun. */
  settled(): Promise<void> {
    return this.deliveries;
  }

  private deliver(buffer: Buffered): Promise<void> {
    if (buffer.closing) return this.deliveries;
    buffer.closing = true;
    buffer.timer?.cancel();
    if (this.open.get(buffer.partition) === buffer) this.open.delete(buffer.partition);
    this.deliveries = this.deliveries.then(async () => {
      try {
        await this.write(buffer, await buffer.body.finish());
      } catch (error) {
        this.events.failed(error);
      }
    });
    return this.deliveries;
  }

  private async write(buffer: Buffered, bytes: Uint8Array): Promise<void> {
    const { name, version, role, bucket, keyArn } = this.stream;
    const key =
      buffer.prefix(buffer.name) + objectName(name, version, buffer.name.time, buffer.name.seed) + buffer.extension;
    const intent = { bucket, key, partition: buffer.partition, through: buffer.coverage.through() };
    this.journal.intend(intent);
    const now = this.clock.now();
    this.metrics.freshness.add((now - buffer.name.time) / 1000, now);
    try {
      this.s3.put(role, bucket, key, bytes, keyArn);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      this.metrics.deliverySuccess.add(0, now);
      this.refused.add(buffer);
      this.events.refused(error.message);
      this.clock.after(
        RETRY_MS,
        () => this.write(buffer, bytes).catch((failure: unknown) => this.events.failed(failure)),
        this.place,
      );
      return;
    }
    this.metrics.deliverySuccess.add(1, now);
    this.metrics.deliveredRecords.add(buffer.records, now);
    this.metrics.deliveredBytes.add(bytes.length, now);
    this.all.delete(buffer);
    if (this.refused.delete(buffer) && this.refused.size === 0) this.events.accepted();
    this.journal.confirm(intent, () => this.events.lowWater());
    this.events.delivered({
      partition: buffer.partition,
      records: buffer.records,
      rows: buffer.body.rows,
      bytes: bytes.length,
      key,
    });
  }
}
