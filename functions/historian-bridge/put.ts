/** Puts messages into the channel's stream in batches; what the stream refuses is tried again. */

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html: 500 records, 10 MiB; less, so that a retry is no heavy one */
const RECORDS = 500;
const BYTES = 4 * 1024 * 1024;
/** ms before the first retry; each later one waits twice as long, with a random part, up to the last. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 2000;

/** A message on its way. */
export interface Outgoing {
  key: string;
  data: Buffer;
  /** of the record that it came from */
  sequenceNumber: string;
}

/** Puts one batch. @returns for each record why it was refused, or undefined */
export type PutBatch = (records: readonly Outgoing[]) => Promise<(string | undefined)[]>;

/** The outcome: how many are in the stream, and those that are not, with a reason. */
export interface PutOutcome {
  put: number;
  refused: readonly Outgoing[];
  reason: string | undefined;
}

/** The parts that tests replace. */
export interface Waiting {
  /** ms that are left */
  remaining(): number;
  wait(ms: number): Promise<void>;
}

/** Puts all messages, until they are in the stream or there is no time for another try. */
export async function putAll(
  outgoing: readonly Outgoing[],
  putBatch: PutBatch,
  { remaining, wait }: Waiting,
): Promise<PutOutcome> {
  let open = outgoing;
  let reason: string | undefined;
  for (let delay = FIRST_WAIT; ; delay = Math.min(LONGEST_WAIT, delay * 2)) {
    const refused: Outgoing[] = [];
    for (const batch of batches(open)) {
      const reasons = await putBatch(batch);
      batch.forEach((record, index) => {
        if (reasons[index] === undefined) return;
        reason = reasons[index];
        refused.push(record);
      });
    }
    open = refused;
    const pause = delay / 2 + Math.random() * (delay / 2);
    if (open.length === 0 || remaining() < pause)
      return { put: outgoing.length - open.length, refused: open, reason: open.length === 0 ? undefined : reason };
    await wait(pause);
  }
}

/** Splits into batches that one call takes. */
export function* batches(records: readonly Outgoing[]): Generator<Outgoing[]> {
  let batch: Outgoing[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.data.length + Buffer.byteLength(record.key);
    if (batch.length === RECORDS || (batch.length > 0 && bytes + size > BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
