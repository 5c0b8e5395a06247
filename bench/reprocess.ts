/**
 * Reprocessing on one core: the function's work on objects of an archive, beside the transformation alone and beside reading the archive alone.
 * What it replaces is S3: objects are made in memory one after the other, and rows that are put are counted and dropped.
 */
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { ArchiveSplitter } from "../etl/archive";
import { RowBuffer } from "../etl/columns";
import { compilePipeline } from "../etl/pipeline";
import { reprocessObject, type ObjectWork } from "../functions/reprocess/object";
import { sumOf, type Run, type RunCounts } from "../functions/reprocess/run";
import type { ReprocessDefinition } from "../functions/reprocess/settings";
import type { ObjectStore } from "../functions/reprocess/store";

/** Messages, in objects of so many: what a delivery stream writes in five minutes of 1,000 messages a second. */
const MESSAGES = Number(process.env.REPROCESS_MESSAGES ?? 1_000_000);
const PER_OBJECT = 100_000;
const START = Date.UTC(2026, 0, 1);

const DEFINITION = {
  version: "g00000000",
  pipeline: {
    pipelineName: "calculate_fahrenheit",
    pipelineActivities: [
      { channel: { name: "in", channelName: "device_data", next: "fahrenheit" } },
      {
        math: { name: "fahrenheit", attribute: "temperature_fahrenheit", math: "temperature * 1.8 + 32", next: "out" },
      },
      { datastore: { name: "out", datastoreName: "readings" } },
    ],
  },
  datastore: {
    datastoreName: "readings",
    datastorePartitions: {
      partitions: [{ timestampPartition: { attributeName: "timestamp", timestampFormat: "yyyy-MM-dd HH:mm:ss" } }],
    },
    fileFormatConfiguration: {
      parquetConfiguration: {
        schemaDefinition: {
          columns: [
            { name: "device_id", type: "string" },
            { name: "temperature", type: "int" },
            { name: "temperature_fahrenheit", type: "double" },
            { name: "humidity", type: "int" },
            { name: "timestamp", type: "timestamp" },
          ],
        },
      },
    },
  },
} as unknown as ReprocessDefinition;

function messagesOf(object: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = object * PER_OBJECT + index;
    const time = START + number * 10;
    const timestamp = new Date(time).toISOString().slice(0, 19).replace("T", " ");
    return JSON.stringify({
      device_id: `sensor${number % 997}`,
      temperature: number % 120,
      humidity: (number * 7) % 100,
      timestamp,
      __received_at: time,
    });
  });
}

function keyOf(object: number): string {
  const stamp = new Date(START + object * PER_OBJECT * 10).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return `raw/dt=${stamp.slice(0, 10)}/hour=${stamp.slice(11, 13)}/archive-1-${stamp}-00000000-1111-4222-a333-${String(object).padStart(12, "0")}.gz`;
}

/** Prints messages a second of each, and the peak of the memory. */
export async function benchReprocess(): Promise<void> {
  const objects = Math.ceil(MESSAGES / PER_OBJECT);
  const markers = new Map<string, string>();
  let [put, bytesPut] = [0, 0];
  let current = Buffer.alloc(0);
  const store: ObjectStore = {
    open: () => Promise.resolve({ body: Readable.from(chunksOf(current)), etag: "e", modified: START }),
    text: (_, key) => Promise.resolve(markers.get(key)),
    put: (_, key, body) => {
      if (typeof body === "string") markers.set(key, body);
      else {
        put++;
        bytesPut += body.length;
      }
      return Promise.resolve();
    },
    putNew: () => Promise.resolve(true),
    remove: () => Promise.resolve(),
    list: async function* () {},
  };
  const work: ObjectWork = {
    definition: DEFINITION,
    pipeline: compilePipeline(DEFINITION),
    settings: {
      archive: { bucket: "raw", prefix: "raw/" },
      bufferSeconds: 300,
      target: {
        bucket: "data",
        rowsPrefix: "data/",
        errorPrefix: "errors/",
        statePrefix: "state/",
        kmsKeyArn: undefined,
      },
      table: { database: "d", table: "t" },
      boundaryKey: undefined,
      logPayloads: true,
    },
    store,
    services: undefined,
    register: undefined,
    keepColumns: undefined,
    writeLog: () => undefined,
  };
  const run: Run = {
    mode: "archive",
    version: "g00000000",
    bucket: "raw",
    prefix: "raw/",
    from: 0,
    to: 8e15,
    waitSeconds: 0,
  };
  const seconds = { reading: 0, transform: 0, reprocess: 0 };
  const timed = async (name: keyof typeof seconds, work: () => void | Promise<void>): Promise<void> => {
    const started = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(started);
    seconds[name] += (user + system) / 1e6;
  };
  const alone = compilePipeline(DEFINITION);
  const out = new RowBuffer(4096);
  const counts: RunCounts[] = [];
  let [read, peak, raw] = [0, 0, 0];
  for (let object = 0; object < objects; object++) {
    const messages = messagesOf(object, Math.min(PER_OBJECT, MESSAGES - object * PER_OBJECT));
    const lines = Buffer.from(`${messages.join("\n")}\n`);
    raw += lines.length;
    current = gzipSync(lines);
    await timed("reading", () => {
      const splitter = new ArchiveSplitter(() => void read++);
      const all = gunzipSync(current);
      for (let at = 0; at < all.length; at += 262_144) splitter.push(all.subarray(at, at + 262_144));
      splitter.end();
    });
    const each = messages.map((message) => Buffer.from(message));
    await timed("transform", () => {
      for (const bytes of each) {
        out.length = 0;
        alone.processInto(bytes, 0, bytes.length, START, out);
      }
    });
    await timed("reprocess", async () => void counts.push(await reprocessObject({ Key: keyOf(object) }, run, work)));
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const { stored, rows } = sumOf(counts);
  if (stored !== MESSAGES || rows !== MESSAGES || read !== MESSAGES)
    throw new Error(`${stored} stored, ${read} read, of ${MESSAGES}`);
  const rate = (name: keyof typeof seconds): string =>
    `${Math.round(MESSAGES / seconds[name]).toLocaleString("en-US")} messages/s`;
  console.log(
    `${MESSAGES.toLocaleString("en-US")} messages of ${Math.round(raw / MESSAGES)} bytes in ${objects} objects, a second of processor time each:`,
  );
  console.log(`  reading the archive alone   ${rate("reading")}`);
  console.log(`  the transformation alone    ${rate("transform")}`);
  console.log(
    `  reprocess, Parquet and all  ${rate("reprocess")}, ${((seconds.reprocess / (seconds.reading + seconds.transform)) as number).toFixed(1)} times the two together`,
  );
  console.log(
    `  ${(raw / seconds.reprocess / 1e6).toFixed(1)} MB/s of messages; ${put} objects of rows, ${(bytesPut / 1e6).toFixed(1)} MB; peak memory ${Math.round(peak / 1e6)} MB`,
  );
}

function chunksOf(bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) chunks.push(bytes.subarray(at, at + 65_536));
  return chunks;
}
