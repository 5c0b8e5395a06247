/**
 * The contract between a delivery stream and its transform function: every record is answered once; one bad record
 * never fails its batch; what failed goes to the error prefix, its bytes unchanged.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
import type { Services } from "../etl/activities";
import { RowBuffer } from "../etl/columns";
import { packRows, type Load, type PartitionKeys } from "../etl/partitions";
import type { BatchOutcome, CompiledPipeline, Counters, InboundRecord } from "../etl/pipeline";
import { ANSWER_LIMIT, extraSize, leastSize, type AnsweredRecord } from "./answer";
import { failureLine, filteredLines, metricsLine, passedLine, type BatchFigures } from "./log";

/** A record as a delivery stream hands it over. */
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

/** The answer, with every record of the event once. */
export interface FirehoseAnswer {
  records: AnsweredRecord[];
}

/** Writes lines to where the function's log is. */
export type WriteLog = (lines: string) => void;

/** Why a record fails when the batch's rows leave no room for its own. */
const NO_ROOM = "the answer to the delivery stream would be over 6 MB; give it a smaller buffer for the function";

/** What Lambda gives a handler beside the event, as far as it is used. */
export interface HandlerContext {
  getRemainingTimeInMillis(): number;
}

/** Limits and services of a handler. */
export interface HandlerOptions {
  /** bytes; less than Lambda's in tests alone */
  answerLimit?: number;
  /** what asynchronous activities call; `remaining` gives the ms until the invocation is stopped */
  services?: (remaining: () => number) => Services;
  /** whether messages that activities filtered out are logged; Lambda says the level that is configured in AWS_LAMBDA_LOG_LEVEL */
  debug?: boolean;
}

/** The handler of a transform function. It rejects an event that is no delivery stream's. */
export function createFirehoseHandler(
  pipeline: CompiledPipeline,
  writeLog: WriteLog,
  { answerLimit = ANSWER_LIMIT, services, debug = false }: HandlerOptions = {},
): (event: FirehoseEvent, context?: HandlerContext) => Promise<FirehoseAnswer> {
  const incoming = new RowBuffer(4096);
  const rows = new RowBuffer(4096);
  // async, so that a wrong event rejects as any failure of a function does
  return async (event, context) => {
    const batch = new Batch(pipeline, event, incoming, rows, answerLimit, debug);
    if (!pipeline.asynchronous) return batch.run(writeLog);
    if (services === undefined) throw new TypeError(`nobody says how the activities of ${pipeline.name} call others`);
    return batch.runWith(
      services(() => context?.getRemainingTimeInMillis() ?? Infinity),
      writeLog,
    );
  };
}

class Batch {
  private readonly lines: string[] = [];
  private readonly answers: AnsweredRecord[] = [];
  /** bytes of the answer that are still free, the shortest answer to every record already taken off */
  private room: number;
  /** filtered records, if they are logged */
  private readonly filtered: { at: string; recordId: string; data: unknown }[] = [];
  /** records whose rows were made and not taken */
  private turnedAway = 0;

  constructor(
    private readonly pipeline: CompiledPipeline,
    private readonly event: FirehoseEvent,
    private readonly incoming: RowBuffer,
    private readonly rows: RowBuffer,
    limit: number,
    private readonly debug: boolean,
  ) {
    if (!Array.isArray(event?.records)) throw new TypeError("the event is no delivery stream's: it has no records");
    this.room = limit;
    for (const record of event.records) this.room -= leastSize(record.recordId);
  }

  run(writeLog: WriteLog): FirehoseAnswer {
    const before = this.pipeline.counters;
    for (const record of this.event.records) this.answers.push(this.answer(record));
    return this.finish(before, writeLog);
  }

  /** The same for a pipeline whose activities wait: all records together. */
  async runWith(services: Services, writeLog: WriteLog): Promise<FirehoseAnswer> {
    const { pipeline, event, lines } = this;
    const before = pipeline.counters;
    const passed = passedReasons(pipeline);
    const arrivals = event.records.map((record): InboundRecord => {
      const bytes = Buffer.from(typeof record.data === "string" ? record.data : "", "base64");
      return { bytes, arrivalTime: arrivalOf(record) };
    });
    const outcomes = await pipeline.processBatch(arrivals, services);
    const loads = this.loadsOf(outcomes);
    outcomes.forEach((outcome, index) => {
      const record = event.records[index] as FirehoseRecord;
      if (outcome.result === "filtered") this.answers.push(this.dropped(record, outcome.at));
      else if (outcome.result === "failed") this.answers.push(this.failed(record, outcome.at, outcome.reason));
      else this.answers.push(this.carrying(record, loads[index]));
    });
    for (const [at, reasons] of passedReasons(pipeline))
      for (const [reason, count] of reasons) {
        const more = count - (passed.get(at)?.get(reason) ?? 0);
        if (more > 0) lines.push(passedLine(pipeline.name, at, reason, more));
      }
    return this.finish(before, writeLog);
  }

  /** What each record carries: its own rows alone when the answer could become too large for those of others. */
  private loadsOf(outcomes: readonly BatchOutcome[]): (EncodedLoad | undefined)[] {
    const { dynamic } = this.pipeline;
    const loads = outcomes.map((outcome) => (outcome.result === "stored" ? encoded(outcome.load) : undefined));
    let needed = 0;
    for (const load of loads)
      if (load !== undefined) needed += extraSize(load.data.length, dynamic ? load.partitionKeys : undefined);
    if (needed <= this.room) return loads;
    return outcomes.map((outcome) => {
      if (outcome.result !== "stored") return undefined;
      const [load] = packRows([outcome.rows]);
      return load === undefined ? undefined : encoded(load);
    });
  }

  private carrying(record: FirehoseRecord, load: EncodedLoad | undefined): AnsweredRecord {
    if (load !== undefined) return this.ok(record, record.recordId, load.data, load.partitionKeys);
    this.turnedAway++;
    return this.failed(record, "the answer", NO_ROOM);
  }

  private finish(before: Counters, writeLog: WriteLog): FirehoseAnswer {
    const { pipeline, lines } = this;
    this.returnBytes();
    lines.push(...filteredLines(pipeline.name, this.filtered));
    lines.push(metricsLine(pipeline.name, this.figures(before, pipeline.counters), Date.now(), pipeline.asynchronous));
    writeLog(`${lines.join("\n")}\n`);
    return { records: this.answers };
  }

  private answer(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, incoming, rows } = this;
    const { data } = record;
    // base64 of n characters decodes to at most 3n/4 bytes
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
    if (this.debug) this.filtered.push({ at, recordId, data });
    return { recordId, result: "Dropped" };
  }

  private stored(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, rows } = this;
    const { recordId } = record;
    // one document a line, whatever the records are put into
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
    this.lines.push(failureLine({ pipeline: this.pipeline.name, at, reason, recordId, deliveryStreamArn, data }));
    return { recordId, result: "ProcessingFailed" };
  }

  /** Failed records go back as they came, as far as stored ones leave room; the delivery stream has their bytes. */
  private returnBytes(): void {
    const { answers, event } = this;
    for (let index = 0; index < answers.length; index++) {
      const answer = answers[index] as AnsweredRecord;
      const data = event.records[index]?.data;
      if (answer.result !== "ProcessingFailed" || typeof data !== "string") continue;
      const needed = extraSize(data.length, undefined);
      if (needed > this.room) continue;
      this.room -= needed;
      answer.data = data;
    }
  }

  private figures(before: Counters, after: Counters): BatchFigures {
    const mismatches: Record<string, number> = {};
    for (const [column, count] of Object.entries(after.mismatches)) {
      const change = count - (before.mismatches[column] ?? 0);
      if (change > 0) mismatches[column] = change;
    }
    return {
      received: after.received - before.received,
      stored: after.stored - before.stored - this.turnedAway,
      filtered: after.filtered - before.filtered,
      failed: after.failed - before.failed + this.turnedAway,
      mismatches,
      partitionFallbacks: after.partitionFallbacks - before.partitionFallbacks,
      mathFailuresPassed: after.mathFailuresPassed - before.mathFailuresPassed,
      enrichmentFailures: after.enrichmentFailuresPassed - before.enrichmentFailuresPassed,
      lambdaMismatches: after.lambdaMismatches - before.lambdaMismatches,
      nameCollisions: after.nameCollisions - before.nameCollisions,
    };
  }
}

/** Rows of one partition, as a record of the answer carries them. */
interface EncodedLoad {
  partitionKeys: PartitionKeys;
  /** base64 */
  data: string;
}

/** One document a line, whatever the records are put into. */
function encoded({ rows, partitionKeys }: Load): EncodedLoad {
  const newline = Buffer.from("\n");
  return { partitionKeys, data: Buffer.concat(rows.flatMap((row) => [row, newline])).toString("base64") };
}

function arrivalOf({ approximateArrivalTimestamp }: FirehoseRecord): number {
  return Number.isFinite(approximateArrivalTimestamp) ? approximateArrivalTimestamp : Date.now();
}

/** By activity, why messages went on without its result and how many. */
function passedReasons({ activities }: CompiledPipeline): Map<string, Map<string, number>> {
  return new Map(activities.map(({ name, passed }) => [name, new Map(Object.entries(passed))]));
}
