import type { Clock } from "../../local/clock";
import type { Session, StackOutputs } from "../../local/session";
import { topicMatchesFilter } from "../../aws/mqtt-topic";
import { mqttSender, sdkSender, seededRandom, SendRefused, simulate } from "../../devices";
import { readRecording } from "../../devices/replay";
import { parseTimestampFormat } from "../../etl";
import { UserError } from "../run";
import { count } from "../output/table";

export const DEFAULT_TOPIC = "dt/{device_id}/aggregate";

/** Messages of a recording that are on the way at the same time. */
const IN_FLIGHT = 256;

export interface Player {
  session: Session;
  clock: Clock;
  endpoints: { mqtt: string; http: string };
  signal: AbortSignal;
  /** a message that the devices' side could not publish */
  onRefused(reason: string): void;
  /** lets the local clock reach `time`, as fast as the user wants it */
  pace(time: number): Promise<void>;
}

export interface DevicePlay {
  devices: number;
  publishes: number;
  interval: number;
  topic: string | undefined;
  seed: number | undefined;
}

/** The device simulator, through the AWS SDK and the HTTP endpoint. */
export async function playDevices(player: Player, play: DevicePlay): Promise<void> {
  const topic = play.topic ?? deviceTopic(player.session.outputs);
  refuseDeafTopic(player.session, topic);
  const sender = sdkSender({ endpoint: player.endpoints.http, region: player.session.evaluation.region, qos: 1 });
  try {
    await simulate({
      send: sender.send,
      devices: play.devices,
      publishes: play.publishes,
      intervalMs: play.interval,
      topic,
      clock: { now: () => player.clock.now(), sleepUntil: (time) => player.pace(time) },
      random: seededRandom(play.seed),
      signal: player.signal,
      onRefused: player.onRefused,
    });
  } finally {
    await sender.close();
  }
}

export interface RecordingPlay {
  inputs: readonly string[];
  topic: string | undefined;
  set: readonly (readonly [string, string])[];
  rename: readonly (readonly [string, string])[];
  time: string | undefined;
  interval: number;
}

/** Recorded messages over MQTT with QoS 1; their own time drives the clock. */
export async function playRecording(player: Player, play: RecordingPlay): Promise<void> {
  const topic = play.topic ?? DEFAULT_TOPIC;
  refuseDeafTopic(player.session, topic);
  const timeOf = timeReader(player.session, topic, play.time);
  const sender = await mqttSender(player.endpoints.mqtt);
  let flight: Promise<void>[] = [];
  let untimed = 0;
  const land = async (): Promise<void> => {
    await Promise.all(flight);
    flight = [];
  };
  try {
    let first = true;
    let anchored = false;
    for await (const message of readRecording(play.inputs, { topic, set: play.set, rename: play.rename })) {
      if (player.signal.aborted) break;
      let time = timeOf?.(message.attributes());
      if (timeOf !== undefined && time === undefined) untimed++;
      // Without a time of its own a message comes an interval after the one before.
      if (timeOf === undefined && !first) time = player.clock.now() + play.interval;
      if (!anchored && timeOf !== undefined && time !== undefined) {
        // What an earlier run left over is read first, in its own time.
        await player.clock.settle();
        player.clock.reset(time);
        anchored = true;
      }
      first = false;
      if (time !== undefined && time > player.clock.now()) {
        await land();
        await player.pace(time);
      }
      if (message.topic === undefined) {
        player.onRefused(`no topic: what ${topic} is filled from is missing, empty or not fit for a topic`);
        continue;
      }
      flight.push(
        sender.send(message.topic, message.payload).catch((error: unknown) => {
          if (!(error instanceof SendRefused)) throw error;
          player.onRefused(error.message);
        }),
      );
      if (flight.length >= IN_FLIGHT) await land();
    }
    await land();
  } finally {
    await sender.close();
  }
  if (untimed > 0)
    process.stderr.write(
      `warning: ${untimed === 1 ? "1 message has" : `${count(untimed)} messages have`} no readable ${play.time ?? "timestamp"}; published without moving the clock.\n`,
    );
}

type TimeReader = (attributes: Record<string, unknown>) => number | undefined;

/** Reads a message's time: from `--time`, or from the attribute by which the datastore it ends in is partitioned. */
function timeReader(session: Session, topic: string, attribute: string | undefined): TimeReader | undefined {
  const { channels, pipelines, datastores } = session.outputs;
  const sample = sampleOf(topic);
  const partitions = Object.values(pipelines)
    .filter(({ channel }) => {
      const filter = channels[channel]?.topicFilter;
      return filter === undefined || topicMatchesFilter(filter, sample);
    })
    .map(({ datastore }) => datastores[datastore]?.timestampPartition)
    .filter((partition) => partition !== undefined);
  const partition = attribute === undefined ? partitions[0] : partitions.find((known) => known.attribute === attribute);
  const name = attribute ?? partition?.attribute;
  if (name === undefined) return undefined;
  const format = partition?.format === undefined ? undefined : parseTimestampFormat(partition.format);
  return (attributes) => {
    const value = attributes[name];
    if (format !== undefined) return typeof value === "string" ? format.parse(value) : undefined;
    return anyTime(value);
  };
}

/** Epoch seconds or milliseconds, ISO 8601, or `yyyy-MM-dd HH:mm:ss`, read as UTC when no zone is given. */
export function anyTime(value: unknown): number | undefined {
  const text = String(value ?? "");
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    return number > 1e11 ? number : number * 1000;
  }
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const iso = text.replace(" ", "T");
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) || !iso.includes("T") ? iso : `${iso}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** Where simulated devices publish: on the usual topic if a rule listens to it, otherwise on the one that the stack tells them. */
export function deviceTopic({ channels, simulator }: Pick<StackOutputs, "channels" | "simulator">): string {
  const sample = sampleOf(DEFAULT_TOPIC);
  if (
    Object.values(channels).some(
      ({ topicFilter }) => topicFilter !== undefined && topicMatchesFilter(topicFilter, sample),
    )
  )
    return DEFAULT_TOPIC;
  return / --topic '([^']+)'$/.exec(simulator ?? "")?.[1] ?? DEFAULT_TOPIC;
}

function sampleOf(topic: string): string {
  return topic.replace(/\{[^}]+\}/g, "x");
}

/** A topic that no rule listens to would swallow every message. */
function refuseDeafTopic(session: Session, topic: string): void {
  const sample = topic.replace(/\{[^}]+\}/g, "x");
  const filters = Object.values(session.outputs.channels).map(({ topicFilter }) => topicFilter);
  if (filters.some((filter) => filter === undefined || topicMatchesFilter(filter, sample))) return;
  throw new UserError([
    `--topic ${topic}: no topic rule of this stack listens to it; their filters are ${filters.map((filter) => `'${filter}'`).join(", ") || "none"}.\n` +
      "Choose a topic that one of them matches, or add a topic rule document.",
  ]);
}
