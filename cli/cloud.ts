import { printError } from "./output/terminal";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { Problems } from "../local/engine/problems";
import { readProject, readYaml } from "../local/engine/project";
import { TYPES, type Resource } from "../local/core/model";
import type { OpenAddresses } from "../local/endpoints";
import { LocalProvider } from "../local/provider";
import { Deployments } from "./cloud/deployments";
import { CLOUD } from "./cloud/options";
import { hostsOption, stackOption, wholeNumber, type Parsed } from "./command/options";
import { listening, portOption } from "./command/listening";
import { runCommand, UserError } from "./command/run";
import { defectLines } from "./start/summary";
import { Page } from "./page/page";
import type { Report } from "./start/report";
import { endpointLines, secureLines } from "./output/endpoint-lines";
import { count } from "./output/table";

const PROJECT_DIR = path.resolve(__dirname, "..");
/** Passphrase of secrets that never leave this machine, unless PULUMI_CONFIG_PASSPHRASE is set. */
const PASSPHRASE = "local";

async function cloud(parsed: Parsed): Promise<number> {
  const stack = stackOption(parsed);
  const ports = {
    provider: wholeNumber(parsed, "port", 8765, 0, 65_535),
    mqtt: wholeNumber(parsed, "mqtt-port", 1883, 0, 65_535),
    http: wholeNumber(parsed, "http-port", 8080, 0, 65_535),
    mqtts: wholeNumber(parsed, "mqtts-port", 8883, 0, 65_535),
  };
  const pagePort = wholeNumber(parsed, "page-port", 0, 0, 65_535);
  const dataDir = path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", `${stack}.cloud`));
  const allowedHosts = hostsOption(parsed);
  const { project, region } = placeOf(stack);

  const ended = new AbortController();
  let interrupts = 0;
  const interrupt = (): void => {
    // A second Ctrl-C exits immediately: acknowledged messages are on disk and are delivered at the next start.
    if (++interrupts > 1) process.exit(130);
    ended.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  let fatal: unknown;
  const refusedMessages = new Map<string, number>();

  const local = await open({
    dataDir,
    fresh: parsed.flag("fresh"),
    projectDir: PROJECT_DIR,
    project,
    stack,
    region,
    version: awsVersion(),
    ports,
    allowedHosts,
    onError: (error) => {
      fatal ??= error;
      ended.abort();
    },
    onRunning: (running, left) => printError(runningText(running, left)),
    onChanged: (deliveryStream, since) => printError(changedText(deliveryStream, since)),
    onRefusedMessage: (reason) => {
      refusedMessages.set(reason, (refusedMessages.get(reason) ?? 0) + 1);
      printError(`refused: ${reason}\n`);
    },
  });
  const endpoints: Report["endpoints"] & OpenAddresses = { ...local.endpoints };
  const deployments = new Deployments(local, { stack, region }, endpoints, refusedMessages);
  const page = new Page({
    deployed: () => deployments.current(),
    progress: deployments.progress,
    allowedHosts,
    defects: local.recorder,
  });
  try {
    endpoints.page = await listening({ page: pagePort }, () => page.listen(pagePort));
    const backend = path.join(dataDir, "pulumi");
    fs.mkdirSync(backend, { recursive: true });
    const env = {
      PULUMI_DEBUG_PROVIDERS: `aws:${local.port}`,
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
      PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? PASSPHRASE,
    };
    process.stdout.write(
      parsed.flag("json")
        ? `${JSON.stringify({ stack, region, env, endpoints, dataDir })}\n`
        : `${exportLine(env)}\npulumi stack select --create ${stack}\n`,
    );
    printError(upText(endpoints, dataDir, region));
    await aborted(ended.signal);
  } finally {
    await page.close();
    await local.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
  if (fatal !== undefined) throw fatal;
  printError(deliveredText(local));
  printError(
    defectLines(local.defects)
      .map((line) => `${line}\n`)
      .join(""),
  );
  return 0;
}

/** Reports a port in use with the option that chooses another. */
async function open(options: Parameters<typeof LocalProvider.open>[0]): Promise<LocalProvider> {
  try {
    return await LocalProvider.open(options);
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
    const { ports } = options;
    const provider = message.includes(`127.0.0.1:${ports.provider}`) && port === undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES" && !provider) throw error;
    const number = provider ? ports.provider : port;
    const option = provider ? "--port" : portOption(port, ports);
    throw new UserError([
      code === "EACCES"
        ? `Port ${number} of 127.0.0.1 may not be opened by this user (${option}). Choose a port above 1023.`
        : `Port ${number} of 127.0.0.1 is in use by another program (${option}). Stop that program, or choose a port: ${option} 0 takes a free one.`,
    ]);
  }
}

/** The project's name, and the region that the stack's file or the environment names. */
function placeOf(stack: string): { project: string; region: string } {
  const problems = new Problems();
  const project = readProject(PROJECT_DIR, problems);
  const file = `Pulumi.${stack}.yaml`;
  const content = project && readYaml(path.join(project.stackFolder, file), problems);
  const region: unknown = content?.config?.["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (!problems.failed && (typeof region !== "string" || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)))
    problems.error(`${file}: aws:region`, `saw ${JSON.stringify(region)}; a region looks like eu-central-1`);
  if (problems.failed) throw new UserError(problems.errors.map(({ message }) => message));
  return { project: project!.name, region: region as string };
}

function awsVersion(): string {
  const file = require.resolve("@pulumi/aws/package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

function exportLine(env: Record<string, string>): string {
  const pairs = Object.entries(env);
  return process.platform === "win32"
    ? pairs.map(([name, value]) => `$env:${name} = "${value}"`).join("; ")
    : `export ${pairs.map(([name, value]) => `${name}=${quoted(value)}`).join(" ")}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function runningText(running: readonly Resource[], left: readonly string[]): string {
  const of = (type: string): number => running.filter((resource) => resource.type === type).length;
  const parts = [
    [of(TYPES.topicRule), "rules"],
    [of(TYPES.stream), "streams"],
    [of(TYPES.deliveryStream), "delivery streams"],
    [of(TYPES.table), "tables"],
    [of(TYPES.bucket), "buckets"],
  ]
    .filter(([number]) => number !== 0)
    .map(([number, what]) => `${number} ${what}`);
  const time = new Date().toISOString().slice(11, 19);
  const text =
    running.length === 0
      ? `${time} nothing is deployed\n`
      : `${time} running: ${count(running.length)} resources${parts.length === 0 ? "" : ` (${parts.join(", ")})`}\n`;
  return text + left.map((line) => `${time} not running: ${line}\n`).join("");
}

/** Kinesis' sequence numbers end with the record's index in its shard, so the shard and the index name the first record. */
function changedText(deliveryStream: string, since: Record<string, number>): string {
  const time = new Date().toISOString().slice(11, 19);
  const first = Object.entries(since)
    .map(([shard, index]) => `${shard}: ${count(index)}`)
    .join(", ");
  return `${time} ${deliveryStream} changed; the new definition holds from these records on (shard: record): ${first}\n`;
}

function deliveredText(local: LocalProvider): string {
  return local.live.deliveries
    .filter(({ stored, filtered, failed }) => stored + filtered + failed > 0)
    .map(
      ({ deliveryStream, stored, filtered, failed }) =>
        `${deliveryStream}: ${count(stored)} stored, ${count(filtered)} filtered, ${count(failed)} failed\n`,
    )
    .join("");
}

function upText(endpoints: OpenAddresses & { page?: string }, dataDir: string, region: string): string {
  return [
    "",
    "Paste the lines above into another terminal, then pulumi preview, up, refresh, destroy. While a stack is up:",
    `  Page   ${endpoints.page}   the flow with its counts, failed messages, SQL, charts (docs/page.md)`,
    `  MQTT   ${endpoints.mqtt}`,
    ...secureLines(endpoints),
    ...endpointLines(endpoints.http, region),
    `  SQL    npm run query -- --data-dir ${dataDir} "SELECT ..."`,
    `  Each resource is a file below ${path.join(dataDir, "account")}: change or delete one, and pulumi refresh finds it.`,
    "Ctrl-C delivers what is buffered and ends; the next start goes on.",
    "",
    "",
  ].join("\n");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // A pending promise alone would let the process end once nobody is connected.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
}

export { CLOUD };

if (require.main === module) void runCommand(CLOUD, cloud);
