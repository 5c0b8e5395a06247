import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
/** Colour, bell, carriage return, a line break, and a text that is written from right to left. */
const HOSTILE = "dev\u001b[31mred\u0007\r\n\u202eevil";
/** What no output for people may hold. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u; // eslint-disable-line no-control-regex

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(script: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ["--require", "./register.cjs", path.join(ROOT, script), ...args], {
    cwd: ROOT,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

function checkSafe({ stdout, stderr }: Ended): void {
  for (const text of [stdout, stderr]) assert.doesNotMatch(text, UNSAFE, JSON.stringify(text));
}

/** What messages and documents hold is shown escaped by every command, and in JSON as it is. */
describe("commands: control characters in messages", function () {
  this.timeout(240_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostile-"))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content)}\n`);
    return file;
  };
  const message = { device_id: HOSTILE, temperature: 1, timestamp: "2026-01-15T12:00:00Z", [`${HOSTILE}x`]: 1 };

  it("npm start, npm run query", async () => {
    const input = write(
      "messages.ndjson",
      `${JSON.stringify(message)}\n${JSON.stringify({ ...message, temperature: HOSTILE })}\n`,
    );
    const data = ["--data-dir", path.join(folder, "data")];
    const started = await run(
      "cli/start.ts",
      ...data,
      "--input",
      input,
      "--topic",
      "dt/a/aggregate",
      "--time",
      "timestamp",
    );
    assert.equal(started.code, 0, started.stderr);
    checkSafe(started);
    assert.match(started.stdout, /dev\\u001b\[31mred\\u0007/);
    const { outputs } = JSON.parse(fs.readFileSync(path.join(folder, "data", "state.json"), "utf8")) as {
      outputs: { datastores: Record<string, { table: string }> };
    };
    const sql = `SELECT device_id FROM ${Object.values(outputs.datastores)[0]!.table} LIMIT 1`;
    const table = await run("cli/query.ts", ...data, sql);
    checkSafe(table);
    assert.match(table.stdout, /dev\\u001b\[31mred\\u0007\\r\\n\\u202eevil/);
    const json = await run("cli/query.ts", ...data, "--json", sql);
    assert.deepEqual(JSON.parse(json.stdout), [{ device_id: HOSTILE }]);
    const failed = await run("cli/query.ts", ...data, `SELECT "${HOSTILE}" FROM nowhere`);
    assert.equal(failed.code, 1);
    checkSafe(failed);
  });

  it("npm run try", async () => {
    const pipeline = write("pipeline.json", {
      pipelineName: "p",
      pipelineActivities: [
        { channel: { name: "c", channelName: "in", next: "m" } },
        { math: { name: "m", attribute: "twice", math: "temperature * 2", next: "d" } },
        { datastore: { name: "d", datastoreName: "store" } },
      ],
    });
    const input = write(
      "try.ndjson",
      [message, { ...message, temperature: HOSTILE }].map((one) => `${JSON.stringify(one)}\n`).join(""),
    );
    const args = ["--pipeline", pipeline, "--input", input];
    const tried = await run("cli/try.ts", ...args);
    assert.equal(tried.code, 0, tried.stderr);
    checkSafe(tried);
    assert.match(tried.stdout, /dev\\u001b\[31mred\\u0007/);
    const json = await run("cli/try.ts", ...args, "--json");
    assert.ok(json.stdout.includes("\u202eevil"), "JSON as it is");
    checkSafe(await run("cli/try.ts", ...args, "--compare", pipeline));
  });

  it("npm run check, and errors", async () => {
    const file = write("channel.json", { channelName: HOSTILE, [HOSTILE]: HOSTILE });
    const checked = await run("cli/check.ts", file);
    assert.equal(checked.code, 1);
    checkSafe(checked);
    assert.match(checked.stdout + checked.stderr, /u001b/);
    checkSafe(await run("cli/check.ts", "--markdown", file));
    const missing = await run("cli/try.ts", "--pipeline", `${HOSTILE}.json`, "--input", file);
    assert.notEqual(missing.code, 0);
    checkSafe(missing);
    checkSafe(await run("cli/start.ts", "--input", `${HOSTILE}.ndjson`, "--data-dir", path.join(folder, "other")));
    checkSafe(await run("cli/preview.ts", "--stack", HOSTILE));
    checkSafe(await run("cli/devices.ts", "--endpoint", HOSTILE));
  });
});
