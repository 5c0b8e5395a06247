import { connect, type MqttClient } from "mqtt";
import type { Random } from "../random";
import type { DeviceIdentity } from "./keys";
import type { FleetEndpoint } from "./provisioning";

/** Waits between two attempts to connect: a random part of a bound that doubles, so that a fleet does not come back all at once. */
export function backoff(attempt: number, random: Random, { firstMs = 1000, mostMs = 128_000 } = {}): number {
  return random() * Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
}

/** What a device tells. */
export interface DeviceEvents {
  random: Random;
  /** a message was acknowledged */
  onSent(): void;
  /** the buffer was full, and its oldest message is lost */
  onDropped(): void;
  /** how often the device has connected, itself or again */
  onConnected(): void;
  /** longest wait between two attempts, ms; default 128 s */
  mostMs?: number;
}

interface Message {
  topic: string;
  payload: string;
}

/** Messages that wait while the device is offline; the oldest goes when there are more. */
const BUFFER = 10_000;
/** Messages on their way without PUBACK. */
const IN_FLIGHT = 20;
/** s; AWS IoT gives up on a client after 1.5 times as long */
const KEEP_ALIVE = 60;

/**
 * A device with a certificate of its own: it publishes with QoS 1, keeps what is not acknowledged while it is offline, and connects again with growing, random
 * waits. A message whose PUBACK was lost is sent again, so it arrives at least once.
 */
export class FleetDevice {
  private readonly waiting: Message[] = [];
  private readonly flying = new Set<Message>();
  private client: MqttClient | undefined;
  private online = false;
  private attempts = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(
    readonly identity: DeviceIdentity,
    private readonly endpoint: FleetEndpoint,
    private readonly events: DeviceEvents,
  ) {}

  get pending(): number {
    return this.waiting.length + this.flying.size;
  }

  get connected(): boolean {
    return this.online;
  }

  open(): void {
    const { cert, key, thingName: clientId } = this.identity;
    const { url, ca } = this.endpoint;
    const client = connect(url, {
      cert,
      key,
      ca,
      clientId,
      protocolVersion: 4,
      reconnectPeriod: 0,
      keepalive: KEEP_ALIVE,
      clean: true,
    });
    this.client = client;
    // What went wrong shows in "close", which follows.
    client.on("error", () => undefined);
    client.on("connect", () => {
      this.attempts = 0;
      this.online = true;
      this.events.onConnected();
      this.pump();
    });
    client.on("close", () => this.lost(client));
  }

  publish(topic: string, payload: string): void {
    if (this.waiting.length >= BUFFER) {
      this.waiting.shift();
      this.events.onDropped();
    }
    this.waiting.push({ topic, payload });
    this.pump();
  }

  /** Resolves when nothing waits any more, or after `ms`. */
  async settled(ms: number): Promise<void> {
    if (this.pending === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      this.idle.push(resolve);
    });
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.endAsync(!this.online);
  }

  private lost(client: MqttClient): void {
    if (client !== this.client) return;
    this.online = false;
    // What was on its way is sent again, in its order.
    this.waiting.unshift(...this.flying);
    this.flying.clear();
    this.client = undefined;
    client.end(true);
    if (this.closed) return;
    this.timer = setTimeout(
      () => this.open(),
      backoff(this.attempts++, this.events.random, { mostMs: this.events.mostMs }),
    );
  }

  private pump(): void {
    const { client } = this;
    while (client !== undefined && this.online && this.waiting.length > 0 && this.flying.size < IN_FLIGHT) {
      const message = this.waiting.shift()!;
      this.flying.add(message);
      client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
        if (error || !this.flying.delete(message)) return;
        this.events.onSent();
        this.pump();
        if (this.pending === 0) for (const resolve of this.idle.splice(0)) resolve();
      });
    }
  }
}
