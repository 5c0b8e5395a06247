import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Evaluation, ResourceOptions } from "../../../local/engine";
import { TYPES, type Properties, type Resource } from "../../../local/core/model";
import { DataFileError } from "../../../local/core/data-file";
import { openDataFolder, readDataFolder, StateError } from "../../../local/state/data-folder";

const NO_OPTIONS: ResourceOptions = {
  protect: false,
  retainOnDelete: false,
  replaceOnChanges: [],
  ignoreChanges: [],
  aliases: [],
};

function resource(type: string, name: string, inputs: Properties): Resource {
  return {
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs,
    outputs: { ...inputs },
  };
}

function evaluation(
  resources: Resource[],
  options: Record<string, Partial<ResourceOptions>> = {},
  stack = "dev",
): Evaluation {
  return {
    project: "p",
    stack,
    region: "eu-central-1",
    resources,
    options: new Map(resources.map(({ urn, name }) => [urn, { ...NO_OPTIONS, ...options[name] }])),
    outputs: { query: "SELECT 1" },
    problems: [],
    warnings: [],
  };
}

const stream = (inputs: Properties = {}): Resource =>
  resource(TYPES.stream, "in", { name: "in", shardCount: 1, ...inputs });
const bucket = (): Resource => resource(TYPES.bucket, "store", { bucket: "store" });
const code = (text: string): Resource =>
  resource(TYPES.function, "f", { name: "f", code: { files: { "index.js": text } } });

describe("data folder", () => {
  let parent: string;
  let folder: string;
  const held: { release(): void }[] = [];
  const open = (options?: { fresh?: boolean }, at = folder) => {
    const taken = openDataFolder(at, options);
    held.push(taken);
    return taken;
  };
  const refusal = (action: () => unknown): string => {
    let message = "";
    assert.throws(action, (error: unknown) => {
      assert.ok(error instanceof StateError || error instanceof DataFileError, String(error));
      message = error.problems.join("\n");
      return true;
    });
    return message.replaceAll(folder, "DIR");
  };

  beforeEach(() => {
    parent = fs.mkdtempSync(path.join(os.tmpdir(), "state-"));
    folder = path.join(parent, "dev");
  });
  afterEach(() => {
    held.splice(0).forEach((taken) => taken.release());
    fs.rmSync(parent, { recursive: true });
  });

  it("is for its owner alone, also one that others could read before", function () {
    if (process.platform === "win32") this.skip();
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "owner-"));
    const before = process.umask(0o022);
    try {
      const folder = path.join(root, "data");
      fs.mkdirSync(folder, { mode: 0o755 });
      openDataFolder(folder).release();
      const mode = (name: string): string => (fs.statSync(path.join(folder, name)).mode & 0o777).toString(8);
      assert.equal(mode("."), "700");
      // Whichever service makes a file.
      fs.mkdirSync(path.join(folder, "kinesis"));
      fs.writeFileSync(path.join(folder, "kinesis", "shard.log"), "messages");
      assert.deepEqual([mode("kinesis"), mode("kinesis/shard.log")], ["700", "600"]);
    } finally {
      process.umask(before);
      fs.rmSync(root, { recursive: true });
    }
  });

  it("keeps what was deployed, for a later run and for readers", () => {
    const first = open();
    assert.equal(first.path, folder);
    assert.equal(first.state, undefined);
    first.save(evaluation([stream(), code("a")], { in: { protect: true } }));
    const read = readDataFolder(folder);
    assert.deepEqual(read.resources[0], stream());
    assert.deepEqual(Object.keys(read.resources[1]!.inputs.code), ["sha256"]);
    assert.deepEqual(read.outputs, { query: "SELECT 1" });
    first.release();
    const { state } = open();
    assert.deepEqual(state, read);
    assert.equal(state!.options[stream().urn]!.protect, true);
  });

  it("leaves no half-written file and lets nobody else read secrets", () => {
    const taken = open();
    taken.save(evaluation([stream()]));
    assert.deepEqual(fs.readdirSync(folder).sort(), ["local-cloud.json", "lock", "state.json"]);
    if (process.platform !== "win32") assert.equal(fs.statSync(path.join(folder, "state.json")).mode & 0o077, 0);
  });

  it("tells what becomes of each resource", () => {
    const taken = open();
    const kinds = (next: Evaluation) =>
      taken.diff(next).map(({ kind, urn, properties }) => [kind, urn.split("::").at(-1), ...properties]);
    const before = evaluation([stream(), bucket(), code("a")]);
    assert.deepEqual(kinds(before), [
      ["created", "in"],
      ["created", "store"],
      ["created", "f"],
    ]);
    taken.save(before);
    taken.release();
    const again = open();
    const kindsAgain = (next: Evaluation) =>
      again.diff(next).map(({ kind, urn, properties }) => [kind, urn.split("::").at(-1), ...properties]);
    assert.deepEqual(kindsAgain(before), [
      ["unchanged", "in"],
      ["unchanged", "store"],
      ["unchanged", "f"],
    ]);
    assert.deepEqual(kindsAgain(evaluation([stream({ shardCount: 2, tags: undefined }), code("b")])), [
      ["deleted", "store"],
      ["updated", "in", "shardCount"],
      ["updated", "f", "code"],
    ]);
    assert.deepEqual(kindsAgain(evaluation([stream({ name: "other" }), bucket(), code("a")]))[0], [
      "replaced",
      "in",
      "name",
    ]);
    const replaceOnChanges = evaluation([stream({ shardCount: 2 }), bucket(), code("a")], {
      in: { replaceOnChanges: ["shardCount"] },
    });
    assert.deepEqual(kindsAgain(replaceOnChanges)[0], ["replaced", "in", "shardCount"]);
    const renamed = { ...stream(), name: "new", urn: `${stream().urn}2` };
    const aliased = evaluation([renamed, bucket(), code("a")], { new: { aliases: [stream().urn] } });
    assert.deepEqual(kindsAgain(aliased), [
      ["unchanged", "in2"],
      ["unchanged", "store"],
      ["unchanged", "f"],
    ]);
  });

  it("deletes in reverse order and says what is to be left", () => {
    const taken = open();
    taken.save(evaluation([stream(), bucket()], { store: { retainOnDelete: true } }));
    taken.release();
    assert.deepEqual(
      open()
        .diff(evaluation([]))
        .map(({ kind, urn, retain }) => [kind, urn.split("::").at(-1), retain]),
      [
        ["deleted", "store", true],
        ["deleted", "in", false],
      ],
    );
  });

  it("does not delete or replace what is protected", () => {
    const taken = open();
    taken.save(evaluation([stream(), bucket()], { in: { protect: true }, store: { protect: true } }));
    taken.release();
    const again = open();
    assert.equal(
      refusal(() => again.diff(evaluation([stream({ name: "other" })]))),
      "resource in (aws:kinesis/stream:Stream): it is protected (option protect) and would be replaced, for name changed; remove the option in a separate deployment first, or start over with --fresh\n" +
        "resource store (aws:s3/bucket:Bucket): it is protected (option protect) and would be deleted; remove the option in a separate deployment first, or start over with --fresh",
    );
    assert.equal(again.diff(evaluation([stream({ shardCount: 2 }), bucket()])).length, 2);
  });

  it("belongs to one stack", () => {
    const taken = open();
    taken.save(evaluation([stream()]));
    taken.release();
    assert.match(
      refusal(() => open().diff(evaluation([stream()], {}, "prod"))),
      /DIR: it holds the stack dev of the project p, not prod of p/,
    );
  });

  it("is used by one process at a time", async () => {
    open();
    assert.match(
      refusal(() => open()),
      new RegExp(`DIR: the process ${process.pid} is using it; end that process`),
    );
    assert.match(
      refusal(() => open({ fresh: true })),
      /is using it/,
    );
    const other = path.join(parent, "other");
    const script = `require(${JSON.stringify(path.join(__dirname, "../../../register.cjs"))}); require(${JSON.stringify(path.join(__dirname, "../../../local/state/data-folder"))}).openDataFolder(${JSON.stringify(other)}); console.log("open"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    assert.match(
      refusal(() => open({}, other)),
      new RegExp(`the process ${child.pid} is using it`),
    );
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    open({}, other);
  });

  it("takes over the lock of a process that is gone, whatever is left of it", () => {
    open().release();
    const lock = path.join(folder, "lock");
    assert.ok(!fs.existsSync(lock), "released");
    const stale = [
      JSON.stringify({ pid: 2 ** 22 + 1 }),
      JSON.stringify({ pid: process.pid }),
      JSON.stringify({ pid: process.pid, started: "0" }),
      // Only Linux tells when a process began.
      ...(process.platform === "linux" ? [JSON.stringify({ pid: process.ppid, started: "0" })] : []),
      "",
      "{",
    ];
    for (const text of stale) {
      fs.writeFileSync(lock, text);
      open().release();
      assert.ok(!fs.existsSync(lock));
    }
  });

  if (process.platform === "linux")
    it("takes over the lock of a process that has ended and that nobody waited for", async () => {
      open().release();
      // The shell's first sleep ends soon; the one that takes the shell's place never asks for its end.
      const shell = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        const [output] = (await once(shell.stdout, "data")) as [Buffer];
        const pid = Number(output.toString());
        const stat = (): string => fs.readFileSync(`/proc/${pid}/stat`, "utf8");
        while (!/\) Z /.test(stat())) await new Promise((resolve) => setTimeout(resolve, 5));
        const started = stat().split(" ")[21];
        for (const owner of [{ pid }, { pid, started }]) {
          fs.writeFileSync(path.join(folder, "lock"), JSON.stringify(owner));
          open().release();
        }
        fs.writeFileSync(path.join(folder, "lock"), JSON.stringify({ pid: shell.pid }));
        assert.match(
          refusal(() => open()),
          new RegExp(`the process ${shell.pid} is using it`),
        );
      } finally {
        shell.kill("SIGKILL");
      }
    });

  it("starts over with fresh, and only in a folder of its own", () => {
    const taken = open();
    taken.save(evaluation([stream()]));
    fs.mkdirSync(path.join(folder, "kinesis"));
    taken.release();
    assert.equal(open({ fresh: true }).state, undefined);
    assert.deepEqual(fs.readdirSync(folder).sort(), ["local-cloud.json", "lock"]);
    const foreign = path.join(parent, "photos");
    fs.mkdirSync(foreign);
    fs.writeFileSync(path.join(foreign, "cat.jpg"), "");
    for (const fresh of [true, false])
      assert.match(
        refusal(() => open({ fresh }, foreign)),
        /it holds other files and no data of the local cloud/,
      );
    assert.deepEqual(fs.readdirSync(foreign), ["cat.jpg"]);
  });

  it("is of one version, and says the way out for another", () => {
    open().release();
    const marker = path.join(folder, "local-cloud.json");
    const format = (value: number): void =>
      fs.writeFileSync(marker, JSON.stringify({ kind: "iot-telemetry-etl local cloud", format: value }));
    format(0);
    assert.match(
      refusal(() => open()),
      /DIR: it was written by an older version \(format 0, this version has 1\); start over with --fresh/,
    );
    format(99);
    assert.match(
      refusal(() => open()),
      /by a newer version/,
    );
    assert.match(
      refusal(() => readDataFolder(folder)),
      /by a newer version/,
    );
    assert.ok(!fs.existsSync(path.join(folder, "lock")));
    open({ fresh: true });
  });

  it("says in words what keeps it from being written or read", () => {
    const file = path.join(parent, "file");
    fs.writeFileSync(file, "x");
    assert.match(
      refusal(() => open({}, file)),
      /a part of the path is a file|a file of that name/,
    );
    assert.match(
      refusal(() => open({}, path.join(file, "below"))),
      /a part of the path is a file/,
    );
    assert.match(
      refusal(() => readDataFolder(folder)),
      /DIR: it holds no data of the local cloud; run npm start first/,
    );
    const taken = open();
    assert.match(
      refusal(() => readDataFolder(folder)),
      /nothing has been deployed/,
    );
    taken.save(evaluation([]));
    taken.release();
    fs.writeFileSync(path.join(folder, "state.json"), "{");
    assert.match(
      refusal(() => open()),
      /state\.json: not readable as JSON .* start over with --fresh/,
    );
  });

  if (process.platform === "linux")
    it("says that nobody can make a folder there", () => {
      assert.match(
        refusal(() => openDataFolder("/proc/none/of/it")),
        /\/proc\/none\/of\/it: it cannot be created there/,
      );
    });

  // Root may write everywhere.
  if (process.getuid !== undefined && process.getuid() !== 0)
    it("says that it may not write", () => {
      fs.mkdirSync(folder, { mode: 0o555 });
      assert.match(
        refusal(() => open()),
        /DIR: it is not writable for you/,
      );
    });
});
