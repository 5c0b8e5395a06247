import type { Random } from "./random";
import { SendRefused, type Sender } from "./sender";

/** Settings of the device simulator. */
export interface Simulation {
  send: Sender["send"];
  /** number of sensors: sensor0, sensor1, ... */
  devices: number;
  /** messages per sensor */
  publishes: number;
  /** ms between a sensor's messages */
  intervalMs: number;
  /** `{device_id}` is replaced */
  topic: string;
  clock: { now(): number; sleepUntil(time: number): Promise<void> };
  random: Random;
  signal?: AbortSignal;
  onSent?(): void;
  /** called for a message that the endpoint refused */
  onRefused?(reason: string): void;
}

/** Maximum number of messages in flight. */
const IN_FLIGHT = 50;

/**
 * Sensors that publish a reading every interval, all at the same moments:
 * `{"device_id": "sensor0", "temperature": 68, "humidity": 40, "timestamp": "2026-01-31 12:00:00"}`: temperature an even number of
 * degrees Celsius between 45 and 91, humidity an even percentage between 0 and 98, the clock's time in UTC.
 */
export async function simulate(simulation: Simulation): Promise<void> {
  const { devices, publishes, intervalMs, topic, clock, random, signal } = simulation;
  const start = clock.now();
  const ended = (): boolean => signal?.aborted === true;
  for (let round = 0; round < publishes && !ended(); round++) {
    await clock.sleepUntil(start + round * intervalMs);
    const timestamp = new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ");
    let flight: Promise<void>[] = [];
    for (let device = 0; device < devices && !ended(); device++) {
      const device_id = `sensor${device}`;
      const reading = { device_id, temperature: even(random, 45, 91), humidity: even(random, 0, 98), timestamp };
      flight.push(sendOne(simulation, fillTopic(topic, { ...reading })!, JSON.stringify(reading)));
      if (flight.length < IN_FLIGHT) continue;
      await Promise.all(flight);
      flight = [];
    }
    await Promise.all(flight);
  }
}

async function sendOne({ send, onSent, onRefused }: Simulation, topic: string, text: string): Promise<void> {
  try {
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
