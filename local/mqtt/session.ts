import type { Version } from "./encode";
import type { Envelope, OutboundMessage } from "./outbound-message";

/** The options of a subscription. */
export interface Subscription {
  qos: 0 | 1;
  /** MQTT 5: not what the subscriber itself published */
  noLocal: boolean;
  /** MQTT 5: leave the retain flag as it was */
  retainAsPublished: boolean;
}

/** The connection of a subscriber. */
export interface SubscriberConnection {
  readonly version: Version;
  /** QoS 1 messages that the subscriber takes without having acknowledged them */
  readonly receiveMaximum: number;
  /** bytes of a packet */
  readonly maximumPacketSize: number;
  /** bytes that wait to be sent */
  readonly backlog: number;
  /** whether the client's policies let a message of this topic reach it */
  receives(topic: string): boolean;
  send(bytes: Buffer): void;
}

/** What may wait for one subscriber. */
export interface SessionLimits {
  /** QoS 1 messages that wait for the subscriber */
  queued: number;
  /** bytes of their payloads */
  queuedBytes: number;
  /** bytes that wait in the socket before QoS 0 messages are dropped */
  socketBytes: number;
}

/** A shared subscription, as a session knows it. */
export interface MessageGroup {
  /** Hands a message to one of its members. */
  deliver(outbound: OutboundMessage, retain: boolean): void;
}

/** A QoS 1 message of a session, waiting or in flight. */
export interface Assigned {
  outbound: OutboundMessage;
  retain: boolean;
  /** the shared subscription that chose this session, which chooses another one if this one leaves */
  group: MessageGroup | undefined;
}

/** The state of a client that may outlive its connection: subscriptions, QoS 1 messages in flight and queued. */
export class Session {
  /** by topic filter; of a shared subscription by `$share/NAME/FILTER` */
  readonly subscriptions = new Map<string, Subscription>();
  /** whether it outlives its connection */
  persistent = false;
  private connection: SubscriberConnection | undefined;
  private readonly inFlight = new Map<number, Assigned>();
  private queue: Assigned[] = [];
  private queueStart = 0;
  private queuedBytes = 0;
  private lastId = 0;

  constructor(
    readonly clientId: string,
    private readonly limits: SessionLimits,
    private readonly onDropped: (clientId: string, reason: string) => void,
  ) {}

  get connected(): boolean {
    return this.connection !== undefined;
  }

  /** The client is connected, possibly again: what it has not acknowledged is sent once more. */
  attach(connection: SubscriberConnection): void {
    this.connection = connection;
    const now = Date.now();
    for (const [id, { outbound, retain }] of this.inFlight)
      if (outbound.expired(now) || !this.transmit(connection, outbound, { qos: 1, retain, id }))
        this.inFlight.delete(id);
    this.pump();
  }

  /** @returns the messages of shared subscriptions that the client has not acknowledged, which are no longer this session's */
  detach(): Assigned[] {
    this.connection = undefined;
    const given: Assigned[] = [];
    for (const [id, assigned] of this.inFlight)
      if (assigned.group !== undefined) {
        given.push(assigned);
        this.inFlight.delete(id);
      }
    const kept: Assigned[] = [];
    for (const assigned of this.queue.slice(this.queueStart))
      (assigned.group === undefined ? kept : given).push(assigned);
    this.queue = kept;
    this.queueStart = 0;
    this.queuedBytes = kept.reduce((sum, { outbound }) => sum + outbound.message.payload.length, 0);
    return given;
  }

  deliver(outbound: OutboundMessage, qos: 0 | 1, retain: boolean, group?: MessageGroup): void {
    const { connection } = this;
    if (qos === 0) {
      if (connection === undefined) return;
      if (connection.backlog > this.limits.socketBytes) return this.drop("the subscriber reads too slowly (QoS 0)");
      this.transmit(connection, outbound, { qos: 0, retain, id: undefined });
      return;
    }
    const { length } = outbound.message.payload;
    if (
      this.queue.length - this.queueStart >= this.limits.queued ||
      this.queuedBytes + length > this.limits.queuedBytes
    )
      return this.drop("too many messages wait for the subscriber already (QoS 1)");
    this.queuedBytes += length;
    this.queue.push({ outbound, retain, group });
    this.pump();
  }

  /** PUBACK of the subscriber. */
  acknowledge(id: number): void {
    if (this.inFlight.delete(id)) this.pump();
  }

  private pump(): void {
    const { connection, queue } = this;
    if (connection === undefined) return;
    const now = Date.now();
    while (this.queueStart < queue.length && this.inFlight.size < connection.receiveMaximum) {
      const assigned = queue[this.queueStart++]!;
      const { outbound, retain } = assigned;
      this.queuedBytes -= outbound.message.payload.length;
      if (outbound.expired(now)) continue;
      const id = this.freeId();
      this.inFlight.set(id, assigned);
      if (!this.transmit(connection, outbound, { qos: 1, retain, id })) this.inFlight.delete(id);
    }
    if (this.queueStart > 1000 || this.queueStart === queue.length) {
      queue.splice(0, this.queueStart);
      this.queueStart = 0;
    }
  }

  private transmit(connection: SubscriberConnection, outbound: OutboundMessage, envelope: Envelope): boolean {
    if (!connection.receives(outbound.message.topic)) return false;
    const bytes = outbound.encode(connection.version, envelope);
    if (bytes.length > connection.maximumPacketSize) {
      this.drop("larger than the subscriber's maximum packet size");
      return false;
    }
    connection.send(bytes);
    return true;
  }

  private drop(reason: string): void {
    this.onDropped(this.clientId, reason);
  }

  private freeId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.inFlight.has(this.lastId));
    return this.lastId;
  }
}
