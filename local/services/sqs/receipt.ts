import { ApiError } from "../../api";
import type { Message } from "./message";
import type { Queue } from "./queue";

/** The receipt handle of a message that was received: opaque on AWS; here it names the message and how often it was received. */
export function receiptOf({ name }: Queue, { id, received }: Message): string {
  return Buffer.from(JSON.stringify([name, id, received])).toString("base64");
}

/**
 * The message of a receipt handle; undefined if it has been deleted, or received again since.
 * @throws ApiError for text that is no receipt handle of this queue
 */
export function messageOf(queue: Queue, receipt: string | undefined): Message | undefined {
  try {
    const [name, id, received] = JSON.parse(Buffer.from(receipt ?? "", "base64").toString("utf8")) as unknown[];
    if (name === queue.name && typeof id === "string" && typeof received === "number") return queue.held(id, received);
  } catch {
    // said below
  }
  throw new ApiError(
    400,
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${receipt}" is not a valid receipt handle.`,
  );
}
