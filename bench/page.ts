import { spawnSync } from "node:child_process";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { count, formatTable, size } from "../cli/output/table";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { SmallPage } from "../test/cli/page/small-page";
import { smallStack } from "../test/local/stack";

const ROWS = 5_000_000;
const FILES = 10;
const DEVICES = 10;
const BUCKETS = 1200;
const ROUNDS = 5;
/** messages a second, and for how long */
const [RATE, SECONDS] = [100, 10];
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * The page of a local cloud: the cost of its live counts while messages come, beside the same messages with nobody looking; the chart of five
 * million rows, beside DuckDB that reads the files anew for each range; the time to the first picture in Chromium, beside a page without content.
 */
export async function benchPage(): Promise<void> {
  const resources = smallStack();
  const table = resources.find(({ name }) => name === "readings")!;
  const columns = table.inputs.storageDescriptor.columns as { name: string; type: string }[];
  columns.push({ name: "sent_at", type: "string" });
  const small = await new SmallPage(resources).open();
  try {
    small.test.clock.start();
    await benchLive(small);
    await benchChart(small);
    await benchFirstPicture(small);
  } finally {
    small.test.clock.stop();
    await small.close();
  }
}

async function benchLive(small: SmallPage): Promise<void> {
  const alone = await cpuOf(() => publish(small));
  const { looks, ms } = small.page.live.cost;
  const [watched, told] = await withWatcher(small, () => cpuOf(() => publish(small)));
  const own = small.page.live.cost;
  process.stdout.write(
    `${RATE} messages/s for ${SECONDS} s: ${alone.toFixed(0)} ms of CPU a second with nobody looking, ${watched.toFixed(0)} with the page open ` +
      `(${((watched - alone) / 10).toFixed(1)} % of a core for it)\n` +
      `  ${(told.states / SECONDS).toFixed(1)} states a second of ${size(told.bytes / Math.max(1, told.states))}, ` +
      `${((own.ms - ms) / Math.max(1, own.looks - looks)).toFixed(1)} ms a look\n`,
  );
}

async function publish(small: SmallPage): Promise<void> {
  const began = performance.now();
  for (let i = 0; i < RATE * SECONDS; i++) {
    await small.test.publish(`dt/${"abc"[i % 3]}/aggregate`, JSON.stringify({ device_id: "abc"[i % 3], value: i }));
    const due = began + ((i + 1) * 1000) / RATE;
    if (due > performance.now()) await sleep(due - performance.now());
  }
}

/** ms of CPU for each second of `work`. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const [before, began] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (performance.now() - began);
}

async function withWatcher<T>(
  small: SmallPage,
  work: () => Promise<T>,
): Promise<[T, { states: number; bytes: number }]> {
  const told = { states: 0, bytes: 0 };
  const request = http.get(`${small.address}api/events`, (response) => {
    response.on("data", (piece: Buffer) => {
      told.bytes += piece.length;
      told.states += piece.toString().split("data: ").length - 1;
    });
    response.on("error", () => undefined);
  });
  request.on("error", () => undefined);
  const result = await work();
  request.destroy();
  return [result, told];
}

async function benchChart(small: SmallPage): Promise<void> {
  const duck = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  const files = await rows(small, duck);
  const bytes = files.length;
  const ask = { datastore: "readings", value: "value", time: "sent_at", group: "device_id", buckets: BUCKETS };
  const groups = [0, 1, 2, 3, 4, 5];
  const began = performance.now();
  const { json: all } = await small.post("/api/chart", { ...ask, groups });
  const loading = performance.now() - began;
  process.stdout.write(
    `a chart of ${count(all.points)} rows in ${count(bytes)} files, ${BUCKETS} px wide, ${groups.length} of ${DEVICES} devices: ` +
      `read once in ${(loading / 1000).toFixed(1)} s; then for each range\n`,
  );
  const lines: string[][] = [];
  for (const [name, part] of [
    ["all of it", 1],
    ["a tenth", 0.1],
    ["a hundredth", 0.01],
  ] as const) {
    const [from, to] = [all.first, Math.round(all.first + (all.last - all.first) * part)];
    const own = await fastest(async () => void (await small.post("/api/chart", { ...ask, groups, from, to })));
    const width = Math.ceil((to - from + 1) / BUCKETS);
    const reference = await fastest(async () => {
      await duck.runAndReadAll(
        `SELECT device_id, (epoch_ms(CAST(sent_at AS TIMESTAMP)) - ${from}) // ${width} AS b, min(value), max(value) FROM read_parquet([${files.map((file) => `'${file}'`).join(", ")}])
         WHERE epoch_ms(CAST(sent_at AS TIMESTAMP)) BETWEEN ${from} AND ${to} GROUP BY ALL`,
      );
    });
    lines.push([name, `${own.toFixed(0)} ms`, `${reference.toFixed(0)} ms`, `${(reference / own).toFixed(0)} x`]);
  }
  process.stdout.write(`${formatTable(["range", "the page", "DuckDB over the files", "ratio"], lines)}\n`);
  duck.closeSync();
}

/** Writes the rows as Parquet into the datastore's bucket. @returns the files on this machine */
async function rows(small: SmallPage, duck: DuckDBConnection): Promise<string[]> {
  const { s3 } = small.test.cloud;
  const each = ROWS / FILES;
  const files: string[] = [];
  for (let i = 0; i < FILES; i++) {
    const temporary = s3.temporaryFile();
    await duck.run(
      `COPY (SELECT 'device-' || (r % ${DEVICES}) AS device_id, CAST(1000 * sin(r / 50000.0) + 100 * random() AS BIGINT) AS value,
         strftime(TIMESTAMP '2026-01-01 00:00:00' + to_seconds(r), '%Y-%m-%d %H:%M:%S') AS sent_at
       FROM range(${i * each}, ${(i + 1) * each}) t(r)) TO '${temporary}' (FORMAT parquet)`,
    );
    files.push(s3.putFile(LOCAL_ADMIN_ARN, "store", `data/device=a/bench-${i}.parquet`, temporary).file);
  }
  return files;
}

async function fastest(work: () => Promise<void>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

async function benchFirstPicture(small: SmallPage): Promise<void> {
  const executablePath = BROWSERS.find((file) => file && spawnSync(file, ["--version"]).status === 0);
  if (executablePath === undefined)
    return void process.stdout.write("the time to the first picture: not measured, for there is no Chromium\n");
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const load = (path: string, ready?: string): Promise<number> =>
      fastest(async () => {
        const page = await browser.newPage();
        await page.goto(`${small.address}${path}`);
        if (ready !== undefined) await page.waitForSelector(ready);
        await page.close();
      });
    const [empty, flow, chart] = [
      await load("icon.svg"),
      await load("", ".value"),
      await load("#chart", ".plot canvas"),
    ];
    process.stdout.write(
      `to the first picture in Chromium, a new tab each time: the flow with its counts ${flow.toFixed(0)} ms, the chart of ${count(ROWS)} rows ` +
        `${chart.toFixed(0)} ms; an icon of the same server ${empty.toFixed(0)} ms\n`,
    );
  } finally {
    await browser.close();
  }
}
