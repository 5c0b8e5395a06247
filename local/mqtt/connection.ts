import type { Duplex } from "node:stream";
import type { ClientAccess } from "./access";
import { ConnectionJournal, type End } from "./connection-journal";
import { admit, type ConnectionSettings, type ConnectRefusal } from "./admission";
import {
  decodeConnect,
  decodeDisconnect,
  decodePingreq,
  decodePuback,
  decodeSubscribe,
  decodeUnsubscribe,
  TYPE,
  versionOf,
} from "./decode";
import {
  encodeConnack,
  encodeDisconnect,
  encodeNegativePuback,
  encodePuback,
  encodeSuback,
  encodeUnsuback,
  PINGRESP,
  type Version,
} from "./encode";
import { Frames } from "./frames";
import { InboundPublishes } from "./inbound-publish";
import { PacketReader } from "./packet-reader";
import { notConnect, protocolError, ProtocolError, REASON, RETURN_CODE, VERDICT_CODE } from "./reasons";
import type { Session, SubscriberConnection, Subscription } from "./session";
import { SocketWriter } from "./socket-writer";
import { decideSubscribe } from "./subscribe";
import type { BrokerEvent, BrokerLimits, Journal, Publish, Verdict } from "./types";

/** QoS 1 messages of a 3.1.1 client without PUBACK at which its socket is not read for a while; 3.1.1 has no way to tell it. */
const PAUSE_ABOVE = 1000;
/** bytes of PUBACKs that a client has not read at which it is not read either */
const PAUSE_BACKLOG = 1024 * 1024;
/** ms that a client has to read the last packet and close */
const PATIENCE = 1000;
/** characters of a reason string */
const MAX_REASON = 1000;

/** The broker as its connections use it. */
export interface ConnectionHost {
  readonly limits: BrokerLimits;
  readonly journal: Journal | undefined;
  /** nothing is read from any client */
  readonly paused: boolean;
  publish(message: Publish, done?: (verdict: Verdict) => void): void;
  retain(message: Publish): void;
  /** true if there is no room for the retained message of one more topic */
  retainedFull(message: Publish): boolean;
  /** Makes the session of the client, ends its older connection. `present`: the session existed before. */
  admit(connection: Connection, settings: ConnectionSettings): { session: Session; present: boolean };
  /** after the CONNACK */
  onAdmitted(session: Session): void;
  subscribe(session: Session, filter: string, subscription: Subscription): void;
  unsubscribe(session: Session, filter: string): boolean;
  sendRetained(session: Session, filter: string, subscription: Subscription): void;
  onDisconnected(connection: Connection, reason: string, willIsDue: boolean): void;
  onSocketClosed(connection: Connection): void;
  /** an unexpected error, which is a defect of the broker */
  onDefect(error: unknown): void;
  event(event: BrokerEvent): void;
}

/**
 * One client, from its first byte to its last. A packet that the standard forbids ends the connection with the standard's reason code; an
 * unexpected error ends this connection alone.
 */
export class Connection implements SubscriberConnection {
  settings: ConnectionSettings | undefined;
  session: Session | undefined;
  /** ms since 1970-01-01 UTC */
  lastHeard = Date.now();
  private readonly frames: Frames;
  private readonly socket: SocketWriter;
  private readonly journal: ConnectionJournal | undefined;
  private readonly reader = new PacketReader();
  private publishes: InboundPublishes | undefined;
  /** of the PUBLISH that is being read */
  private topic: string | undefined;
  private unacknowledged = 0;
  private running = false;
  private readingPaused = false;
  private closed = false;

  constructor(
    socket: Duplex,
    private readonly host: ConnectionHost,
    /** what the client's certificate lets it do; without one it may do everything */
    readonly access?: ClientAccess,
  ) {
    this.frames = new Frames(host.limits.packet);
    const { journal } = host;
    if (journal !== undefined && journal.keeps !== "nothing")
      this.journal = new ConnectionJournal(journal, socket, access);
    this.socket = new SocketWriter(socket, {
      onBytes: (chunk) => {
        this.lastHeard = Date.now();
        this.contain(() => {
          this.frames.push(chunk);
          this.run();
        });
      },
      onDrained: () => this.wake(),
      onClosed: () => {
        this.contain(() => this.disconnected("connection lost", true, "lost"));
        this.contain(() => this.host.onSocketClosed(this));
      },
    });
    if (host.paused) this.wake();
  }

  get version(): Version {
    return this.settings?.version ?? 4;
  }

  get receiveMaximum(): number {
    return this.settings!.receiveMaximum;
  }

  get maximumPacketSize(): number {
    return this.settings!.maximumPacketSize;
  }

  get backlog(): number {
    return this.socket.backlog;
  }

  receives(topic: string): boolean {
    return this.access === undefined || this.access.receives(topic);
  }

  /** True while the client is silent because the broker does not read. */
  get paused(): boolean {
    return (
      this.host.paused ||
      this.socket.backlog > PAUSE_BACKLOG ||
      (this.version === 4 && this.unacknowledged >= PAUSE_ABOVE)
    );
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Decides again whether the socket is to be read. */
  wake(): void {
    if (this.closed || this.running) return;
    this.contain(() => {
      if (!this.paused) this.run();
      this.followPause();
    });
  }

  /** Ends the connection from our side; MQTT 5 clients get the reason. */
  end(code: number, reason: string, willIsDue = true, patience = PATIENCE): void {
    if (this.closed) return;
    if (this.settings?.version === 5)
      this.sendWithReason(reason, (reasonString) => encodeDisconnect(code, reasonString));
    this.disconnected(reason, willIsDue, code);
    this.socket.end(patience);
  }

  /** Ends the connection alone over an error that nobody expected. Never throws. */
  fail(error: unknown): void {
    this.host.onDefect(error);
    try {
      this.end(REASON.implementationError, "an unexpected error; the summary of the local cloud shows it");
    } catch (failure) {
      this.host.onDefect(failure);
      this.closed = true;
      this.socket.end(0);
    }
  }

  /** Ends the connection of a client that has been silent for `silence` ms. */
  checkSilence(silence: number): void {
    if (this.closed) return;
    if (this.settings !== undefined) {
      const { keepAlive } = this.settings;
      if (silence > keepAlive * 1500)
        this.end(REASON.keepAliveTimeout, `nothing was heard for 1.5 times the keep-alive of ${keepAlive} s`);
    } else if (silence > this.host.limits.connectTime) {
      this.host.event({ type: "rejected", clientId: "", message: "no CONNECT came" });
      this.end(REASON.keepAliveTimeout, "no CONNECT came");
    }
  }

  /** Runs work of this connection, whose faults stay here. */
  private contain(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private disconnected(reason: string, willIsDue: boolean, end: End): void {
    if (this.closed) return;
    this.closed = true;
    if (this.settings !== undefined) this.journal?.ended(end, reason);
    this.host.onDisconnected(this, reason, willIsDue);
  }

  private run(): void {
    this.running = true;
    try {
      // The length byte of another protocol would have us wait for a packet that never comes.
      if (this.settings === undefined && (this.frames.peek() ?? 0x10) >> 4 !== TYPE.connect) throw notConnect();
      while (!this.closed && !this.paused && this.frames.next()) this.handle();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.refuse(error);
    } finally {
      this.running = false;
    }
    this.followPause();
  }

  private followPause(): void {
    const { paused } = this;
    if (this.closed || paused === this.readingPaused) return;
    this.readingPaused = paused;
    if (paused) this.socket.pause();
    else this.socket.resume();
  }

  private refuse(error: ProtocolError): void {
    const clientId = this.settings?.clientId ?? "";
    if (this.settings === undefined) this.host.event({ type: "rejected", clientId, message: error.message });
    else if (this.frames.first >> 4 === TYPE.publish) {
      this.host.event({ type: "refused", clientId, message: error.message });
      this.journal?.publishRefused(this.topic, error.code, error.message);
    }
    this.end(error.code, error.message);
  }

  private handle(): void {
    const { bytes, first, body, end } = this.frames;
    const type = first >> 4;
    if (this.settings === undefined) {
      if (type !== TYPE.connect) throw notConnect();
      return this.connect();
    }
    const { reader, version } = this;
    if (type === TYPE.publish) return this.publish();
    reader.begin(bytes, body, end);
    switch (type) {
      case TYPE.puback:
        return this.session!.acknowledge(decodePuback(reader, first, version));
      case TYPE.pingreq:
        decodePingreq(reader, first);
        return this.send(PINGRESP);
      case TYPE.subscribe:
        return this.subscribe();
      case TYPE.unsubscribe:
        return this.unsubscribe();
      case TYPE.disconnect:
        return this.disconnect();
      case TYPE.connect:
        throw protocolError("a second CONNECT");
      case TYPE.auth:
        throw protocolError("enhanced authentication (AUTH) is not supported");
      default:
        throw protocolError(`packet type ${type} is not for a broker that has no QoS 2`);
    }
  }

  private connect(): void {
    const { bytes, first, body, end } = this.frames;
    const version = versionOf(bytes, body, end);
    if (version === undefined)
      return this.reject(4, {
        returnCode: RETURN_CODE.unacceptableVersion,
        reasonCode: REASON.unsupportedVersion,
        message: "neither MQTT 3.1.1 nor MQTT 5",
      });
    let settings: ConnectionSettings | ConnectRefusal;
    try {
      const packet = decodeConnect(this.reader.begin(bytes, body, end), first);
      this.journal?.names(packet.clientId);
      settings = admit(packet, this.host.limits, this.access);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.reject(version, { returnCode: undefined, reasonCode: error.code, message: error.message });
    }
    if ("reasonCode" in settings) return this.reject(version, settings);
    this.settings = settings;
    this.frames.strict = version === 5;
    this.publishes = new InboundPublishes(version, this.host.limits);
    const { session, present } = this.host.admit(this, settings);
    this.session = session;
    this.send(encodeConnack(version, present, RETURN_CODE.accepted, settings.announced));
    this.host.event({ type: "connected", clientId: settings.clientId, version });
    this.journal?.connected(settings.clientId, settings.principal);
    session.attach(this);
    this.host.onAdmitted(session);
  }

  private reject(version: Version, { returnCode, reasonCode, message }: ConnectRefusal): void {
    if (version === 5) this.send(encodeConnack(5, false, reasonCode, { reasonString: message }));
    else if (returnCode !== undefined) this.send(encodeConnack(4, false, returnCode, {}));
    this.host.event({ type: "rejected", clientId: "", message });
    this.journal?.rejected(reasonCode, message);
    this.end(reasonCode, message);
  }

  private publish(): void {
    this.topic = undefined;
    const { topic, payload, qos, retain, id, properties } = this.publishes!.read(this.frames, this.reader);
    this.topic = topic;
    const { clientId, principal } = this.settings!;
    const message: Publish = { topic, payload, qos, retain, clientId, principal, source: "mqtt", properties };
    if (retain && this.host.retainedFull(message))
      throw new ProtocolError(
        REASON.quotaExceeded,
        `retained messages of ${this.host.limits.retainedTopics.toLocaleString("en-US")} topics are kept already`,
      );
    const refusal = this.access?.publish(topic, retain);
    // AWS IoT Core cuts the connection, whatever the QoS and the version.
    if (refusal !== undefined) throw new ProtocolError(REASON.notAuthorized, refusal);
    this.journal?.published(message);
    if (qos === 0) {
      this.host.publish(message);
      if (retain) this.host.retain(message);
      return;
    }
    if (++this.unacknowledged > this.host.limits.inFlight && this.version === 5)
      throw new ProtocolError(REASON.receiveMaximumExceeded, "more QoS 1 messages without PUBACK than announced");
    this.host.publish(message, (verdict) => this.contain(() => this.acknowledge(id, message, verdict)));
  }

  /** 3.1.1 has no negative PUBACK: the connection is closed, and the client sends again when it is back. */
  private acknowledge(id: number, message: Publish, verdict: Verdict): void {
    this.unacknowledged--;
    if (verdict.ok && message.retain) this.host.retain(message);
    if (this.closed) return;
    if (verdict.ok) this.send(encodePuback(id));
    else if (verdict.reason === "too-large") this.end(REASON.packetTooLarge, verdict.message);
    else if (this.version === 4) this.end(REASON.unspecified, verdict.message);
    else {
      const code = VERDICT_CODE[verdict.reason];
      this.sendWithReason(verdict.message, (reason) => encodeNegativePuback(id, code, reason));
    }
    if (this.readingPaused) this.wake();
  }

  private subscribe(): void {
    const session = this.session!;
    const packet = decodeSubscribe(this.reader, this.frames.first, this.version);
    const { codes, reasons, accepted } = decideSubscribe(packet, session, this.host.limits, this.access);
    for (const { filter, subscription } of accepted) this.host.subscribe(session, filter, subscription);
    packet.requests.forEach(({ filter }, index) =>
      this.journal?.subscribed(
        filter,
        codes[index]!,
        reasons.find((text) => text.startsWith(`${filter}: `)),
      ),
    );
    // 3.1.1 has one code for every refusal.
    const sent = this.version === 5 ? codes : codes.map((code) => (code > 1 ? REASON.unspecified : code));
    const text = reasons.length === 0 ? undefined : reasons.join("; ");
    this.sendWithReason(text, (reason) => encodeSuback(this.version, packet.id, sent, reason));
    for (const { filter, subscription, sendRetained } of accepted)
      if (sendRetained) this.host.sendRetained(session, filter, subscription);
    this.host.onAdmitted(session);
  }

  private unsubscribe(): void {
    const session = this.session!;
    const { id, filters } = decodeUnsubscribe(this.reader, this.frames.first, this.version);
    const codes = filters.map((filter) =>
      this.host.unsubscribe(session, filter) ? REASON.success : REASON.noSubscriptionExisted,
    );
    this.send(encodeUnsuback(this.version, id, codes));
  }

  private disconnect(): void {
    const { reasonCode, properties } = decodeDisconnect(this.reader, this.frames.first, this.version);
    const settings = this.settings!;
    const expiry = properties?.sessionExpiryInterval;
    if (expiry !== undefined) {
      if (settings.sessionExpiry === 0 && expiry > 0)
        throw protocolError("a session that ends with its connection cannot be prolonged");
      settings.sessionExpiry = Math.min(expiry, this.host.limits.sessionExpiry.max);
    }
    // Only a normal disconnection takes the will away (MQTT 5, 3.14.4).
    this.disconnected("disconnected", reasonCode !== 0, "client");
    this.socket.end(PATIENCE);
  }

  /** A reason string is left out when the client wants none, or the packet would be too large with it (MQTT 5, 3.2.2.3.9). */
  private sendWithReason(reason: string | undefined, encode: (reason: string | undefined) => Buffer): void {
    const { reasons, maximumPacketSize } = this.settings!;
    const bytes = encode(reasons ? reason?.slice(0, MAX_REASON) : undefined);
    this.send(bytes.length > maximumPacketSize ? encode(undefined) : bytes);
  }
}
