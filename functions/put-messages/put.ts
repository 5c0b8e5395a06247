/** Puts messages into a channel's stream; what the stream refuses for a while is put again. */

/** A message on its way into a stream. */
export interface Outgoing {
  readonly key: string;
  readonly data: Buffer;
}

/** What a stream answers to a record that it does not take. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** whether the stream may take it later: it is throttled, or failed within */
  readonly passes?: boolean;
}

/** Sends one request of at most 500 records. @returns in the place of each record why it was refused, or undefined. Rejects if the call fails. */
export type SendRecords = (records: readonly Outgoing[]) => Promise<(Refusal | undefined)[]>;

/** How long to go on, and what to tell meanwhile. */
export interface Persistence {
  /** requests for one record that the stream throttles or cannot take, all together */
  readonly attempts: number;
  /** ends the waiting between two requests; what is not in the stream then stays refused */
  readonly signal?: AbortSignal;
  wait?(ms: number): Promise<void>;
  /** called with the number of records that are put again */
  onRetry?(records: number, throttled: number): void;
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html: 500 records, and 10 MiB; less, so that a repeated request is small */
const RECORDS = 500;
const BYTES = 4 * 1024 * 1024;
/** ms before the first repetition; each further one waits twice as long, less a random part, up to the last. */
const FIRST_WAIT = 100;
const LAST_WAIT = 5000;
const THROTTLED = new Set(["ProvisionedThroughputExceededException", "LimitExceededException", "ThrottlingException"]);
/** Refusals that pass. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html */
const PASSING = new Set([...THROTTLED, "InternalFailure", "KMSThrottlingException"]);

/** @returns in the place of each message why it is not in the stream, or undefined. Rejects with the error of a call that fails as a whole */
export async function putMessages(
  messages: readonly Outgoing[],
  send: SendRecords,
  persistence: Persistence,
): Promise<(Refusal | undefined)[]> {
  const outcome = new Array<Refusal | undefined>(messages.length).fill(undefined);
  for (const places of batches(messages)) await putBatch(places, messages, outcome, send, persistence);
  return outcome;
}

async function putBatch(
  places: readonly number[],
  messages: readonly Outgoing[],
  outcome: (Refusal | undefined)[],
  send: SendRecords,
  { attempts, signal, wait = sleep, onRetry }: Persistence,
): Promise<void> {
  let left = places;
  for (let attempt = 1, pause = FIRST_WAIT; ; attempt++, pause = Math.min(LAST_WAIT, 2 * pause)) {
    const refusals = await send(left.map((place) => messages[place]!));
    left.forEach((place, i) => {
      const refusal = refusals[i];
      outcome[place] = refusal && { ...refusal, passes: PASSING.has(refusal.code) };
    });
    left = left.filter((place) => outcome[place]?.passes === true);
    if (left.length === 0 || attempt >= attempts || signal?.aborted === true) return;
    onRetry?.(left.length, left.filter((place) => THROTTLED.has(outcome[place]!.code)).length);
    await wait(pause / 2 + Math.random() * (pause / 2));
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Places of messages that one request takes. */
function* batches(messages: readonly Outgoing[]): Generator<number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const [place, { key, data }] of messages.entries()) {
    const size = data.length + Buffer.byteLength(key);
    if (batch.length === RECORDS || (batch.length > 0 && bytes + size > BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(place);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
