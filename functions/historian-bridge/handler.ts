/**
 * The bridge from a historian's stream to a channel: unwraps the records that DMS wrote and puts their messages into the channel's stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
import { BadRecord, Unwrapper, type BridgeDefinition } from "../../etl/historian";
import { bridgeLine, controlLine, badRecordLine, refusedLine, type BridgeFigures } from "./log";
import type { FailedRecord } from "./failed-record";
import { putAll, type Outgoing, type PutBatch, type Waiting } from "./put";

/** A batch of records as an event source mapping hands them over. */
export interface KinesisEvent {
  Records: {
    /** base64 */
    kinesis: { partitionKey: string; sequenceNumber: string; data: string };
    eventID?: string;
  }[];
}

/** The records from which Lambda goes on; none: all are done. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** What the bridge calls. */
export interface BridgeServices {
  put: PutBatch;
  /** keeps a bad record; rejects if it cannot */
  keep(record: FailedRecord): Promise<void>;
  now(): number;
  wait: Waiting["wait"];
}

/** Lambda's context, as far as it is used. */
export interface BridgeContext {
  getRemainingTimeInMillis(): number;
}

/** ms of the function's time that are left for the answer. */
const RESERVE = 3000;
/** base64 of a record that fits a message of SQS beside the rest: 1 MiB. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const KEPT_BYTES = 900_000;
/** Characters of a partition key. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html */
const KEY_CHARACTERS = 256;

/** Creates the handler of a bridge function. */
export function createBridge(
  definition: BridgeDefinition,
  services: BridgeServices,
  writeLog: (lines: string) => void,
): (event: KinesisEvent, context?: BridgeContext) => Promise<BatchResponse> {
  const unwrapper = new Unwrapper(definition);
  const { historian } = definition;
  return async ({ Records: records }, context) => {
    const remaining = (): number => (context?.getRemainingTimeInMillis() ?? Infinity) - RESERVE;
    const figures: BridgeFigures = { received: records.length, put: 0, ignored: 0, control: 0, failed: 0 };
    const lines: string[] = [];
    const outgoing: Outgoing[] = [];
    /** the first record that is to be read again */
    let again: string | undefined;
    for (const { kinesis, eventID } of records) {
      const { sequenceNumber, partitionKey, data } = kinesis;
      try {
        const result = unwrapper.unwrap(Buffer.from(data, "base64"), services.now());
        if (result.kind === "message")
          outgoing.push({ key: keyOf(result.key ?? partitionKey), data: Buffer.from(result.message), sequenceNumber });
        else if (result.kind === "ignored") figures.ignored++;
        else {
          figures.control++;
          lines.push(controlLine(historian, result.table, result.operation));
        }
      } catch (error) {
        if (!(error instanceof BadRecord)) throw error;
        const failed = { historian, reason: `the record ${error.message}`, eventID, sequenceNumber, partitionKey };
        lines.push(badRecordLine(failed, data));
        try {
          await services.keep({ ...failed, ...(data.length <= KEPT_BYTES ? { data } : {}) });
          figures.failed++;
        } catch (cause) {
          // Not lost: it is read again, and then kept.
          lines.push(refusedLine(historian, 1, `the failure queue did not take it: ${messageOf(cause)}`));
          again = sequenceNumber;
          break;
        }
      }
    }
    const outcome = await putAll(outgoing, services.put, { remaining, wait: services.wait });
    figures.put = outcome.put;
    if (outcome.refused.length > 0) {
      lines.push(refusedLine(historian, outcome.refused.length, outcome.reason!));
      // They are in the order of the shard, and before the record that ended the loop.
      again = outcome.refused[0]!.sequenceNumber;
    }
    lines.push(bridgeLine(historian, figures, services.now()));
    writeLog(`${lines.join("\n")}\n`);
    return { batchItemFailures: again === undefined ? [] : [{ itemIdentifier: again }] };
  };
}

/** A partition key has 1 to 256 characters. */
function keyOf(text: string): string {
  return text === "" ? "-" : [...text.slice(0, 2 * KEY_CHARACTERS)].slice(0, KEY_CHARACTERS).join("");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
