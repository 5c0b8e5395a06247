import { createHash } from "node:crypto";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { notAuthorized } from "../../core/access-denied";
import { customerKey } from "../../core/customer-key";
import type { Iam } from "../../iam";
import type { CloudWatch, Metric } from "../cloudwatch";
import type { Resource } from "../../core/model";
import { Shard, type Cursor, type ShardRecord } from "./shard";

/** Shards of a new stream in on-demand mode: 4 MB/s in. https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const ON_DEMAND_SHARDS = 4;
/** Records and bytes that one shard takes in a second. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const RECORDS_PER_SECOND = 1000;
const BYTES_PER_SECOND = 1024 * 1024;
/** Characters of a partition key. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
const KEY_CHARACTERS = 256;
/** Partition keys whose shard is remembered, for their MD5 costs more than the append. */
const REMEMBERED_KEYS = 100_000;

/** The outcome of PutRecord: the shard and index of the record, or Kinesis' error. */
export type PutResult =
  | { ok: true; shard: number; index: number }
  | {
      ok: false;
      error: "AccessDeniedException" | "ProvisionedThroughputExceededException" | "ValidationException";
      message: string;
    };

interface Meter {
  second: number;
  records: number;
  bytes: number;
}

/** A Kinesis data stream: shards by hash key, their limits of a second, and retention; on disk. */
export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly shards: Shard[] = [];
  private readonly meters: Meter[] = [];
  private readonly shardOfKey = new Map<string, number>();
  private readonly consumers: (() => void)[] = [];
  private readonly clock: Clock;
  private readonly iam: Iam;
  private readonly retention: number;
  private readonly keyArn: string | undefined;
  /** records taken in this run, and those refused for the limits of a shard */
  received = 0;
  throttled = 0;
  private readonly incomingRecords: Metric;
  private readonly incomingBytes: Metric;
  private readonly throttledRecords: Metric;
  private readonly iteratorAge: Metric;

  constructor(
    resource: Resource,
    root: string,
    context: { clock: Clock; iam: Iam; cloudwatch: CloudWatch; defects: Defects },
  ) {
    const { inputs } = resource;
    const { cloudwatch, defects } = context;
    this.clock = context.clock;
    this.iam = context.iam;
    this.name = inputs.name;
    this.arn = resource.outputs.arn;
    this.retention = (inputs.retentionPeriod ?? 24) * 3_600_000;
    this.keyArn = customerKey(inputs.encryptionType === "KMS" ? inputs.kmsKeyId : undefined);
    const metric = (name: string): Metric => cloudwatch.metric("AWS/Kinesis", name, { StreamName: this.name });
    this.incomingRecords = metric("IncomingRecords");
    this.incomingBytes = metric("IncomingBytes");
    this.throttledRecords = metric("WriteProvisionedThroughputExceeded");
    this.iteratorAge = metric("GetRecords.IteratorAgeMilliseconds");
    const onDemand = inputs.streamModeDetails?.streamMode === "ON_DEMAND";
    const count: number = onDemand ? ON_DEMAND_SHARDS : (inputs.shardCount ?? 1);
    for (let i = 0; i < count; i++) {
      const folder = path.join(root, this.name, shardId(i));
      const onError = (error: unknown): void => defects.record(`stream ${this.name}`, error);
      this.shards.push(new Shard(folder, () => this.announce(), onError));
      this.meters.push({ second: 0, records: 0, bytes: 0 });
    }
  }

  /**
   * PutRecord. `done` is called when the record is on disk.
   * @returns the refusal at once: a partition key of no or too many characters, a missing permission, or a shard over its limit of
   * this second
   */
  put(principal: string, partitionKey: string, data: Buffer, done?: () => void): PutResult {
    const problem = keyProblem(partitionKey);
    if (problem !== undefined) return { ok: false, error: "ValidationException", message: problem };
    const decision = this.iam.check({ principal, action: "kinesis:PutRecord", resource: this.arn });
    if (!decision.allowed)
      return {
        ok: false,
        error: "AccessDeniedException",
        message: notAuthorized(principal, "kinesis:PutRecord", this.arn, decision.decidedBy),
      };
    const key = this.keyRefusal(principal, "kms:GenerateDataKey");
    if (key !== undefined) return { ok: false, error: "AccessDeniedException", message: key };
    const shard = this.shardFor(partitionKey);
    const now = this.clock.now();
    const meter = this.meters[shard]!;
    const second = Math.floor(now / 1000);
    if (meter.second !== second) {
      meter.second = second;
      meter.records = 0;
      meter.bytes = 0;
    }
    if (meter.records >= RECORDS_PER_SECOND || meter.bytes + data.length > BYTES_PER_SECOND) {
      this.throttled++;
      this.throttledRecords.add(1, now);
      return {
        ok: false,
        error: "ProvisionedThroughputExceededException",
        message: `Rate exceeded for shard ${shardId(shard)} in stream ${this.name} under account (1,000 records/s or 1 MiB/s).`,
      };
    }
    meter.records++;
    meter.bytes += data.length;
    this.received++;
    this.incomingRecords.add(1, now);
    this.incomingBytes.add(data.length, now);
    const index = this.shards[shard]!.append(now, partitionKey, data, done);
    return { ok: true, shard, index };
  }

  /** GetRecords: reads on from `cursor`, without what is older than the retention period. */
  read(shard: number, cursor: Cursor): ShardRecord[] {
    const now = this.clock.now();
    const oldest = now - this.retention;
    for (;;) {
      let records = this.shards[shard]!.read(cursor);
      if (records.length === 0) return records;
      if (records[0]!.arrival < oldest) records = records.filter((record) => record.arrival >= oldest);
      if (records.length === 0) continue;
      this.iteratorAge.add(now - records[0]!.arrival, now);
      return records;
    }
  }

  /** What a reader is refused, or undefined. */
  readRefusal(principal: string): string | undefined {
    for (const action of [
      "kinesis:DescribeStream",
      "kinesis:ListShards",
      "kinesis:GetShardIterator",
      "kinesis:GetRecords",
    ]) {
      const decision = this.iam.check({ principal, action, resource: this.arn });
      if (!decision.allowed) return notAuthorized(principal, action, this.arn, decision.decidedBy);
    }
    return this.keyRefusal(principal, "kms:Decrypt");
  }

  /** `consume` is called whenever records have become readable. */
  subscribe(consume: () => void): void {
    this.consumers.push(consume);
  }

  /** Removes what the retention period has passed. */
  expire(): void {
    for (const shard of this.shards) shard.trim(this.clock.now() - this.retention);
  }

  flush(): void {
    for (const shard of this.shards) shard.flush();
  }

  close(): void {
    for (const shard of this.shards) shard.close();
  }

  private announce(): void {
    for (const consume of this.consumers) consume();
  }

  private keyRefusal(principal: string, action: string): string | undefined {
    if (this.keyArn === undefined) return undefined;
    const region = this.arn.split(":")[3]!;
    const context = { "kms:ViaService": `kinesis.${region}.amazonaws.com` };
    const decision = this.iam.check({ principal, action, resource: this.keyArn, context });
    return decision.allowed ? undefined : notAuthorized(principal, action, this.keyArn, decision.decidedBy);
  }

  private shardFor(partitionKey: string): number {
    if (this.shards.length === 1) return 0;
    let shard = this.shardOfKey.get(partitionKey);
    if (shard === undefined) {
      // The hash key space of 2^128 is split evenly; its upper 48 bits decide.
      const hash = createHash("md5").update(partitionKey).digest().readUIntBE(0, 6);
      shard = Math.floor((hash / 2 ** 48) * this.shards.length);
      if (this.shardOfKey.size >= REMEMBERED_KEYS) this.shardOfKey.clear();
      this.shardOfKey.set(partitionKey, shard);
    }
    return shard;
  }
}

/** Id of a shard by its number. */
export function shardId(shard: number): string {
  return `shardId-${String(shard).padStart(12, "0")}`;
}

/** 56 digits, ascending within a shard as Kinesis' are. */
export function sequenceNumber(shard: number, index: number): string {
  return `4966${String(shard).padStart(12, "0")}${String(index).padStart(40, "0")}`;
}
/** What Kinesis says of a partition key that it does not take. */
function keyProblem(key: string): string | undefined {
  if (key.length > 0 && (key.length <= KEY_CHARACTERS || [...key].length <= KEY_CHARACTERS)) return undefined;
  const constraint = key === "" ? "greater than or equal to 1" : `less than or equal to ${KEY_CHARACTERS}`;
  return `1 validation error detected: Value '${key}' at 'partitionKey' failed to satisfy constraint: Member must have length ${constraint}`;
}
