/**
 * How fast the transform function is beside a handler written by hand for the same job. Both get events of 500 records
 * of about 105 bytes, in turns; the figure is the median round of each.
 *
 *     node --require ./register.cjs bench/transform.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import type { FirehoseAnswer, FirehoseEvent } from "../functions/firehose";

const RECORDS = 500;
const EVENTS = 20;
const ROUNDS = 15;
const ROUND_MS = 250;

type Handler = (event: FirehoseEvent) => Promise<FirehoseAnswer>;

export interface TransformBench {
  records: number;
  bytes: number;
  /** records a second, median */
  transform: number;
  handWritten: number;
  /** transform / handWritten */
  ratio: number;
}

function events(): FirehoseEvent[] {
  return Array.from({ length: EVENTS }, (_, batch) => ({
    deliveryStreamArn: "arn:aws:firehose:eu-west-1:000000000000:deliverystream/bench",
    records: Array.from({ length: RECORDS }, (_, index) => {
      const at = new Date(Date.UTC(2024, 2, 5, 7, 0, 10 * (batch * 50 + Math.floor(index / 10))));
      const message = {
        device_id: `sensor${index % 10}`,
        temperature: 45 + ((index * 7 + batch) % 47),
        humidity: (index * 13) % 99,
        timestamp: at.toISOString().slice(0, 19).replace("T", " "),
        battery: 3.31,
      };
      return {
        recordId: `4966${String(batch * RECORDS + index).padStart(52, "0")}`,
        approximateArrivalTimestamp: at.getTime(),
        data: Buffer.from(JSON.stringify(message)).toString("base64"),
      };
    }),
  }));
}

/** What somebody would write for the seed's documents who knows the data to be good. */
const handWritten: Handler = async (event) => ({
  records: event.records.map((record): FirehoseAnswer["records"][number] => {
    try {
      const message = JSON.parse(Buffer.from(record.data, "base64").toString()) as {
        device_id: string;
        temperature: number;
        humidity: number;
        timestamp: string;
      };
      const fahrenheit = (message.temperature * 9) / 5 + 32;
      const time = message.timestamp;
      const row = {
        device_id: message.device_id,
        temperature: message.temperature,
        temperature_fahrenheit: fahrenheit < 0 ? -Math.round(-fahrenheit) : Math.round(fahrenheit),
        humidity: message.humidity,
        timestamp: time,
      };
      return {
        recordId: record.recordId,
        result: "Ok",
        data: Buffer.from(`${JSON.stringify(row)}\n`).toString("base64"),
        metadata: {
          partitionKeys: {
            __year: time.slice(0, 4),
            __month: time.slice(5, 7),
            __day: time.slice(8, 10),
            __hour: time.slice(11, 13),
          },
        },
      };
    } catch {
      return { recordId: record.recordId, result: "ProcessingFailed", data: record.data };
    }
  }),
});

/** The very bundle that is deployed, with the seed's documents beside it. */
function bundled(folder: string): Handler {
  const root = path.join(__dirname, "..");
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(root, "definitions", "etl", name), "utf8"));
  writeFileSync(
    path.join(folder, "definition.json"),
    JSON.stringify({ pipeline: read("pipeline.json"), datastore: read("datastore.json") }),
  );
  buildSync({
    entryPoints: [path.join(root, "functions", "transform.ts")],
    outfile: path.join(folder, "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
  });
  return (createRequire(__filename)(path.join(folder, "index.js")) as { handler: Handler }).handler;
}

async function round(handler: Handler, all: readonly FirehoseEvent[]): Promise<number> {
  const begin = performance.now();
  let records = 0;
  let elapsed: number;
  do {
    for (const event of all) records += (await handler(event)).records.length;
    elapsed = performance.now() - begin;
  } while (elapsed < ROUND_MS);
  return (records * 1000) / elapsed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

export async function measureTransform(): Promise<TransformBench> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-transform-"));
  const write = process.stdout.write.bind(process.stdout);
  try {
    const ours = bundled(folder);
    const all = events();
    const first = all[0] as FirehoseEvent;
    // the log is made and thrown away: writing it is not what is measured
    process.stdout.write = () => true;
    const [expected, actual] = [await handWritten(first), await ours(first)];
    if (JSON.stringify(expected) !== JSON.stringify(actual)) throw new Error("the two handlers answer differently");
    const figures = { ours: [] as number[], byHand: [] as number[] };
    for (let turn = 0; turn < ROUNDS; turn++) {
      figures.ours.push(await round(ours, all));
      figures.byHand.push(await round(handWritten, all));
    }
    const [transform, byHand] = [median(figures.ours), median(figures.byHand)];
    const bytes = Buffer.from((first.records[0] as { data: string }).data, "base64").length;
    return { records: RECORDS, bytes, transform, handWritten: byHand, ratio: transform / byHand };
  } finally {
    process.stdout.write = write;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures and prints. */
export async function benchTransform(): Promise<void> {
  const result = await measureTransform();
  const rate = (value: number): string => `${(Math.round(value / 1000) * 1000).toLocaleString("en-US")} records/s`;
  process.stdout.write(
    `transform of ${result.records}-record events, ${result.bytes} bytes a record (medians of ${ROUNDS} rounds)\n` +
      `  the transform function   ${rate(result.transform)}\n` +
      `  written by hand          ${rate(result.handWritten)}\n` +
      `  ratio                    ${result.ratio.toFixed(2)}\n`,
  );
}

if (require.main === module) void benchTransform();
