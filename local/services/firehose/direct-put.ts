import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { Shard, type Cursor, type ShardRecord } from "../kinesis/shard";
import type { Divide } from "./divide";
import type { DeliveryMetrics } from "./metrics";
import type { Source } from "./source";

const MIB = 1024 * 1024;
/**
 * What a delivery stream takes in a second by direct put; requests above it are refused.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html
 */
const QUOTA = { records: 100_000, requests: 1000, bytes: MIB };
const LARGE_QUOTA = { records: 500_000, requests: 2000, bytes: 5 * MIB };
const LARGE_REGIONS = ["us-east-1", "us-west-2", "eu-west-1"];

/** Records that were taken. */
export interface Taken {
  /** index of the first part of each */
  firsts: number[];
  /** resolves when all are on disk, and only then may they be acknowledged */
  durable: Promise<void>;
}

/**
 * The records that producers put to a delivery stream themselves (PutRecord, PutRecordBatch): a log on disk from which the delivery stream
 * reads as from a stream of one shard. A record is acknowledged when it is on disk.
 */
export class DirectPut implements Source {
  readonly shards: readonly Shard[];
  private readonly consumers: (() => void)[] = [];
  private readonly quota: typeof QUOTA;
  private second = 0;
  private used = { records: 0, requests: 0, bytes: 0 };
  /** of the delivery stream, which sets them */
  metrics: DeliveryMetrics | undefined;

  /**
   * @param folder of its own
   * @param divide what one record is divided into; each part becomes a record of its own, and all of them are taken together
   */
  constructor(
    folder: string,
    private readonly name: string,
    private readonly context: { clock: Clock; defects: Defects; region: string },
    readonly divide: Divide = (record) => [record],
  ) {
    const announce = (): void => {
      for (const consume of this.consumers) consume();
    };
    const onError = (error: unknown): void => context.defects.record(`delivery stream ${this.name}`, error);
    this.shards = [new Shard(folder, announce, onError)];
    this.quota = LARGE_REGIONS.includes(context.region) ? LARGE_QUOTA : QUOTA;
  }

  private get log(): Shard {
    return this.shards[0]!;
  }

  /** Takes the records of one request, all or none of them; undefined if the quota of this second is used up. @param records each divided */
  put(records: readonly (readonly Uint8Array[])[]): Taken | undefined {
    const now = this.context.clock.now();
    const parts = records.flat();
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (!this.admit(records.length, bytes)) {
      this.metrics?.throttledRecords.add(records.length, now);
      return undefined;
    }
    this.metrics?.incomingRecords.add(records.length, now);
    this.metrics?.incomingBytes.add(bytes, now);
    this.metrics?.incomingRequests.add(1, now);
    const firsts: number[] = [];
    const durable = new Promise<void>((resolve) => {
      if (parts.length === 0) resolve();
      for (const record of records) {
        // Records of one log become durable in their order, so that the last one tells for all.
        const indexes = record.map((part) =>
          this.log.append(now, "", Buffer.from(part), part === parts.at(-1) ? resolve : undefined),
        );
        firsts.push(indexes[0] ?? this.log.end);
      }
    });
    return { firsts, durable };
  }

  read(_shard: number, cursor: Cursor): ShardRecord[] {
    return this.log.read(cursor);
  }

  subscribe(consume: () => void): void {
    this.consumers.push(consume);
  }

  flush(): void {
    this.log.flush();
  }

  /** Whether records before `index`, which are delivered, still take the room of a file. */
  keepsDelivered(index: number): boolean {
    return this.log.hasBefore(index);
  }

  /** To be called when the checkpoint says that all before `index` is delivered; that goes. */
  delivered(index: number): void {
    this.log.dropBefore(index);
  }

  close(): void {
    this.log.close();
  }

  private admit(records: number, bytes: number): boolean {
    const second = Math.floor(this.context.clock.callTime / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used = { records: 0, requests: 0, bytes: 0 };
    }
    const { used, quota } = this;
    // A request may be larger than the bytes of a second; the first of a second is taken.
    const full =
      used.records + records > quota.records ||
      used.requests + 1 > quota.requests ||
      (used.bytes > 0 && used.bytes + bytes > quota.bytes);
    if (full) return false;
    used.records += records;
    used.requests++;
    used.bytes += bytes;
    return true;
  }
}
