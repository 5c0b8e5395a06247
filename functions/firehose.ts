/**
 * Handler for the contract between a delivery stream and its transform function: every record is answered once, a bad record
 * never fails its batch, and the delivery stream writes failed records unchanged under the error prefix.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
import { NO_SERVICES, type Services } from "../etl/activities";
import { partOfRecord } from "../etl/boundary";
import { RowBuffer } from "../etl/columns";
import { readLoad, type PartitionKeys } from "../etl/partitions";
import type { CompiledPipeline, Counters, InboundRecord } from "../etl/pipeline";
import { ANSWER_LIMIT, extraSize, leastSize, type AnsweredRecord } from "./answer";
import type { FanOut } from "./fan-out";
import { failureLine, filteredLines, leftLine, metricsLine, passedLine, type BatchFigures } from "./log";

/** A record as a delivery stream sends it. */
export interface FirehoseRecord {
  recordId: string;
  /** milliseconds since 1970 */
  approximateArrivalTimestamp: number;
  /** base64 */
  data: string;
}

/** The event of one invocation. */
export interface FirehoseEvent {
  deliveryStreamArn?: string;
  records: FirehoseRecord[];
}

/** The response, with every record of the event once. */
export interface FirehoseAnswer {
  records: AnsweredRecord[];
}

/** Writes lines to the function's log. */
export type WriteLog = (lines: string) => void;

/** Where a message fails whose rows of further partitions cannot be put. */
const FAN_OUT = "the fan-out";
/** Reason of a record with rows of several partitions if the function knows no delivery stream for them. */
const NO_FAN_OUT =
  "rows of several partitions were made of it, and the function has no delivery stream for those of further partitions (FAN_OUT_STREAM)";
/** Reason of a record that fails because its rows do not fit into the response. */
const NO_ROOM = "the answer to the delivery stream would be over 6 MB; give it a smaller buffer for the function";

/** The members of Lambda's context object that the handler uses. */
export interface HandlerContext {
  getRemainingTimeInMillis(): number;
}

/** Limits and services of a handler. */
export interface HandlerOptions {
  /** maximum size of the response in bytes; only tests set less than Lambda's limit */
  answerLimit?: number;
  /** services for asynchronous activities; `remaining` returns the ms until the invocation is stopped */
  services?: (remaining: () => number) => Services;
  /** takes rows of further partitions; without it, messages that have some fail */
  fanOut?: FanOut;
  /** called before rows leave the function, to keep the catalog up; `remaining` returns the ms until the invocation is stopped. Never rejects */
  catalog?: (remaining: () => number) => Promise<void>;
  /** whether to log messages that activities filtered out; Lambda sets AWS_LAMBDA_LOG_LEVEL to the configured level */
  debug?: boolean;
  /** whether lines about failed and filtered messages contain the message. Default: true */
  logPayloads?: boolean;
  /** of a candidate: which messages are its own; others are dropped and counted, for its reprocessing takes them from the archive */
  boundary?: LiveBoundary;
}

/** The boundary of a candidate, from which on messages are its own. */
export interface LiveBoundary {
  /**
   * Returns the boundary, ms since 1970. While it cannot be known, the invocation fails and the delivery stream tries again.
   * @param reading arrival of a record that was delivered, ms since 1970
   */
  at(reading: number): Promise<number>;
  /** whether a record that is an array stands for its elements */
  batches: boolean;
}

/** Creates the handler of a transform function. The handler rejects an event that is not from a delivery stream. */
export function createFirehoseHandler(
  pipeline: CompiledPipeline,
  writeLog: WriteLog,
  {
    answerLimit = ANSWER_LIMIT,
    services,
    fanOut,
    catalog,
    debug = false,
    logPayloads = true,
    boundary,
  }: HandlerOptions = {},
): (event: FirehoseEvent, context?: HandlerContext) => Promise<FirehoseAnswer> {
  const incoming = new RowBuffer(4096);
  const rows = new RowBuffer(4096);
  // Async, so that an invalid event rejects the promise like any other failure.
  return async (event, context) => {
    const remaining = (): number => context?.getRemainingTimeInMillis() ?? Infinity;
    const batch = new Batch(pipeline, event, incoming, rows, answerLimit, { debug, logPayloads });
    const fromFanOut = fanOut !== undefined && isFrom(event, fanOut.deliveryStream);
    // Rows that come back are of messages that were the pipeline's own.
    if (boundary !== undefined && !fromFanOut) await batch.leaveOthers(boundary);
    if (fromFanOut) batch.takeLoads();
    else if (!pipeline.asynchronous) batch.take();
    else {
      if (services === undefined && pipeline.callsServices)
        throw new TypeError(`the activities of ${pipeline.name} call services, but options.services is not set`);
      await batch.takeAll(services === undefined ? NO_SERVICES : services(remaining));
    }
    // Before the lines and rows are stored, so that queries find all of them and read no line that does not fit the table.
    await catalog?.(remaining);
    // Last of all: what is put is stored, whatever becomes of the answer.
    await batch.putFurther(fanOut, remaining);
    return batch.finish(writeLog);
  };
}

function isFrom({ deliveryStreamArn }: FirehoseEvent, name: string): boolean {
  return deliveryStreamArn?.endsWith(`:deliverystream/${name}`) === true;
}

class Batch {
  private readonly lines: string[] = [];
  private answers: AnsweredRecord[] = [];
  /** records of which nothing is the pipeline's; empty without a boundary */
  private readonly left = new Set<string>();
  /** the records that the pipeline gets; without a boundary those of the event */
  private records: readonly FirehoseRecord[];
  /** bytes of the response that are still free after the shortest answer to every record */
  private room: number;
  /** filtered records; empty unless they are logged */
  private readonly filtered: { at: string; recordId: string; data?: unknown }[] = [];
  /** records that failed after the pipeline stored them: their rows did not fit into the response, or could not be put */
  private turnedAway = 0;
  /** records with rows of further partitions, by their place */
  private readonly further = new Map<number, Buffer>();
  /** whether the records hold rows of messages that the pipeline has counted */
  private loads = false;
  private readonly before: Counters;

  constructor(
    private readonly pipeline: CompiledPipeline,
    private readonly event: FirehoseEvent,
    private readonly incoming: RowBuffer,
    private readonly rows: RowBuffer,
    limit: number,
    private readonly log: { debug: boolean; logPayloads: boolean },
  ) {
    if (!Array.isArray(event?.records))
      throw new TypeError("the event is not from a delivery stream: it has no records");
    this.records = event.records;
    this.room = limit;
    this.before = pipeline.counters;
    for (const record of event.records) this.room -= leastSize(record.recordId);
  }

  /** Takes the records away, and of batches the messages, that are on the other side of the boundary. */
  async leaveOthers({ at, batches }: LiveBoundary): Promise<void> {
    const { records } = this;
    if (records.length === 0) return;
    const boundary = await at(records.reduce((latest, record) => Math.max(latest, arrivalOf(record)), -Infinity));
    this.records = records.flatMap((record) => {
      const bytes = bytesOf(record);
      const own = partOfRecord(bytes, "live", { boundary, fallbackTime: arrivalOf(record), batches });
      if (own === bytes) return [record];
      if (own !== undefined) return [{ ...record, data: own.toString("base64") }];
      this.left.add(record.recordId);
      return [];
    });
  }

  take(): void {
    for (const record of this.records) this.answers.push(this.answer(record));
  }

  /** Like `take`, for a pipeline with asynchronous activities, which process all records together. */
  async takeAll(services: Services): Promise<void> {
    const { pipeline, records, lines } = this;
    const passed = passedReasons(pipeline);
    const arrivals = records.map((record): InboundRecord => ({
      bytes: bytesOf(record),
      arrivalTime: arrivalOf(record),
    }));
    const outcomes = await pipeline.processBatch(arrivals, services);
    outcomes.forEach((outcome, index) => {
      const record = records[index] as FirehoseRecord;
      if (outcome.result === "filtered") this.answers.push(this.dropped(record, outcome.at));
      else if (outcome.result === "failed") this.answers.push(this.failed(record, outcome.at, outcome.reason));
      else {
        const { load, further } = outcome;
        const answer = this.ok(record, record.recordId, load.data.toString("base64"), load.partitionKeys);
        this.answers.push(answer);
        if (further !== undefined && answer.result === "Ok") this.further.set(index, further);
      }
    });
    for (const [at, reasons] of passedReasons(pipeline))
      for (const [reason, count] of reasons) {
        const more = count - (passed.get(at)?.get(reason) ?? 0);
        if (more > 0) lines.push(passedLine(pipeline.name, at, reason, more));
      }
  }

  /** Takes rows that come back from the fan-out: each record holds those of one partition. */
  takeLoads(): void {
    this.loads = true;
    for (const record of this.event.records) {
      const load = readLoad(bytesOf(record));
      if (load !== undefined) {
        this.answers.push(this.ok(record, record.recordId, load.data.toString("base64"), load.partitionKeys));
        continue;
      }
      this.turnedAway++;
      this.answers.push(this.failed(record, FAN_OUT, "a record of the fan-out that this function did not put"));
    }
  }

  /** Puts the rows of further partitions. A message whose rows cannot be put fails, and none of them is stored. */
  async putFurther(fanOut: FanOut | undefined, remaining: () => number): Promise<void> {
    if (this.further.size === 0) return;
    const records = [...this.further.values()];
    const reasons = await (fanOut?.put(records, remaining) ?? records.map(() => NO_FAN_OUT));
    [...this.further.keys()].forEach((index, place) => {
      const reason = reasons[place];
      if (reason === undefined) return;
      const { data, metadata } = this.answers[index] as AnsweredRecord;
      this.room += extraSize(data?.length ?? 0, metadata?.partitionKeys);
      this.turnedAway++;
      this.answers[index] = this.failed(this.event.records[index] as FirehoseRecord, FAN_OUT, reason);
    });
  }

  finish(writeLog: WriteLog): FirehoseAnswer {
    const { pipeline, lines, left } = this;
    this.returnBytes();
    lines.push(...filteredLines(pipeline.name, this.filtered));
    // Messages whose rows come back were counted when they came first.
    if (!this.loads || this.turnedAway > 0)
      lines.push(metricsLine(pipeline.name, this.figures(pipeline.counters), Date.now(), pipeline.callsServices));
    if (left.size > 0) {
      lines.push(leftLine(pipeline.name, left.size, Date.now()));
      const own = new Map(this.answers.map((answer) => [answer.recordId, answer]));
      this.answers = this.event.records.map(({ recordId }) => own.get(recordId) ?? { recordId, result: "Dropped" });
    }
    if (lines.length > 0) writeLog(`${lines.join("\n")}\n`);
    return { records: this.answers };
  }

  private answer(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, incoming, rows } = this;
    const { data } = record;
    // Base64 text of n characters decodes to at most 3n/4 bytes.
    const length = typeof data === "string" ? data.length : 0;
    incoming.length = 0;
    incoming.reserve(length);
    const size = length === 0 ? 0 : incoming.bytes.write(data, 0, "base64");
    rows.length = 0;
    const stop = pipeline.processInto(incoming.bytes, 0, size, arrivalOf(record), rows);
    if (stop === undefined) return this.stored(record);
    if (stop.result === "filtered") return this.dropped(record, stop.at);
    return this.failed(record, stop.at, stop.reason);
  }

  private dropped({ recordId, data }: FirehoseRecord, at: string): AnsweredRecord {
    if (this.log.debug) this.filtered.push({ at, recordId, ...(this.log.logPayloads && { data }) });
    return { recordId, result: "Dropped" };
  }

  private stored(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, rows } = this;
    const { recordId } = record; // One document per line, regardless of the object format.
    rows.byte(0x0a);
    const data = rows.bytes.toString("base64", 0, rows.length);
    return this.ok(record, recordId, data, pipeline.partitionKeys);
  }

  private ok(record: FirehoseRecord, recordId: string, data: string, keys: PartitionKeys): AnsweredRecord {
    const partitionKeys = this.pipeline.dynamic ? keys : undefined;
    const needed = extraSize(data.length, partitionKeys);
    if (needed > this.room) {
      this.turnedAway++;
      return this.failed(record, "the answer", NO_ROOM);
    }
    this.room -= needed;
    return partitionKeys === undefined
      ? { recordId, result: "Ok", data }
      : { recordId, result: "Ok", data, metadata: { partitionKeys } };
  }

  private failed({ recordId, data }: FirehoseRecord, at: string, reason: string): AnsweredRecord {
    const { deliveryStreamArn } = this.event;
    const payload = this.log.logPayloads ? { data } : {};
    this.lines.push(failureLine({ pipeline: this.pipeline.name, at, reason, recordId, deliveryStreamArn, ...payload }));
    return { recordId, result: "ProcessingFailed" };
  }

  /** Returns the data of failed records as far as stored ones leave room; the delivery stream has their bytes anyway. */
  private returnBytes(): void {
    const { answers, records } = this;
    for (let index = 0; index < answers.length; index++) {
      const answer = answers[index] as AnsweredRecord;
      const data = records[index]?.data;
      if (answer.result !== "ProcessingFailed" || typeof data !== "string") continue;
      const needed = extraSize(data.length, undefined);
      if (needed > this.room) continue;
      this.room -= needed;
      answer.data = data;
    }
  }

  private figures(after: Counters): BatchFigures {
    const { before, turnedAway } = this;
    const mismatches: Record<string, number> = {};
    for (const [column, count] of Object.entries(after.mismatches)) {
      const change = count - (before.mismatches[column] ?? 0);
      if (change > 0) mismatches[column] = change;
    }
    return {
      received: after.received - before.received,
      stored: this.loads ? 0 : after.stored - before.stored - turnedAway,
      filtered: after.filtered - before.filtered,
      failed: after.failed - before.failed + turnedAway,
      mismatches,
      partitionFallbacks: after.partitionFallbacks - before.partitionFallbacks,
      mathFailuresPassed: after.mathFailuresPassed - before.mathFailuresPassed,
      enrichmentFailures: after.enrichmentFailuresPassed - before.enrichmentFailuresPassed,
      lambdaMismatches: after.lambdaMismatches - before.lambdaMismatches,
      nameCollisions: after.nameCollisions - before.nameCollisions,
    };
  }
}

function bytesOf({ data }: FirehoseRecord): Buffer {
  return Buffer.from(typeof data === "string" ? data : "", "base64");
}

function arrivalOf({ approximateArrivalTimestamp }: FirehoseRecord): number {
  return Number.isFinite(approximateArrivalTimestamp) ? approximateArrivalTimestamp : Date.now();
}

/** By activity: the number of messages that continued without its result, by reason. */
function passedReasons({ activities }: CompiledPipeline): Map<string, Map<string, number>> {
  return new Map(activities.map(({ name, passed }) => [name, new Map(Object.entries(passed))]));
}
