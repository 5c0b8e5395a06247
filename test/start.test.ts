import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { connectAsync } from "mqtt";
import type { Report } from "../cli/start/report";

const ROOT = path.resolve(__dirname, "..");

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(script: string, args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--require", "./register.cjs", path.join(ROOT, script), ...args], {
    cwd: ROOT,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr }))) };
}

/** The whole, by running it as a user does; what they read is the JSON of docs/commands.md. */
describe("npm start", function () {
  // Seconds each, and minutes on a machine that has much else to do.
  this.timeout(240_000);
  let folder: string;
  let children: ChildProcess[] = [];
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "start-"))));
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    children = [];
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const data = (): string => path.join(folder, "data");
  const start = (...args: string[]) => {
    const started = run("cli/start.ts", ["--data-dir", data(), ...args]);
    children.push(started.child);
    return started;
  };
  const json = async (...args: string[]): Promise<Report> => {
    const { code, stdout, stderr } = await start("--json", ...args).ended;
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim().split("\n").length, 1);
    // The program is index.ts, whatever package.json exports to other projects.
    assert.doesNotMatch(stderr, /entry point/);
    return JSON.parse(stdout) as Report;
  };
  const holds = ({ pipelines }: Report): void => {
    for (const { received, stored, filtered, failed } of Object.values(pipelines))
      assert.equal(stored + filtered + failed, received);
  };
  const query = async (sql: string): Promise<unknown> => {
    const { code, stdout, stderr } = await run("cli/query.ts", ["--data-dir", data(), "--json", sql]).ended;
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  it("plays the example: 500 readings become 500 rows, and nothing is refused", async () => {
    const report = await json("--seed", "1");
    holds(report);
    assert.equal(report.published, 500);
    assert.deepEqual(report.rules, { etl_analytics: { matched: 500, delivered: 500, failed: 0 } });
    assert.deepEqual(report.channels, {
      etl_device_data: { received: 500, archived: 500, objects: report.channels.etl_device_data!.objects },
    });
    const { received, stored, filtered, failed } = report.pipelines.calculate_fahrenheit!;
    assert.deepEqual({ received, stored, filtered, failed }, { received: 500, stored: 500, filtered: 0, failed: 0 });
    assert.equal(report.datastores.etl_aggregate_store!.rows, 500);
    assert.deepEqual(report.iam.refused, []);
    const dataset = report.datasets.etl_aggregate_data! as { rows: number; path: string };
    assert.equal(dataset.rows, 500);
    assert.equal(fs.readFileSync(dataset.path, "utf8").trim().split("\n").length, 501);
    assert.deepEqual(
      await query(
        'SELECT count(*) AS n, count(DISTINCT device_id) AS d, sum(CASE WHEN temperature_fahrenheit = round(temperature * 9.0 / 5 + 32) THEN 1 ELSE 0 END) AS exact, min("timestamp") = max("timestamp") AS one FROM etl_aggregate_data',
      ),
      [{ n: 500, d: 10, exact: 500, one: false }],
    );
  });

  it("shows the delta window of a dataset, so that an empty content explains itself", async () => {
    const definitions = path.join(folder, "definitions");
    fs.cpSync(path.join(ROOT, "definitions", "etl"), definitions, { recursive: true });
    const file = path.join(definitions, "dataset.json");
    const dataset = JSON.parse(fs.readFileSync(file, "utf8")) as {
      actions: { queryAction: object }[];
      triggers?: object[];
    };
    const timeExpression = "date_parse(timestamp, '%Y-%m-%d %H:%i:%s')";
    Object.assign(dataset.actions[0]!.queryAction, {
      filters: [{ deltaTime: { offsetSeconds: -60, timeExpression } }],
    });
    dataset.triggers = [{ schedule: { expression: "rate(1 hour)" } }];
    fs.writeFileSync(file, JSON.stringify(dataset));
    const { code, stdout, stderr } = await start("--definitions", definitions, "--publishes", "2").ended;
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /dataset etl_aggregate_data: no rows, window \d{4}-\d\d-\d\d \d\d:\d\d:\d\d to \d{4}-.* UTC\n {4}A window closes/,
    );
  });

  it("replays a recording on its own time, twice into the same folder", async () => {
    const csv = path.join(folder, "readings.csv");
    const lines = Array.from(
      { length: 48 },
      (_, i) => `${new Date(Date.UTC(2014, 0, 1, 0, i * 30)).toISOString().slice(0, 19).replace("T", " ")},${20 + i}.5`,
    );
    fs.writeFileSync(csv, `timestamp,value\n${lines.join("\n")}\n`);
    const args = [
      "--input",
      csv,
      "--topic",
      "dt/machine/aggregate",
      "--set",
      "device_id=machine",
      "--rename",
      "value=temperature",
    ];
    const report = await json(...args);
    holds(report);
    assert.equal(report.datastores.etl_aggregate_store!.rows, 48);
    assert.ok(report.channels.etl_device_data!.objects >= 40, "a day of half-hourly readings fills a buffer each");
    assert.deepEqual(
      await query(
        "SELECT __day, count(*) AS n, min(temperature) AS low, max(temperature) AS high FROM etl_aggregate_store GROUP BY __day",
      ),
      [{ __day: "01", n: 48, low: 21, high: 68 }],
    );
    assert.equal((await json(...args)).datastores.etl_aggregate_store!.rows, 96);
  });

  it("accepts clients with certificates only, if that is asked for and a fleet has them", async () => {
    const wrong = await start("--require-certificates", "--mqtt-port", "1883").ended;
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--mqtt-port opens MQTT for clients without a certificate/);
    const { code, stderr } = await start("--require-certificates").ended;
    assert.equal(code, 1);
    assert.match(stderr, /--require-certificates: the stack dev declares no fleet and no policy of devices/);

    const ports = ["--http-port", "0", "--mqtts-port", "0"];
    const kept = start(
      "--keep",
      "--publishes",
      "0",
      "--json",
      "--require-certificates",
      ...ports,
      "-c",
      'fleets={"p":{}}',
    );
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: kept.child.stdout! }).once("line", resolve),
    );
    const { endpoints } = JSON.parse(line) as Report;
    assert.equal(endpoints.mqtt, undefined);
    const ca = fs.readFileSync(endpoints.caFile!);
    const refused = (url: string) =>
      assert.rejects(connectAsync(url, { ca, reconnectPeriod: 0, connectTimeout: 5000 }, false), url);
    // The server is whom it says, and wants a certificate; MQTT over WebSocket is closed as well.
    await refused(endpoints.mqtts!);
    await refused(`${endpoints.http.replace("http", "ws")}/mqtt`);
    kept.child.kill("SIGINT");
    assert.equal((await kept.ended).code, 0);
  });

  it("keeps every message of a bad lot, with its reason, and survives kill -9", async () => {
    const keep = ["--keep", "--publishes", "0", "--json", "--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0"];
    const first = start(...keep);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: first.child.stdout! }).once("line", resolve),
    );
    const { endpoints } = JSON.parse(line) as Report;
    const client = await connectAsync(endpoints.mqtt!);
    const bad = [
      "",
      "oops",
      "[1]",
      '"text"',
      "{",
      '{"a":1}x',
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
      '{"temperature":"hot"}',
      Buffer.from([0x7b, 0xff, 0x7d]),
    ];
    const good = [
      '{"device_id":"a","temperature":20,"humidity":null,"timestamp":"2026-01-01 00:00:00","__proto__":{"x":1}}',
      '{"device_id":"b","temperature":"21","timestamp":"2026-01-01 00:00:00"}',
    ];
    for (const payload of [...bad, ...good]) await client.publishAsync("dt/a/aggregate", payload, { qos: 1 });
    first.child.kill("SIGKILL");
    await first.ended;
    await client.endAsync(true);

    const report = await json("--publishes", "0");
    holds(report);
    const { received, stored, failed, reasons } = report.pipelines.calculate_fahrenheit!;
    assert.deepEqual(
      { received, stored, failed },
      { received: bad.length + good.length, stored: good.length, failed: bad.length },
    );
    assert.equal(
      Object.values(reasons).reduce((sum, times) => sum + times, 0),
      bad.length,
    );
    const errors: string[] = [];
    for (const file of fs.readdirSync(path.join(data(), "s3"), { recursive: true, encoding: "utf8" }))
      if (/^[^.].*errors.*processing-failed/.test(file) && fs.statSync(path.join(data(), "s3", file)).isFile())
        for (const text of fs
          .readFileSync(path.join(data(), "s3", file), "utf8")
          .trim()
          .split("\n"))
          errors.push((JSON.parse(text) as { rawData: string }).rawData);
    assert.deepEqual(errors.sort(), bad.map((payload) => Buffer.from(payload).toString("base64")).sort());
  });

  it("simulates what documents of one's own want: the update of a shadow, and a channel that no rule feeds", async () => {
    const definitions = path.join(folder, "own");
    fs.mkdirSync(definitions);
    const write = (name: string, document: object): void =>
      fs.writeFileSync(path.join(definitions, name), JSON.stringify(document));
    const datastore = (datastoreName: string, columns: Record<string, string>): object => ({
      datastoreName,
      fileFormatConfiguration: {
        parquetConfiguration: {
          schemaDefinition: { columns: Object.entries(columns).map(([name, type]) => ({ name, type })) },
        },
      },
    });
    const pipeline = (name: string, channelName: string, datastoreName: string, filter?: string): object => ({
      pipelineName: name,
      pipelineActivities: [
        { channel: { name: "from", channelName, next: filter === undefined ? "to" : "warm" } },
        ...(filter === undefined ? [] : [{ filter: { name: "warm", filter, next: "to" } }]),
        { datastore: { name: "to", datastoreName } },
      ],
    });
    write("channels.json", [{ channelName: "shadows" }, { channelName: "batches" }]);
    write("stores.json", [
      datastore("warm", { thing: "string", temp: "double", version: "int" }),
      datastore("meters", { meter_id: "string", volts: "double" }),
    ]);
    write("pipelines.json", [
      pipeline("keep_warm", "shadows", "warm", "temp > 20"),
      pipeline("keep_all", "batches", "meters"),
    ]);
    // The example's name of a rule is for the example's file of this name alone.
    write("topic_rule.json", {
      sql: "SELECT topic(3) AS thing, state.reported.temp AS temp, version FROM '$aws/things/+/shadow/update/accepted'",
      awsIotSqlVersion: "2016-03-23-beta",
      actions: [{ iotAnalytics: { channelName: "shadows", roleArn: "arn:aws:iam::123456789012:role/rule" } }],
    });
    const report = await json("--definitions", definitions, "--devices", "5", "--publishes", "20", "--seed", "1");
    assert.deepEqual(report.rules, { topic_rule: { matched: 100, delivered: 100, failed: 0 } });
    assert.equal(report.published, 200);
    const { stored, filtered } = report.pipelines.keep_warm!;
    assert.equal(stored + filtered, 100);
    assert.ok(stored > 20 && filtered > 20, `${stored} stored, ${filtered} filtered`);
    assert.equal(report.pipelines.keep_all!.stored, 100);
    assert.deepEqual(
      await query("SELECT count(DISTINCT meter_id) AS meters, count(volts) AS n, min(volts) > 200 AS big FROM meters"),
      [{ meters: 5, n: 100, big: true }],
    );
    assert.deepEqual(await query("SELECT thing, max(version) > 1 AS later FROM warm GROUP BY 1 ORDER BY 1 LIMIT 1"), [
      { thing: "sensor0", later: true },
    ]);

    // A wrong topic is said before anything is created or changed.
    const wrong = await start("--definitions", definitions, "--topic", "nowhere/x").ended;
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^error: --topic nowhere\/x: no topic rule of this stack listens to it; their filters are/,
    );
    assert.doesNotMatch(wrong.stderr, /resources/);

    // The archive of a channel is a recording.
    const bucket = fs.readdirSync(path.join(data(), "s3")).find((name) => name.includes("batches-raw"))!;
    const raw = path.join(folder, "raw");
    fs.renameSync(path.join(data(), "s3", bucket, "raw"), raw);
    for (const file of ["topic_rule.json", "channels.json", "pipelines.json"]) fs.rmSync(path.join(definitions, file));
    write("channel.json", { channelName: "batches" });
    write("pipeline.json", pipeline("keep_all", "batches", "meters"));
    const again = await json("--definitions", definitions, "--fresh", "--input", raw);
    assert.equal(again.pipelines.keep_all!.stored, 100);
    const inside = path.join(data(), "s3");
    const emptied = await start("--definitions", definitions, "--fresh", "--input", inside).ended;
    assert.equal(emptied.code, 2);
    assert.match(emptied.stderr, /lies in the data folder .*, which --fresh empties/);
  });

  it("ends with 130 on Ctrl-C, and what was acknowledged is delivered", async () => {
    const { child, ended } = start("--json", "--speed", "20", "--publishes", "1000");
    await new Promise<void>((resolve) =>
      child.stderr!.on(
        "data",
        (chunk: Buffer) => /resources \d+ created/.test(chunk.toString()) && setTimeout(resolve, 1500),
      ),
    );
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    assert.equal(code, 130);
    const report = JSON.parse(stdout) as Report;
    holds(report);
    assert.ok(report.published > 0 && report.published < 10_000);
    assert.equal(report.pipelines.calculate_fahrenheit!.stored, report.published);
  });

  const WRONG: [name: string, args: string[], code: number, stderr: RegExp][] = [
    ["an unknown option", ["--stak", "x"], 2, /--stak: there is no such option. Did you mean --stack\?/],
    ["an unknown stack", ["--stack", "nowhere"], 1, /Pulumi.nowhere.yaml/],
    ["a missing recording", ["--input", "missing.csv"], 1, /missing.csv/],
    ["an unknown configuration key", ["-c", "streamMod=PROVISIONED"], 1, /streamMod/],
  ];
  for (const [name, args, code, stderr] of WRONG)
    it(`says in words what is wrong with ${name}`, async () => {
      const ended = await start(...args).ended;
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, stderr);
      assert.doesNotMatch(ended.stderr, /\n\s+at .*:\d+:\d+/, "no stack trace");
      assert.equal(ended.stdout, "");
    });
});
