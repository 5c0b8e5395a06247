import * as net from "node:net";
import { Connection } from "./connection";
import { Hub } from "./hub";
import type { MessageProperties } from "./properties";
import { REASON } from "./reasons";
import { AWS_LIMITS, type BrokerEvent, type BrokerLimits, type OnPublish, type Publish } from "./types";

export interface MqttBrokerOptions {
  onPublish: OnPublish;
  onEvent?(event: BrokerEvent): void;
  /** where retained messages survive a restart; without it they live as long as the broker */
  retainedFile?: string;
  limits?: Partial<BrokerLimits>;
}

export interface PublishOptions {
  /** the most that subscribers get; default 0 */
  qos?: 0 | 1;
  retain?: boolean;
  /** who published, for subscriptions that exclude their own messages */
  clientId?: string;
  properties?: MessageProperties;
}

/** ms that clients have to read the last packet when the broker closes */
const CLOSING_PATIENCE = 200;
/** A sweep that comes later than this (ms) found the process busy, and clients are not blamed for it. */
const LATE = 1000;

/**
 * The message broker of AWS IoT Core on plain TCP: MQTT 3.1.1 and 5, QoS 0 and 1, wills, retained messages, persistent sessions (as
 * long as the process), topic aliases. Refused by name: QoS 2, shared subscriptions, subscription identifiers, AUTH, reserved topics
 * other than basic ingest. Every published message goes to `onPublish` and to nobody else: who routes it hands it to subscribers with
 * `publish`.
 */
export class MqttBroker {
  private readonly limits: BrokerLimits;
  private readonly hub: Hub;
  private readonly sockets = new Set<Connection>();
  private readonly server = net.createServer((socket) => this.sockets.add(new Connection(socket, this.hub)));
  private sweeper: NodeJS.Timeout | undefined;
  private lastSweep = 0;
  private closing: Promise<void> | undefined;

  constructor(options: MqttBrokerOptions) {
    this.limits = { ...AWS_LIMITS, ...options.limits };
    this.hub = new Hub(options, this.limits, (connection) => this.sockets.delete(connection));
  }

  /** Accepts connections; port 0 takes a free one. @returns the port. @throws EADDRINUSE and the like as node raises them */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        this.lastSweep = Date.now();
        this.sweeper = setInterval(() => this.sweep(), this.limits.sweepInterval);
        this.sweeper.unref();
        resolve((this.server.address() as net.AddressInfo).port);
      });
    });
  }

  /** clients that are connected now */
  get connections(): number {
    return this.hub.connected;
  }

  /** Delivers a message to the subscribers of its topic. Nobody gets messages of basic ingest. */
  publish(
    topic: string,
    payload: Buffer,
    { qos = 0, retain = false, clientId, properties }: PublishOptions = {},
  ): void {
    this.hub.deliver({ topic, payload, qos, properties }, retain, clientId);
  }

  /**
   * Keeps a message for subscribers to come, as the retain flag over HTTP asks; those of MQTT clients are kept without a call.
   * @returns false if there is no room for the message of one more topic
   */
  retain(message: Publish): boolean {
    if (this.hub.retainedFull(message)) return false;
    this.hub.retain(message);
    return true;
  }

  /** Stops reading from all clients, so that they feel it; what was read already waits unparsed. */
  pause(): void {
    this.hub.paused = true;
    for (const connection of this.sockets) connection.wake();
  }

  resume(): void {
    this.hub.paused = false;
    const now = Date.now();
    for (const connection of this.sockets) {
      connection.lastHeard = now;
      connection.wake();
    }
  }

  /** Ends every connection and session; wills are not published, for it is not the clients that went. */
  close(): Promise<void> {
    return (this.closing ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    clearInterval(this.sweeper);
    this.hub.shut();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.sockets)
      connection.end(REASON.serverShuttingDown, "the local cloud is shutting down", false, CLOSING_PATIENCE);
    await closed;
    this.hub.close();
  }

  private sweep(): void {
    const now = Date.now();
    const late = now - this.lastSweep - this.limits.sweepInterval;
    this.lastSweep = now;
    for (const connection of this.sockets) {
      if (connection.held) connection.lastHeard = now;
      else if (late > LATE) connection.lastHeard += late;
      connection.checkSilence(now - connection.lastHeard);
    }
  }
}
