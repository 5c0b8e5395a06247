import type { Random } from "./random";
import { SendRefused, type Sender } from "./sender";

/** What every device sends at each of its moments. */
export interface MessageKind {
  send: Sender["send"];
  /** `{name}` is filled from the payload; `{device}` and `{device_id}`, if it has none, with the device's name */
  topic: string;
  /** @param device its name, such as sensor0 @param ms since 1970 */
  payload(device: string, ms: number): Record<string, unknown>;
}

/** Settings of the device simulator. */
export interface Simulation {
  kinds: readonly MessageKind[];
  /** number of sensors: sensor0, sensor1, ... */
  devices: number;
  /** moments at which a sensor sends one message of each kind */
  publishes: number;
  /** ms between a sensor's messages */
  intervalMs: number;
  clock: { now(): number; sleepUntil(time: number): Promise<void> };
  signal?: AbortSignal;
  onSent?(): void;
  /** called for a message that the endpoint refused */
  onRefused?(reason: string): void;
}

/** Maximum number of messages in flight. */
const IN_FLIGHT = 50;

/** Sensors that publish every interval, all at the same moments. */
export async function simulate(simulation: Simulation): Promise<void> {
  const { kinds, devices, publishes, intervalMs, clock, signal } = simulation;
  const start = clock.now();
  const ended = (): boolean => signal?.aborted === true;
  for (let round = 0; round < publishes && !ended(); round++) {
    await clock.sleepUntil(start + round * intervalMs);
    const now = clock.now();
    let flight: Promise<void>[] = [];
    for (let device = 0; device < devices && !ended(); device++)
      for (const kind of kinds) {
        const name = `sensor${device}`;
        const payload = kind.payload(name, now);
        const own = { device: name, device_id: name };
        const topic = fillTopic(kind.topic, { ...own, ...payload }) ?? fillTopic(kind.topic, own);
        flight.push(sendOne(simulation, kind, topic, JSON.stringify(payload)));
        if (flight.length < IN_FLIGHT) continue;
        await Promise.all(flight);
        flight = [];
      }
    await Promise.all(flight);
  }
}

/**
 * The plain reading: `{"device_id": "sensor0", "temperature": 68, "humidity": 40, "timestamp": "2026-01-31 12:00:00"}`: temperature an even
 * number of degrees Celsius between 45 and 91, humidity an even percentage between 0 and 98, the clock's time in UTC.
 */
export function plainReading(random: Random): MessageKind["payload"] {
  return (device_id, ms) => {
    const timestamp = new Date(ms).toISOString().slice(0, 19).replace("T", " ");
    return { device_id, temperature: even(random, 45, 91), humidity: even(random, 0, 98), timestamp };
  };
}

async function sendOne(
  { onSent, onRefused }: Simulation,
  { send, topic: template }: MessageKind,
  topic: string | undefined,
  text: string,
): Promise<void> {
  try {
    if (topic === undefined) throw new SendRefused(`a name in ${template} is no attribute of the message`);
    await send(topic, text);
    onSent?.();
  } catch (error) {
    if (!(error instanceof SendRefused) || onRefused === undefined) throw error;
    onRefused(error.message);
  }
}

/** An even number within `from` and `to`, each equally likely. */
function even(random: Random, from: number, to: number): number {
  const [first, last] = [Math.ceil(from / 2), Math.floor(to / 2)];
  return 2 * (first + Math.floor(random() * (last - first + 1)));
}

/** The names in braces in a topic. */
export function topicNames(topic: string): string[] {
  return [...topic.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
}

/** A topic with `{name}` replaced from a message's attributes; undefined if one is missing or would change the topic's levels. */
export function fillTopic(topic: string, attributes: Readonly<Record<string, unknown>>): string | undefined {
  let complete = true;
  const filled = topic.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    if (text === "" || /[/+#]/.test(text)) complete = false;
    return text;
  });
  return complete ? filled : undefined;
}
