import type {
  BatchResultErrorEntry,
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
} from "@aws-sdk/client-sqs";
import { ApiError, operation, type Operation } from "../../api";
import { batchError } from "./errors";
import type { QueueFinder } from "./find";
import { changeVisibility, remove, send } from "./message-operations";
import type { Queue } from "./queue";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const ENTRIES = 10;
const BATCH_BYTES = 1024 * 1024;

/** The batches: each entry succeeds or fails on its own. */
export function batchOperations(finder: QueueFinder): Record<string, Operation<never>> {
  return {
    SendMessageBatch: operation<SendMessageBatchRequest, SendMessageBatchResult>({
      takes: ["QueueUrl", "Entries"],
      permissions: (input) => finder.permissions("SendMessage", input, "kms:GenerateDataKey", "kms:Decrypt"),
      answer: ({ input, caller }) => {
        const queue = finder.find(input);
        const entries = check(input.Entries);
        const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody ?? ""), 0);
        if (bytes > BATCH_BYTES)
          throw batchError(
            "BatchRequestTooLong",
            `Batch requests cannot be longer than ${BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
          );
        const standard = entries.map((entry) => {
          refuseFifo(entry);
          return entry;
        });
        return each(standard, (entry) => ({ ...send(queue, entry, caller.userId) })) as SendMessageBatchResult;
      },
    }),
    DeleteMessageBatch: operation<DeleteMessageBatchRequest, DeleteMessageBatchResult>({
      takes: ["QueueUrl", "Entries"],
      permissions: (input) => finder.permissions("DeleteMessage", input),
      answer: ({ input }) => {
        const queue = finder.find(input);
        return each(check(input.Entries), (entry) => done(queue, entry.ReceiptHandle, remove));
      },
    }),
    ChangeMessageVisibilityBatch: operation<ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult>({
      takes: ["QueueUrl", "Entries"],
      permissions: (input) => finder.permissions("ChangeMessageVisibility", input),
      answer: ({ input }) => {
        const queue = finder.find(input);
        return each(check(input.Entries), (entry) =>
          done(queue, entry.ReceiptHandle, () => changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout)),
        );
      },
    }),
  };
}

function done(queue: Queue, receipt: string | undefined, work: (queue: Queue, receipt?: string) => void): object {
  work(queue, receipt);
  return {};
}

/** @throws ApiError for members that an entry may not have here */
function refuseFifo(entry: SendMessageBatchRequestEntry): void {
  for (const member of ["MessageDeduplicationId", "MessageGroupId", "MessageSystemAttributes"] as const)
    if (entry[member] !== undefined)
      throw batchError(
        "UnsupportedOperation",
        `${member} of an entry is not executed by the local cloud; leave it out.`,
      );
}

/** @throws ApiError for a batch that is refused as a whole */
function check<E extends { Id: string | undefined }>(entries: readonly E[] | undefined): readonly E[] {
  if (entries === undefined || entries.length === 0)
    throw batchError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > ENTRIES)
    throw batchError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = new Set<string>();
  for (const { Id: id = "" } of entries) {
    if (!/^[\w-]{1,80}$/.test(id))
      throw batchError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    if (ids.has(id)) throw batchError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    ids.add(id);
  }
  return entries;
}

function each<E extends { Id: string | undefined }, R extends object>(
  entries: readonly E[],
  work: (entry: E) => R,
): { Successful: (R & { Id: string })[]; Failed: BatchResultErrorEntry[] } {
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries)
    try {
      Successful.push({ ...work(entry), Id: entry.Id! });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  return { Successful, Failed };
}
