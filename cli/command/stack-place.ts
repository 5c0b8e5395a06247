import * as path from "node:path";
import type { StackOutputs } from "../../local/session";
import { stackOutputs } from "../../local/stack-outputs";
import { openDataFolder, readDataFolder, type DataFolder, type StackState } from "../../local/state/data-folder";
import "../../devices/quiet-sdk";
import { deployedOutputs } from "./deployed";
import { stackOption, UsageError, type Option, type Parsed } from "./options";
import { isUserError, UserError } from "./run";

const PROJECT_DIR = path.resolve(__dirname, "..", "..");

/** Options that say where a stack is. */
export const PLACE_OPTIONS: readonly Option[] = [
  { name: "stack", value: "NAME", help: "the stack (default dev)" },
  { name: "data-dir", value: "DIR", help: "its data folder (default .local/STACK)" },
  { name: "endpoint", value: "URL", help: "a local cloud that is running: npm start -- --keep, or npm run cloud" },
  {
    name: "aws",
    help: "the stack on AWS: its outputs by the Pulumi CLI, its calls by the credentials of the environment",
  },
];

/** Where a stack is, and its outputs. */
export type StackPlace = {
  readonly outputs: StackOutputs;
  /** for a message: `the stack dev on AWS` */
  readonly where: string;
} & (
  | { readonly kind: "aws" }
  | { readonly kind: "endpoint"; readonly endpoint: string; readonly region: string }
  | { readonly kind: "folder"; readonly dataDir: string; readonly state: StackState }
);

/** @throws UsageError, UserError, StateError */
export async function stackPlace(parsed: Parsed): Promise<StackPlace> {
  const stack = stackOption(parsed);
  const endpoint = parsed.text("endpoint");
  if (parsed.flag("aws")) {
    if (endpoint !== undefined) throw new UsageError("--aws and --endpoint exclude each other.");
    return { kind: "aws", outputs: await deployedOutputs(PROJECT_DIR, stack), where: `the stack ${stack} on AWS` };
  }
  const dataDir = path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", stack));
  const state = readDataFolder(dataDir);
  const where = `the data folder ${dataDir}`;
  if (state.by === "pulumi" && endpoint === undefined)
    throw new UserError([
      `The data folder ${dataDir} holds a stack that pulumi deployed, which runs in npm run cloud: start that, and add --endpoint with the address that it prints: --endpoint http://127.0.0.1:8080.`,
    ]);
  // The outputs of such a stack are in Pulumi's state.
  const outputs = state.by === "pulumi" ? await deployedOutputs(PROJECT_DIR, stack) : stackOutputs(state);
  if (endpoint !== undefined) return { kind: "endpoint", endpoint, region: state.region, outputs, where };
  return { kind: "folder", dataDir, state, outputs, where };
}

/** Takes the data folder for this process. @throws UserError if another process has it */
export function freeFolder(dataDir: string): DataFolder {
  try {
    return openDataFolder(dataDir, { fresh: false });
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw new UserError([
      ...error.problems,
      "If it is a local cloud (npm start -- --keep), add --endpoint with the address that it has printed: --endpoint http://127.0.0.1:8080.",
    ]);
  }
}

/** Errors of the network, of permissions and of names are the user's; anything else is handed back. */
export function asUserError(error: unknown): unknown {
  const { name, message, $metadata, code } = error as Error & { $metadata?: unknown; code?: string };
  if (name === "CredentialsProviderError")
    return new UserError([
      `No AWS credentials were found: ${message}. Log in with the AWS command line, set AWS_PROFILE, or leave out --aws for the local cloud.`,
    ]);
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || $metadata !== undefined)
    return new UserError([
      `${name}: ${message}${code === "ECONNREFUSED" ? "; nothing listens there: a local cloud does while npm start -- --keep runs" : ""}`,
    ]);
  return error;
}
