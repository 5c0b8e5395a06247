import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.resolve(__dirname, "..", "..");
const run = promisify(execFile);
const START = Date.UTC(2026, 2, 1, 10);
const MESSAGES = 720;

/** A message every 10 s for two hours; every tenth lacks what the math needs. */
const RECORDED = Array.from({ length: MESSAGES }, (_, index) => {
  const timestamp = new Date(START + index * 10_000).toISOString().slice(0, 19).replace("T", " ");
  const reading = index % 10 === 9 ? {} : { temperature: index % 100 };
  return JSON.stringify({ device_id: `d${index % 3}`, ...reading, humidity: index % 100, timestamp });
});
const GOOD = MESSAGES - MESSAGES / 10;

describe("npm run reprocess, over a data folder", () => {
  let folder: string;
  let dataDir: string;
  before(async function () {
    this.timeout(240_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "reprocess-"));
    dataDir = path.join(folder, "data");
    fs.writeFileSync(path.join(folder, "recorded.ndjson"), RECORDED.join("\n"));
    const { pipelines } = await start({ fresh: true });
    assert.deepEqual(
      [pipelines.calculate_fahrenheit.stored, pipelines.calculate_fahrenheit.failed],
      [GOOD, MESSAGES - GOOD],
    );
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const node = (script: string, ...args: string[]): string[] => [
    "--require",
    "./register.cjs",
    script,
    "--data-dir",
    dataDir,
    ...args,
  ];
  const start = async ({ fresh = false, definitions }: { fresh?: boolean; definitions?: string }) => {
    const input = fresh ? ["--fresh", "--input", path.join(folder, "recorded.ndjson")] : ["--publishes", "0"];
    const settings = '{"calculate_fahrenheit":{"reprocessing":4}}';
    const more = definitions === undefined ? [] : ["--definitions", definitions];
    const args = node("cli/start.ts", "--json", ...input, ...more, "-c", `pipelines=${settings}`);
    const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 1e8 });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the report of npm start
    return JSON.parse(stdout) as { pipelines: Record<string, any>; iam: { refused: unknown[]; unused: unknown[] } };
  };
  const reprocess = async (...args: string[]) => {
    const all = node("cli/reprocess.ts", "--pipeline", "calculate_fahrenheit", "--json", ...args);
    const { stdout, stderr } = await run(process.execPath, all, { cwd: ROOT });
    return { result: JSON.parse(stdout) as Record<string, number | string | null>, stderr };
  };
  const refused = async (code: number, pattern: RegExp, ...args: string[]): Promise<void> => {
    const all = node("cli/reprocess.ts", ...args);
    await assert.rejects(run(process.execPath, all, { cwd: ROOT }), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, code, error.stderr);
      assert.match(error.stderr, pattern);
      assert.doesNotMatch(error.stderr, /defect/);
      return true;
    });
  };
  const rows = async (): Promise<{ n: number; ids: number }> => {
    const sql = "SELECT count(*) AS n, count(DISTINCT timestamp) AS ids FROM etl_aggregate_store";
    const { stdout } = await run(process.execPath, node("cli/query.ts", "--json", sql), { cwd: ROOT });
    return (JSON.parse(stdout) as { n: number; ids: number }[])[0]!;
  };
  /** The datastore loses its rows, as if the pipeline had not been there. */
  const loseRows = (): void => {
    const s3 = path.join(dataDir, "s3");
    for (const bucket of fs.readdirSync(s3).filter((name) => name.includes("aggregate-store")))
      fs.rmSync(path.join(s3, bucket, "data"), { recursive: true, force: true });
  };

  it("fills what a datastore lacks, once, although it is killed on the way and run again", async function () {
    this.timeout(240_000);
    loseRows();
    const range = ["--into", "etl_aggregate_store", "--from", "2026-03-01T10:00:00Z", "--to", "2026-03-01T11:00:00Z"];
    const killed = spawn(process.execPath, node("cli/reprocess.ts", "--pipeline", "calculate_fahrenheit", ...range), {
      cwd: ROOT,
      stdio: "ignore",
    });
    const markers = (): number =>
      fs
        .readdirSync(path.join(dataDir, "s3"), { recursive: true, encoding: "utf8" })
        .filter((name) => /reprocess\/.*\/objects\/.*[0-9a-f]{24}\.json$/.test(name.replaceAll("\\", "/"))).length;
    while (markers() === 0 && killed.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill("SIGKILL");
    await new Promise((resolve) => killed.once("close", resolve));
    const { result, stderr } = await reprocess(...range);
    const hour = MESSAGES / 2;
    const { read, stored, filtered, failed, boundary } = result;
    assert.deepEqual(
      { read, stored, filtered, failed, boundary },
      { read: hour, stored: hour * 0.9, filtered: 0, failed: hour / 10, boundary: "2026-03-01T11:00:00.000Z" },
    );
    assert.match(stderr, /On AWS a run over all of it costs about .* USD/);
    assert.deepEqual(await rows(), { n: hour * 0.9, ids: hour * 0.9 });
    const again = await reprocess(...range);
    assert.deepEqual({ ...again.result, seconds: 0 }, { ...result, seconds: 0 });
    await reprocess("--into", "etl_aggregate_store", "--from", "2026-03-01T11:00:00Z", "--to", "2026-03-01T12:00:00Z");
    assert.deepEqual(await rows(), { n: GOOD, ids: GOOD });
  });

  it("replays failed messages after the pipeline was corrected, each once", async function () {
    this.timeout(240_000);
    const definitions = path.join(folder, "definitions");
    fs.cpSync(path.join(ROOT, "definitions", "etl"), definitions, { recursive: true });
    const file = path.join(definitions, "pipeline.json");
    const corrected = fs.readFileSync(file, "utf8").replace("(temperature * 9/5) + 32", "humidity * 2");
    fs.writeFileSync(file, corrected);
    const { iam } = await start({ definitions });
    assert.deepEqual([iam.refused, iam.unused], [[], []]);
    const { result } = await reprocess("--errors");
    assert.equal(result.failed, 0);
    assert.equal(result.stored, MESSAGES - GOOD);
    assert.equal(result.boundary, null);
    assert.deepEqual(await rows(), { n: MESSAGES, ids: MESSAGES });
    await reprocess("--errors");
    assert.equal((await rows()).n, MESSAGES);
  });

  it("refuses what cannot be, with the way out", async function () {
    this.timeout(240_000);
    await refused(2, /--pipeline NAME is missing/);
    await refused(
      1,
      /--pipeline nothing: .* has no such pipeline; it has calculate_fahrenheit/,
      "--pipeline",
      "nothing",
    );
    await refused(
      1,
      /has no candidate\. To fill its own datastore.*add --into etl_aggregate_store --to TIME/,
      "--pipeline",
      "calculate_fahrenheit",
    );
    await refused(2, /--into needs --to TIME/, "--pipeline", "calculate_fahrenheit", "--into", "etl_aggregate_store");
    await refused(
      1,
      /stores into etl_aggregate_store\. For another datastore/,
      "--pipeline",
      "calculate_fahrenheit",
      "--into",
      "x",
      "--to",
      "2026-03-01",
    );
    await refused(
      2,
      /--to 12 o'clock: a day, 2026-01-31, or a time with Z/,
      "--pipeline",
      "calculate_fahrenheit",
      "--to",
      "12 o'clock",
    );
    const overlapping = ["--into", "etl_aggregate_store", "--to", "2026-03-01T10:30:00Z"];
    await refused(
      1,
      /would be stored twice; take exactly that range again/,
      "--pipeline",
      "calculate_fahrenheit",
      ...overlapping,
    );
    await refused(1, /No run is going on/, "--pipeline", "calculate_fahrenheit", "--cancel");
  });
});
