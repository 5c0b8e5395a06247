/**
 * One source object through the pipeline. What is put follows from the object alone, so it may be processed again at any time: after
 * a kill, by two functions at once, or by another version. A marker remembers the keys before the first of them is put. Keys that a
 * later version does not put any more are deleted, so that no row is there twice.
 */
import { NO_SERVICES, type Services } from "../../etl/activities";
import { partOfRecord, RECEIVED_AT } from "../../etl/boundary";
import { objectTime } from "../../etl/archive";
import { RowBuffer } from "../../etl/columns";
import { kinds, parseSpan } from "../../etl/json";
import { step } from "../../etl/json/decode";
import type { PartitionKeys } from "../../etl/partitions";
import type { CompiledPipeline, InboundRecord } from "../../etl/pipeline";
import { OutputFiles, type OutputFile } from "./files";
import { archivedMessages, failedMessages } from "./messages";
import { fileId, markersPrefix, NO_COUNTS, RunError, type Run, type RunCounts } from "./run";
import type { ReprocessDefinition, ReprocessSettings } from "./settings";
import type { ObjectStore } from "./store";

/** A source object, as a list of S3 names it. */
export interface SourceItem {
  Key: string;
  Etag?: string;
  /** seconds since 1970, or ISO 8601 */
  LastModified?: number | string;
}

/** What a source object is processed with. */
export interface ObjectWork {
  definition: ReprocessDefinition;
  pipeline: CompiledPipeline;
  settings: ReprocessSettings;
  store: ObjectStore;
  services: Services | undefined;
  /** Registers partitions. @throws if one cannot be registered, and then none of its rows may be visible */
  register: ((partitions: readonly PartitionKeys[]) => Promise<void>) | undefined;
  /** adds the columns that arrived, for a datastore in JSON format */
  keepColumns: (() => Promise<void>) | undefined;
  writeLog(line: string): void;
}

/** What a marker says of a source object. */
interface Marker {
  source: string;
  etag: string;
  version: string;
  /** whether all of it was put; false while it is being put, and for an object with messages that failed again */
  done: boolean;
  /** keys that were put or are going to be */
  keys: string[];
  counts: RunCounts;
}

/** Messages that asynchronous activities take together. */
const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Processes a source object, unless that is done already. */
export async function reprocessObject(item: SourceItem, run: Run, work: ObjectWork): Promise<RunCounts> {
  const { settings, store, definition } = work;
  const { bucket, statePrefix } = settings.target;
  const id = fileId(run, item.Key);
  const marker = `${markersPrefix(statePrefix, run)}${id}.json`;
  const text = await store.text(bucket, marker);
  const former = text === undefined ? undefined : (JSON.parse(text) as Marker);
  const etag = item.Etag?.replaceAll('"', "");
  if (former?.done === true && former.version === definition.version && (etag === undefined || former.etag === etag))
    return { ...former.counts, objects: 1, skipped: 1 };
  const known = new Set(former?.keys);
  const source = await store.open(run.bucket, item.Key);
  const remember = (done: boolean, keys: Iterable<string>, counts: RunCounts): Promise<void> =>
    store.put(
      bucket,
      marker,
      JSON.stringify({
        source: item.Key,
        etag: source.etag,
        version: definition.version,
        done,
        keys: [...keys],
        counts,
      } satisfies Marker),
    );
  const own = new Set<string>();
  const pass = new ObjectPass(run, work, id, objectTime(item.Key) ?? source.modified, async (files) => {
    for (const { key } of files) own.add(key);
    // Before the objects, so that whoever comes after a kill knows all of them.
    if (files.some(({ key }) => !known.has(key))) {
      for (const { key } of files) known.add(key);
      await remember(false, known, NO_COUNTS);
    }
    await put(files, work);
  });
  const counts = await pass.read(source.body, item.Key);
  for (const key of known) if (!own.has(key)) await store.remove(bucket, key);
  // Failed messages stay where they are; the object is read again until none fails.
  await remember(run.mode === "archive" || counts.failed === 0, own, counts);
  return counts;
}

async function put(
  files: readonly OutputFile[],
  { settings, store, register, keepColumns }: ObjectWork,
): Promise<void> {
  // Partitions and columns first: no query finds a row that does not fit the catalog.
  await keepColumns?.();
  const partitions = files.map(({ partition }) => partition).filter((partition) => partition !== undefined);
  if (partitions.length > 0) await register?.(partitions);
  for (let from = 0; from < files.length; from += PUTS)
    await Promise.all(
      files.slice(from, from + PUTS).map(({ key, bytes }) => store.put(settings.target.bucket, key, bytes)),
    );
}

/** Objects that are put at a time. */
const PUTS = 8;

/** The messages of one source object on their way through the pipeline. */
class ObjectPass {
  private readonly counts: RunCounts = { ...NO_COUNTS, objects: 1 };
  private readonly files: OutputFiles;
  private readonly out = new RowBuffer(4096);
  private waiting: InboundRecord[] = [];
  private waitingBytes = 0;
  private readonly failures: string;
  /** whether the source object holds what a run over the archive failed */
  private ofRun = false;

  constructor(
    private readonly run: Run,
    private readonly work: ObjectWork,
    id: string,
    private readonly time: number,
    private readonly write: (files: readonly OutputFile[]) => Promise<void>,
  ) {
    const { definition, settings } = work;
    this.files = new OutputFiles(definition, settings.target.rowsPrefix, id);
    const day = new Date(time).toISOString().slice(0, 10);
    this.failures = `${settings.target.errorPrefix}processing-failed/dt=${day}/`;
  }

  async read(body: Parameters<typeof archivedMessages>[0], key: string): Promise<RunCounts> {
    this.ofRun = /\/reprocess-[^/]*$/.test(key);
    const messages = this.run.mode === "archive" ? archivedMessages : failedMessages;
    const broken = await messages(body, this.time, this.take, () => this.between());
    if (broken !== undefined) {
      this.counts.broken++;
      const message = `${key} could not be read to its end: ${broken.reason}`;
      this.work.writeLog(JSON.stringify({ level: "ERROR", message, pipeline: this.work.pipeline.name, key }));
    }
    await this.processWaiting();
    this.files.end();
    await this.writeClosed();
    return this.counts;
  }

  private readonly take = (bytes: Buffer, from: number, to: number, fallbackTime: number): void => {
    const { counts, run, work } = this;
    let record = bytes.subarray(from, to);
    const received = receivedAt(record);
    const batches = work.definition.options?.batches === true;
    if (received === undefined || batches) {
      const part = partInRange(record, run, { fallbackTime, batches });
      if (part === undefined) {
        counts.outside++;
        return;
      }
      record = part;
    } else if (received < run.from || (run.to !== null && received >= run.to)) {
      counts.outside++;
      return;
    }
    if (this.isTaken(received ?? fallbackTime)) {
      counts.outside++;
      return;
    }
    counts.read++;
    counts.bytes += record.length;
    const arrivalTime = received ?? fallbackTime;
    if (work.pipeline.asynchronous) {
      this.waiting.push({ bytes: Buffer.from(record), arrivalTime });
      this.waitingBytes += record.length;
      return;
    }
    const { pipeline } = work;
    this.out.length = 0;
    const stop = pipeline.processInto(record, 0, record.length, arrivalTime, this.out);
    if (stop === undefined) {
      const fault = this.files.row(pipeline.partitionKeys, arrivalTime, this.out.bytes.subarray(0, this.out.length));
      if (fault === undefined) {
        counts.stored++;
        counts.rows++;
      } else this.failed(record, arrivalTime, `${fault.code}: ${fault.message}`);
    } else if (stop.result === "filtered") counts.filtered++;
    else this.failed(record, arrivalTime, `${stop.at}: ${stop.reason}`);
  };

  /** Whether a run over the archive has taken a message that the delivery stream failed. */
  private isTaken(time: number): boolean {
    return !this.ofRun && this.run.taken?.some(([from, to]) => time >= from && time < to) === true;
  }

  private async between(): Promise<void> {
    if (this.waiting.length >= BATCH || this.waitingBytes >= BATCH_BYTES) await this.processWaiting();
    if (this.files.closed.length > 0) await this.writeClosed();
  }

  private async writeClosed(): Promise<void> {
    const files = this.files.closed;
    this.files.closed = [];
    if (files.length > 0) await this.write(files);
  }

  /** The same for messages whose activities call other services: many at a time. */
  private async processWaiting(): Promise<void> {
    const { counts, work, files } = this;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      const outcomes = await work.pipeline.processBatch(batch, work.services ?? NO_SERVICES);
      outcomes.forEach((outcome, index) => {
        const { bytes, arrivalTime } = batch[index]!;
        if (outcome.result === "filtered") counts.filtered++;
        else if (outcome.result === "failed") this.failed(bytes, arrivalTime, `${outcome.at}: ${outcome.reason}`);
        else {
          for (const { partitionKeys, row } of outcome.rows) {
            const fault = files.row(partitionKeys, arrivalTime, row);
            if (fault !== undefined) throw new Error(`a row cannot be converted: ${fault.code}: ${fault.message}`);
          }
          counts.stored++;
          counts.rows += outcome.rows.length;
        }
      });
    }
    this.waitingBytes = 0;
  }

  /** In the envelope of a delivery stream, so that failed messages of both are replayed alike. */
  private failed(message: Buffer, arrivalTimestamp: number, reason: string): void {
    this.counts.failed++;
    // What failed again stays where it is.
    if (this.run.mode === "errors") return;
    const line = {
      attemptsMade: 1,
      arrivalTimestamp,
      errorCode: "Reprocess.ProcessingFailed",
      errorMessage: reason,
      attemptEndingTimestamp: Date.now(),
      rawData: message.toString("base64"),
    };
    this.files.failure(this.failures, JSON.stringify(line));
  }
}

const NAME = Buffer.from(`"${RECEIVED_AT}"`);

/** When a message was received, if it says so in a whole number of milliseconds. */
function receivedAt(message: Buffer): number | undefined {
  if (message.indexOf(NAME) < 0) return undefined;
  try {
    const found = step(parseSpan(message), RECEIVED_AT);
    return found?.kind === kinds.INTEGER && Number.isSafeInteger(found.number) ? found.number : undefined;
  } catch {
    return undefined;
  }
}

/** What of a record belongs to the run's range; undefined for nothing. */
function partInRange(
  record: Buffer,
  { from, to }: Run,
  how: { fallbackTime: number; batches: boolean },
): Buffer | undefined {
  const early = to === null ? record : partOfRecord(record, "reprocessing", { boundary: to, ...how });
  return early === undefined || from === 0 ? early : partOfRecord(early, "live", { boundary: from, ...how });
}

/** Ends the invocation while there is time to answer; what is done is not done again. */
export function checkTime(remaining: number, longest: number): void {
  if (remaining < Math.max(LEAST_MS, 2 * longest))
    throw new RunError("TimeIsUp", "the objects that are left are processed by the next invocation");
}

const LEAST_MS = 20_000;
