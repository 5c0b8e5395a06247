import { print, printError } from "./output/terminal";
import { setTimeout as sleep } from "node:timers/promises";
import {
  plainReading,
  sdkSender,
  seededRandom,
  simulate,
  type MessageKind,
  type Random,
  type Sender,
} from "../devices";
import { formatProblem, loadDocuments, samplePlan } from "../etl";
import { isLocal } from "../devices/sdk";
import { duration, topicOption, UsageError, wholeNumber, type Command, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";
import { count } from "./output/table";
import { runFleet } from "./devices/fleet";
import { payloadOf } from "./start/samples";

/** Options and help of `npm run devices`. */
export const DEVICES: Command = {
  call: "npm run devices",
  summary:
    "Simulated sensors publish through the AWS SDK: to AWS IoT Core with your credentials, or to the local cloud of npm start -- --keep.",
  options: [
    { name: "endpoint", value: "URL", help: "the IoT data endpoint (default: AWS_ENDPOINT_URL_IOT_DATA_PLANE)" },
    { name: "topic", value: "TOPIC", help: "where they publish (default dt/{device_id}/aggregate)" },
    {
      name: "definitions",
      value: "DIR",
      help: "send what the documents of this folder want, on their rules' topics (default: device_id, temperature, humidity, timestamp)",
    },
    { name: "devices", value: "N", help: "simulated sensors (default 10)" },
    { name: "publishes", value: "N", help: "messages of each (default 50)" },
    { name: "interval", value: "DURATION", help: "time between a sensor's messages (default 10s)" },
    { name: "qos", value: "0|1", help: "quality of service (default 1)" },
    { name: "region", value: "REGION", help: "the endpoint's region (default: the endpoint's own, or AWS_REGION)" },
    { name: "seed", value: "N", help: "makes the readings repeatable" },
    {
      name: "fleet",
      value: "NAME",
      help: "devices of this fleet instead: they get certificates of their own, keep them, and publish over TLS (docs/fleets.md)",
    },
    {
      name: "mqtts",
      value: "URL",
      help: "with --fleet: where they connect (default: port 8883 of the endpoint's host)",
    },
    {
      name: "ca",
      value: "FILE",
      help: "with --fleet: authority that they trust (default: the local stack's; on AWS Amazon's)",
    },
    {
      name: "keys",
      value: "DIR",
      help: "with --fleet: where claim and devices keep their keys (default .devices/STACK/NAME)",
    },
    { name: "stack", value: "NAME", help: "with --fleet: the stack in the local cloud (default dev)" },
    {
      name: "list",
      value: "FILE",
      help: "with --fleet: CSV with the devices' serial numbers, a column serial (default: made up)",
    },
    { name: "renew", help: "with --fleet: devices that have certificates renew them first" },
    { name: "json", help: "print one JSON document on stdout instead of a line" },
  ],
  examples: [
    ["npm run devices -- --endpoint http://127.0.0.1:8080 --interval 1s", "to the local cloud, a reading a second"],
    [
      "npm run devices -- --endpoint http://127.0.0.1:8080 --fleet pumps --devices 1000",
      "1,000 devices with certificates, of the fleet pumps of the local stack dev",
    ],
    [
      "npm run devices -- --endpoint https://$(aws iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress --output text)",
      "to AWS, with the credentials of your environment",
    ],
  ],
};

/** ms between progress lines when stderr is not a terminal */
const EVERY_MS = { terminal: 200, log: 5000 };

async function devices(parsed: Parsed): Promise<number> {
  const endpoint = endpointOf(parsed.text("endpoint") ?? process.env.AWS_ENDPOINT_URL_IOT_DATA_PLANE);
  const qos = parsed.text("qos") ?? "1";
  if (qos !== "0" && qos !== "1") throw new UsageError(`--qos ${qos}: AWS IoT Core has 0 and 1.`);
  const fleet = parsed.text("fleet");
  for (const name of ["mqtts", "ca", "keys", "stack", "list", "renew"])
    if (fleet === undefined && (parsed.flag(name) || parsed.text(name) !== undefined))
      throw new UsageError(`--${name} belongs to --fleet NAME.`);
  const seed = parsed.text("seed") === undefined ? undefined : wholeNumber(parsed, "seed", 0, 0, 4_294_967_295);
  const number = wholeNumber(parsed, "devices", 10, 0, 100_000);
  const publishes = wholeNumber(parsed, "publishes", 50, 0, 10_000_000);
  const intervalMs = duration(parsed, "interval", 10_000);
  const region = parsed.text("region") ?? regionOf(endpoint);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);

  if (fleet !== undefined)
    try {
      return await runFleet(parsed, endpoint, region, abort.signal);
    } catch (error) {
      throw inWords(error as Error, endpoint, 0);
    } finally {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    }

  let published = 0;
  const refused = new Map<string, number>();
  const kinds = kindsOf(parsed, (topic, payload) => sender.send(topic, payload), seededRandom(seed));
  const total = number * publishes * kinds.length;
  const show = (): void => {
    const line = `published ${count(published)} of ${count(total)} messages`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  };
  const timer = setInterval(show, process.stderr.isTTY ? EVERY_MS.terminal : EVERY_MS.log);
  const sender = sdkSender({ endpoint, region, qos: qos === "0" ? 0 : 1 });
  try {
    await simulate({
      kinds,
      devices: number,
      publishes,
      intervalMs,
      clock: {
        now: Date.now,
        sleepUntil: (time) =>
          sleep(Math.max(0, time - Date.now()), undefined, { signal: abort.signal }).catch(() => undefined),
      },
      signal: abort.signal,
      onSent: () => published++,
      onRefused: (reason) => refused.set(reason, (refused.get(reason) ?? 0) + 1),
    });
  } catch (error) {
    throw inWords(error as Error, endpoint, published);
  } finally {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
    await sender.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
  if (parsed.flag("json"))
    process.stdout.write(`${JSON.stringify({ endpoint, published, refused: Object.fromEntries(refused) })}\n`);
  else print(`${count(published)} messages of ${count(number)} sensors published to ${endpoint}\n`);
  for (const [reason, times] of refused) printError(`refused: ${count(times)} x ${reason}\n`);
  return abort.signal.aborted ? 130 : refused.size > 0 ? 1 : 0;
}

/** What the sensors send: the plain reading, or what the documents of a folder want. */
function kindsOf(parsed: Parsed, send: Sender["send"], random: Random): MessageKind[] {
  const topic = topicOption(parsed);
  const folder = parsed.text("definitions");
  if (folder === undefined)
    return [{ send, topic: topic ?? "dt/{device_id}/aggregate", payload: plainReading(random) }];
  const documents = loadDocuments(folder);
  const errors = documents.problems.filter(({ severity }) => severity === "error").map(formatProblem);
  if (errors.length > 0) throw new UserError(errors);
  const ruled = new Set(
    documents.rules.flatMap(({ document }) => document.actions.map((action) => action.iotAnalytics?.channelName)),
  );
  // A channel without a rule's document has its filter in the stack's configuration, which the topic of the command line matches.
  const filter = topic?.replace(/\{[^}]+\}/g, "+");
  const unruled = documents.channels.filter(({ name }) => !ruled.has(name)).map(({ name }) => name);
  const topicFilters = Object.fromEntries(filter === undefined ? [] : unruled.map((name) => [name, filter]));
  const plan = samplePlan(documents, { topic, topicFilters });
  const kinds = plan.sources.flatMap((source) =>
    source.topic === undefined ? [] : [{ send, topic: source.topic, payload: payloadOf(source, random) }],
  );
  if (kinds.length === 0)
    throw new UserError([
      `--definitions ${folder}: ${topic === undefined ? "has no topic rule that devices publish to; name the topic with --topic" : `no topic rule listens to ${topic}, and no channel is without a rule`}.`,
    ]);
  return kinds;
}

function endpointOf(text: string | undefined): string {
  if (text === undefined)
    throw new UsageError(
      "Say where to publish: --endpoint http://127.0.0.1:8080 for the local cloud (npm start -- --keep), or your account's IoT data endpoint.",
    );
  // `aws iot describe-endpoint` prints the host without a scheme.
  const url = /^\w+:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--endpoint ${text}: needs a URL with http or https; the simulator publishes over HTTP.`);
  return url;
}

function regionOf(endpoint: string): string {
  const own = /\.iot\.([a-z0-9-]+)\.amazonaws\.com/.exec(new URL(endpoint).hostname)?.[1];
  const region = own ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region !== undefined) return region;
  if (isLocal(endpoint)) return "us-east-1";
  throw new UsageError(`--region: ${endpoint} does not tell its region and AWS_REGION is not set.`);
}

/** Why no message can be published, as a message to the user. */
function inWords(
  error: Error & { code?: string; $metadata?: { httpStatusCode?: number } },
  endpoint: string,
  published: number,
): Error {
  const sent = published === 0 ? "" : ` ${count(published)} messages were published before.`;
  const cause = (error.cause ?? error) as { code?: string };
  const code = error.code ?? cause.code;
  if (code === "ECONNREFUSED")
    return new UserError([
      `${endpoint}: nobody listens there.${sent} The local cloud does while npm start -- --keep runs; its HTTP port is 8080 unless --http-port says otherwise.`,
    ]);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new UserError([
      `${endpoint}: the host is not known (${code}).${sent} Compare it with aws iot describe-endpoint --endpoint-type iot:Data-ATS.`,
    ]);
  if (error.name === "CredentialsProviderError")
    return new UserError([
      `No AWS credentials were found for ${endpoint}: ${error.message}. Log in with the AWS command line, or set AWS_PROFILE.`,
    ]);
  if (error.$metadata?.httpStatusCode !== undefined)
    return new UserError([
      `${endpoint} answered ${error.$metadata.httpStatusCode} ${error.name}: ${error.message}.${sent}`,
    ]);
  return error;
}

if (require.main === module) void runCommand(DEVICES, devices);
