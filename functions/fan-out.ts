/**
 * Puts rows of further partitions into the pipeline's fan-out, a delivery stream with direct put, with the SDK of the Lambda runtime.
 *
 * A record is taken whole or not at all, and the answer says of each record of a batch whether it was taken. So a message is stored whole, or
 * fails whole. What was refused is put again for as long as there is time. A call that ends without an answer is not made again: its records
 * may have been taken, and would then be stored twice; their messages fail, which loses nothing.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 */
import type { FirehoseClient, PutRecordBatchCommandOutput } from "@aws-sdk/client-firehose";
import { DIRECT_PUT } from "../aws/limits/direct-put";

/** Takes rows of further partitions. */
export interface FanOut {
  /** name of the delivery stream */
  readonly deliveryStream: string;
  /**
   * Puts records. Never rejects.
   * @param remaining returns the ms until the invocation is stopped
   * @returns in the place of each record why it was not taken, or undefined
   */
  put(records: readonly Buffer[], remaining: () => number): Promise<(string | undefined)[]>;
}

/** Sends one request. Rejects if it is refused as a whole, or if there is no answer. */
export type SendBatch = (
  records: readonly Buffer[],
  limit: number,
) => Promise<Pick<PutRecordBatchCommandOutput, "RequestResponses">>;

/** Milliseconds of the function's time that are left for the answer. */
const RESERVE = 1_000;
/** Milliseconds that putting may take if nothing says how long the invocation may. */
const LIMIT = 60_000;
/** Milliseconds before the first repetition; each further one waits twice as long, up to the last. */
const FIRST_WAIT = 100;
const LAST_WAIT = 5_000;
/** Refusals that pass. */
const BUSY = new Set(["ServiceUnavailableException", "ThrottlingException"]);

/** Time in ms, and how to let it pass. */
export interface Time {
  now(): number;
  wait(ms: number): Promise<void>;
}

const MACHINE: Time = { now: Date.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

/** The fan-out of that name. @param send sends a request; tests set another, and another time */
export function createFanOut(
  deliveryStream: string,
  send: SendBatch = sender(deliveryStream),
  time: Time = MACHINE,
): FanOut {
  return {
    deliveryStream,
    async put(records, remaining) {
      const end = time.now() + Math.min(LIMIT, remaining() - RESERVE);
      const reasons = new Array<string | undefined>(records.length).fill("no time is left in this invocation");
      for (const places of batchesOf(records)) await putBatch(places, records, reasons, send, { ...time, end });
      return reasons;
    },
  };
}

/** Puts one batch, and again what was refused of it, and enters into `reasons` what became of each record. */
async function putBatch(
  places: readonly number[],
  records: readonly Buffer[],
  reasons: (string | undefined)[],
  send: SendBatch,
  { now, wait: pass, end }: Time & { end: number },
): Promise<void> {
  let left = [...places];
  let corrected = false;
  for (let wait = FIRST_WAIT; left.length > 0; wait = Math.min(LAST_WAIT, 2 * wait)) {
    const limit = end - now();
    if (limit <= 0) return;
    try {
      const { RequestResponses = [] } = await send(
        left.map((place) => records[place] as Buffer),
        limit,
      );
      left = left.filter((place, index) => {
        const answer = RequestResponses[index];
        const { ErrorCode, ErrorMessage } = answer ?? { ErrorCode: "no answer", ErrorMessage: "" };
        reasons[place] = ErrorCode === undefined ? undefined : `${ErrorCode}: ${ErrorMessage}`;
        return answer !== undefined && ErrorCode !== undefined;
      });
    } catch (error) {
      const { name, message } = error as Error;
      const refused = isRefused(error);
      const reason = `${name}: ${message}`;
      for (const place of left)
        reasons[place] = refused
          ? reason
          : `no answer, so that its rows of further partitions may be stored (${reason})`;
      const again = BUSY.has(name) || (clockCorrected(error) && !corrected);
      if (!refused || !again) return;
      // Once: a clock that is wrong again is not why the request was refused.
      corrected ||= clockCorrected(error);
    }
    if (left.length > 0) await pass(Math.min(wait, end - now()));
  }
}

/** Whether the service said that it took nothing. */
function isRefused(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status !== undefined && status !== 500;
}

/** Whether the request was refused for its time, and the SDK has the service's time now. */
function clockCorrected(error: unknown): boolean {
  return (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata?.clockSkewCorrected === true;
}

/** Places of the records that go into one request each. */
function batchesOf(records: readonly Buffer[]): number[][] {
  const batches: number[][] = [];
  let bytes = 0;
  records.forEach(({ length }, place) => {
    const batch = batches.at(-1);
    if (batch === undefined || batch.length >= DIRECT_PUT.batchRecords || bytes + length > DIRECT_PUT.batchBytes) {
      batches.push([place]);
      bytes = length;
    } else {
      batch.push(place);
      bytes += length;
    }
  });
  return batches;
}

function sender(DeliveryStreamName: string): SendBatch {
  let client: FirehoseClient | undefined;
  return async (records, limit) => {
    // Loaded on first use: most batches have no rows of further partitions.
    const { FirehoseClient: Client, PutRecordBatchCommand } = await import("@aws-sdk/client-firehose");
    // A connection that is kept dies while the instance is frozen, and the next call would end without an answer.
    const fresh = { keepAlive: false };
    client ??= new Client({ maxAttempts: 1, requestHandler: { httpAgent: fresh, httpsAgent: fresh } });
    return client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records.map((Data) => ({ Data })) }), {
      abortSignal: AbortSignal.timeout(Math.floor(limit)),
    });
  };
}
