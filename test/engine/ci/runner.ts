import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { filled, runs, type Contexts } from "./expressions";

export interface Step {
  name?: string;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  env?: Record<string, unknown>;
  if?: unknown;
}

export interface Job {
  if?: unknown;
  needs?: string | string[];
  uses?: string;
  with?: Record<string, unknown>;
  permissions?: Record<string, string>;
  environment?: string;
  strategy?: { matrix: { include?: Record<string, unknown>[] } & Record<string, unknown> };
  "timeout-minutes"?: number;
  steps?: Step[];
}

export interface Workflow {
  name: string;
  on: unknown;
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

export function readWorkflow(file: string): Workflow {
  return parse(fs.readFileSync(file, "utf8")) as Workflow;
}

/** What happened in a job. */
export interface Ran {
  failed: boolean;
  /** steps with `run`, as they were executed */
  commands: string[];
  output: string;
}

/** Stands for what actions do: a checkout, credentials, artifacts. Commands are no action's, and run as they stand. */
export interface Runner {
  /** the clone */
  workspace: string;
  /** what the machine of the job has set */
  env: NodeJS.ProcessEnv;
  /** commands that need not be run again in this clone, by their text */
  done: Set<string>;
  /** an action by its name; what it returns is set for the steps after it */
  action(name: string, inputs: Record<string, string>): Record<string, string> | void;
}

/** Runs a job's steps one after the other, as GitHub's runner does: bash -e, the step's variables, its folder. */
export async function runJob(job: Job, contexts: Contexts, runner: Runner): Promise<Ran> {
  const ran: Ran = { failed: false, commands: [], output: "" };
  let added: Record<string, string> = {};
  for (const step of job.steps ?? []) {
    if (!runs(step.if, contexts, ran.failed)) continue;
    if (step.uses !== undefined) {
      const inputs = Object.entries(step.with ?? {}).map(([name, value]) => [name, filled(value, contexts)]);
      added = {
        ...added,
        ...runner.action(step.uses.split("@")[0]!, Object.fromEntries(inputs) as Record<string, string>),
      };
      continue;
    }
    const command = step.run!;
    ran.commands.push(command);
    if (runner.done.has(command)) continue;
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, contexts)]);
    const { status, output } = await bash(command, runner.workspace, {
      ...runner.env,
      ...added,
      ...Object.fromEntries(own),
    });
    ran.output += output;
    if (status !== 0) ran.failed = true;
  }
  return ran;
}

/** A command as a runner starts it. */
export function bash(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const argv = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", command];
    const child = spawn("bash", argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = `$ ${command}\n`;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

/** The values of each leg of a job's matrix. */
export function legsOf(job: Job): Record<string, unknown>[] {
  const { include, ...lists } = job.strategy?.matrix ?? {};
  if (include !== undefined) return include;
  return Object.entries(lists).reduce<Record<string, unknown>[]>(
    (legs, [name, values]) => legs.flatMap((leg) => (values as unknown[]).map((value) => ({ ...leg, [name]: value }))),
    [{}],
  );
}

/** A commit of the files as they stand here, and a clone of it. What git ignores is not in it. */
export function freshClone(root: string, folder: string): { origin: string; clone: string } {
  const [origin, clone] = [path.join(folder, "origin"), path.join(folder, "clone")];
  for (const file of filesOf(root)) {
    fs.mkdirSync(path.dirname(path.join(origin, file)), { recursive: true });
    fs.copyFileSync(path.join(root, file), path.join(origin, file));
  }
  git(origin, "init", "--quiet", "--initial-branch", "main");
  commit(origin, "as it stands");
  git(folder, "clone", "--quiet", origin, clone);
  return { origin, clone };
}

/** Files that git would take; of a folder that is no clone, all but what is made here. */
function filesOf(root: string): string[] {
  const argv = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { status, stdout } = spawnSync("git", argv, { cwd: root, encoding: "utf8" });
  if (status === 0)
    return [...new Set(stdout.split("\0"))].filter((file) => file !== "" && fs.existsSync(path.join(root, file)));
  const made = new Set([".git", ".local", "coverage", "dist", "node_modules"]);
  const walk = (below: string): string[] =>
    fs.readdirSync(path.join(root, below), { withFileTypes: true }).flatMap((entry) => {
      if (made.has(entry.name)) return [];
      const file = path.join(below, entry.name);
      return entry.isDirectory() ? walk(file) : [file];
    });
  return walk("");
}

export function git(cwd: string, ...argv: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", argv, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `git ${argv.join(" ")}\n${stderr}`);
  return stdout.trim();
}

export function commit(cwd: string, message: string): string {
  git(cwd, "add", "--all");
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  git(cwd, ...author, "commit", "--quiet", "--message", message);
  return git(cwd, "rev-parse", "HEAD");
}
