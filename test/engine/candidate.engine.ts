import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { connectAsync, type MqttClient } from "mqtt";
import { engine, Example, ROOT } from "./engine";

const run = promisify(execFile);
/** Messages that are stored before there is a candidate. */
const FIRST = 100;

interface Candidate {
  bucket: string;
  boundaryKey: string;
}

/** A candidate from its deployment to its end, as docs/candidates.md has it; replaces an AWS account. */
describe("a candidate, by the real engine", function () {
  // The boundary is 60 seconds after the first record, and the archive's buffer another minute.
  this.timeout(600_000);
  let project: Example;
  let published = 0;
  let client: MqttClient | undefined;

  const set = (setting: string, value: string): string =>
    project.pulumi(0, "config", "set", "--path", `iot-telemetry-etl:${setting}`, value);
  const candidateSetting = "pipelines.calculate_fahrenheit.candidate";
  const candidate = (): Candidate =>
    project.json<{ pipelines: Record<string, { candidate: Candidate }> }>("stack", "output", "--json").pipelines
      .calculate_fahrenheit!.candidate;

  async function publish(): Promise<void> {
    client ??= await connectAsync(engine.endpoints.mqtt);
    // The first ones are yesterday's: nothing registers their partition later, but what copies it.
    const time = new Date(Date.now() - (published < FIRST ? 86_400_000 : 0));
    const timestamp = time.toISOString().slice(0, 19).replace("T", " ");
    // Attributes that are no columns are dropped; their bytes make the transform be called before its minute is over.
    const padding = "x".repeat(20_000);
    const message = { device_id: "d1", temperature: 20, humidity: published++, timestamp, padding };
    await client.publishAsync("dt/d1/aggregate", JSON.stringify(message), { qos: 1 });
    await sleep(50);
  }

  /** Publishes for as long as `work` takes. */
  async function whilePublishing<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = (): void => void (over = true);
    work.then(done, done);
    while (!over) await publish();
    return work;
  }

  async function up(): Promise<string> {
    const { code, output } = await whilePublishing(project.start("up", "--yes", "--skip-preview").ended);
    assert.equal(code, 0, output);
    return output;
  }

  /** Ctrl-C, which delivers what is buffered, and the next start. */
  async function delivered(): Promise<void> {
    await client?.endAsync();
    client = undefined;
    await engine.stop();
    await engine.restart();
  }

  function node(script: string, ...argv: string[]): Promise<{ stdout: string }> {
    const options = { cwd: ROOT, env: engine.env, maxBuffer: 64 * 1024 * 1024 };
    return run(process.execPath, ["--require", "./register.cjs", script, ...argv], options);
  }

  async function query<T>(sql: string): Promise<T[]> {
    const { stdout } = await node("cli/query.ts", "--json", "--data-dir", engine.data, sql);
    return JSON.parse(stdout) as T[];
  }

  /** A deployment under the eyes of a reader, who finds what was delivered before, each row once. */
  async function upWhileReading(): Promise<void> {
    const seen = published;
    const sql = `SELECT count(*) AS n, count(DISTINCT humidity) AS d FROM etl_aggregate_store WHERE humidity < ${seen}`;
    let over = false;
    const deployed = up().finally(() => (over = true));
    try {
      while (!over) assert.deepEqual(await query(sql), [{ n: seen, d: seen }]);
    } finally {
      await deployed;
    }
  }

  /** Each message once. */
  async function assertComplete(table: string): Promise<void> {
    const rows = await query<{ n: number }>(`SELECT humidity AS n FROM ${table} ORDER BY 1`);
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: published }, (_, n) => n),
      table,
    );
  }

  before(() => {
    project = new Example("candidate");
    project.select("dev");
    set("channels.etl_device_data.receivedAt", "true");
  });
  after(() => client?.endAsync());

  it("is deployed while messages flow", async () => {
    project.pulumi(0, "up", "--yes", "--skip-preview");
    while (published < FIRST) await publish();
    await delivered();
    set(`${candidateSetting}.document`, "definitions/candidates/kelvin/pipeline.json");
    set(`${candidateSetting}.datastore`, "definitions/candidates/kelvin/datastore.json");
    const output = await up();
    assert.doesNotMatch(output, / deleted| replaced/);
    project.pulumi(0, "up", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("takes the messages from its boundary on, and the state machine those of before", async () => {
    const { bucket, boundaryKey } = candidate();
    const file = path.join(engine.data, "s3", bucket, boundaryKey);
    for (let i = 0; i < 2000 && !fs.existsSync(file); i++) await publish();
    const { boundary } = JSON.parse(fs.readFileSync(file, "utf8")) as { boundary: number };
    await whilePublishing(sleep(Math.max(0, boundary - Date.now()) + 2000));

    const options = ["--json", "--pipeline", "calculate_fahrenheit", "--data-dir", engine.data];
    await assert.rejects(node("cli/reprocess.ts", ...options), /a stack that pulumi deployed.* add --endpoint/);
    const argv = [...options, "--endpoint", engine.endpoints.http];
    const { stdout } = await whilePublishing(node("cli/reprocess.ts", ...argv));
    const counts = JSON.parse(stdout) as { boundary: string; stored: number; failed: number };
    assert.equal(Date.parse(counts.boundary), boundary);
    assert.equal(counts.failed, 0);
    await delivered();
    await assertComplete("etl_aggregate_store");
    await assertComplete("etl_aggregate_store__candidate");
    // The others are the candidate's own.
    assert.ok(counts.stored >= FIRST && counts.stored < published, `${counts.stored} of ${published}`);
  });

  it("is promoted and rolled back while messages flow, and no reader misses a row", async () => {
    const kelvin = "SELECT DISTINCT temperature_kelvin AS k FROM etl_aggregate_store";
    set(`${candidateSetting}.promote`, "true");
    await upWhileReading();
    await delivered();
    assert.deepEqual(await query(kelvin), [{ k: 293.15 }]);
    await assertComplete("etl_aggregate_store");
    set(`${candidateSetting}.promote`, "false");
    await upWhileReading();
    await delivered();
    await assert.rejects(query(kelvin), /temperature_kelvin/);
    await assertComplete("etl_aggregate_store");
    await assertComplete("etl_aggregate_store__candidate");
    project.pulumi(0, "up", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("leaves nothing behind when the stack is destroyed with both keys", () => {
    project.pulumi(0, "config", "set", "allowDataDeletion", "true");
    for (const name of ["channels.etl_device_data", "datastores.etl_aggregate_store", "datasets.etl_aggregate_data"])
      set(`${name}.allowDataDeletion`, "true");
    project.pulumi(0, "up", "--yes", "--skip-preview");
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(project.state(), []);
    const types = fs.readdirSync(engine.account, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of types) assert.deepEqual(project.held(name), [], name);
    const buckets = fs.readdirSync(path.join(engine.data, "s3")).filter((name) => !name.startsWith("."));
    assert.deepEqual(buckets, []);
  });
});
