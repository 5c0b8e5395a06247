import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "..", "..");

/** What `npm run cloud -- --json` prints first. */
interface Started {
  env: Record<string, string>;
  endpoints: { mqtt: string; http: string };
}

/**
 * The local cloud that the tests of a process share, as `npm run cloud` starts it, and Pulumi's own engine beside it. What an account
 * would hold is apart by the names of the stacks. Where files run in parallel, each has a new one.
 */
class Engine {
  /** of the running local cloud */
  folder = "";
  /** what the cloud's terminal shows */
  log = "";
  private child: ChildProcess | undefined;
  private started: Started | undefined;

  get data(): string {
    return path.join(this.folder, "data");
  }
  get account(): string {
    return path.join(this.data, "account");
  }
  get endpoints(): Started["endpoints"] {
    return this.started!.endpoints;
  }

  /** of every process that Pulumi starts */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.started!.env,
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }

  /** In a new folder; `restart` goes on in the one that there is. */
  async start(): Promise<void> {
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "engine-")));
    this.log = "";
    await this.restart();
  }

  async restart(): Promise<void> {
    const ports = ["--port", "0", "--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0"];
    const argv = ["--require", "./register.cjs", "cli/cloud.ts", "--json", "--data-dir", this.data, ...ports];
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    child.stderr.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    this.started = await new Promise<Started>((resolve, reject) => {
      child.stdout.once("data", (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Started));
      child.once("exit", (code) => reject(new Error(`npm run cloud ended with ${code}\n${this.log}`)));
    });
  }

  /** Ctrl-C: what is buffered is delivered. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    assert.equal(await ended, 0, this.log);
  }

  async end(): Promise<void> {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export const engine = new Engine();

/** Hooks of every test; run.cjs gives this file to mocha. */
export const mochaHooks = {
  beforeAll: () => engine.start(),
  afterAll: () => engine.end(),
  afterEach(this: Mocha.Context): void {
    if (this.currentTest?.state === "failed" && engine.log.includes(" not running: "))
      process.stderr.write(`npm run cloud said:\n${engine.log.slice(-3000)}\n`);
  },
};

const COMMAND = process.env.ENGINE_PULUMI ?? "pulumi";
const plain = (argv: readonly string[]): string[] => [...argv, "--non-interactive", "--color", "never"];

export interface Step {
  op: string;
  urn: string;
  replaceReasons?: string[];
  detailedDiff?: Record<string, { kind: string; inputDiff: boolean }> | null;
  newState?: { inputs: Record<string, unknown>; outputs?: Record<string, unknown> };
}

export interface StateResource {
  urn: string;
  id?: string;
  type: string;
  custom: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  parent?: string;
  dependencies?: string[];
  protect?: boolean;
}

/** A Pulumi project in a folder of its own, since the CLI writes into the stack's file. */
export class Project {
  constructor(readonly folder: string) {}

  /** @returns stdout and stderr; `code` says whether it is to succeed (0) or not */
  pulumi(code: number, ...argv: string[]): string {
    const { status, stdout, stderr } = this.run(argv);
    assert.equal(status === 0, code === 0, `pulumi ${argv.join(" ")}\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  json<T>(...argv: string[]): T {
    const { status, stdout, stderr } = this.run(argv);
    assert.equal(status, 0, `pulumi ${argv.join(" ")}\n${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** The steps of a preview that do something, without components and the stack, by URN. */
  steps(...argv: string[]): Step[] {
    const { steps } = this.json<{ steps: Step[] }>("preview", "--json", ...argv);
    return steps
      .filter(({ op, urn }) => op !== "same" && /[:$]aws:[^:]+:[^:]+::/.test(urn))
      .sort((a, b) => (a.urn < b.urn ? -1 : 1));
  }

  /** The resources of the stack's state. */
  state(): StateResource[] {
    return this.json<{ deployment: { resources?: StateResource[] } }>("stack", "export").deployment.resources ?? [];
  }

  urn(name: string): string {
    return this.state().find(({ urn }) => urn.endsWith(`::${name}`))!.urn;
  }

  /** What the local cloud holds of a type, by the names of the files. */
  held(type: string): string[] {
    const folder = path.join(engine.account, type);
    return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  }

  /** Starts a command as a terminal does, in a process group of its own, without blocking this process. */
  start(...argv: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; output: string }> } {
    const options = { cwd: this.folder, env: engine.env, detached: process.platform !== "win32" };
    const child = spawn(COMMAND, plain(argv), { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, output }))) };
  }

  private run(argv: readonly string[]) {
    return spawnSync(COMMAND, plain(argv), {
      cwd: this.folder,
      env: engine.env,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
  }
}

/** This repository's program, with the documents of the example in a folder of the test's. */
export class Example extends Project {
  readonly documents: string;

  constructor(name: string) {
    super(path.join(engine.folder, name));
    this.documents = path.join(engine.folder, `${name}.documents`);
    fs.mkdirSync(this.folder);
    for (const name of fs.readdirSync(ROOT))
      if (/^Pulumi.*\.yaml$|^package\.json$/.test(name))
        fs.copyFileSync(path.join(ROOT, name), path.join(this.folder, name));
      else if (!name.startsWith(".")) fs.symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
    fs.cpSync(path.join(ROOT, "definitions", "etl"), this.documents, { recursive: true });
  }

  /** A stack of the repository, on the documents of the test. */
  select(stack: string): void {
    this.pulumi(0, "stack", "select", "--create", stack);
    this.pulumi(0, "config", "set", "definitions", this.documents);
    // The stack's own names go by the documents' path, and these are copies.
    this.pulumi(0, "config", "set", "ruleNames", JSON.stringify({ "topic_rule.json": "etl_analytics" }));
  }

  /** Changes a document for as long as `work` takes. */
  async changed<T>(name: string, from: string, to: string, work: () => T | Promise<T>): Promise<T> {
    const file = path.join(this.documents, name);
    const text = fs.readFileSync(file, "utf8");
    assert.ok(text.includes(from), `${name} holds ${from}`);
    fs.writeFileSync(file, text.replace(from, to));
    try {
      return await work();
    } finally {
      fs.writeFileSync(file, text);
    }
  }
}

/** A small program whose text the test gives, and changes. */
export class Small extends Project {
  /** @param settings more members of Pulumi.yaml */
  constructor(name: string, settings: object = {}) {
    super(path.join(engine.folder, name));
    fs.mkdirSync(this.folder);
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"), "junction");
    this.write("package.json", JSON.stringify({ name, main: "index.ts" }));
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: `--require ${ROOT}/register.cjs` } };
    this.write("Pulumi.yaml", JSON.stringify({ name, runtime, ...settings }));
    this.program("");
    this.pulumi(0, "stack", "init", "dev");
    this.pulumi(0, "config", "set", "aws:region", "eu-central-1");
  }

  /** @param text the program, after its imports */
  program(text: string): void {
    this.write(
      "index.ts",
      `import * as pulumi from "@pulumi/pulumi";
       import { Bucket, BucketLifecycleConfiguration } from "@pulumi/aws/s3";
       import { NamedQuery, Workgroup } from "@pulumi/aws/athena";
       import { CatalogDatabase } from "@pulumi/aws/glue";
       import { Stream } from "@pulumi/aws/kinesis";
       import { Parameter } from "@pulumi/aws/ssm";
       ${text}`,
    );
  }

  private write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.folder, name), text);
  }
}
