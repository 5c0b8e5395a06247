import * as path from "node:path";
import { nearest } from "../../aws/text/nearest";
import { isLocal } from "../../devices/sdk";
import { evaluate } from "../../local/engine";
import { stackOutputs } from "../../local/stack-outputs";
import { readDataFolder } from "../../local/state/data-folder";
import { stackOption, UsageError, type Parsed } from "../command/options";
import { UserError } from "../command/run";

const PROJECT_DIR = path.resolve(__dirname, "..", "..");

/** Where a channel's messages go. */
export interface Target {
  readonly channel: string;
  /** the stream's name */
  readonly stream: string;
  readonly region: string;
  /** URL of the local cloud, or of a proxy; undefined for AWS */
  readonly endpoint: string | undefined;
}

/**
 * The stream of a channel: of a local cloud as its data folder says, of AWS as the program of the stack names it.
 * @throws UsageError, UserError
 */
export async function targetOf(parsed: Parsed): Promise<Target> {
  const channel = parsed.text("channel");
  if (channel === undefined || channel === "") throw new UsageError("Name the channel: --channel NAME.");
  const endpoint = endpointOf(parsed.text("endpoint") ?? process.env.AWS_ENDPOINT_URL_KINESIS);
  const region = parsed.text("region") ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const local = endpoint !== undefined && isLocal(endpoint);
  if (parsed.text("data-dir") !== undefined && !local)
    throw new UsageError("--data-dir needs --endpoint URL of a local cloud.");
  const stream = parsed.text("stream");
  if (stream !== undefined) {
    if (region === undefined && !local) throw new UsageError("--stream needs --region REGION, or AWS_REGION.");
    return { channel, stream, region: region ?? "us-east-1", endpoint };
  }
  const stack = stackOption(parsed);
  const found = local ? folderOf(parsed, stack) : await programOf(stack);
  return {
    channel,
    stream: streamIn(found.channels, channel, `the stack ${stack}`),
    region: parsed.text("region") ?? found.region,
    endpoint,
  };
}

interface Channels {
  readonly channels: Readonly<Record<string, { readonly stream: string }>>;
  readonly region: string;
}

function folderOf(parsed: Parsed, stack: string): Channels {
  const state = readDataFolder(path.resolve(parsed.text("data-dir") ?? path.join(PROJECT_DIR, ".local", stack)));
  return { channels: stackOutputs(state).channels, region: state.region };
}

async function programOf(stack: string): Promise<Channels> {
  const { problems, outputs, region } = await evaluate({ projectDir: PROJECT_DIR, stack, config: {}, dryRun: true });
  if (problems.length > 0) throw new UserError(problems.map(({ message }) => `stack ${stack}: ${message}`));
  return { channels: (outputs.channels ?? {}) as Channels["channels"], region };
}

function streamIn(channels: Channels["channels"], name: string, where: string): string {
  const stream = Object.hasOwn(channels, name) ? channels[name]?.stream : undefined;
  if (stream !== undefined) return stream;
  const names = Object.keys(channels);
  const near = nearest(name, names);
  throw new UserError([
    `--channel ${name}: ${where} has no such channel${near !== undefined ? `; did you mean ${near}?` : names.length > 0 ? `; it has ${names.join(", ")}.` : ", and no other."}`,
  ]);
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`--endpoint ${text}: needs a URL with http or https, such as http://127.0.0.1:8080.`);
  return text;
}
