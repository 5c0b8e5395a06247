/**
 * The contract between a delivery stream and its transform function (building blocks 3.5): every record is answered
 * once; one bad record never fails its batch; what failed goes to the error prefix, its bytes unchanged.
 */
import { RowBuffer } from "../etl/columns";
import type { CompiledPipeline, Counters } from "../etl/pipeline";
import { ANSWER_LIMIT, extraSize, leastSize, type AnsweredRecord } from "./answer";
import { failureLine, metricsLine, type BatchFigures } from "./log";

export interface FirehoseRecord {
  recordId: string;
  /** milliseconds since 1970 */
  approximateArrivalTimestamp: number;
  /** base64 */
  data: string;
}

export interface FirehoseEvent {
  deliveryStreamArn?: string;
  records: FirehoseRecord[];
}

export interface FirehoseAnswer {
  records: AnsweredRecord[];
}

/** Writes lines to where the function's log is. */
export type WriteLog = (lines: string) => void;

/** What a failed record is told when the batch's rows leave no room for its own. */
const NO_ROOM = "the answer to the delivery stream would be over 6 MB; give it a smaller buffer for the function";

export function createFirehoseHandler(
  pipeline: CompiledPipeline,
  writeLog: WriteLog,
  answerLimit: number = ANSWER_LIMIT,
): (event: FirehoseEvent) => Promise<FirehoseAnswer> {
  const incoming = new RowBuffer(4096);
  const rows = new RowBuffer(4096);
  // async, so that a wrong event rejects as any failure of a function does
  return async (event) => new Batch(pipeline, event, incoming, rows, answerLimit).run(writeLog);
}

class Batch {
  private readonly lines: string[] = [];
  private readonly answers: AnsweredRecord[] = [];
  /** bytes of the answer that are still free, the shortest answer to every record already taken off */
  private room: number;
  /** records whose rows were made and found no room */
  private turnedAway = 0;

  constructor(
    private readonly pipeline: CompiledPipeline,
    private readonly event: FirehoseEvent,
    private readonly incoming: RowBuffer,
    private readonly rows: RowBuffer,
    limit: number,
  ) {
    if (!Array.isArray(event?.records)) throw new TypeError("the event is no delivery stream's: it has no records");
    this.room = limit;
  }

  run(writeLog: WriteLog): FirehoseAnswer {
    const { pipeline, lines } = this;
    const { records } = this.event;
    const before = pipeline.counters;
    for (const record of records) this.room -= leastSize(record.recordId);
    for (const record of records) this.answers.push(this.answer(record));
    this.returnBytes();
    lines.push(metricsLine(pipeline.name, this.figures(before, pipeline.counters), Date.now()));
    writeLog(`${lines.join("\n")}\n`);
    return { records: this.answers };
  }

  private answer(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, incoming, rows } = this;
    const { recordId, data } = record;
    // base64 of n characters decodes to at most 3n/4 bytes
    const length = typeof data === "string" ? data.length : 0;
    incoming.length = 0;
    incoming.reserve(length);
    const size = length === 0 ? 0 : incoming.bytes.write(data, 0, "base64");
    const arrival = Number.isFinite(record.approximateArrivalTimestamp)
      ? record.approximateArrivalTimestamp
      : Date.now();
    rows.length = 0;
    const stop = pipeline.processInto(incoming.bytes, 0, size, arrival, rows);
    if (stop === undefined) return this.stored(record);
    if (stop.result === "filtered") return { recordId, result: "Dropped" };
    return this.failed(record, stop.at, stop.reason);
  }

  private stored(record: FirehoseRecord): AnsweredRecord {
    const { pipeline, rows } = this;
    const { recordId } = record;
    // one document a line, whatever the records are put into
    rows.byte(0x0a);
    const partitionKeys = pipeline.dynamic ? pipeline.partitionKeys : undefined;
    const needed = extraSize(Math.ceil(rows.length / 3) * 4, partitionKeys);
    if (needed > this.room) {
      this.turnedAway++;
      return this.failed(record, "the answer", NO_ROOM);
    }
    this.room -= needed;
    const data = rows.bytes.toString("base64", 0, rows.length);
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
      nameCollisions: after.nameCollisions - before.nameCollisions,
    };
  }
}
