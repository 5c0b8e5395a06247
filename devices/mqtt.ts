import { connectAsync } from "mqtt";
import { SendRefused, type Sender } from "./sender";

/** bytes of a payload; AWS IoT Core ends the connection of a client that sends more (https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits) */
const MAX_PAYLOAD = 131_072;
/** s without a packet before the broker gives up on a client; the longest that AWS IoT Core takes */
const KEEP_ALIVE = 1200;

/**
 * Publishes over MQTT 3.1.1 with QoS 1 on one connection; a message is sent when the broker has acknowledged it.
 * @throws the socket's error when nobody listens at `url`
 */
export async function mqttSender(url: string): Promise<Sender> {
  const client = await connectAsync(url, { protocolVersion: 4, keepalive: KEEP_ALIVE, reconnectPeriod: 0 });
  const waiting = new Set<(error: Error) => void>();
  let lost: Error | undefined;
  client.on("error", (error) => (lost = error));
  client.on("close", () => {
    lost ??= new Error("the broker closed the connection");
    for (const reject of waiting) reject(lost);
  });
  return {
    send(topic, payload) {
      const bytes = Buffer.from(payload);
      if (bytes.length > MAX_PAYLOAD)
        return Promise.reject(new SendRefused(`the payload is over ${MAX_PAYLOAD.toLocaleString("en-US")} bytes`));
      if (lost !== undefined) return Promise.reject(lost);
      return new Promise((resolve, reject) => {
        waiting.add(reject);
        client.publish(topic, bytes, { qos: 1 }, (error) => {
          waiting.delete(reject);
          if (error) reject(error);
          else resolve();
        });
      });
    },
    close: () => client.endAsync(lost !== undefined),
  };
}
