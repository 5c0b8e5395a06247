/** A request of BatchPutMessage: its rules, and the old answer. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_BatchPutMessage.html */
import { randomUUID } from "node:crypto";
import { withReceivedAt } from "../../etl/received-at";
import { putMessages, type Outgoing, type SendRecords } from "./put";

/** A message with an id that no other message of its request has. */
export interface Message {
  /** 1 to 128 ASCII characters */
  messageId: string;
  /** at most 128 KB: bytes, or text as the SDK for JavaScript took it, or base64 with `payloads: "base64"` */
  payload: Uint8Array | string;
}

/** Arguments of `batchPutMessage`. */
export interface BatchPutMessageRequest {
  channelName: string;
  /** 1 to 100 */
  messages: readonly Message[];
}

/** A message that is not in the channel. */
export interface BatchPutMessageErrorEntry {
  messageId: string;
  errorCode: string;
  errorMessage: string;
}

/** The old answer. */
export interface BatchPutMessageResponse {
  /** empty if every message is in the channel */
  batchPutMessageErrorEntries: BatchPutMessageErrorEntry[];
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_BatchPutMessage.html */
const LIMITS = { messages: 100, id: 128, payload: 128 * 1024 };
/** Requests for a record that is throttled: about six seconds. */
const ATTEMPTS = 7;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Puts the messages of a request into a stream. @param now ms since 1970-01-01 UTC */
export async function putRequest(
  { messages }: BatchPutMessageRequest,
  payloads: "text" | "base64",
  send: SendRecords,
  now: number,
  wait?: (ms: number) => Promise<void>,
): Promise<BatchPutMessageResponse> {
  checkMessages(messages);
  const errors = new Map<string, Omit<BatchPutMessageErrorEntry, "messageId">>();
  const outgoing: (Outgoing & { id: string })[] = [];
  for (const { messageId: id, payload } of messages) {
    const data = bytesOf(payload, payloads);
    if (typeof data === "string") errors.set(id, { errorCode: "InvalidRequestException", errorMessage: data });
    // A key of its own: ids are often the same from request to request, and would all come to one shard.
    else outgoing.push({ id, key: randomUUID(), data: withReceivedAt(data, now) });
  }
  const refusals = await putMessages(outgoing, send, { attempts: ATTEMPTS, ...(wait && { wait }) });
  refusals.forEach((refusal, i) => {
    if (refusal !== undefined) errors.set(outgoing[i]!.id, { errorCode: refusal.code, errorMessage: refusal.message });
  });
  // In the order of the request.
  return {
    batchPutMessageErrorEntries: messages.flatMap(({ messageId }) => {
      const error = errors.get(messageId);
      return error === undefined ? [] : [{ messageId, ...error }];
    }),
  };
}

/** @param configured the text of CHANNEL_STREAMS */
export function streamOf(channel: string, configured: string | undefined): string {
  const wanted = `{"${channel}":"STREAM"}, with the stream's name from the stack's output "channels"`;
  if (configured === undefined || configured === "")
    throw named("ResourceNotFoundException", `CHANNEL_STREAMS is not set: set it to ${wanted}`);
  let streams: unknown;
  try {
    streams = JSON.parse(configured);
  } catch {
    throw named("ResourceNotFoundException", `CHANNEL_STREAMS is not JSON: set it to ${wanted}`);
  }
  const stream: unknown =
    typeof streams === "object" && streams !== null && Object.hasOwn(streams, channel)
      ? (streams as Record<string, unknown>)[channel]
      : undefined;
  if (typeof stream !== "string" || stream === "")
    throw named("ResourceNotFoundException", `CHANNEL_STREAMS has no stream of the channel ${channel}: add ${wanted}`);
  return stream;
}

function checkMessages(messages: readonly Message[]): void {
  const problems: string[] = [];
  if (messages.length < 1 || messages.length > LIMITS.messages)
    problems.push(`messages: saw ${messages.length}; a request has 1 to ${LIMITS.messages}`);
  const seen = new Set<string>();
  messages.forEach(({ messageId, payload }, i) => {
    if (typeof messageId !== "string" || !/^\p{ASCII}{1,128}$/u.test(messageId))
      problems.push(`messages[${i}].messageId: needs 1 to ${LIMITS.id} ASCII characters`);
    else if (seen.has(messageId))
      problems.push(`messages[${i}].messageId: ${JSON.stringify(messageId)} is that of another message of the request`);
    seen.add(messageId);
    if (typeof payload !== "string" && !(payload instanceof Uint8Array))
      problems.push(`messages[${i}].payload: needs bytes (Uint8Array, Buffer) or text`);
  });
  if (problems.length > 0) throw named("InvalidRequestException", problems.join("; "));
}

/** A payload's bytes, or why it cannot be put. */
function bytesOf(payload: Uint8Array | string, payloads: "text" | "base64"): Buffer | string {
  if (typeof payload === "string" && payloads === "base64" && !BASE64.test(payload)) return "the payload is not base64";
  const data =
    typeof payload === "string"
      ? Buffer.from(payload, payloads === "base64" ? "base64" : "utf8")
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (data.length === 0) return "the payload is empty";
  return data.length <= LIMITS.payload
    ? data
    : `the payload has ${data.length} bytes; a message has at most ${LIMITS.payload}`;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
