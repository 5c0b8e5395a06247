import type { Version } from "./codec";
import type { Outgoing } from "./outgoing";

export interface Subscription {
  qos: 0 | 1;
  /** MQTT 5: not what the subscriber itself published */
  noLocal: boolean;
  /** MQTT 5: leave the retain flag as it was */
  retainAsPublished: boolean;
}

/** The way to a subscriber while it is connected. */
export interface Line {
  readonly version: Version;
  /** QoS 1 messages that the subscriber takes without having acknowledged */
  readonly receiveMaximum: number;
  readonly maximumPacketSize: number;
  /** bytes that wait to be sent */
  readonly backlog: number;
  send(bytes: Buffer): void;
}

export interface SessionLimits {
  queued: number;
  queuedBytes: number;
  socketBytes: number;
}

interface Waiting {
  outgoing: Outgoing;
  retain: boolean;
}

/** The subscriptions of a client and the QoS 1 messages that it has not acknowledged; may outlive its connection. */
export class Session {
  readonly subscriptions = new Map<string, Subscription>();
  private line: Line | undefined;
  private readonly unacknowledged = new Map<number, Waiting>();
  private readonly queue: Waiting[] = [];
  private queueStart = 0;
  private queuedBytes = 0;
  private lastId = 0;

  constructor(
    readonly clientId: string,
    private readonly limits: SessionLimits,
    private readonly onDropped: (clientId: string, reason: string) => void,
  ) {}

  get connected(): boolean {
    return this.line !== undefined;
  }

  /** The client is there, possibly again: what it has not acknowledged is sent once more. */
  attach(line: Line): void {
    this.line = line;
    for (const [id, { outgoing, retain }] of this.unacknowledged)
      line.send(outgoing.encode(line.version, { qos: 1, retain, dup: true, id }));
    this.pump();
  }

  detach(): void {
    this.line = undefined;
  }

  deliver(outgoing: Outgoing, qos: 0 | 1, retain: boolean): void {
    const { line } = this;
    if (qos === 0) {
      if (line === undefined) return;
      if (line.backlog > this.limits.socketBytes) return this.drop("the subscriber reads too slowly (QoS 0)");
      this.send(line, outgoing, { qos: 0, retain, dup: false, id: undefined });
      return;
    }
    const { length } = outgoing.message.payload;
    if (
      this.queue.length - this.queueStart >= this.limits.queued ||
      this.queuedBytes + length > this.limits.queuedBytes
    )
      return this.drop("too many messages wait for the subscriber already (QoS 1)");
    this.queuedBytes += length;
    this.queue.push({ outgoing, retain });
    this.pump();
  }

  /** PUBACK of the subscriber. */
  acknowledge(id: number): void {
    if (this.unacknowledged.delete(id)) this.pump();
  }

  private pump(): void {
    const { line, queue } = this;
    if (line === undefined) return;
    const now = Date.now();
    while (this.queueStart < queue.length && this.unacknowledged.size < line.receiveMaximum) {
      const waiting = queue[this.queueStart++]!;
      this.queuedBytes -= waiting.outgoing.message.payload.length;
      if (waiting.outgoing.expired(now)) continue;
      const id = this.freeId();
      this.unacknowledged.set(id, waiting);
      const sent = this.send(line, waiting.outgoing, { qos: 1, retain: waiting.retain, dup: false, id });
      if (!sent) this.unacknowledged.delete(id);
    }
    if (this.queueStart > 1000 || this.queueStart === queue.length) {
      queue.splice(0, this.queueStart);
      this.queueStart = 0;
    }
  }

  private send(line: Line, outgoing: Outgoing, envelope: Parameters<Outgoing["encode"]>[1]): boolean {
    const bytes = outgoing.encode(line.version, envelope);
    if (bytes.length > line.maximumPacketSize) {
      this.drop("larger than the subscriber's maximum packet size");
      return false;
    }
    line.send(bytes);
    return true;
  }

  private drop(reason: string): void {
    this.onDropped(this.clientId, reason);
  }

  private freeId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.unacknowledged.has(this.lastId));
    return this.lastId;
  }
}
