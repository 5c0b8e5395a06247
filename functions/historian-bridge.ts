/**
 * Entry point of a historian's bridge function. The archive contains the bundle of this file and `definition.json` (a BridgeDefinition). The
 * environment variables CHANNEL_STREAM and FAILURE_QUEUE_URL name the stream of the channel and the queue of records that cannot be unwrapped.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { BridgeDefinition } from "../etl/historian";
import { createBridge, type BridgeServices } from "./historian-bridge/handler";

const definition = JSON.parse(readFileSync(path.join(__dirname, "definition.json"), "utf8")) as BridgeDefinition;
const { CHANNEL_STREAM: StreamName = "", FAILURE_QUEUE_URL: QueueUrl = "" } = process.env;
/** Attempts of a call that is throttled or fails on the way; the SDK waits between them. */
const maxAttempts = 4;

let kinesis: KinesisClient | undefined;
let sqs: SQSClient | undefined;

const services: BridgeServices = {
  async put(records) {
    const { KinesisClient: Client, PutRecordsCommand } = await import("@aws-sdk/client-kinesis");
    kinesis ??= new Client({ maxAttempts });
    const Records = records.map(({ key, data }) => ({ PartitionKey: key, Data: data }));
    try {
      const answer = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
      return (answer.Records ?? []).map(({ ErrorCode, ErrorMessage }) =>
        ErrorCode === undefined ? undefined : `${ErrorCode}: ${ErrorMessage}`,
      );
    } catch (error) {
      const reason = `${(error as Error).name}: ${(error as Error).message}`;
      return records.map(() => reason);
    }
  },
  async keep(record) {
    const { SendMessageCommand, SQSClient: Client } = await import("@aws-sdk/client-sqs");
    sqs ??= new Client({ maxAttempts });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
  },
  now: () => Date.now(),
  wait: async (ms) => void (await wait(ms)),
};

/** The entry point of the bridge function. */
export const handler = createBridge(definition, services, (lines) => void process.stdout.write(lines));
