import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../../..");

/** Runs the command as a user does. */
function cost(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  const script = ["--require", "./register.cjs", "cli/cost.ts", ...argv];
  return spawnSync(process.execPath, script, { cwd: ROOT, encoding: "utf8" });
}

interface Json {
  stacks: {
    stack: string;
    usdPerMonth: number;
    items: { usdPerMonth: number; component: string }[];
    advice: { change: string; usdPerMonth: number }[];
    unknown: string[];
  }[];
}

describe("cli/cost: the command", () => {
  it("prints one JSON document whose items add up, for every stack", () => {
    const { status, stdout, stderr } = cost("--all", "--rate", "10", "--json");
    assert.equal(status, 0, stderr);
    const { stacks } = JSON.parse(stdout) as Json;
    assert.deepEqual(
      stacks.map(({ stack }) => stack),
      ["dev", "staging", "prod", "historian", "notebook"],
    );
    for (const { usdPerMonth, items, advice, unknown } of stacks) {
      const sum = items.reduce((total, item) => total + item.usdPerMonth, 0);
      assert.ok(Math.abs(sum - usdPerMonth) < 1e-6);
      assert.ok(items.some(({ component }) => component === "calculate_fahrenheit"));
      assert.ok(advice.length > 3);
      assert.ok(unknown.some((text) => text.startsWith("prices of eu-central-1")));
    }
  });

  it("takes the traffic of the stack's configuration, and says what is in the bill and what is not", () => {
    const { status, stdout, stderr } = cost("-c", 'traffic={"rate":1000,"queries":1}');
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^dev \(eu-central-1\): [\d,.]+ USD a month for 1,000 messages\/s of 300 bytes, 1 query of each/,
    );
    for (const title of [
      "by service: IoT Core",
      "largest: IoT Core messages 2,302.40",
      "what would change it",
      "not in the sum:",
    ])
      assert.ok(stdout.includes(title), title);
  });

  it("says what is missing when nothing says how many messages come", () => {
    const { status, stdout, stderr } = cost();
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      "error: stack dev: nothing says how many messages come; give --rate N, or --input FILE --time ATTRIBUTE, or set traffic in Pulumi.dev.yaml\n",
    );
  });

  it("refuses formats beside each other as wrong usage", () => {
    const { status, stderr } = cost("--json", "--infracost", "--rate", "1");
    assert.equal(status, 2);
    assert.match(stderr, /^--json and --infracost exclude each other\./);
  });
});
