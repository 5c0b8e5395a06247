import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..");

describe("lean-sdk.cjs", () => {
  it("loads the SDK's automation API and its closures when they are used, and not before", () => {
    const program = `
      const pulumi = require("@pulumi/pulumi");
      const loaded = (name) => Object.values(require.cache).some((module) => module.children.length > 0 && module.filename.includes(name));
      const before = [loaded("/automation/"), loaded("/closure/")];
      const { LocalWorkspace } = pulumi.automation;
      (async () => {
        const factor = 3;
        const text = await pulumi.runtime.serializeFunction((value) => value * factor);
        const keys = Object.keys(pulumi.automation).filter((key) => key === "LocalWorkspace" || key === "fullyQualifiedStackName").sort();
        const name = pulumi.automation.fullyQualifiedStackName("a", "b", "c");
        console.log(JSON.stringify({ before, workspace: typeof LocalWorkspace.create, text: text.text, keys, name, has: "LocalWorkspace" in pulumi.automation }));
      })();`;
    const printed = execFileSync(
      process.execPath,
      ["--require", path.join(ROOT, "lean-sdk.cjs"), "-e", program.replaceAll("\n", " ")],
      { cwd: ROOT, encoding: "utf8", env: { ...process.env, PULUMI_DEBUG_PROMISE_LEAKS: "" } },
    );
    const { text, ...rest } = JSON.parse(printed) as { text: string };
    assert.match(text, /value \* 3|factor: 3|factor = 3/);
    assert.deepEqual(rest, {
      before: [false, false],
      workspace: "function",
      keys: ["LocalWorkspace", "fullyQualifiedStackName"],
      name: "a/b/c",
      has: true,
    });
  });
});
