import { spawn, spawnSync } from "node:child_process";
import type { Socket } from "node:net";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { InitPhase, type Environment, type FunctionData, type Listeners, type Reply } from "./environment";

/** A Python of this machine. */
export interface Python {
  /** its file */
  command: string;
  /** 3.13.1 */
  version: string;
}

const found = new Map<string, Python | undefined>();

/**
 * The Python that runs a function: of the runtime's own version if it is on PATH, or any from 3.9 on.
 * @param runtime python3.13
 */
export function findPython(runtime: string): Python | undefined {
  if (!found.has(runtime)) found.set(runtime, look([runtime, "python3", "python"]));
  return found.get(runtime);
}

function look(commands: readonly string[]): Python | undefined {
  const ask = "import platform, sys; print(sys.executable); print(platform.python_version())";
  for (const name of commands) {
    const { status, stdout } = spawnSync(name, ["-c", ask], { encoding: "utf8", windowsHide: true });
    // The whole path, for the function's process has no PATH.
    const [command = "", version = ""] = (stdout ?? "").trim().split(/\r?\n/);
    if (status === 0 && /^3\.(9|\d\d)\./.test(version)) return { command, version };
  }
  return undefined;
}

/**
 * A process for a function in Python. It ends with this one, however that ends: its input is closed then. The memory of the function is
 * told to it and not enforced.
 * @param env the function's environment variables, and nothing of this machine's
 */
export function startPython(
  { command, version }: Python,
  data: FunctionData,
  env: Record<string, string>,
  listeners: Listeners,
): Environment {
  const child = spawn(command, ["-B", path.join(__dirname, "runtime.py"), JSON.stringify(data)], {
    cwd: data.folder,
    // The user's site packages have boto3 where it is installed; Windows cannot start a process without its root.
    env: { ...env, ...kept("HOME", "APPDATA", "SYSTEMROOT"), PYTHONPATH: data.folder, PYTHONIOENCODING: "utf-8" },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const init = new InitPhase();
  let over = false;
  const ended = (reason: string): void => {
    if (over) return;
    over = true;
    init.cancel();
    listeners.ended(environment, reason);
  };
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const environment: Environment = {
    initialised: init.over,
    post: (request) => void child.stdin.write(`${JSON.stringify(request)}\n`),
    terminate: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
  if (!`python${version}.`.startsWith(`${data.runtime}.`))
    listeners.reply({ log: `run by Python ${version} here, deployed as ${data.runtime}`, level: "WARN" });
  createInterface(child.stdout).on("line", (line) => {
    const reply = replyOf(line);
    if (reply.ready === undefined) listeners.reply(reply);
    else init.end();
  });
  // What is written past sys.stdout and sys.stderr, by a library in C or a process of the function.
  createInterface(child.stderr).on("line", (line) => listeners.reply({ log: line, level: "INFO" }));
  // A write to a process that has ended is reported by its exit.
  child.stdin.on("error", () => {});
  child.once("error", (error) => ended(`${command}: ${error.message}`));
  child.once("close", (code, signal) => ended(`Runtime exited with error: ${signal ?? `exit status ${code}`}`));
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket).unref();
  return environment;
}

/** A reply of the runtime; what a library in C writes to the same place is a line of the log. */
function replyOf(line: string): Reply {
  try {
    const reply: unknown = JSON.parse(line);
    if (typeof reply === "object" && reply !== null) return reply;
  } catch {
    // not the runtime's
  }
  return { log: line, level: "INFO" };
}

function kept(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
