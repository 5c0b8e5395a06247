import { spawn } from "node:child_process";
import { UserError } from "../command/run";

/** How a pulumi process ended. */
export interface Ended {
  code: number;
  /** stdout and stderr, interleaved as they came */
  output: string;
}

/** Runs pulumi and copies its output to stderr, so that it appears in the job's log. */
export function pulumi(argv: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...argv, "--non-interactive", "--color", "never"], {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // The second enables --event-log, which Pulumi's Automation API uses too.
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_DEBUG_COMMANDS: "true", ...options.env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        process.stderr.write(chunk);
      });
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new UserError(["pulumi is not on PATH; install the Pulumi CLI: https://www.pulumi.com/docs/install/"])
          : error,
      ),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
