import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { evaluate, type Diagnostic, type Evaluation } from "../../../local/engine";
import { TYPES, ofType, type Resource } from "../../../local/core/model";

const PROJECT = path.join(__dirname, "fixtures", "channel");
const ENV = { ...process.env, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };

function run(mode: string, more: Partial<Parameters<typeof evaluate>[0]> = {}): Promise<Evaluation> {
  return evaluate({ projectDir: PROJECT, stack: "dev", config: { mode }, env: ENV, ...more });
}

const messages = (evaluation: Evaluation): string[] => evaluation.problems.map(({ message }) => message);
const byName = (evaluation: Evaluation, type: string, name: string): Resource =>
  ofType(evaluation.resources, type).find((resource) => resource.name === name)!;

describe("evaluate: the unmodified program under our engine", () => {
  // The programs run at the same time; each is a process of its own.
  const registered: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  let plain: Evaluation, refused: Evaluation, errors: Evaluation, stopped: Evaluation;
  before(async () => {
    const stop = new AbortController();
    [plain, refused, errors, stopped] = await Promise.all([
      run("plain", {
        config: { mode: "plain", token: "hush" },
        onRegister: (resource) => registered.push(resource),
        onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
      }),
      run("refused"),
      run("errors"),
      run("hang", { signal: stop.signal, onDiagnostic: ({ message }) => message.startsWith("pid ") && stop.abort() }),
    ]);
  });

  it("collects every resource with the URN that Pulumi's engine gives", () => {
    assert.deepEqual(messages(plain), []);
    assert.deepEqual(plain.resources.map(({ urn }) => urn).sort(), [
      "urn:pulumi:dev::fixture::aws:iam/role:Role::transform",
      "urn:pulumi:dev::fixture::aws:lambda/function:Function::transform",
      "urn:pulumi:dev::fixture::aws:s3/bucket:Bucket::archive",
      "urn:pulumi:dev::fixture::aws:s3/bucket:Bucket::late",
      "urn:pulumi:dev::fixture::fixture:index:Channel$aws:kinesis/stream:Stream::hooked-stream",
      "urn:pulumi:dev::fixture::fixture:index:Channel::hooked",
      "urn:pulumi:dev::fixture::fixture:index:Plant$fixture:index:Channel$aws:kinesis/stream:Stream::plant-channel-stream",
      "urn:pulumi:dev::fixture::fixture:index:Plant$fixture:index:Channel::plant-channel",
      "urn:pulumi:dev::fixture::fixture:index:Plant::plant",
      "urn:pulumi:dev::fixture::pulumi:pulumi:Stack::fixture-dev",
    ]);
    assert.deepEqual(registered, plain.resources);
  });

  it("registers each resource after those that it depends on, parents included", () => {
    const seen = new Set<string>();
    for (const { urn, parent, dependencies } of plain.resources) {
      for (const earlier of [...dependencies, ...(parent === undefined ? [] : [parent])]) assert.ok(seen.has(earlier));
      seen.add(urn);
    }
    const stream = byName(plain, TYPES.stream, "plant-channel-stream");
    assert.ok(byName(plain, TYPES.function, "transform").dependencies.includes(stream.urn), "dependsOn a component");
  });

  it("gives the program its configuration, account, region and the outputs of its resources", () => {
    assert.equal(plain.region, "eu-central-1");
    assert.deepEqual(byName(plain, TYPES.stream, "plant-channel-stream").inputs.tags, { team: "plant" });
    const { name } = byName(plain, TYPES.function, "transform").inputs;
    assert.match(name, /^transform-[0-9a-f]{7}$/);
    assert.deepEqual(
      { ...plain.outputs, files: undefined },
      {
        days: 7,
        files: undefined,
        stream: "arn:aws:kinesis:eu-central-1:000000000000:stream/plant-channel-stream",
        invoke: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:000000000000:function:${name}/invocations`,
        token: "hush",
        nested: { bucket: "fixture-000000000000-eu-central-1.s3.eu-central-1.amazonaws.com" },
      },
    );
  });

  it("opens secrets, reads archives and gives them back to the program as they were", () => {
    const { inputs } = byName(plain, TYPES.function, "transform");
    assert.deepEqual(inputs.environment, { variables: { TOKEN: "hush" } });
    const files = inputs.code.files as Record<string, string>;
    assert.deepEqual(Object.keys(files).sort(), ["index.js", "lib/project.yaml"]);
    assert.equal(files["index.js"], "exports.handler = async (event) => event;");
    assert.match(files["lib/project.yaml"]!, /^name: fixture/);
    assert.deepEqual(plain.outputs.files, { files });
  });

  it("keeps outputs of components and hands on what the program says", () => {
    const channel = plain.resources.find(({ name }) => name === "plant-channel")!;
    assert.deepEqual(channel.outputs, { stream: "plant-channel-stream" });
    assert.deepEqual(diagnostics, [], "it says nothing");
  });

  it("finds every problem in one run, each with its place, and errors of arguments without a trace", () => {
    const stream = "resource plant-channel-stream (aws:kinesis/stream:Stream) at index.ts:19, property ";
    assert.deepEqual(
      messages(refused)
        .map((message) => message.replace(/index\.ts:\d+/, "index.ts:#"))
        .sort(),
      [
        "Channel plant, property retention.days: saw -1; at least 1",
        'Channel plant, property topicFilter: saw "a/#/b"; # stands last',
        `${stream}arn: the local cloud does not execute this property (saw "arn:aws:kinesis:eu-central-1:000000000000:stream/x"); AWS assigns it`,
        `${stream}retentionPeriod: saw 1; must be a number from 24 to 8760`,
        "resource archive (aws:s3/bucket:Bucket) at index.ts:#: there is another resource with the URN urn:pulumi:dev::fixture::aws:s3/bucket:Bucket::archive; give one of them another name",
        "resource imported (aws:s3/bucket:Bucket) at index.ts:#: the local cloud does not execute the resource option import; there is nothing to import from; leave it out for this stack",
        "resource metric (aws:s3/bucketMetric:BucketMetric) at index.ts:#: the local cloud does not execute resources of this type; create it only in stacks that go to AWS",
        "resource other (aws:s3/bucket:Bucket) at index.ts:#: reads an existing resource (id someone-elses), and the local cloud holds only what the program creates; give its name or ARN as text, or create it in this stack",
      ]
        .map((message) => message.replace(/index\.ts:\d+/, "index.ts:#"))
        .sort(),
    );
  });

  it("says a RunError as it is and shows the trace of a defect", () => {
    const [first, second, ...others] = messages(errors).sort();
    assert.match(
      first!,
      /^program \(main of package\.json\): TypeError: Cannot read properties of undefined \(reading 'length'\)\n +at .*index\.ts:\d+/,
    );
    assert.equal(second, "program (main of package.json): fixture:days: saw 7; from 10 to 20; set another");
    assert.deepEqual(others, []);
  });

  it("calls transforms of resources, of their parents and of the stack, and reads resource options", () => {
    const stream = byName(plain, TYPES.stream, "hooked-stream");
    assert.equal(stream.inputs.shardCount, 3);
    assert.equal(plain.options.get(stream.urn)!.protect, true);
    assert.equal(byName(plain, TYPES.stream, "plant-channel-stream").inputs.shardCount, 1);
    const late = byName(plain, TYPES.bucket, "late");
    assert.equal(late.inputs.forceDestroy, true);
    const options = plain.options.get(late.urn)!;
    assert.ok(options.aliases.includes("urn:pulumi:dev::fixture::aws:s3/bucket:Bucket::early"));
    assert.equal(options.retainOnDelete, true);
  });

  it("ends the program when it is told to stop", () => {
    assert.deepEqual(messages(stopped), ["program (main of package.json): was stopped before it had finished"]);
  });
});

describe("the program's process", () => {
  it("does not outlive a local cloud that is killed", async () => {
    const script = `
      require(${JSON.stringify(path.join(__dirname, "../../../register.cjs"))});
      const { evaluate } = require(${JSON.stringify(path.join(__dirname, "../../../local/engine"))});
      evaluate({ projectDir: ${JSON.stringify(PROJECT)}, stack: "dev", config: { mode: "hang" }, onDiagnostic: (d) => console.log(d.message) });`;
    const cloud = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = await new Promise<number>((resolve) => {
      cloud.stdout.setEncoding("utf8").on("data", (text: string) => {
        const match = /pid (\d+)/.exec(text);
        if (match !== null) resolve(Number(match[1]));
      });
    });
    assert.ok(alive(pid));
    cloud.kill("SIGKILL");
    for (let i = 0; i < 100 && alive(pid); i++) await sleep(50);
    assert.ok(!alive(pid));
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
