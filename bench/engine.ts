import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalProvider } from "../local/provider";
import { serveNothing } from "./engine.nothing";

const ROOT = path.resolve(__dirname, "..");
const SEED = path.join(ROOT, "definitions", "etl");
const REGION = "eu-central-1";
const VERSION = (
  JSON.parse(fs.readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8")) as { version: string }
).version;

type Found = { command: string; path: string[] } | { problem: string };

/**
 * Measures preview and up with Pulumi's own engine, with the local cloud as provider and with a provider that stores nothing, for the same program. The
 * start of the program is reported as a share of the preview. The state is written once, at the end: Pulumi's file backend would write all of it twice
 * per resource, which takes minutes for 100 pipelines and is the same for every provider.
 */
export async function benchEngine(): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- finds or builds the engine, as the tests do
  const { findPulumi } = require("../test/engine/pulumi.cjs") as { findPulumi(say: (line: string) => void): Found };
  const found = findPulumi((line) => process.stdout.write(`  ${line}\n`));
  if ("problem" in found) throw new Error(found.problem);
  const start = startSeconds();
  process.stdout.write(`  program start (imports, compiled before): ${start.toFixed(2)} s\n`);
  // A thousand were not previewed within nine minutes: the program itself takes them, at 5 GB.
  for (const pipelines of [1, 10, 100]) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-engine-"));
    try {
      const project = projectOf(folder, pipelines);
      const run = { found, folder, project };
      const nothing = await serveNothing(VERSION, REGION);
      const reference = await measured({ ...run, name: "nothing" }, nothing.port).finally(() => nothing.close());
      const local = await LocalProvider.open({
        dataDir: path.join(folder, "data"),
        fresh: true,
        projectDir: project,
        project: "iot-telemetry-etl",
        stack: "dev",
        region: REGION,
        version: VERSION,
        ports: { provider: 0, mqtt: 0, http: 0, mqtts: 0 },
        onError: (error) => {
          throw error;
        },
      });
      const ours = await measured({ ...run, name: "local" }, local.port).finally(() => local.close());
      process.stdout.write(
        `  ${pipelines} pipelines, ${ours.resources} resources: ${compared("preview", ours.preview, reference.preview)}` +
          ` (start ${Math.round((100 * start) / ours.preview)} %); ${compared("up", ours.up, reference.up)}\n`,
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
}

function compared(what: string, ours: number, reference: number): string {
  return `${what} ${ours.toFixed(1)} s, ${(ours / reference).toFixed(2)} x a provider that does nothing (${reference.toFixed(1)} s)`;
}

/** Wall time until everything that the program imports is loaded. */
function startSeconds(): number {
  const text = 'require("@pulumi/pulumi"); require("./stacks/read"); require("./stacks/build/build-stack");';
  const once = (): number => {
    const started = Date.now();
    const { status, stderr } = spawnSync(process.execPath, ["--require", "./register.cjs", "-e", text], { cwd: ROOT });
    if (status !== 0) throw new Error(stderr.toString());
    return (Date.now() - started) / 1000;
  };
  return Math.min(once(), once(), once());
}

/** The repository's program, with one channel and one datastore, in a separate folder because the CLI writes to the stack's file. */
function projectOf(folder: string, pipelines: number): string {
  const project = path.join(folder, "project");
  const documents = path.join(folder, "documents");
  for (const made of [project, documents]) fs.mkdirSync(made);
  for (const name of fs.readdirSync(ROOT))
    if (/^Pulumi\.yaml$|^package\.json$/.test(name)) fs.copyFileSync(path.join(ROOT, name), path.join(project, name));
    else if (!name.startsWith(".") && !name.startsWith("Pulumi."))
      fs.symlinkSync(path.join(ROOT, name), path.join(project, name));
  for (const name of ["channel", "topic_rule", "datastore", "dataset"])
    fs.copyFileSync(path.join(SEED, `${name}.json`), path.join(documents, `${name}.json`));
  const pipeline = JSON.parse(fs.readFileSync(path.join(SEED, "pipeline.json"), "utf8")) as object;
  const many = Array.from({ length: pipelines }, (_, i) => ({ ...pipeline, pipelineName: `pipeline_${i}` }));
  fs.writeFileSync(path.join(documents, "pipelines.json"), JSON.stringify(many));
  const config = {
    "aws:region": REGION,
    "iot-telemetry-etl:definitions": documents,
    "iot-telemetry-etl:environment": "dev",
  };
  for (const stack of ["local", "nothing"])
    fs.writeFileSync(path.join(project, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
  return project;
}

interface Run {
  found: { command: string; path: string[] };
  folder: string;
  project: string;
  /** of the stack */
  name: string;
}

async function measured(run: Run, port: number): Promise<{ preview: number; up: number; resources: number }> {
  const backend = path.join(run.folder, `${run.name}-backend`);
  fs.mkdirSync(backend);
  const env = {
    ...process.env,
    PULUMI_DEBUG_PROVIDERS: `aws:${port}`,
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_HOME: path.join(run.folder, "home"),
    PULUMI_SKIP_CHECKPOINTS: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PATH: [...run.found.path, process.env.PATH ?? ""].join(path.delimiter),
  };
  const pulumi = (...argv: string[]) => command(run.found.command, argv, run.project, env);
  await pulumi("stack", "init", run.name);
  const preview = await pulumi("preview", "--suppress-outputs");
  const up = await pulumi("up", "--yes", "--skip-preview", "--suppress-outputs");
  return {
    preview: preview.seconds,
    up: up.seconds,
    resources: Number(/\+ (\d+) to create/.exec(preview.output)![1]),
  };
}

/** Runs a command without blocking this process, which is the provider. */
async function command(name: string, argv: string[], cwd: string, env: NodeJS.ProcessEnv) {
  const started = Date.now();
  const child = spawn(name, [...argv, "--non-interactive", "--color", "never"], { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`pulumi ${argv.join(" ")}\n${output.slice(-3000)}`);
  return { seconds: (Date.now() - started) / 1000, output };
}
