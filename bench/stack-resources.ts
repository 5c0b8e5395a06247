import * as path from "node:path";
import type { Registered } from "../cost";
import { evaluate } from "../local/engine";

/** What the example's program registers for a stack. @param config as `-c` */
export async function stackResources(stack: string, config: Record<string, string> = {}): Promise<Registered[]> {
  const projectDir = path.resolve(__dirname, "..");
  const { resources, problems } = await evaluate({ projectDir, stack, config, dryRun: true });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  return resources.map(({ urn, type, name, parent, inputs, outputs }) => ({
    urn,
    type,
    name,
    parent,
    inputs: { ...outputs, ...inputs },
  }));
}
