/**
 * BatchPutMessage of the retired service, for Lambda functions that called it: messages into a channel, with the old arguments and the old answer.
 * https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_BatchPutMessage.html
 */
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { streamSender } from "./put-messages/kinesis";
import {
  putRequest,
  streamOf,
  type BatchPutMessageRequest,
  type BatchPutMessageResponse,
} from "./put-messages/request";

export type {
  BatchPutMessageErrorEntry,
  BatchPutMessageRequest,
  BatchPutMessageResponse,
  Message,
} from "./put-messages/request";

/** What `batchPutMessage` does otherwise than by default. */
export interface BatchPutMessageOptions {
  /** the name of the channel's stream; by default the environment variable CHANNEL_STREAMS says it */
  streamName?: string;
  /** what a payload that is text holds: the message, or its bytes in base64, as in the request's JSON; default "text" */
  payloads?: "text" | "base64";
}

let client: KinesisClient | undefined;

/**
 * Puts messages into a channel's stream. JSON objects get `__received_at`, the time in milliseconds, as from the topic rules of this project. The
 * function's role needs `kinesis:PutRecords` on the stream, and `kms:GenerateDataKey` on the stream's key if it has one of yours.
 *
 * Which stream it is says CHANNEL_STREAMS, a JSON object of channels' names to streams' names: `{"readings":"etl-prod-readings"}`.
 *
 * @throws Error named InvalidRequestException for arguments that the retired API refused, ResourceNotFoundException for a channel without a stream;
 * errors of the SDK, such as a missing permission
 */
export async function batchPutMessage(
  request: BatchPutMessageRequest,
  options: BatchPutMessageOptions = {},
): Promise<BatchPutMessageResponse> {
  const stream = options.streamName ?? streamOf(request.channelName, process.env.CHANNEL_STREAMS);
  client ??= new KinesisClient({});
  return putRequest(request, options.payloads ?? "text", streamSender(client, stream), Date.now());
}
