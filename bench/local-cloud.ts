import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { PeakMemory } from "./peak-memory";
import { generate } from "mqtt-packet";
import { MqttBroker } from "../local/mqtt";

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const ROOT = path.resolve(__dirname, "..");

/** The local cloud runs as for a user, in a separate process; this process only publishes. */
export async function benchLocalCloud(): Promise<void> {
  const bare = await bareBroker(MESSAGES);
  process.stdout.write(`  bare broker, messages counted and dropped: ${rate(MESSAGES, bare)}\n`);
  // Four times as many messages show whether memory grows with their number, beyond the delivery streams' buffers.
  for (const messages of [MESSAGES, 4 * MESSAGES]) {
    const { seconds, stored, peak } = await cloud(messages);
    process.stdout.write(
      `  MQTT to Parquet, ${messages.toLocaleString("en-US")} messages: ${rate(messages, seconds)}, ` +
        `${((bare * messages) / MESSAGES / seconds).toFixed(2)} x the bare broker, ${stored.toLocaleString("en-US")} stored, peak memory ${peak} MB\n`,
    );
  }
}

function rate(messages: number, seconds: number): string {
  return `${Math.round(messages / seconds).toLocaleString("en-US")}/s (${seconds.toFixed(1)} s)`;
}

async function bareBroker(messages: number): Promise<number> {
  let received = 0;
  let all: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (all = resolve));
  const broker = new MqttBroker({
    onPublish: () => {
      if (++received === messages) all();
    },
  });
  const port = await broker.listen(0);
  const started = Date.now();
  await publish(port, messages);
  await done;
  const seconds = (Date.now() - started) / 1000;
  await broker.close();
  return seconds;
}

async function cloud(messages: number): Promise<{ seconds: number; stored: number; peak: string }> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "bench-local-"));
  const args = [
    "--keep",
    "--json",
    "--publishes",
    "0",
    "--mqtt-port",
    "0",
    "--http-port",
    "0",
    "--mqtts-port",
    "0",
    "--data-dir",
    path.join(dataDir, "data"),
  ];
  // Enough shards that the stream's limit of 1,000 records per second and shard is not measured.
  args.push("-c", "streamMode=PROVISIONED", "-c", "shardCount=200");
  const child = spawn(process.execPath, ["--require", "./register.cjs", path.join(ROOT, "cli/start.ts"), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", process.env.BENCH_VERBOSE === undefined ? "ignore" : "inherit"],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = JSON.parse(String((await lines.next()).value)) as { endpoints: { mqtt: string } };
    const port = Number(new URL(first.endpoints.mqtt).port);
    const started = Date.now();
    const memory = new PeakMemory(child.pid!);
    await publish(port, messages);
    child.kill("SIGINT");
    const last = JSON.parse(String((await lines.next()).value)) as { pipelines: Record<string, { stored: number }> };
    const seconds = (Date.now() - started) / 1000;
    const peak = memory.stop();
    const stored = Object.values(last.pipelines).reduce((sum, pipeline) => sum + pipeline.stored, 0);
    if (stored !== messages) throw new Error(`${stored} of ${messages} messages were stored: ${JSON.stringify(last)}`);
    return { seconds, stored, peak };
  } finally {
    child.kill("SIGKILL");
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

/** One client that writes as fast as the socket accepts data, and ends when the broker has read everything. */
async function publish(port: number, messages: number): Promise<void> {
  const socket = net.connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.resume();
  socket.write(
    generate({ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, clientId: "bench", keepalive: 0 }),
  );
  // Enough keys that every shard gets about the same load and none exceeds its limit of 1,000 records per second.
  const devices = Array.from({ length: 5000 }, (_, i) => `sensor${i}`);
  let batch: Buffer[] = [];
  for (let i = 0; i < messages; i++) {
    const device = devices[i % devices.length]!;
    const timestamp = new Date(1_790_000_000_000 + i * 10).toISOString().slice(0, 19).replace("T", " ");
    const payload = `{"device_id":"${device}","temperature":${46 + (i % 23) * 2},"humidity":${i % 99},"timestamp":"${timestamp}"}`;
    batch.push(
      generate({ cmd: "publish", topic: `dt/${device}/aggregate`, payload, qos: 0, retain: false, dup: false }),
    );
    if (batch.length === 500 || i === messages - 1) {
      if (!socket.write(Buffer.concat(batch))) await new Promise((resolve) => socket.once("drain", resolve));
      batch = [];
    }
  }
  socket.end(generate({ cmd: "disconnect" }));
  await new Promise((resolve) => socket.once("close", resolve));
}
