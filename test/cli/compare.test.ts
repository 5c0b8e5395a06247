import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { markdownOf } from "../../cli/compare/markdown";
import type { CompareReport } from "../../cli/compare/report";

const ROOT = path.resolve(__dirname, "../..");

function run(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const argv = ["--require", "./register.cjs", "cli/compare.ts", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

describe("npm run compare: recorded messages", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "compare-"));
  const candidate = path.join(folder, "v2.json");
  const input = path.join(folder, "messages.ndjson");
  before(() => {
    const own = JSON.parse(fs.readFileSync(path.join(ROOT, "definitions/etl/pipeline.json"), "utf8")) as {
      pipelineActivities: [object, { math: { math: string; next: string } }, object];
    };
    own.pipelineActivities[1].math = { ...own.pipelineActivities[1].math, math: "temperature * 9 / 5 + 33", next: "f" };
    const filter = { filter: { name: "f", filter: "temperature > 10", next: "3" } };
    const pipelineActivities = [...own.pipelineActivities.slice(0, 2), filter, own.pipelineActivities[2]];
    fs.writeFileSync(candidate, JSON.stringify({ ...own, pipelineActivities }));
    const messages = [5, 10, 15, 20].map((temperature, i) =>
      JSON.stringify({ device_id: `d${i % 2}`, temperature, timestamp: `2026-01-0${i + 1} 00:00:00` }),
    );
    fs.writeFileSync(input, [...messages, "no JSON"].join("\n"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("counts each by what both pipelines do with it", () => {
    const { code, stdout } = run(
      ...["--pipeline", "calculate_fahrenheit", "--candidate", candidate, "--input", input, "--json"],
    );
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as CompareReport;
    assert.deepEqual(report.rows, { both: 0, differ: 2, onlyBefore: 2, onlyAfter: 0 });
    assert.deepEqual(
      report.messages?.fates.map(({ before, after, count }) => [before, after, count]),
      [
        ["stored", "stored", 2],
        ["stored", "filtered", 2],
        ["failed", "failed", 1],
      ],
    );
    const fahrenheit = report.columns.find(({ name }) => name === "temperature_fahrenheit");
    // 15 °C are 59 °F
    assert.deepEqual(fahrenheit?.examples[0], { key: { message: "message 3" }, before: 59, after: 60 });
    assert.deepEqual(report.groups.map(({ device, day }) => [device, day]).sort(), [
      ["d0", "2026-01-01"],
      ["d0", "2026-01-03"],
      ["d1", "2026-01-02"],
      ["d1", "2026-01-04"],
    ]);
  });

  for (const [args, code, message] of [
    [[], 2, "--pipeline NAME is needed"],
    [["--pipeline", "calculate_fahrenheit", "--input", input], 2, "--candidate FILE is needed"],
    [
      ["--pipeline", "nix", "--input", input, "--candidate", candidate],
      1,
      "has no such pipeline; there is calculate_fahrenheit",
    ],
    [["--input", input, "--key", "x"], 2, "--key: it is for tables"],
    [["--before", "a", "--after", "b", "--limit", "1"], 2, "--limit: it goes with --input or --candidate"],
    [["--aws", "--before", "a", "--after", "b.c"], 2, "--before a: needs DATABASE.TABLE"],
    [["--before", "a", "--after", "b", "--tolerance", "x"], 2, "--tolerance x: needs a number from 0"],
    [["--json", "--markdown"], 2, "--json and --markdown exclude each other"],
  ] as const)
    it(`refuses ${args.filter((arg) => arg.startsWith("--")).join(" ") || "nothing at all"}`, () => {
      const ended = run(...args);
      assert.ok(ended.stderr.includes(message), ended.stderr);
      assert.equal(ended.code, code);
    });
});

describe("npm run compare: Markdown", () => {
  const report = (more: Partial<CompareReport>): CompareReport => ({
    pipeline: "p",
    before: "a",
    after: "b",
    compared: "tables",
    key: ["k"],
    rows: { both: 1, differ: 0, onlyBefore: 0, onlyAfter: 0 },
    totals: { before: 1, after: 1 },
    repeated: { before: 0, after: 0 },
    columns: [],
    leftOut: [],
    groups: [],
    otherGroups: { groups: 0, differ: 0, onlyBefore: 0, onlyAfter: 0 },
    examples: { onlyBefore: [], onlyAfter: [] },
    seconds: 1,
    ...more,
  });

  it("escapes what stands in messages, which would end a table, mention people or link issues", () => {
    const text = markdownOf(
      report({
        columns: [
          {
            name: "x|y",
            differ: 1,
            onlyBefore: 0,
            onlyAfter: 0,
            examples: [{ key: { k: "<b>\n@all #1" }, before: "[a](b)", after: null }],
          },
        ],
      }),
    );
    assert.ok(text.includes("| x\\|y | 1 | 0 | 0 |"), text);
    assert.ok(text.includes("\\<b\\> @\u200ball #\u200b1: \\[a\\](b) -\\> null"), text);
  });

  it("says at once whether anything differs", () => {
    assert.match(markdownOf(report({})), /^### ✅ `p`: 1 row the same, 0 differ/);
    assert.match(markdownOf(report({ rows: { both: 0, differ: 1, onlyBefore: 0, onlyAfter: 0 } })), /^### 🔀/);
  });
});
