import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";

const ROOT = path.resolve(__dirname, "..", "..");

interface Started {
  env: Record<string, string>;
  endpoints: { mqtt: string; http: string };
}

/** Pulumi's own engine against the local cloud; replaces an AWS account. */
describe("pulumi, the real engine", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-"));
  const project = path.join(folder, "project");
  const data = path.join(folder, "data");
  let child: ChildProcess | undefined;
  let cloud: Started;

  /** A project of its own, since the CLI writes into the stack's file; the program is this one. */
  before(async () => {
    fs.mkdirSync(project);
    for (const name of fs.readdirSync(ROOT))
      if (/^Pulumi.*\.yaml$|^package\.json$/.test(name))
        fs.copyFileSync(path.join(ROOT, name), path.join(project, name));
      else if (!name.startsWith(".")) fs.symlinkSync(path.join(ROOT, name), path.join(project, name));
    fs.cpSync(path.join(ROOT, "definitions", "etl"), path.join(folder, "documents"), { recursive: true });
    await start();
    pulumi(0, "stack", "select", "--create", "dev");
    pulumi(0, "config", "set", "definitions", path.join(folder, "documents"));
  });
  after(async () => {
    await stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const ports = ["--port", "0", "--mqtt-port", "0", "--http-port", "0"];
    const argv = ["--require", "./register.cjs", "cli/cloud.ts", "--json", "--data-dir", data, ...ports];
    const started = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    child = started;
    cloud = await new Promise<Started>((resolve, reject) => {
      started.stdout.once("data", (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Started));
      started.once("exit", (code) => reject(new Error(`npm run cloud ended with ${code}`)));
    });
  }

  /** Ctrl-C: what is buffered is delivered. */
  async function stop(): Promise<void> {
    const running = child;
    if (running === undefined) return;
    child = undefined;
    const ended = new Promise((resolve) => running.once("close", resolve));
    running.kill("SIGINT");
    assert.equal(await ended, 0);
  }

  function environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...cloud.env,
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }

  const argvOf = (argv: string[]): string[] => [...argv, "--non-interactive", "--color", "never"];

  function pulumi(code: number, ...argv: string[]): string {
    const options = { cwd: project, env: environment(), encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(process.env.ENGINE_PULUMI ?? "pulumi", argvOf(argv), options);
    assert.equal(status === 0, code === 0, `pulumi ${argv.join(" ")}\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** Without blocking this process, which publishes meanwhile. */
  async function pulumiMeanwhile(...argv: string[]): Promise<string> {
    const running = spawn(process.env.ENGINE_PULUMI ?? "pulumi", argvOf(argv), { cwd: project, env: environment() });
    let output = "";
    for (const stream of [running.stdout, running.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    assert.equal(await new Promise((resolve) => running.once("close", resolve)), 0, output);
    return output;
  }

  it("previews: names and ARNs are known, what AWS draws is not", () => {
    const output = pulumi(0, "preview");
    assert.match(output, /namedQuery +: \[unknown\]/);
    assert.match(output, /stream +: "iot-telemetry-etl-dev-etl_device_data"/);
  });

  it("creates a stack, and then has nothing to do", () => {
    assert.match(pulumi(0, "up", "--yes", "--skip-preview"), /\+ \d+ created/);
    pulumi(0, "up", "--yes", "--skip-preview", "--expect-no-changes");
    pulumi(0, "refresh", "--yes", "--expect-no-changes");
  });

  it("refreshes: finds what was changed or deleted behind its back, and up mends it", () => {
    const account = path.join(data, "account");
    const stream = path.join(account, "kinesis.Stream", "iot-telemetry-etl-dev-etl_device_data.json");
    const text = fs.readFileSync(stream, "utf8");
    fs.writeFileSync(stream, text.replace('"retentionPeriod": 24', '"retentionPeriod": 72'));
    assert.notEqual(fs.readFileSync(stream, "utf8"), text);
    const streams = path.join(account, "cloudwatch.LogStream");
    fs.rmSync(path.join(streams, fs.readdirSync(streams)[0]!));
    const output = pulumi(0, "refresh", "--yes");
    assert.match(output, /~ 1 updated/);
    assert.match(output, /- 1 deleted/);
    const mended = pulumi(0, "up", "--yes", "--skip-preview");
    assert.match(mended, /\+ 1 created/);
    assert.equal(fs.readFileSync(stream, "utf8"), text);
  });

  it("replaces for the properties that replace", () => {
    const file = path.join(folder, "documents", "dataset.json");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace("select *", "select device_id"));
    assert.notEqual(fs.readFileSync(file, "utf8"), text);
    assert.match(pulumi(0, "preview", "--diff"), /\+-aws:athena\/namedQuery:NamedQuery: \(replace\)[^+]*~ query: /);
    fs.writeFileSync(file, text);
  });

  it("changes a pipeline while messages flow: none is lost, none comes twice", async () => {
    const file = path.join(folder, "documents", "pipeline.json");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace("(temperature * 9/5) + 32", "temperature + 1000"));
    assert.notEqual(fs.readFileSync(file, "utf8"), text);
    const client = await connectAsync(cloud.endpoints.mqtt);
    let [published, done] = [0, false];
    const publishing = (async () => {
      for (let last = 20; last > 0; last -= done ? 1 : 0) {
        const timestamp = new Date().toISOString().slice(0, 19).replace("T", " ");
        const message = { device_id: "d1", temperature: 20, humidity: published++, timestamp };
        await client.publishAsync("dt/d1/aggregate", JSON.stringify(message), { qos: 1 });
        await sleep(10);
      }
    })();
    const output = await pulumiMeanwhile("up", "--yes", "--skip-preview").finally(() => (done = true));
    assert.match(output, /aws:lambda:Function calculate_fahrenheit-transform updated/);
    await publishing;
    await client.endAsync();
    await stop();
    const sql =
      "SELECT count(*) AS n, count(DISTINCT humidity) AS d, count(DISTINCT temperature_fahrenheit) AS f FROM etl_aggregate_store";
    const argv = ["--require", "./register.cjs", "cli/query.ts", "--json", "--data-dir", data, sql];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
    const [row] = JSON.parse(stdout || stderr) as { n: number; d: number; f: number }[];
    assert.ok(published > 20);
    assert.deepEqual({ n: row!.n, d: row!.d }, { n: published, d: published });
    assert.ok(row!.f <= 2);
    await start();
  });

  it("destroys, and leaves data that nobody allowed to go", () => {
    const output = pulumi(1, "destroy", "--yes");
    assert.match(output, /holds [\d,]+ objects and is not deleted \(BucketNotEmpty\): they stay/);
  });
});
