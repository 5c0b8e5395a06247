import type { Clock } from "../../core/clock";
import type { LambdaFunction } from "../lambda/function";
import { sequenceNumber, shardId } from "../kinesis/stream";
import type { DeliveryMetrics } from "./metrics";
import type { SourceRecord } from "./source";

/**
 * The outcome of one record in the transform Lambda.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 */
export type Processed =
  | { result: "Ok"; data: Buffer; partitionKeys: Record<string, string> }
  | { result: "Dropped" }
  | { result: "ProcessingFailed"; code: string; message: string; attempts: number };

/** Bytes of the event or the answer of a synchronous call (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_EVENT = 6 * 1024 * 1024;

interface AnswerRecord {
  recordId?: unknown;
  result?: unknown;
  data?: unknown;
  metadata?: { partitionKeys?: Record<string, unknown> };
}

/** The Lambda processor of a delivery stream: AWS's event, AWS's contract of the answer, retries of the whole batch. */
export class LambdaProcessor {
  constructor(
    private readonly lambda: LambdaFunction,
    readonly qualifiedArn: string,
    private readonly role: string,
    private readonly retries: number,
    private readonly source: { deliveryStreamArn: string; sourceKinesisStreamArn: string | undefined; region: string },
    private readonly clock: Clock,
    private readonly metrics: DeliveryMetrics,
  ) {}

  /**
   * One outcome for each record, in their order. Around small records the event is several times as large as the buffer, so that a buffer
   * may take several calls.
   */
  async process(batch: readonly SourceRecord[]): Promise<Processed[]> {
    const event = this.event(batch);
    if (batch.length > 1 && Buffer.byteLength(event) > MAX_EVENT) {
      const half = batch.length >> 1;
      return [...(await this.process(batch.slice(0, half))), ...(await this.process(batch.slice(half)))];
    }
    for (let attempt = 1; ; attempt++) {
      const started = performance.now();
      const invocation = await this.lambda.invoke(this.role, this.qualifiedArn, event);
      const now = this.clock.now();
      this.metrics.processingSuccess.add(invocation.ok ? 1 : 0, now);
      this.metrics.processingDuration.add(performance.now() - started, now);
      if (invocation.ok) return read(invocation.payload, batch, attempt);
      // A refused call would be refused again; a fault of the function may pass.
      if (attempt > this.retries || invocation.error === "Lambda.InvokeAccessDenied")
        return fail(batch, invocation.error, invocation.message, attempt);
    }
  }

  /** Written by hand: half a million of these a minute, and JSON.stringify would walk every member again. */
  private event(batch: readonly SourceRecord[]): string {
    const { deliveryStreamArn, sourceKinesisStreamArn, region } = this.source;
    const head = {
      invocationId: `${batch[0]!.shard}-${batch[0]!.index}`,
      deliveryStreamArn,
      sourceKinesisStreamArn,
      region,
    };
    let text = `${JSON.stringify(head).slice(0, -1)},"records":[`;
    for (let i = 0; i < batch.length; i++) {
      const record = batch[i]!;
      text +=
        `${i === 0 ? "" : ","}{"recordId":"${recordId(record)}","approximateArrivalTimestamp":${Math.floor(record.arrival)}` +
        `,"data":"${record.data.toString("base64")}"${sourceKinesisStreamArn === undefined ? "" : kinesisMetadata(record)}}`;
    }
    return `${text}]}`;
  }
}

/** Where a record of a stream comes from; one that was put directly has no such member. */
function kinesisMetadata(record: SourceRecord): string {
  return (
    `,"kinesisRecordMetadata":{"shardId":"${shardId(record.shard)}"` +
    `,"partitionKey":${JSON.stringify(record.partitionKey)},"approximateArrivalTimestamp":${Math.floor(record.arrival)}` +
    `,"sequenceNumber":"${sequenceNumber(record.shard, record.index)}","subsequenceNumber":0}`
  );
}

/** Opaque on AWS; here it follows from the record. */
function recordId(record: SourceRecord): string {
  return `${sequenceNumber(record.shard, record.index)}000000`;
}

function read(payload: string, batch: readonly SourceRecord[], attempts: number): Processed[] {
  let answer: { records?: unknown } | null;
  try {
    answer = JSON.parse(payload) as { records?: unknown } | null;
  } catch (error) {
    return fail(batch, "Lambda.JsonProcessingException", (error as Error).message, attempts);
  }
  if (answer === null || !Array.isArray(answer.records))
    return fail(batch, "Lambda.JsonProcessingException", "The response has no array named records.", attempts);
  const byId = new Map<string, AnswerRecord>();
  for (const record of answer.records as AnswerRecord[]) {
    const id = String(record?.recordId);
    if (byId.has(id))
      return fail(batch, "Lambda.DuplicatedRecordId", `The response contains the record id ${id} twice.`, attempts);
    byId.set(id, record);
  }
  if (byId.size !== batch.length)
    return fail(
      batch,
      "Lambda.MissingRecordId",
      `The response has ${byId.size} records, the event had ${batch.length}.`,
      attempts,
    );
  const outcomes: Processed[] = [];
  for (const record of batch) {
    const answered = byId.get(recordId(record));
    if (answered === undefined)
      return fail(batch, "Lambda.MissingRecordId", `The answer lacks the record id ${recordId(record)}.`, attempts);
    outcomes.push(outcomeOf(answered, attempts));
  }
  return outcomes;
}

function outcomeOf(answered: AnswerRecord, attempts: number): Processed {
  switch (answered.result) {
    case "Ok": {
      if (typeof answered.data !== "string")
        return {
          result: "ProcessingFailed",
          code: "Lambda.JsonProcessingException",
          message: "A record with result Ok has no data.",
          attempts,
        };
      const keys = answered.metadata?.partitionKeys ?? {};
      return {
        result: "Ok",
        data: Buffer.from(answered.data, "base64"),
        partitionKeys: keys as Record<string, string>,
      };
    }
    case "Dropped":
      return { result: "Dropped" };
    case "ProcessingFailed":
      return {
        result: "ProcessingFailed",
        code: "Lambda.ProcessingFailedStatus",
        message: "ProcessingFailed status set for record",
        attempts,
      };
    default:
      return {
        result: "ProcessingFailed",
        code: "Lambda.JsonProcessingException",
        message: `The result ${JSON.stringify(answered.result)} is none of Ok, Dropped, ProcessingFailed.`,
        attempts,
      };
  }
}

function fail(batch: readonly SourceRecord[], code: string, message: string, attempts: number): Processed[] {
  return batch.map(() => ({ result: "ProcessingFailed", code, message, attempts }));
}
