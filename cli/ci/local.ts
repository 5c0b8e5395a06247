import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { UserError } from "../command/run";
import { pulumi } from "./pulumi";

/** Placeholder for a secret whose decryption key is unavailable. */
const PLACEHOLDER = "secret";

/** A running local cloud to preview against. */
export interface LocalPreview {
  /** for pulumi */
  env: NodeJS.ProcessEnv;
  /** the stack's configuration, for --config-file */
  configFile: string;
  limits: string[];
  /** Ends the local cloud. */
  end(): Promise<void>;
}

/**
 * Starts the local cloud in place of AWS and deploys the stack of another checkout into it; without one the cloud is empty. Secrets of the
 * stack file are not decrypted but replaced by a placeholder.
 */
export async function openLocal(
  projectDir: string,
  stack: string,
  folder: string,
  base: string | undefined,
): Promise<LocalPreview> {
  const own = copyOf(projectDir, stack);
  const cloud = await startCloud(projectDir, stack, path.join(folder, "cloud"));
  try {
    const env = {
      ...cloud.env,
      PULUMI_HOME: path.join(folder, "home"),
      // The provider is already running, so the plugin (several hundred megabytes) is not needed.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    // A separate project, because pulumi writes into the stack's file when it creates the stack.
    const empty = path.join(folder, "stack");
    fs.mkdirSync(empty, { recursive: true });
    fs.copyFileSync(path.join(projectDir, "Pulumi.yaml"), path.join(empty, "Pulumi.yaml"));
    await must(await pulumi(["stack", "init", stack], { cwd: empty, env }), `stack init ${stack}`);
    const made = parse(fs.readFileSync(path.join(empty, `Pulumi.${stack}.yaml`), "utf8")) as Record<string, unknown>;
    const write = (name: string, { content }: StackFile): string => {
      const file = path.join(folder, `${name}.yaml`);
      fs.writeFileSync(file, stringify({ ...content, encryptionsalt: made.encryptionsalt }));
      return file;
    };
    if (base !== undefined && fs.existsSync(path.join(base, `Pulumi.${stack}.yaml`))) {
      const argv = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
      const file = write("base", copyOf(base, stack));
      await must(await pulumi([...argv, "--config-file", file], { cwd: base, env }), `up of ${base}`);
    }
    return {
      env,
      configFile: write("head", own),
      limits: limitsOf(base, own.secrets),
      end: () => cloud.end(),
    };
  } catch (error) {
    await cloud.end();
    throw error;
  }
}

function limitsOf(base: string | undefined, secrets: readonly string[]): string[] {
  return [
    base === undefined
      ? "what is deployed on AWS: everything is shown as new"
      : "what is deployed on AWS: the change is shown against its base, as the local cloud deploys that",
    "what only AWS can tell: the account's number and quotas, names already in use, permissions of the deploy role, drift",
    ...(secrets.length === 0
      ? []
      : [`what follows from secrets: ${secrets.join(", ")} is replaced by the text "${PLACEHOLDER}"`]),
  ];
}

/** The text of a stack file and the keys that were replaced. */
export interface StackFile {
  content: Record<string, unknown>;
  /** keys whose values were replaced */
  secrets: string[];
}

/** A stack file without values that only its own key can decrypt. */
export function copyOf(projectDir: string, stack: string): StackFile {
  const file = path.join(projectDir, `Pulumi.${stack}.yaml`);
  if (!fs.existsSync(file)) throw new UserError([`${file} does not exist; a stack has a file Pulumi.STACK.yaml`]);
  let content: Record<string, unknown>;
  try {
    content = (parse(fs.readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new UserError([`${file}: cannot be read as YAML: ${(error as Error).message.split("\n")[0]}`]);
  }
  for (const key of ["secretsprovider", "encryptedkey", "encryptionsalt"]) delete content[key];
  const secrets: string[] = [];
  const config = (content.config ?? {}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(config)) {
    const replaced = withoutSecrets(value);
    if (JSON.stringify(replaced) !== JSON.stringify(value)) secrets.push(key);
    config[key] = replaced;
  }
  return { content: { ...content, config }, secrets };
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "secure") return PLACEHOLDER;
  return Object.fromEntries(entries.map(([key, own]) => [key, withoutSecrets(own)]));
}

/** `npm run cloud` on free ports. */
async function startCloud(
  projectDir: string,
  stack: string,
  dataDir: string,
): Promise<{ env: Record<string, string>; end(): Promise<void> }> {
  const ports = ["--port", "0", "--mqtt-port", "0", "--http-port", "0", "--mqtts-port", "0"];
  const argv = [
    "--require",
    "./register.cjs",
    "cli/cloud.ts",
    "--json",
    "--stack",
    stack,
    "--data-dir",
    dataDir,
    ...ports,
  ];
  const child = spawn(process.execPath, argv, { cwd: projectDir, stdio: ["ignore", "pipe", "pipe"] });
  // Ctrl-C reaches this process too, so it may have ended already.
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const { env } = JSON.parse(await firstLine(child)) as { env: Record<string, string> };
  return {
    env,
    end: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [text, said] = ["", ""];
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text);
    });
    child.once("close", (code) => reject(new UserError([`npm run cloud ended with ${code}: ${said.trim()}`])));
  });
}

function must({ code, output }: { code: number; output: string }, what: string): void {
  if (code !== 0)
    throw new UserError([
      `pulumi ${what} in the local cloud failed:\n${output.trim().split("\n").slice(-20).join("\n")}`,
    ]);
}
