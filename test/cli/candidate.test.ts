import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.resolve(__dirname, "..", "..");
const run = promisify(execFile);
const CHANNELS = '{"etl_device_data":{"receivedAt":true}}';
const FILES =
  '"document":"definitions/candidates/kelvin/pipeline.json","datastore":"definitions/candidates/kelvin/datastore.json"';

const DEVICES = ["--devices", "5", "--publishes", "40"];

/** What a person does with a changed pipeline, by the commands of the guide, over one data folder. */
describe("npm start, reprocess, promote and roll back", function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "candidate-cli-"))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const node = async (script: string, ...args: string[]): Promise<string> => {
    const all = ["--require", "./register.cjs", script, "--data-dir", path.join(folder, "data"), ...args];
    return (await run(process.execPath, all, { cwd: ROOT, maxBuffer: 1e8 })).stdout;
  };
  const start = async (candidate: string | undefined, ...args: string[]) => {
    const pipelines = candidate === undefined ? "{}" : `{"calculate_fahrenheit":{"candidate":{${candidate}}}}`;
    const settings = ["-c", `channels=${CHANNELS}`, "-c", `pipelines=${pipelines}`];
    const text = await node("cli/start.ts", "--json", ...args, ...settings);
    return JSON.parse(text) as {
      candidates: Record<string, { received: number; stored: number; left: number }>;
      iam: { refused: unknown[]; unused: unknown[] };
    };
  };
  const rows = async (sql: string): Promise<Record<string, string | number>[]> =>
    JSON.parse(await node("cli/query.ts", "--json", sql)) as Record<string, string | number>[];
  const count = async (table: string): Promise<number> => Number((await rows(`SELECT count(*) n FROM ${table}`))[0]!.n);

  it("has every message once in the candidate, though the second run follows the first at once", async () => {
    await start(undefined, "--fresh", ...DEVICES);
    assert.equal(await count("etl_aggregate_store"), 200);

    const report = await start(FILES, ...DEVICES);
    const { stored, left } = report.candidates.calculate_fahrenheit!;
    assert.equal(stored + left, 200, "of the messages that came since");
    assert.equal(await count("etl_aggregate_store"), 400);

    const text = await node("cli/reprocess.ts", "--pipeline", "calculate_fahrenheit", "--json");
    const result = JSON.parse(text) as { read: number; stored: number; failed: number };
    assert.equal(result.stored, 200 + left, "what came before, and what the live part left");
    assert.equal(await count("etl_aggregate_store__candidate"), 400);
  });

  it("leads readers to the candidate's rows, and back", async () => {
    await start(`${FILES},"promote":true`, "--publishes", "0");
    const [kelvin] = await rows("SELECT count(temperature_kelvin) n, count(*) total FROM etl_aggregate_store");
    assert.deepEqual([Number(kelvin!.n), Number(kelvin!.total)], [400, 400]);

    const { iam } = await start(`${FILES},"promote":false`, "--publishes", "0");
    assert.deepEqual(iam.refused, []);
    const [former] = await rows("SELECT * FROM etl_aggregate_store LIMIT 1");
    assert.ok(!("temperature_kelvin" in former!));
    assert.equal(await count("etl_aggregate_store"), 400);
  });

  it("refuses a recording that would set the clock back", async () => {
    const recording = path.join(folder, "old.ndjson");
    const message = { device_id: "d1", temperature: 1, humidity: 1, timestamp: "2020-01-01 00:00:00" };
    fs.writeFileSync(recording, `${JSON.stringify(message)}\n`);
    await assert.rejects(start(FILES, "--input", recording), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /the recording begins at 2020-01-01T00:00:00.000Z, before the latest message/);
      return true;
    });
  });
});
