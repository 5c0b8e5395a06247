import { UserError } from "../command/run";
import { printError } from "../output/terminal";
import type { Clock } from "../../local/core/clock";
import type { Addresses } from "../../local/endpoints";
import type { Session } from "../../local/session";
import { LOCAL_ADMIN_ARN } from "../../local/core/principals";
import {
  mqttSender,
  plainReading,
  sdkSender,
  seededRandom,
  SendRefused,
  simulate,
  type MessageKind,
  type Sender,
} from "../../devices";
import { isUtf8 } from "node:buffer";
import { isSiteWiseTopic } from "../../aws/sitewise";
import { jsonProblem, readRecording, readTime, TIME_RULE, type ReadOptions } from "../../devices/replay";
import { parseTimestampFormat } from "../../etl";
import { listens, recordingTopic, sampleOf, type Route } from "./route";
import { payloadOf } from "./samples";
import { counted } from "../output/table";

/** Maximum messages in flight. */
const IN_FLIGHT = 256;

/** The running stack that messages are published to. */
export interface Player {
  session: Session;
  clock: Clock;
  endpoints: Addresses;
  signal: AbortSignal;
  /** called for a message that could not be published */
  onRefused(reason: string): void;
  /** called for a message that a stream has taken */
  onPut(): void;
  /** advances the local clock to `time`, at the speed that the user chose */
  pace(time: number): Promise<void>;
}

/** Settings of the device simulator. */
export interface DevicePlay {
  devices: number;
  publishes: number;
  interval: number;
  route: Route;
  seed: number | undefined;
}

/** Runs the device simulator through the AWS SDK and the HTTP endpoint, and straight into the streams of channels without a rule. */
export async function playDevices(player: Player, play: DevicePlay): Promise<void> {
  const { session } = player;
  const random = seededRandom(play.seed);
  const sender = sdkSender({ endpoint: player.endpoints.http, region: session.evaluation.region, qos: 1 });
  const { plan, topic } = play.route;
  const kinds = plan.sources.map((source): MessageKind => {
    const payload = payloadOf(source, random);
    if (source.topic !== undefined) return { send: sender.send, topic: source.topic, payload };
    // The device's name is the partition key.
    return { send: streamSender(player, source.channels[0]!), topic: "{device}", payload };
  });
  // Of basic ingest the documents say nothing.
  if (kinds.length === 0 && topic !== undefined)
    kinds.push({ send: sender.send, topic, payload: plainReading(random) });
  try {
    await simulate({
      kinds,
      devices: play.devices,
      publishes: play.publishes,
      intervalMs: play.interval,
      clock: { now: () => player.clock.now(), sleepUntil: (time) => player.pace(time) },
      signal: player.signal,
      onRefused: player.onRefused,
    });
  } finally {
    await sender.close();
  }
}

/** Over MQTT; over HTTP where only devices with certificates may connect. */
function publisher({ endpoints, session }: Player): Sender | Promise<Sender> {
  if (endpoints.mqtt !== undefined) return mqttSender(endpoints.mqtt);
  return sdkSender({ endpoint: endpoints.http, region: session.evaluation.region, qos: 1 });
}

/** Publishes as AWS IoT SiteWise does, where no device may. */
function siteWiseSender({ session: { cloud } }: Player): Sender {
  const send = async (topic: string, payload: Buffer | string): Promise<void> => {
    const verdict = await cloud.messages.publishNotification(topic, Buffer.from(payload));
    if (!verdict.ok) throw new SendRefused(`${topic}: ${verdict.message}`);
  };
  return { send, close: () => undefined };
}

/** For recordings: every message has a partition key of its own, as a BatchPutMessage knew no devices. */
function intoStream(player: Player, channel: string): Sender {
  const send = streamSender(player, channel);
  let number = 0;
  return { send: (_, payload) => send(String(number++), payload), close: () => undefined };
}

/** Puts messages into a channel's stream, as the account itself may; the topic is the partition key. */
function streamSender({ session: { cloud, outputs }, onPut }: Player, channel: string): MessageKind["send"] {
  const stream = cloud.streams.get(outputs.channels[channel]!.stream)!;
  return (key, payload) =>
    new Promise((resolve, reject) => {
      const result = stream.put(LOCAL_ADMIN_ARN, key, Buffer.from(payload), () => {
        onPut();
        resolve();
      });
      if (!result.ok) reject(new SendRefused(`stream of ${channel}: ${result.message}`));
    });
}

/**
 * When the latest message of the data folder arrived, if a pipeline has a candidate: whether a message belongs to the candidate's live part
 * follows from its time of arrival, so the local clock may not begin before it. undefined without a candidate or without messages.
 */
export function lastArrivalForCandidates({ cloud, outputs }: Session): number | undefined {
  if (!Object.values(outputs.pipelines).some(({ candidate }) => candidate !== undefined)) return undefined;
  const times = [...cloud.streams.values()].map(({ lastArrival }) => lastArrival ?? -Infinity);
  const last = Math.max(...times);
  return Number.isFinite(last) ? last : undefined;
}

/** @throws UserError if a recording would set the clock of a stack with a candidate back */
function checkOrder(session: Session, time: number): void {
  const last = lastArrivalForCandidates(session);
  if (last === undefined || time >= last) return;
  const text = (ms: number): string => new Date(ms).toISOString();
  throw new UserError([
    `--input: the recording begins at ${text(time)}, before the latest message of this data folder, which arrived at ${text(last)}. ` +
      "A candidate tells live messages from archived ones by their time of arrival, so the clock must not go back. " +
      "Use a data folder of its own (--data-dir), start over (--fresh), or let the simulated devices publish.",
  ]);
}

/** Settings of a replay. */
export interface RecordingPlay {
  inputs: readonly string[];
  route: Route;
  set: readonly (readonly [string, string])[];
  rename: readonly (readonly [string, string])[];
  /** the attribute that drives the clock; undefined: the datastore's timestamp partition */
  time: string | undefined;
  /** ms of local time between messages that have no time */
  interval: number;
  read: ReadOptions;
}

/** Publishes recorded messages over MQTT with QoS 1, or puts them into the stream of a channel without a rule. Their timestamps drive the clock. */
export async function playRecording(player: Player, play: RecordingPlay): Promise<void> {
  const topic = recordingTopic(play.route);
  const { stream } = play.route;
  const timeOf = timeReader(player.session, stream ?? topic, play.time, stream !== undefined);
  const notes = new Notes();
  const sender =
    stream !== undefined
      ? intoStream(player, stream)
      : isSiteWiseTopic(topic)
        ? siteWiseSender(player)
        : await publisher(player);
  let flight: Promise<void>[] = [];
  const land = async (): Promise<void> => {
    await Promise.all(flight);
    flight = [];
  };
  try {
    let first = true;
    let anchored = false;
    const read = { ...play.read, onNote: (note: string) => notes.once(note) };
    for await (const message of readRecording(play.inputs, { ...play, topic, read })) {
      if (player.signal.aborted) break;
      let time = timeOf?.read(message.attributes(), notes);
      // A message without a time of its own comes an interval after the one before.
      if (timeOf === undefined && !first) time = player.clock.now() + play.interval;
      if (!anchored && timeOf !== undefined && time !== undefined) {
        // Records that an earlier run left are read first, at their own time.
        await player.clock.settle();
        checkOrder(player.session, time);
        player.clock.reset(time);
        anchored = true;
      }
      first = false;
      if (time !== undefined && time > player.clock.now()) {
        await land();
        await player.pace(time);
        if (player.signal.aborted) break;
      }
      if (message.topic === undefined) {
        player.onRefused(message.problem!);
        notes.refused(message.place);
        continue;
      }
      if (timeOf !== undefined && time === undefined)
        notes.untimed(message.place, message.attributes()[timeOf.attribute]);
      notes.payload(message.place, message.payload);
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
    for (const line of notes.lines(timeOf?.attribute)) printError(`warning: ${line}\n`);
  }
}

/** Remarks about a recording: each is counted, and shown with the first message that it is true of. */
class Notes {
  private readonly said = new Set<string>();
  private readonly counts = new Map<string, { count: number; first: string }>();

  /** A remark about a file, written at once. */
  once(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    printError(`${text}\n`);
  }

  untimed(place: string, value: unknown): void {
    this.add(
      "untimed",
      value === undefined ? `${place}, which lacks it` : `${place}: ${JSON.stringify(value).slice(0, 60)}`,
    );
  }

  refused(place: string): void {
    this.add("refused", place);
  }

  payload(place: string, payload: Buffer | string): void {
    if (typeof payload === "string") return;
    if (!isUtf8(payload)) return this.add("encoding", place);
    // Parsing every message would cost more than publishing it; these words are the usual reason why one is not JSON.
    if (this.counts.has("json")) return;
    const problem = NOT_JSON.test(payload.toString("latin1")) ? jsonProblem(payload.toString()) : undefined;
    if (problem !== undefined) this.add("json", `${place}: ${problem}`);
  }

  private add(kind: string, first: string): void {
    const known = this.counts.get(kind);
    if (known === undefined) this.counts.set(kind, { count: 1, first });
    else known.count++;
  }

  lines(attribute: string | undefined): string[] {
    const words: Record<string, (first: string) => string> = {
      untimed: (first) =>
        `without a readable time in ${attribute}, published without moving the clock (first: ${first}); ${TIME_RULE}.`,
      refused: (first) => `not published (first: ${first}); the summary has the reasons.`,
      encoding: (first) =>
        `not in UTF-8, published as they are (first: ${first}). If the file has another encoding, name it: --encoding windows-1252.`,
      json: (first) => `not JSON, published as they are (first: ${first}).`,
    };
    return [...this.counts].map(([kind, { count: number, first }]) =>
      kind === "json" ? `messages ${words[kind]!(first)}` : `${counted(number, "message")} ${words[kind]!(first)}`,
    );
  }
}

/** Words of other languages that are written where JSON has null, true or false. */
const NOT_JSON = /[:[,]\s*-?(?:NaN|nan|Inf|inf|None|True|False|undefined)/;

interface TimeReader {
  attribute: string;
  /** ms since 1970; undefined for a message without a readable time */
  read(attributes: Record<string, unknown>, notes: Notes): number | undefined;
}

/**
 * Reads a message's time from the attribute of `--time`, or of the datastore's timestamp partition.
 * @param target a topic, or the name of a channel
 */
function timeReader(
  session: Session,
  target: string,
  attribute: string | undefined,
  isChannel: boolean,
): TimeReader | undefined {
  const { channels, pipelines, datastores } = session.outputs;
  const sample = sampleOf(target);
  const partitions = Object.values(pipelines)
    .filter(({ channel }) => {
      if (isChannel) return channel === target;
      const filter = channels[channel]?.topicFilter;
      return filter === undefined || listens(filter, sample);
    })
    .map(({ datastore }) => datastores[datastore]?.timestampPartition)
    .filter((partition) => partition !== undefined);
  const partition = attribute === undefined ? partitions[0] : partitions.find((known) => known.attribute === attribute);
  const name = attribute ?? partition?.attribute;
  if (name === undefined) return undefined;
  const format = partition?.format === undefined ? undefined : parseTimestampFormat(partition.format);
  return {
    attribute: name,
    read(attributes, notes) {
      const value = attributes[name];
      const formatted = format !== undefined && typeof value === "string" ? format.parse(value) : undefined;
      if (formatted !== undefined) return formatted;
      const time = readTime(value);
      if (time?.unit !== undefined) notes.once(`${name}: numbers are read as ${time.unit} since 1970`);
      return time?.ms;
    },
  };
}
