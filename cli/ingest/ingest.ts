import { batchesOf, type ReadOptions } from "../../devices/replay";
import { withReceivedAt } from "../../etl/received-at";
import { putMessages, type Outgoing, type SendRecords } from "../../functions/put-messages/put";

/** What became of the messages of a source. */
export interface SourceCounts {
  read: number;
  put: number;
  failed: number;
}

/** How far a run is. */
export interface Ingested {
  /** by file, `-` for standard input */
  readonly sources: Record<string, SourceCounts>;
  /** messages from the first on of which each was put or has failed; those of `skip` included */
  done: number;
  /** records that were put again */
  retried: number;
  /** why messages failed: the reason to how often, and where first */
  readonly failures: Map<string, { count: number; first: string }>;
  /** bytes of the files that were read */
  readBytes: number;
  /** messages after `done` that are in the channel, because the stream took them before it took one before them */
  ahead: number;
  /** whether every message was read */
  complete: boolean;
}

/** The parts that a run needs. */
export interface IngestOptions {
  readonly files: readonly string[];
  readonly read: ReadOptions;
  /** messages to leave out at the beginning */
  readonly skip: number;
  readonly send: SendRecords;
  /** ends the run after the request that is on its way */
  readonly stop: AbortSignal;
  /** ends the waiting for a stream that is throttled, too */
  readonly hurry: AbortSignal;
  now(): number;
  wait?(ms: number): Promise<void>;
}

/** Messages of one request. */
const BATCH = 500;
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_BatchPutMessage.html; a message of MQTT has no more either */
const LARGEST = 128 * 1024;
/** Requests for a record that the stream throttles: about ten minutes. */
const ATTEMPTS = 120;

interface Numbered extends Outgoing {
  readonly place: string;
  readonly file: string;
  /** whether no channel takes it */
  readonly tooLarge: boolean;
}

export function newRun(): Ingested {
  return { sources: {}, done: 0, retried: 0, failures: new Map(), readBytes: 0, ahead: 0, complete: false };
}

/**
 * Puts the messages of files into a stream, in their order, a batch after the other. `run` says at any time how far it is, also when it ends with an
 * error. @throws RecordingError for a file that cannot be read, or the error of a request that fails as a whole
 */
export async function ingest(run: Ingested, options: IngestOptions): Promise<void> {
  let batch: Numbered[] = [];
  const flush = async (): Promise<boolean> => {
    const whole = batch.length === 0 || (await putBatch(run, batch, options));
    batch = [];
    return whole && !options.stop.aborted;
  };
  let number = 0;
  for (const file of options.files) {
    const counts = (run.sources[file] ??= { read: 0, put: 0, failed: 0 });
    const read = { ...options.read, onRead: (bytes: number) => void (run.readBytes += bytes) };
    let place = 0;
    for await (const payloads of batchesOf(file, read))
      for (const payload of payloads) {
        place++;
        if (number++ < options.skip) {
          run.done++;
          continue;
        }
        counts.read++;
        const data = Buffer.from(payload as Buffer);
        batch.push({
          // A key for each message spreads them over the shards, as BatchPutMessage knew no devices.
          key: String(number),
          data: withReceivedAt(data, options.now()),
          tooLarge: data.length > LARGEST,
          place: `${file}, message ${place}`,
          file,
        });
        if (batch.length === BATCH && !(await flush())) return;
      }
  }
  run.complete = await flush();
}

/** @returns whether every message of the batch was put or has failed for good */
async function putBatch(run: Ingested, batch: readonly Numbered[], options: IngestOptions): Promise<boolean> {
  const fail = ({ place, file }: Numbered, reason: string): void => {
    run.sources[file]!.failed++;
    const known = run.failures.get(reason);
    if (known === undefined) run.failures.set(reason, { count: 1, first: place });
    else known.count++;
  };
  const fitting = batch.filter(({ tooLarge }) => !tooLarge);
  const refusals = await putMessages(fitting, options.send, {
    attempts: ATTEMPTS,
    signal: options.hurry,
    ...(options.wait && { wait: options.wait }),
    onRetry: (records) => void (run.retried += records),
  });
  const left = new Set<Numbered>();
  fitting.forEach((message, i) => {
    const refusal = refusals[i];
    if (refusal === undefined) run.sources[message.file]!.put++;
    else if (refusal.passes) left.add(message);
    else fail(message, `${refusal.code}: ${refusal.message}`);
  });
  for (const message of batch)
    if (message.tooLarge) fail(message, `larger than ${LARGEST} bytes, the most of a message in a channel`);
  const first = batch.findIndex((message) => left.has(message));
  run.done += first < 0 ? batch.length : first;
  if (first >= 0) run.ahead = batch.slice(first).filter((message) => !left.has(message)).length;
  return first < 0;
}
