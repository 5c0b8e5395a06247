import { IoTDataPlaneClient, IoTDataPlaneServiceException, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import "./quiet-sdk";
import { SendRefused, type Sender } from "./sender";

/** Settings of publishing through the AWS SDK. */
export interface SdkSenderOptions {
  /** `https://....iot.REGION.amazonaws.com`, or the local cloud's `http://127.0.0.1:PORT` */
  endpoint: string;
  region: string;
  qos: 0 | 1;
}

/** Errors that concern only this message; other errors would occur for every message. */
const OF_ONE_MESSAGE = new Set([400, 413]);
/** Concurrent requests; more do not make one process faster. */
const SOCKETS = 50;

/**
 * Publishes through the AWS SDK. For AWS the SDK finds its credentials as usual; for an endpoint on this machine dummy credentials are used, so real
 * keys are not sent.
 */
export function sdkSender({ endpoint, region, qos }: SdkSenderOptions): Sender {
  const client = new IoTDataPlaneClient({
    endpoint,
    region,
    credentials: isLocal(endpoint) ? { accessKeyId: "local", secretAccessKey: "local" } : undefined,
    requestHandler: { httpAgent: { maxSockets: SOCKETS }, httpsAgent: { maxSockets: SOCKETS } },
  });
  return {
    async send(topic, payload) {
      try {
        await client.send(new PublishCommand({ topic, qos, payload: Buffer.from(payload) }));
      } catch (error) {
        if (!(error instanceof IoTDataPlaneServiceException)) throw error;
        if (!OF_ONE_MESSAGE.has(error.$metadata.httpStatusCode ?? 0)) throw error;
        throw new SendRefused(error.message, { cause: error });
      }
    },
    close: () => client.destroy(),
  };
}

/** Whether an endpoint is on this machine. */
export function isLocal(endpoint: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
