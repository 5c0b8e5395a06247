import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engine, Small } from "./engine";

/** Code for the program would be written by the language host, and the one that stands in here has no generator. */
const IMPORT = ["import", "--yes", "--skip-preview", "--generate-code=false", "--protect=false"];

/** What people do to a stack beside preview and up; replaces an AWS account. */
describe("operations on a stack, by the real engine", () => {
  let project: Small;
  const names = (): string[] =>
    project
      .state()
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ urn }) => urn.split("::").at(-1)!)
      .sort();
  const up = (...argv: string[]): string => project.pulumi(0, "up", "--yes", "--skip-preview", ...argv);

  before(() => (project = new Small("operations")));
  afterEach(() => {
    project.program("");
    project.pulumi(0, "destroy", "--yes", "--skip-preview");
  });

  it("imports what is there, by command and by option, and leaves it as it is", () => {
    project.program(
      `new Stream("a", { name: "operations-a", shardCount: 1 }); new Stream("b", { name: "operations-b", shardCount: 1 });`,
    );
    up();
    for (const name of ["a", "b"]) project.pulumi(0, "state", "delete", project.urn(name), "--yes");
    assert.deepEqual(names(), []);
    const refused = project.pulumi(1, "up", "--yes", "--skip-preview");
    assert.match(refused, /operations-a exists already \(AlreadyExists\); .* pulumi import/);
    const id = "arn:aws:kinesis:eu-central-1:000000000000:stream/operations-b";
    project.pulumi(0, ...IMPORT, "aws:kinesis/stream:Stream", "a", "operations-a");
    project.program(`
      new Stream("a", { name: "operations-a", shardCount: 1 });
      new Stream("b", { name: "operations-b", shardCount: 1 }, { import: "${id}" });
    `);
    assert.match(up(), /= 1 imported/);
    up("--expect-no-changes");
    assert.equal(
      project.state().find(({ urn }) => urn.endsWith("::a"))!.id,
      id.replace("operations-b", "operations-a"),
    );
    const nobody = project.pulumi(1, ...IMPORT, "aws:kinesis/stream:Stream", "c", "operations-c");
    assert.match(nobody, /resource 'operations-c' does not exist/);
  });

  it("renames in the state, protects, and leaves what is to be retained", () => {
    project.program(`
      new Stream("guarded", { name: "operations-guarded", shardCount: 1 }, { protect: true });
      new Stream("kept", { name: "operations-kept", shardCount: 1 }, { retainOnDelete: true });
    `);
    up();
    project.program(`new Stream("safe", { name: "operations-guarded", shardCount: 1 }, { protect: true });`);
    project.pulumi(0, "state", "rename", project.urn("guarded"), "safe", "--yes");
    assert.match(up(), /- 1 deleted/);
    assert.deepEqual(names(), ["safe"]);
    assert.ok(project.held("kinesis.Stream").includes("operations-kept.json"), "what is retained stays in the cloud");

    project.program("");
    assert.match(project.pulumi(1, "up", "--yes", "--skip-preview"), /cannot be deleted\s+because it is protected/);
    assert.match(
      project.pulumi(1, "destroy", "--yes", "--skip-preview"),
      /cannot be deleted\s+because it is protected/,
    );
    assert.ok(project.held("kinesis.Stream").includes("operations-guarded.json"));
    project.pulumi(0, "state", "unprotect", project.urn("safe"), "--yes");
    up();
    assert.deepEqual(
      project.held("kinesis.Stream").filter((name) => name.startsWith("operations")),
      ["operations-kept.json"],
    );
    fs.rmSync(path.join(engine.account, "kinesis.Stream", "operations-kept.json"));
  });

  it("keeps secrets: in the state, in what is shown, in outputs", () => {
    project.pulumi(0, "config", "set", "--secret", "token", "hush-hush");
    project.program(`
      const token = new pulumi.Config().requireSecret("token");
      const kept = new Parameter("token", { name: "operations-token", type: "String", insecureValue: token });
      export const value = kept.insecureValue;
      export const length = token.apply((text) => text.length);
    `);
    const shown = project.pulumi(0, "preview", "--diff") + up("--diff");
    assert.match(shown, /insecureValue: \[secret\]/);
    assert.doesNotMatch(shown, /hush/);
    assert.doesNotMatch(JSON.stringify(project.state()), /hush/);
    assert.deepEqual(project.json("stack", "output", "--json"), { length: "[secret]", value: "[secret]" });
    assert.deepEqual(project.json("stack", "output", "--json", "--show-secrets"), { length: 9, value: "hush-hush" });
    // AWS is told the value.
    const file = path.join(engine.account, "ssm.Parameter", "operations-token.json");
    assert.match(fs.readFileSync(file, "utf8"), /hush-hush/);
    if (process.platform !== "win32") assert.equal(fs.statSync(file).mode & 0o077, 0);
    assert.match(project.pulumi(0, "refresh", "--yes", "--diff"), /1 unchanged|2 unchanged/);
    assert.doesNotMatch(JSON.stringify(project.state()), /hush/);
  });

  it("works on targets, and on many resources at once", () => {
    project.program(`
      const first = new Stream("first", { name: "operations-first", shardCount: 1 });
      new Parameter("second", { name: "operations-second", type: "String", insecureValue: first.arn });
      for (let i = 0; i < 60; i++)
        new Parameter(\`many-\${i}\`, { name: \`operations-many-\${i}\`, type: "String", insecureValue: "x" });
    `);
    up("--target", "**::first");
    assert.deepEqual(names(), ["first"]);
    assert.match(up("--parallel", "32"), /\+ 61 created/);
    assert.equal(project.held("ssm.Parameter").filter((name) => name.startsWith("operations")).length, 61);
    assert.match(
      project.pulumi(1, "destroy", "--yes", "--skip-preview", "--target", project.urn("first")),
      /depends on it|target-dependents/,
    );
    project.pulumi(0, "destroy", "--yes", "--skip-preview", "--target", project.urn("first"), "--target-dependents");
    assert.equal(names().length, 60);
    project.pulumi(0, "destroy", "--yes", "--skip-preview", "--parallel", "1");
    assert.deepEqual(names(), []);
  });

  /** An up that waits, once its first resource is there, until `pass` is called. */
  async function halfUp() {
    const [reached, gate] = ["reached", "gate"].map((name) => path.join(project.folder, name)) as [string, string];
    for (const file of [reached, gate]) fs.rmSync(file, { force: true });
    project.program(`
      import { existsSync, writeFileSync } from "node:fs";
      const first = new Stream("first", { name: "operations-first", shardCount: 1 });
      const passed = first.arn.apply(async (arn) => {
        writeFileSync(${JSON.stringify(reached)}, "");
        while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 20));
        return arn;
      });
      new Parameter("second", { name: "operations-second", type: "String", insecureValue: passed });
    `);
    const { child, ended } = project.start("up", "--yes", "--skip-preview");
    while (!fs.existsSync(reached)) await sleep(20);
    return { pid: child.pid!, ended, pass: () => fs.writeFileSync(gate, "") };
  }

  it("goes on after Ctrl-C", async function () {
    if (process.platform === "win32") this.skip();
    const { pid, ended, pass } = await halfUp();
    // To the whole group, as a terminal does.
    process.kill(-pid, "SIGINT");
    const { code, output } = await ended;
    assert.notEqual(code, 0, output);
    assert.deepEqual(names(), ["first"]);
    pass();
    assert.match(up(), /\+ 1 created/);
    assert.deepEqual(names(), ["first", "second"]);
  });

  it("goes on after a killed engine: its lock is taken off, and what it was creating is taken over", async function () {
    if (process.platform === "win32") this.skip();
    const { pid, ended, pass } = await halfUp();
    process.kill(-pid, "SIGKILL");
    await ended;
    pass();
    assert.match(project.pulumi(1, "up", "--yes", "--skip-preview"), /the stack is currently locked by 1 lock/);
    project.pulumi(0, "cancel", "--yes");
    up();
    assert.deepEqual(names(), ["first", "second"]);

    // An engine that dies between AWS's answer and its own note leaves this.
    const file = path.join(engine.data, "pulumi", ".pulumi", "stacks", "operations", "dev.json");
    const kept = JSON.parse(fs.readFileSync(file, "utf8")) as { checkpoint: { latest: Record<string, unknown> } };
    const second = project.state().find(({ urn }) => urn.endsWith("::second"))!;
    kept.checkpoint.latest.resources = project.state().filter(({ urn }) => urn !== second.urn);
    kept.checkpoint.latest.pending_operations = [{ resource: { ...second, id: "", outputs: {} }, type: "creating" }];
    fs.writeFileSync(file, JSON.stringify(kept));
    const output = project.pulumi(1, "up", "--yes", "--skip-preview");
    assert.match(output, /Parameter::second, interrupted while creating/);
    assert.match(output, /operations-second exists already \(AlreadyExists\); .* pulumi import/);
    project.pulumi(0, ...IMPORT, second.type, "second", second.id!);
    up("--expect-no-changes");
    assert.deepEqual(names(), ["first", "second"]);
  });
});
