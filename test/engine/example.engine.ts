import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { engine, Example, ROOT } from "./engine";

const CREDENTIALS = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** The example stack, from its first preview to its end; replaces an AWS account. */
describe("the example stack, by the real engine", () => {
  let project: Example;
  const up = (...argv: string[]): string => project.pulumi(0, "up", "--yes", "--skip-preview", ...argv);

  before(() => {
    project = new Example("example");
    project.select("dev");
  });

  it("previews: names and ARNs are known, what AWS draws is not", () => {
    const output = project.pulumi(0, "preview");
    // The program is index.ts, and not what package.json gives to those who install it.
    assert.doesNotMatch(output, /entry point/);
    assert.match(output, /namedQuery +: \[unknown\]/);
    assert.match(output, /stream +: "iot-telemetry-etl-dev-etl_device_data"/);
  });

  it("runs the policy pack, configured for the environment", () => {
    const config = path.join(engine.folder, "policies.json");
    const preview = (code: number, settings: object): string => {
      fs.writeFileSync(config, JSON.stringify(settings));
      return project.pulumi(code, "preview", "--policy-pack", "policies", "--policy-pack-config", config);
    };
    const mandatory = preview(1, { "log-retention": { minimumDays: 90 } });
    assert.match(mandatory, /\[mandatory\] .* log-retention [^]*saw 7; logs are kept at least 90 days in dev/);
    // What another environment wants, asked of this one, and only advised.
    const advised = preview(0, { "log-retention": { enforcementLevel: "advisory", environment: "prod" } });
    assert.match(advised, /\[advisory\] .* log-retention [^]*saw 7; logs are kept at least \d+ days in prod/);
  });

  it("creates the stack, and then has nothing to do", () => {
    assert.match(up("--policy-pack", "policies"), /\+ \d+ created/);
    const text = JSON.stringify(project.state());
    assert.ok(text.length < 400_000, `the code of functions is not in the state: ${text.length} characters`);
    up("--expect-no-changes");
    project.pulumi(0, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("finds what was changed or deleted behind its back, and up mends it", () => {
    const stream = path.join(engine.account, "kinesis.Stream", "iot-telemetry-etl-dev-etl_device_data.json");
    const text = fs.readFileSync(stream, "utf8");
    fs.writeFileSync(stream, text.replace('"retentionPeriod": 24', '"retentionPeriod": 72'));
    assert.notEqual(fs.readFileSync(stream, "utf8"), text);
    const streams = path.join(engine.account, "cloudwatch.LogStream");
    fs.rmSync(path.join(streams, fs.readdirSync(streams)[0]!));
    const output = project.pulumi(0, "refresh", "--yes", "--skip-preview");
    assert.match(output, /~ 1 updated/);
    assert.match(output, /- 1 deleted/);
    assert.match(up(), /\+ 1 created/);
    assert.equal(fs.readFileSync(stream, "utf8"), text);
  });

  it("replaces for the properties that replace, and updates for configuration", async () => {
    await project.changed("dataset.json", "select *", "select device_id", () => {
      const query = project.steps().find(({ urn }) => urn.includes("namedQuery"))!;
      assert.equal(query.op, "replace");
      assert.deepEqual(query.replaceReasons, ["query"]);
    });
    project.pulumi(0, "config", "set", "logRetentionDays", "90");
    const steps = project.steps();
    assert.ok(steps.length > 1);
    for (const { op, detailedDiff } of steps)
      assert.deepEqual([op, Object.keys(detailedDiff!)], ["update", ["retentionInDays"]]);
    project.pulumi(0, "config", "rm", "logRetentionDays");
  });

  /** Without blocking this process, which publishes meanwhile. */
  it("changes a pipeline while messages flow: none is lost, none comes twice, and the first new one is named", async () => {
    const client = await connectAsync(engine.endpoints.mqtt);
    let published = 0;
    // Attributes that are no columns are dropped; their bytes make the transform be called before its minute is over.
    const padding = "x".repeat(20_000);
    const publish = async (): Promise<void> => {
      const timestamp = new Date().toISOString().slice(0, 19).replace("T", " ");
      const message = { device_id: "d1", temperature: 20, humidity: published++, timestamp, padding };
      await client.publishAsync("dt/d1/aggregate", JSON.stringify(message), { qos: 1 });
      await sleep(5);
    };
    while (published < 200) await publish();
    const from = "(temperature * 9/5) + 32";
    await project.changed("pipeline.json", from, "temperature + 1000", async () => {
      const { ended } = project.start("up", "--yes", "--skip-preview");
      let over = false;
      void ended.then(() => (over = true));
      for (let more = 200; more > 0; more -= over ? 1 : 0) await publish();
      const { code, output } = await ended;
      assert.equal(code, 0, output);
      assert.match(output, /aws:lambda:Function calculate_fahrenheit-transform updated/);
      await client.endAsync();
      await engine.stop();
    });
    const sql = "SELECT humidity AS n, temperature_fahrenheit AS f FROM etl_aggregate_store ORDER BY 1";
    const argv = ["--require", "./register.cjs", "cli/query.ts", "--json", "--data-dir", engine.data, sql];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
    const rows = JSON.parse(stdout || stderr) as { n: number; f: number }[];
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: published }, (_, n) => n),
    );
    // One device, one shard: a record's number there is the message's.
    const named = /calculate_fahrenheit-parquet changed; the new definition holds from .*: 0: ([\d,]+)\n/.exec(
      engine.log,
    );
    const first = Number(named![1]!.replaceAll(",", ""));
    assert.ok(first > 0 && first < published, `${first} of ${published}`);
    assert.deepEqual([...new Set(rows.slice(0, first).map(({ f }) => f))], [68]);
    assert.deepEqual([...new Set(rows.slice(first).map(({ f }) => f))], [1020]);
    await engine.restart();
  });

  it("goes over from the projection of an earlier version, and no query loses sight of a row", () => {
    const cli = (name: string, ...argv: string[]): string => {
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--require", "./register.cjs", `cli/${name}.ts`, ...argv],
        { cwd: ROOT, encoding: "utf8", env: { ...process.env, ...CREDENTIALS } },
      );
      assert.equal(status, 0, stderr);
      return stdout;
    };
    const rows = (): string =>
      cli("query", "--csv", "--data-dir", engine.data, "SELECT count(*) AS n FROM etl_aggregate_store");
    const before = rows();
    const folder = path.join(engine.account, "glue.CatalogTable");
    const table = path.join(
      folder,
      fs.readdirSync(folder).find((file) => file.includes("etl_aggregate_store"))!,
    );
    // As an earlier version deployed it, with no partition in the catalog.
    const deployed = JSON.parse(fs.readFileSync(table, "utf8")) as { inputs: { parameters: object } };
    const ranges = { __year: ["2010,2035", "4"], __month: ["1,12", "2"], __day: ["1,31", "2"], __hour: ["0,23", "2"] };
    const projected: Record<string, string> = { "projection.enabled": "true" };
    for (const [key, [range, digits]] of Object.entries(ranges))
      Object.assign(projected, {
        [`projection.${key}.type`]: "integer",
        [`projection.${key}.range`]: range,
        [`projection.${key}.digits`]: digits,
      });
    fs.writeFileSync(
      table,
      JSON.stringify(deployed).replaceAll(
        '"EXTERNAL":"TRUE"',
        `"EXTERNAL":"TRUE",${JSON.stringify(projected).slice(1, -1)}`,
      ),
    );
    project.pulumi(0, "refresh", "--yes", "--skip-preview");
    const glue = path.join(engine.data, "glue");
    for (const file of fs.readdirSync(glue)) if (file.includes("partitions")) fs.rmSync(path.join(glue, file));
    // What was changed by hand runs from the next deployment on, so this one changes something.
    project.pulumi(0, "config", "set", "bufferingSeconds", "70");
    up();
    // The running parts follow a deployment a moment later, and queries read what they run.
    const state = path.join(engine.data, "state.json");
    for (let i = 0; i < 100 && !fs.readFileSync(state, "utf8").includes("projection.enabled"); i++)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    assert.match(fs.readFileSync(table, "utf8"), /projection\.enabled/);
    assert.equal(rows(), before);
    const name = `iot_telemetry_etl_dev.etl_aggregate_store`;
    const repaired = cli("repair", "--table", name, "--endpoint", engine.endpoints.http, "--remove-projection");
    assert.match(repaired, /queries go by what is registered from now on/);
    assert.equal(rows(), before);
    up();
    assert.doesNotMatch(fs.readFileSync(table, "utf8"), /projection\.enabled/);
    assert.equal(rows(), before);
    up("--expect-no-changes");
  });

  it("destroys, and leaves data that nobody allowed to go until both keys are turned", () => {
    const refused = project.pulumi(1, "destroy", "--yes", "--skip-preview", "--continue-on-error");
    assert.match(refused, /holds [\d,]+ objects and is not deleted \(BucketNotEmpty\): they stay/);
    const left = project.state().filter(({ type }) => type.startsWith("aws:"));
    // The component of the bucket that stays was given the database.
    const stay = ["aws:glue/catalogDatabase:CatalogDatabase", "aws:s3/bucket:Bucket"];
    assert.deepEqual([...new Set(left.map(({ type }) => type))].sort(), stay);
    project.pulumi(0, "config", "set", "allowDataDeletion", "true");
    const documents = ["channels.etl_device_data", "datastores.etl_aggregate_store", "datasets.etl_aggregate_data"];
    for (const document of documents)
      project.pulumi(0, "config", "set", "--path", `iot-telemetry-etl:${document}.allowDataDeletion`, "true");
    up();
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(project.state(), []);
    assert.deepEqual(project.held("s3.Bucket"), []);
    const buckets = path.join(engine.data, "s3");
    assert.deepEqual(
      fs.readdirSync(buckets).filter((name) => !name.startsWith(".")),
      [],
    );
  });
});
