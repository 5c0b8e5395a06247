/**
 * Compares the transform function with hand-written handlers, as a ratio because machines differ: base64 in, base64 out, as a
 * delivery stream calls them.
 *
 *     node --require ./register.cjs bench/transform.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import type { FirehoseAnswer, FirehoseEvent } from "../functions/firehose";
import { CASES, type TransformCase } from "./transform/cases";

const RECORDS = 500;
const EVENTS = 20;
const ROUNDS = 15;
const ROUND_MS = 250;

type Handler = (event: FirehoseEvent) => Promise<FirehoseAnswer>;
type Answered = FirehoseAnswer["records"][number];

export interface TransformBench {
  name: string;
  records: number;
  /** of the first record */
  bytes: number;
  /** records per second, median */
  transform: number;
  handWritten: number;
  /** transform / handWritten */
  ratio: number;
}

function eventsOf({ message }: TransformCase): FirehoseEvent[] {
  return Array.from({ length: EVENTS }, (_, batch) => ({
    deliveryStreamArn: "arn:aws:firehose:eu-west-1:000000000000:deliverystream/bench",
    records: Array.from({ length: RECORDS }, (_, index) => ({
      recordId: `4966${String(batch * RECORDS + index).padStart(52, "0")}`,
      approximateArrivalTimestamp: Date.UTC(2024, 2, 5, 7),
      data: Buffer.from(JSON.stringify(message(batch, index))).toString("base64"),
    })),
  }));
}

/** A typical hand-written handler around the transformation of one message. */
function handWritten({ byHand }: TransformCase): Handler {
  return async (event) => ({
    records: event.records.map((record): Answered => {
      try {
        const message = JSON.parse(Buffer.from(record.data, "base64").toString()) as never;
        const made = byHand(message);
        if (made === undefined) return { recordId: record.recordId, result: "Dropped" };
        const data = Buffer.from(`${JSON.stringify(made.row)}\n`).toString("base64");
        if (made.partitionKeys === undefined) return { recordId: record.recordId, result: "Ok", data };
        return { recordId: record.recordId, result: "Ok", data, metadata: { partitionKeys: made.partitionKeys } };
      } catch {
        return { recordId: record.recordId, result: "ProcessingFailed", data: record.data };
      }
    }),
  });
}

/** The same bundle that is deployed, with the documents beside it. */
function bundled({ definition }: TransformCase, folder: string): Handler {
  writeFileSync(path.join(folder, "definition.json"), JSON.stringify(definition));
  buildSync({
    entryPoints: [path.join(__dirname, "..", "functions", "transform.ts")],
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

/**
 * The response without the bytes of filtered records, which are not read. Numbers are rounded to 12 digits because the transform function
 * computes decimals exactly (50.9) and a hand-written handler in doubles (50.900000000000006).
 */
function comparable({ records }: FirehoseAnswer): string[] {
  const row = (data: string | undefined): string =>
    JSON.stringify(JSON.parse(Buffer.from(data ?? "", "base64").toString()), (_, value: unknown) =>
      typeof value === "number" ? Number(value.toPrecision(12)) : value,
    );
  return records.map(({ result, data, metadata }) =>
    result === "Ok" ? `${row(data)} ${JSON.stringify(metadata?.partitionKeys)}` : result,
  );
}

export async function measureTransform(of: TransformCase): Promise<TransformBench> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-transform-"));
  const write = process.stdout.write.bind(process.stdout);
  try {
    const [ours, byHand] = [bundled(of, folder), handWritten(of)];
    const all = eventsOf(of);
    const first = all[0] as FirehoseEvent;
    // The log is created and discarded: writing it is not measured.
    process.stdout.write = () => true;
    const [expected, actual] = [comparable(await byHand(first)), comparable(await ours(first))];
    const different = expected.findIndex((text, index) => text !== actual[index]);
    if (different >= 0) {
      throw new Error(`${of.name}: the two handlers answer differently:\n${expected[different]}\n${actual[different]}`);
    }
    const figures = { ours: [] as number[], byHand: [] as number[] };
    for (let turn = 0; turn < ROUNDS; turn++) {
      figures.ours.push(await round(ours, all));
      figures.byHand.push(await round(byHand, all));
    }
    const [transform, written] = [median(figures.ours), median(figures.byHand)];
    const bytes = Buffer.from((first.records[0] as { data: string }).data, "base64").length;
    return { name: of.name, records: RECORDS, bytes, transform, handWritten: written, ratio: transform / written };
  } finally {
    process.stdout.write = write;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures and prints. */
export async function benchTransform(): Promise<void> {
  const rate = (value: number): string => `${(Math.round(value / 1000) * 1000).toLocaleString("en-US")}/s`.padStart(11);
  process.stdout.write(`  events of ${RECORDS} records, medians of ${ROUNDS} rounds; aim: a ratio of at least 1.0\n`);
  for (const one of CASES) {
    const { name, bytes, transform, handWritten: byHand, ratio } = await measureTransform(one);
    process.stdout.write(
      `  ${name.padEnd(46)}${String(bytes).padStart(5)} B  ours ${rate(transform)}  by hand ${rate(byHand)}  ratio ${ratio.toFixed(2)}\n`,
    );
  }
}

if (require.main === module) void benchTransform();
