import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { benchCompaction } from "./compaction";
import { ASSUMPTIONS, LIST_PRICES, NO_TRAFFIC, estimate, usd } from "../cost";
import { formatTable } from "../cli/output/table";
import { stackResources } from "./stack-resources";

const ROOT = path.resolve(__dirname, "..");
const DAYS = 730 / 24;
const SIZE = 300;
/** What is asked of Parquet objects. https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-data-optimization-techniques.html */
const GOOD = 128 * 2 ** 20;

/**
 * What the buffers make of messages: objects a day, their size, and the cost of their requests, for the partitions of the example (an hour of
 * event time each). The model's objects are compared with those that the local cloud writes in an hour.
 */
export async function benchSmallFiles(): Promise<void> {
  measured();
  await benchCompaction();
  const rows: string[][] = [];
  for (const rate of [10, 1000, 100_000])
    for (const seconds of [60, 300, 900]) rows.push(await modelled(rate, seconds));
  const titles = [
    "messages/s",
    "buffer, s",
    "objects/day",
    "MB an object",
    "writing",
    "reading once a day",
    "the same in objects of 128 MB",
  ];
  process.stdout.write(
    `  messages of ${SIZE} bytes; USD a month of requests, and of a query of all data each day after a year\n`,
  );
  process.stdout.write(`${formatTable(titles, rows, 200).replace(/^/gm, "  ")}\n`);
}

/** An hour of 10 messages a second in the local cloud. */
function measured(): void {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "bench-small-files-"));
  try {
    const argv = ["--devices", "100", "--publishes", "360", "--interval", "10s", "-c", "bufferingSeconds=300"];
    const script = ["--require", "./register.cjs", "cli/start.ts", ...argv, "--data-dir", dataDir, "--json"];
    const { status, stderr } = spawnSync(process.execPath, script, { cwd: ROOT, encoding: "utf8", maxBuffer: 1e9 });
    if (status !== 0) throw new Error(`npm start ended with ${status}: ${stderr}`);
    const objects = fs
      .readdirSync(path.join(dataDir, "s3"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\bdata\b.*\.parquet$/.test(name) && !name.startsWith("."));
    const bytes = objects.reduce((sum, name) => sum + fs.statSync(path.join(dataDir, "s3", name)).size, 0);
    process.stdout.write(
      `  10 messages/s for an hour in the local cloud, 300 s: ${objects.length} objects of ${Math.round(bytes / objects.length / 1024)} KB; the model (the reference): ${(3600 / 300.1).toFixed(1)}, and one more where an hour begins\n`,
    );
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function modelled(rate: number, seconds: number): Promise<string[]> {
  const resources = await stackResources("prod", { bufferingSeconds: String(seconds), scanLimitMegabytes: "10000000" });
  const { items } = estimate(resources, {
    traffic: { ...NO_TRAFFIC, rate, size: SIZE, queries: 1 },
    assumptions: ASSUMPTIONS,
    prices: LIST_PRICES,
    now: Date.now(),
  });
  const store = items.filter(({ what }) => /Parquet of/.test(what));
  const objects = store.find(({ price }) => price === "s3-put")!.quantity * 1000;
  const written = items.filter(
    ({ price, what }) => price === "firehose-object" || (price === "s3-put" && /Parquet of/.test(what)),
  );
  const gets = items.find(({ price }) => price === "s3-get")!;
  const bytes = rate * SIZE * 730 * 3600 * ASSUMPTIONS.parquetRatio;
  const few = (gets.usdPerMonth * (bytes / GOOD)) / objects;
  return [
    rate.toLocaleString("en-US"),
    String(seconds),
    Math.round(objects / DAYS).toLocaleString("en-US"),
    (bytes / objects / 2 ** 20).toFixed(2),
    usd(written.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)),
    usd(gets.usdPerMonth),
    usd(Math.min(few, gets.usdPerMonth)),
  ];
}
