import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Readable } from "node:stream";

/** A command that runs in place of a container. */
export interface ContainerProcess {
  command: string;
  args: readonly string[];
  cwd: string;
  /** its environment, and nothing else of this machine's */
  env: Readonly<Record<string, string>>;
  /** a command that removes what the end of the process leaves: a container of docker's */
  stop?: readonly [string, ...string[]];
  /** called with lines of its output, as they come */
  onLines(lines: readonly string[]): void;
}

/** A process that runs. */
export interface RunningProcess {
  /** resolves with its exit code when all of its output has been handed on; 128 + N for the signal N, 127 if it could not be started */
  readonly ended: Promise<number>;
  /** Ends it, and everything that it has started. */
  kill(): void;
}

/** Characters of a line that are handed on at once: CloudWatch's own limit of an event, 256 KB. */
const LINE = 256 * 1024;

/** Starts a process under a supervisor, which ends it when this process ends, however that ends. */
export function startProcess({ command, args, cwd, env, stop, onLines }: ContainerProcess): RunningProcess {
  const supervisor = path.join(__dirname, "supervisor.cjs");
  const child = spawn(process.execPath, [supervisor, JSON.stringify({ command, args, cwd, stop })], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) splitLines(stream, onLines);
  // A write to a process that has ended is reported by its exit.
  child.stdin.on("error", () => {});
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 137));
  });
  return { ended, kill: () => child.stdin.destroy() };
}

/** Lines of a stream; one that is too long is cut into several. */
function splitLines(stream: Readable, onLines: (lines: readonly string[]) => void): void {
  stream.setEncoding("utf8");
  let rest = "";
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop()!;
    while (rest.length > LINE) {
      lines.push(rest.slice(0, LINE));
      rest = rest.slice(LINE);
    }
    const whole = lines.filter((line) => line !== "");
    if (whole.length > 0) onLines(whole);
  });
  stream.on("close", () => {
    if (rest !== "") onLines([rest]);
  });
}
