import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

describe("npm run ci -- compare", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ci-compare-"));
  const base = path.join(folder, "base");
  const reports = path.join(folder, "reports");
  const recordings = path.join(folder, "recordings");
  const pipeline = path.join(base, "definitions/etl/pipeline.json");
  const report = path.join(reports, "compare-dev.md");
  before(() => {
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "definitions"])
      fs.cpSync(path.join(ROOT, name), path.join(base, name), { recursive: true });
    fs.mkdirSync(recordings);
    fs.writeFileSync(path.join(recordings, "a.ndjson"), '{"device_id":"a","temperature":10}\n{"device_id":"a"}\n');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const compare = (...args: string[]): { code: number | null; stdout: string; stderr: string } => {
    const argv = ["--require", "./register.cjs", "cli/ci.ts", "compare", "--reports", reports, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
    return { code: status, stdout, stderr };
  };

  it("reports a pipeline that differs from the base's, and nothing where none does", () => {
    const text = fs.readFileSync(pipeline, "utf8");
    fs.writeFileSync(pipeline, text.replace("(temperature * 9/5) + 32", "(temperature * 9/5) + 30"));
    const changed = compare("--base", base, "--input", recordings);
    assert.equal(changed.code, 0, changed.stderr);
    const shown = fs.readFileSync(report, "utf8");
    // 10 °C are 50 °F; the second message has no temperature and fails on both sides.
    assert.match(shown, /### 🔀 `calculate_fahrenheit`: 0 stored messages the same, 1 differ, 0 only before/);
    assert.match(shown, /\| temperature\\_fahrenheit \| 1 \|.*message 1: 48 -\\> 50/);
    assert.match(shown, /\| failed \| failed \| 1 \|/);

    fs.writeFileSync(pipeline, text);
    const same = compare("--base", base, "--input", recordings);
    assert.equal(same.stdout, "dev: no pipeline differs\n");
    assert.ok(!fs.existsSync(report), "the report of the run before is gone");
  });

  it("says what it takes", () => {
    const { code, stderr } = compare("--base", base);
    assert.equal(code, 2);
    assert.match(stderr, /compare takes --base DIR, the checkout without the change, and --input FILE/);
  });
});
