import { hash } from "node:crypto";
import { createdAt } from "../../core/created";
import * as path from "node:path";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { notAuthorized } from "../../core/access-denied";
import { customerKey } from "../../core/customer-key";
import type { Call, Iam } from "../../iam";
import type { CloudWatch, Metric } from "../cloudwatch";
import type { Resource } from "../../core/model";
import { shardOfHash } from "./hash-keys";
import { ReadMeter, WriteMeter } from "./meters";
import { Shard, type Cursor, type ShardRecord } from "./shard";

/** Shards of a new stream in on-demand mode: 4 MB/s in. https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const ON_DEMAND_SHARDS = 4;
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

/** A Kinesis data stream: shards by hash key, their limits of a second, and retention; on disk. */
export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly shards: Shard[] = [];
  /** ms since 1970-01-01 UTC */
  readonly created: number;
  /** by shard, what producers may write */
  private readonly writeMeters: WriteMeter[] = [];
  /** the same for clients' calls while the local clock is stepped and stands still between two of them */
  private readonly callMeters: WriteMeter[] = [];
  /** by shard, what clients may read */
  readonly readMeters: ReadMeter[] = [];
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
  readonly throttledReads: Metric;
  private readonly iteratorAge: Metric;

  constructor(
    readonly resource: Resource,
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
    this.throttledReads = metric("ReadProvisionedThroughputExceeded");
    this.iteratorAge = metric("GetRecords.IteratorAgeMilliseconds");
    const onDemand = inputs.streamModeDetails?.streamMode === "ON_DEMAND";
    const count: number = onDemand ? ON_DEMAND_SHARDS : (inputs.shardCount ?? 1);
    for (let i = 0; i < count; i++) {
      const folder = path.join(root, this.name, shardId(i));
      const onError = (error: unknown): void => defects.record(`stream ${this.name}`, error);
      this.shards.push(new Shard(folder, () => this.announce(), onError));
      this.writeMeters.push(new WriteMeter());
      this.callMeters.push(new WriteMeter());
      this.readMeters.push(new ReadMeter());
    }
    this.created = createdAt(path.join(root, this.name), this.clock);
  }

  /**
   * PutRecord by a service of the local cloud. `done` is called when the record is on disk.
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
    return this.append(shard, this.writeMeters[shard]!, this.clock.now(), partitionKey, data, done);
  }

  /**
   * The same by a client, whose permission has been decided and whose arguments are right.
   * @param hashKey decides the shard in place of the partition key
   */
  putByClient(partitionKey: string, data: Buffer, hashKey: bigint | undefined, done: () => void): PutResult {
    const shard = hashKey === undefined ? this.shardFor(partitionKey) : shardOfHash(hashKey, this.shards.length);
    const meters = this.clock.running ? this.writeMeters : this.callMeters;
    return this.append(shard, meters[shard]!, this.clock.callTime, partitionKey, data, done);
  }

  private append(
    shard: number,
    meter: WriteMeter,
    time: number,
    partitionKey: string,
    data: Buffer,
    done: (() => void) | undefined,
  ): PutResult {
    const now = this.clock.now();
    if (!meter.admit(time, data.length)) {
      this.throttled++;
      this.throttledRecords.add(1, now);
      return {
        ok: false,
        error: "ProvisionedThroughputExceededException",
        message: `Rate exceeded for shard ${shardId(shard)} in stream ${this.name} under account (1,000 records/s or 1 MiB/s).`,
      };
    }
    this.received++;
    this.incomingRecords.add(1, now);
    this.incomingBytes.add(data.length, now);
    const index = this.shards[shard]!.append(now, partitionKey, data, done);
    return { ok: true, shard, index };
  }

  /** Whether its records are encrypted, as answers say. */
  get encryption(): "KMS" | "NONE" {
    return this.resource.inputs.encryptionType === "KMS" ? "KMS" : "NONE";
  }

  /** ms that a reader is behind who has `last` as its last record and goes on at `index`; 0 at the end of the shard. */
  behind(shard: number, index: number, last: ShardRecord | undefined): number {
    if (index >= this.shards[shard]!.end) return 0;
    const [next] = last === undefined ? this.shards[shard]!.read({ index }, 1) : [last];
    return next === undefined ? 0 : Math.max(0, Math.floor(this.clock.now() - next.arrival));
  }

  /** When its latest record arrived, ms since 1970-01-01 UTC; undefined without records. */
  get lastArrival(): number | undefined {
    const last = this.shards.flatMap((shard) => shard.read({ index: shard.end - 1 }, 1).map(({ arrival }) => arrival));
    return last.length === 0 ? undefined : Math.max(...last);
  }

  /** Reads on from `cursor`, without what is older than the retention period: up to `max` records and about 1 MB. */
  read(shard: number, cursor: Cursor, max = Infinity): ShardRecord[] {
    const now = this.clock.now();
    const oldest = now - this.retention;
    for (;;) {
      let records = this.shards[shard]!.read(cursor, max);
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

  /** What a call on its records asks of its key: nothing, if that is not the customer's. */
  keyPermissions(action: "kms:GenerateDataKey" | "kms:Decrypt"): Omit<Call, "principal">[] {
    if (this.keyArn === undefined) return [];
    const region = this.arn.split(":")[3]!;
    return [{ action, resource: this.keyArn, context: { "kms:ViaService": `kinesis.${region}.amazonaws.com` } }];
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

  private keyRefusal(principal: string, action: "kms:GenerateDataKey" | "kms:Decrypt"): string | undefined {
    for (const call of this.keyPermissions(action)) {
      const decision = this.iam.check({ ...call, principal });
      if (!decision.allowed) return notAuthorized(principal, action, call.resource, decision.decidedBy);
    }
    return undefined;
  }

  private shardFor(partitionKey: string): number {
    if (this.shards.length === 1) return 0;
    let shard = this.shardOfKey.get(partitionKey);
    if (shard === undefined) {
      // The hash key space of 2^128 is split evenly; its upper 48 bits decide.
      const upper = parseInt(hash("md5", partitionKey).slice(0, 12), 16);
      shard = Math.floor((upper / 2 ** 48) * this.shards.length);
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

/** The shard and index of which a sequence number was made; undefined for text that is none. */
export function parseSequenceNumber(text: string): { shard: number; index: number } | undefined {
  const match = /^4966(\d{12})(\d{40})$/.exec(text);
  return match === null ? undefined : { shard: Number(match[1]), index: Number(match[2]) };
}

/** What Kinesis says of a partition key that it does not take. */
export function keyProblem(key: string, at = ""): string | undefined {
  if (key.length > 0 && (key.length <= KEY_CHARACTERS || [...key].length <= KEY_CHARACTERS)) return undefined;
  const constraint = key === "" ? "greater than or equal to 1" : `less than or equal to ${KEY_CHARACTERS}`;
  return `1 validation error detected: Value '${key}' at '${at}partitionKey' failed to satisfy constraint: Member must have length ${constraint}`;
}
