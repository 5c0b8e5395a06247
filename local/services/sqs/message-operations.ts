import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageRequest,
  Message as ReceivedMessage,
  MessageAttributeValue,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from "@aws-sdk/client-sqs";
import { ApiError, type Operation, operation } from "../../api";
import { invalidValue, numberWithin } from "./errors";
import type { QueueFinder } from "./find";
import { md5, md5OfAttributes, partsOf, sizeOf, type AttributeValue, type Message } from "./message";
import type { Queue } from "./queue";
import { messageOf, receiptOf } from "./receipt";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const ATTRIBUTES = 10;
const MAX_VISIBILITY = 43_200;

/** The part of a message to send that its batches have, too. */
export type Sending = Pick<SendMessageRequest, "MessageBody" | "DelaySeconds" | "MessageAttributes">;

/** SendMessage, ReceiveMessage, DeleteMessage and ChangeMessageVisibility. */
export function messageOperations(finder: QueueFinder): Record<string, Operation<never>> {
  return {
    SendMessage: operation<SendMessageRequest, SendMessageResult>({
      takes: ["QueueUrl", "MessageBody", "DelaySeconds", "MessageAttributes"],
      permissions: (input) => finder.permissions("SendMessage", input, "kms:GenerateDataKey", "kms:Decrypt"),
      answer: ({ input, caller }) => send(finder.find(input), input, caller.userId),
    }),
    ReceiveMessage: operation<ReceiveMessageRequest, ReceiveMessageResult>({
      takes: [
        "QueueUrl",
        "AttributeNames",
        "MessageSystemAttributeNames",
        "MessageAttributeNames",
        "MaxNumberOfMessages",
        "VisibilityTimeout",
        "WaitTimeSeconds",
      ],
      permissions: (input) => finder.permissions("ReceiveMessage", input, "kms:Decrypt"),
      answer: async ({ input }) => {
        const queue = finder.find(input);
        const max = numberWithin("MaxNumberOfMessages", input.MaxNumberOfMessages, 1, 10) ?? 1;
        const visibility = numberWithin("VisibilityTimeout", input.VisibilityTimeout, 0, MAX_VISIBILITY);
        const wait = numberWithin("WaitTimeSeconds", input.WaitTimeSeconds, 0, 20) ?? queue.waitSeconds;
        const messages = await receive(queue, max, visibility === undefined ? undefined : visibility * 1000, wait);
        if (messages.length === 0) return {};
        return { Messages: messages.map((message) => describe(queue, message, input)) };
      },
    }),
    DeleteMessage: operation<DeleteMessageRequest, object>({
      takes: ["QueueUrl", "ReceiptHandle"],
      permissions: (input) => finder.permissions("DeleteMessage", input),
      answer: ({ input }) => {
        remove(finder.find(input), input.ReceiptHandle);
        return {};
      },
    }),
    ChangeMessageVisibility: operation<ChangeMessageVisibilityRequest, object>({
      takes: ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"],
      permissions: (input) => finder.permissions("ChangeMessageVisibility", input),
      answer: ({ input }) => {
        changeVisibility(finder.find(input), input.ReceiptHandle, input.VisibilityTimeout);
        return {};
      },
    }),
  };
}

/** @throws ApiError for a message that SQS does not take */
export function send(queue: Queue, given: Sending, sender: string): SendMessageResult {
  const body = given.MessageBody;
  if (body === undefined || body === "")
    throw new ApiError(400, "MissingParameter", "The request must contain the parameter MessageBody.");

  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(body))
    throw new ApiError(
      400,
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  const attributes = attributesOf(given.MessageAttributes ?? {});
  if (sizeOf(body, attributes) > queue.maxBytes)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maxBytes} bytes.`,
    );
  const delay = numberWithin("DelaySeconds", given.DelaySeconds, 0, 900);
  const { id } = queue.add(body, attributes, sender, delay === undefined ? undefined : delay * 1000);
  return { MessageId: id, MD5OfMessageBody: md5(body), MD5OfMessageAttributes: md5OfAttributes(attributes) };
}

/** Deletes the message of a receipt; one that is gone already is deleted as well. */
export function remove(queue: Queue, receipt: string | undefined): void {
  const message = messageOf(queue, receipt);
  if (message !== undefined) queue.delete(message);
}

/** @throws ApiError when nobody works on the message any more */
export function changeVisibility(queue: Queue, receipt: string | undefined, seconds: number | undefined): void {
  const message = messageOf(queue, receipt);
  numberWithin("VisibilityTimeout", seconds, 0, MAX_VISIBILITY);
  if (seconds === undefined)
    throw new ApiError(400, "MissingParameter", "The request must contain the parameter VisibilityTimeout.");
  if (message === undefined || !queue.isInFlight(message))
    throw invalidValue(
      `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  queue.hide(message, seconds * 1000);
}

/** Long polling: waits until there is a message, at most so many seconds of this machine. */
async function receive(queue: Queue, max: number, visibility: number | undefined, wait: number): Promise<Message[]> {
  const end = Date.now() + wait * 1000;
  for (;;) {
    const messages = queue.receive(max, visibility);
    const left = end - Date.now();
    if (messages.length > 0 || left <= 0) return messages;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, left);
      const stop = queue.listen(done);
    });
  }
}

function describe(queue: Queue, message: Message, input: ReceiveMessageRequest): ReceivedMessage {
  const wanted = new Set<string>([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  const system: Record<string, string | undefined> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.received),
    ApproximateFirstReceiveTimestamp: String(message.first),
    DeadLetterQueueSourceArn: message.source,
  };
  const systemAttributes = Object.entries(system).filter(
    ([name, value]) => value !== undefined && (wanted.has("All") || wanted.has(name)),
  );
  const names = input.MessageAttributeNames ?? [];
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => names.some((pattern) => isNamed(name, pattern))),
  );
  const isEmpty = Object.keys(attributes).length === 0;
  return {
    MessageId: message.id,
    ReceiptHandle: receiptOf(queue, message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(systemAttributes.length === 0 ? {} : { Attributes: Object.fromEntries(systemAttributes) }),
    ...(isEmpty
      ? {}
      : {
          MD5OfMessageAttributes: md5OfAttributes(attributes),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, valueOf(value)]),
          ),
        }),
  };
}

/** A name, `All`, `.*`, or a prefix with `.*` behind it. */
function isNamed(name: string, pattern: string): boolean {
  if (pattern === "All") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}

/** An attribute as clients get it. */
export function valueOf(value: AttributeValue): MessageAttributeValue {
  const { type, data, isBinary } = partsOf(value);
  return isBinary ? { DataType: type, BinaryValue: data } : { DataType: type, StringValue: data.toString() };
}

/** @throws ApiError */
function attributesOf(given: Record<string, MessageAttributeValue>): Record<string, AttributeValue> {
  const entries = Object.entries(given);
  if (entries.length > ATTRIBUTES)
    throw invalidValue(`Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES}].`);
  return Object.fromEntries(
    entries.map(([name, { DataType: type = "", StringValue: text, BinaryValue: bytes }]) => {
      if (!/^(String|Number|Binary)(\..+)?$/.test(type))
        throw invalidValue(
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      if (!/^(?!(aws|amazon)\.)[\w.-]{1,256}$/i.test(name) || /^\.|\.$|\.\./.test(name))
        throw invalidValue(`Message (user) attribute name "${name}" is invalid.`);
      const isBinary = type.startsWith("Binary");
      if (isBinary ? bytes === undefined || bytes.length === 0 : text === undefined || text === "")
        throw invalidValue(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
      if (type === "String") return [name, text!];
      return [name, isBinary ? { type, binary: Buffer.from(bytes!).toString("base64") } : { type, text: text! }];
    }),
  );
}
