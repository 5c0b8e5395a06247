import { IoTDataPlaneClient, IoTDataPlaneServiceException, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { SendRefused, type Sender } from "./sender";

// The SDK's own announcement of the Node versions it will need from 2027 on is nothing that a user of these commands can act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** How the AWS SDK publishes. */
export interface SdkSenderOptions {
  /** `https://....iot.REGION.amazonaws.com`, or the local cloud's `http://127.0.0.1:PORT` */
  endpoint: string;
  region: string;
  qos: 0 | 1;
}

/** Answers that concern this one message; the others would meet every message. */
const OF_ONE_MESSAGE = new Set([400, 413]);
/** Requests at the same time; more does not make one process faster (measurements, 5). */
const SOCKETS = 50;

/**
 * Publishes through the AWS SDK. On AWS the SDK finds its credentials as always; an endpoint on this machine gets made-up ones, so that
 * real keys stay where they are.
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
