import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { StackConfig } from "./config";
import type { Project } from "./project";

/** Registrations that the program may have under way at the same time. */
const PARALLEL = 16;
/** Lines of the program's own output that are kept to explain a failure. */
const KEPT_LINES = 20;

/** An uncaught error as `observe.cjs` reports it. */
export interface UncaughtError {
  name: string;
  message: string;
  stack?: string;
  /** a `pulumi.RunError`: the message is all there is to say */
  run: boolean;
  /** a `pulumi.InputPropertiesError` or `InputPropertyError`, with `errors` */
  input: boolean;
  errors: { propertyPath: string; reason: string }[];
}

/** How the process of a program ended. */
export interface ProgramExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  errors: UncaughtError[];
  /** the last lines of its stdout and stderr */
  output: string[];
}

/** The process of a program: its folder, its stack and the servers that it talks to. */
export interface ProgramOptions {
  project: Project;
  stack: string;
  config: StackConfig;
  /** address of the monitor and of the engine, `127.0.0.1:PORT` */
  address: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  onOutput?(line: string): void;
}

/**
 * Runs the program as Pulumi's language host does: `node NODEARGS @pulumi/pulumi/cmd/run --monitor A --engine A ... ENTRY` with its
 * configuration in the environment. It never outlives this process: killed on exit and on abort, and it ends by itself
 * when the channel to this process breaks.
 */
export function runProgram(options: ProgramOptions): Promise<ProgramExit> {
  const { project, stack, config, address } = options;
  const runner = createRequire(path.join(project.folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const args = [
    // The SDK keeps its promises, thousands for a large program, to the end: in a small nursery they are copied again and again.
    "--max-semi-space-size=128",
    "--require",
    path.join(__dirname, "observe.cjs"),
    ...project.nodeArguments,
    runner,
    ...["--monitor", address, "--engine", address, "--organization", "organization"],
    ...["--project", project.name, "--stack", stack, "--root-directory", project.folder],
    ...["--pwd", project.folder, "--parallel", String(PARALLEL)],
    project.entry,
  ];
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(options.env).filter(([name]) => !name.startsWith("PULUMI_NODEJS_")),
  );
  env.PULUMI_CONFIG = JSON.stringify(config.values);
  env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(config.secretKeys);
  if (project.typescript) env.PULUMI_NODEJS_TYPESCRIPT = "true";

  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: project.folder,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const errors: UncaughtError[] = [];
    const output: string[] = [];
    const kill = (): void => {
      child.kill("SIGKILL");
    };
    const settle = (): void => {
      process.off("exit", kill);
      options.signal?.removeEventListener("abort", kill);
    };
    const onLine = (line: string): void => {
      output.push(line);
      if (output.length > KEPT_LINES) output.shift();
      options.onOutput?.(line);
    };
    process.on("exit", kill);
    options.signal?.addEventListener("abort", kill);
    if (options.signal?.aborted === true) kill();
    child.on("message", (message) => errors.push(message as UncaughtError));
    // Null only if the stream was not asked for, which it is above.
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) eachLine(stream, onLine);
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      resolve({ code, signal, errors, output });
    });
  });
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
