import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { Client } from "pg";
import { openServer } from "../devices/historian/server";
import { fill } from "../devices/historian/tag-values";
import { PeakMemory } from "./peak-memory";

const ROOT = path.resolve(__dirname, "..");
const SECONDS = 100_000;
/** Enough for the full load not to wait for the local clock. */
const SHARDS = 16;
/** Rows of which the way into the channel is timed. */
const CHANGES = 20;
/** ms between two looks into the channel: Kinesis takes five a second. */
const LOOK = 210;
const START = ["--require", "./register.cjs", "cli/start.ts", "--stack", "historian", "--json", "--fresh"];

/**
 * Measures the historian's flow: the full load into the channel beside a bare COPY of the same table to a file, and how long a change takes
 * from its commit into the channel.
 */
export async function benchHistorian(): Promise<void> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "bench-historian-"));
  try {
    const copy = await copied(path.join(dataDir, "copied"));
    process.stdout.write(`  COPY to a file (the reference): ${round(copy)} rows/s\n`);
    // What a start takes without rows to speak of is no part of the load.
    const start = await load(dataDir, 1);
    const full = await load(dataDir, SECONDS);
    const rate = (full.put - start.put) / (full.seconds - start.seconds);
    process.stdout.write(
      `  full load into the channel, and on to Parquet: ${round(rate)} rows/s, ${(rate / copy).toFixed(4)} x the reference (${SHARDS} shards); peak memory ${full.peak} MB, without rows ${start.peak} MB\n`,
    );
    const waits = (await changes(path.join(dataDir, "changes"))).sort((one, other) => one - other);
    const at = (share: number): string => (waits[Math.floor((waits.length - 1) * share)]! / 1000).toFixed(1);
    process.stdout.write(
      `  a change from its commit into the channel: ${at(0.5)} s in the median, ${at(1)} s at most of ${waits.length} (seen every ${LOOK / 1000} s; Lambda polls once a second and waits one for a batch)\n`,
    );
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Rows a second of a COPY to a file, which the server writes, as whoever it runs as may. */
async function copied(folder: string): Promise<number> {
  const server = await openServer(path.join(folder, "server"), "historian", true);
  try {
    const client = await server.connect();
    await fill(client, 1_700_000_000, SECONDS, () => undefined);
    const { rows } = await client.query<{ n: string }>("SELECT count(*) AS n FROM public.tag_values");
    const { rows: at } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
    const started = performance.now();
    await client.query(`COPY public.tag_values TO '${at[0]!.folder}/copied.txt'`);
    const seconds = (performance.now() - started) / 1000;
    await client.end();
    return Number(rows[0]!.n) / seconds;
  } finally {
    await server.stop();
  }
}

async function load(dataDir: string, seconds: number): Promise<{ seconds: number; put: number; peak: string }> {
  const options = ["--data-dir", path.join(dataDir, String(seconds)), "--historian-seconds", String(seconds)];
  const child = spawn(
    process.execPath,
    [...START, "--historian-inserts", "0", "-c", `shardCount=${SHARDS}`, ...options],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
  );
  const memory = new PeakMemory(child.pid!);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (errors += text));
  const status = await new Promise((resolve) => child.once("close", resolve));
  const peak = memory.stop();
  if (status !== 0) throw new Error(`npm start ended with ${String(status)}: ${errors}`);
  const report = JSON.parse(output) as { seconds: number; sources: { scada: { put: number } } };
  return { seconds: report.seconds, put: report.sources.scada.put, peak };
}

/** ms from the commit of a row until it is in the channel, while time passes by itself. */
async function changes(dataDir: string): Promise<number[]> {
  const ports = ["--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0"];
  const options = ["--keep", "--historian-seconds", "10", "-c", "shardCount=1", ...ports, "--data-dir", dataDir];
  const child = spawn(process.execPath, [...START, ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { endpoints } = JSON.parse(String((await lines.next()).value)) as { endpoints: { http: string } };
    while (!/psql '/.test(errors)) await new Promise((resolve) => setTimeout(resolve, 50));
    const database = new Client({ connectionString: /psql '([^']+)'/.exec(errors)![1] });
    await database.connect();
    const kinesis = new KinesisClient({
      endpoint: endpoints.http,
      region: "eu-central-1",
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    });
    const { StreamNames: names = [] } = await kinesis.send(new ListStreamsCommand({}));
    const StreamName = names.find((name) => !name.endsWith("-historian"))!;
    const place = { StreamName, ShardId: "shardId-000000000000" };
    let { ShardIterator: at } = await kinesis.send(
      new GetShardIteratorCommand({ ...place, ShardIteratorType: "LATEST" }),
    );
    const waits: number[] = [];
    for (let index = 0; index < CHANGES; index++) {
      // At any time between two polls.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
      const tag = `bench-${index}`;
      await database.query("INSERT INTO public.tag_values (tag, ts, value, quality) VALUES ($1, now(), 1, 192)", [tag]);
      const committed = performance.now();
      for (let seen = false; !seen;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK));
        const { Records = [], NextShardIterator } = await kinesis.send(new GetRecordsCommand({ ShardIterator: at }));
        at = NextShardIterator;
        seen = Records.some(({ Data }) => Buffer.from(Data!).includes(`"${tag}"`));
        if (performance.now() - committed > 60_000) throw new Error(`${tag} did not reach ${StreamName}: ${errors}`);
      }
      waits.push(performance.now() - committed);
    }
    await database.end();
    return waits;
  } finally {
    child.kill("SIGINT");
    await ended;
  }
}

function round(rate: number): string {
  return Math.round(rate).toLocaleString("en-US");
}
