import * as net from "node:net";
import type { Duplex } from "node:stream";
import { Defects } from "../core/defects";
import type { ClientAccess } from "./access";
import { Connection } from "./connection";
import type { MessageProperties } from "./properties";
import { REASON } from "./reasons";
import type { RetainedMessage } from "./retained";
import { SessionManager } from "./session-manager";
import { AWS_LIMITS, type BrokerEvent, type BrokerLimits, type Journal, type OnPublish, type Publish } from "./types";

/** What a broker is made with. */
export interface MqttBrokerOptions {
  onPublish: OnPublish;
  onEvent?(event: BrokerEvent): void;
  /** takes down what happens to connections */
  journal?: Journal;
  /** where retained messages survive a restart; without it they live as long as the broker */
  retainedFile?: string;
  limits?: Partial<BrokerLimits>;
  /** records unexpected errors of connections */
  defects?: Defects;
}

/** How a message goes to subscribers. */
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
 * The message broker of AWS IoT Core: MQTT 3.1.1 and 5, QoS 0 and 1, wills, retained messages, persistent sessions (as long as the process),
 * shared subscriptions, topic aliases. Refused by name: QoS 2, subscription identifiers, AUTH, reserved topics other than basic ingest and
 * shadows. Every published message goes to `onPublish` and to nobody else: whoever routes it hands it to subscribers with `publish`.
 */
export class MqttBroker {
  private readonly limits: BrokerLimits;
  private readonly defects: Defects;
  private readonly sessions: SessionManager;
  private readonly open = new Set<Connection>();
  private readonly server = net.createServer((socket) => {
    socket.setNoDelay(true);
    this.accept(socket);
  });
  private sweeper: NodeJS.Timeout | undefined;
  private lastSweep = 0;
  private closing: Promise<void> | undefined;

  constructor(options: MqttBrokerOptions) {
    const { onPublish, onEvent, retainedFile, journal } = options;
    this.limits = { ...AWS_LIMITS, ...options.limits };
    this.defects = options.defects ?? new Defects();
    this.sessions = new SessionManager({
      onPublish,
      onEvent,
      journal,
      retainedFile,
      limits: this.limits,
      defects: this.defects,
      onSocketClosed: (connection) => this.open.delete(connection),
    });
  }

  /**
   * Accepts connections; port 0 takes a free one, and without a port connections come by `accept` alone.
   * @returns the port. @throws EADDRINUSE and the like as node raises them
   */
  listen(port: number, host?: string): Promise<number>;
  listen(port: number | undefined, host?: string): Promise<number | undefined>;
  listen(port: number | undefined, host = "127.0.0.1"): Promise<number | undefined> {
    this.lastSweep = Date.now();
    this.sweeper = setInterval(() => this.sweep(), this.limits.sweepInterval);
    this.sweeper.unref();
    if (port === undefined) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        resolve((this.server.address() as net.AddressInfo).port);
      });
    });
  }

  /**
   * Takes a connection that came another way than by the broker's own port, such as a WebSocket or TLS.
   * @param access what the client's certificate lets it do
   */
  accept(socket: Duplex, access?: ClientAccess): void {
    if (this.closing !== undefined) return void socket.destroy();
    this.open.add(new Connection(socket, this.sessions, access));
  }

  /** Ends the connections of clients whose certificate is no longer good. */
  revoke(revoked: (access: ClientAccess) => boolean): void {
    for (const connection of this.open)
      if (connection.access !== undefined && revoked(connection.access))
        connection.end(REASON.notAuthorized, "the certificate is no longer active");
  }

  /** clients that are connected now */
  get connections(): number {
    return this.sessions.connected;
  }

  /** Delivers a message to the subscribers of its topic. Nobody gets messages of basic ingest. */
  publish(
    topic: string,
    payload: Buffer,
    { qos = 0, retain = false, clientId, properties }: PublishOptions = {},
  ): void {
    this.sessions.deliver({ topic, payload, qos, properties }, retain, clientId);
  }

  /** Delivers a message to the subscriptions of one client, as the answers of AWS IoT that belong to one connection. */
  answer(clientId: string, topic: string, payload: Buffer): void {
    this.sessions.deliverTo(clientId, { topic, payload, qos: 1 });
  }

  /**
   * Keeps a message for subscribers to come, as the retain flag over HTTP asks; those of MQTT clients are kept without a call.
   * @returns false if there is no room for the message of one more topic
   */
  retain(message: Publish): boolean {
    if (this.sessions.retainedFull(message)) return false;
    this.sessions.retain(message);
    return true;
  }

  /** The retained message of a topic, or undefined. */
  retainedMessage(topic: string): RetainedMessage | undefined {
    return this.sessions.retained.find(topic);
  }

  /** By topic. */
  retainedMessages(): RetainedMessage[] {
    return this.sessions.retained.list();
  }

  /** Stops reading from all clients, so that they feel it; what was read already waits unparsed. */
  pause(): void {
    this.sessions.paused = true;
    for (const connection of this.open) connection.wake();
  }

  resume(): void {
    this.sessions.paused = false;
    const now = Date.now();
    for (const connection of this.open) {
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
    this.sessions.beginShutdown();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.open)
      connection.end(REASON.serverShuttingDown, "the local cloud is shutting down", false, CLOSING_PATIENCE);
    await closed;
    this.sessions.close();
  }

  private sweep(): void {
    const now = Date.now();
    const late = now - this.lastSweep - this.limits.sweepInterval;
    this.lastSweep = now;
    for (const connection of this.open) {
      if (connection.paused) connection.lastHeard = now;
      else if (late > LATE) connection.lastHeard += late;
      this.defects.guard("MQTT keep alive", () => connection.checkSilence(now - connection.lastHeard), undefined);
    }
  }
}
