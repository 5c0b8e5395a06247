import { fork } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { connectAsync, type MqttClient } from "mqtt";

const DEVICES = 1000;
const MESSAGES = 50;
/** Connections that are being made at a time. */
const AT_ONCE = 50;

interface Server {
  mqtt: string;
  mqtts: string;
  ca: string;
  identities: { thing: string; key: string; cert: string }[];
}

/** 1,000 devices with certificates and policies over TLS, beside the same over plain MQTT: time to connect, memory of the server, messages with QoS 1 a second. */
export async function benchDevices(): Promise<void> {
  const child = fork(path.join(__dirname, "devices.server.ts"), [String(DEVICES)], {
    execArgv: ["--expose-gc", "--require", path.join(__dirname, "..", "register.cjs")],
  });
  try {
    const [server] = (await once(child, "message")) as [Server];
    const memory = async (): Promise<{ rss: number; refused: number }> => {
      child.send("memory");
      return ((await once(child, "message")) as [{ rss: number; refused: number }])[0];
    };
    const rows: string[] = [];
    for (const tls of [false, true]) {
      const before = await memory();
      const started = Date.now();
      const clients = await connectAll(server, tls);
      const seconds = (Date.now() - started) / 1000;
      const after = await memory();
      const sending = Date.now();
      await Promise.all(
        clients.map(async (client, index) => {
          const topic = `dt/${server.identities[index]!.thing}/a`;
          for (let count = 0; count < MESSAGES; count++)
            await client.publishAsync(topic, '{"temperature":20}', { qos: 1 });
        }),
      );
      const rate = (DEVICES * MESSAGES) / ((Date.now() - sending) / 1000);
      const each = (after.rss - before.rss) / DEVICES / 1024;
      rows.push(
        `${(tls ? "TLS with certificates" : "plain MQTT").padEnd(22)} ${seconds.toFixed(1)} s to connect (${Math.round(DEVICES / seconds)}/s), ${each.toFixed(0)} kB of the server's memory each, ${Math.round(rate).toLocaleString("en-US")} messages/s`,
      );
      await Promise.all(clients.map((client) => client.endAsync(true)));
    }
    const { refused } = await memory();
    process.stdout.write(
      `${DEVICES.toLocaleString("en-US")} devices, ${MESSAGES} messages each with QoS 1, one after the other\n${rows.map((row) => `  ${row}\n`).join("")}`,
    );
    if (refused > 0) throw new Error(`${refused} kinds of calls were refused`);
  } finally {
    child.send("end");
    await once(child, "exit");
  }
}

async function connectAll({ mqtt, mqtts, ca, identities }: Server, tls: boolean): Promise<MqttClient[]> {
  const clients: MqttClient[] = [];
  for (let start = 0; start < identities.length; start += AT_ONCE)
    clients.push(
      ...(await Promise.all(
        identities
          .slice(start, start + AT_ONCE)
          .map(({ thing, key, cert }) =>
            connectAsync(
              tls ? mqtts : mqtt,
              { clientId: thing, reconnectPeriod: 0, protocolVersion: 4, ...(tls ? { key, cert, ca } : {}) },
              false,
            ),
          ),
      )),
    );
  return clients;
}
