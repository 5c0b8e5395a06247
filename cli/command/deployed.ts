import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StackOutputs } from "../../local/session";
import { UserError } from "./run";

const run = promisify(execFile);

/** The outputs of a stack that Pulumi deployed, by its CLI. @throws UserError with what the CLI says */
export async function deployedOutputs(cwd: string, stack: string): Promise<StackOutputs> {
  try {
    const { stdout } = await run("pulumi", ["stack", "output", "--json", "--stack", stack, "--non-interactive"], {
      cwd,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const outputs = JSON.parse(stdout) as Partial<StackOutputs>;
    return { rules: {}, channels: {}, pipelines: {}, datastores: {}, datasets: {}, ...outputs };
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    throw new UserError([
      code === "ENOENT"
        ? "pulumi is not on PATH; the outputs of a stack that Pulumi deployed are read with its CLI: https://www.pulumi.com/docs/install/"
        : `pulumi stack output --stack ${stack}: ${(stderr ?? message).trim()}`,
    ]);
  }
}
