import type { Socket } from "node:net";
import type {
  IConnectPacket,
  IDisconnectPacket,
  IPublishPacket,
  ISubscribePacket,
  ISubscription,
  IUnsubscribePacket,
} from "mqtt-packet";
import { encode, encodePuback, messageProperties, PacketReader, PINGRESP, versionOf, type Version } from "./codec";
import { Frames } from "./frames";
import { decideConnect, type Agreement, type Refusal } from "./handshake";
import { malformed, ProtocolError, REASON, RETURN_CODE } from "./reasons";
import type { Line, Session, Subscription } from "./session";
import { topicFilterProblem, topicNameProblem } from "../../aws/mqtt-topic";
import type { MessageProperties } from "./properties";
import type { BrokerEvent, BrokerLimits, Publish, Verdict } from "./types";
import { Wire } from "./wire";

const TYPE = {
  connect: 1,
  publish: 3,
  puback: 4,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
  auth: 15,
};
/** QoS 1 messages of a 3.1.1 client without PUBACK at which its socket is not read for a while; 3.1.1 has no way to tell it. */
const HOLD_ABOVE = 1000;
/** bytes of PUBACKs that a client has not read at which it is not read either */
const HOLD_BACKLOG = 1024 * 1024;
/** ms that a client has to read the last packet and close */
const PATIENCE = 1000;
const REMEMBERED_TOPICS = 100_000;

/** What a connection needs of its broker. */
export interface Host {
  readonly limits: BrokerLimits;
  readonly paused: boolean;
  publish(message: Publish, done?: (verdict: Verdict) => void): void;
  retain(message: Publish): void;
  /** true if there is no room for one more retained message */
  retainedFull(message: Publish): boolean;
  /** Makes the session of the client, ends its older connection. `present`: it is one of before. */
  admit(connection: Connection, agreement: Agreement): { session: Session; present: boolean };
  subscribed(session: Session): void;
  sendRetained(session: Session, filter: string, subscription: Subscription): void;
  /** the connection is over; `sessionExpiry` s later its session is */
  left(connection: Connection, reason: string, willIsDue: boolean): void;
  gone(connection: Connection): void;
  event(event: BrokerEvent): void;
}

/** Topics that have been found good; shared by all connections. */
const goodTopics = new Set<string>();

function notConnect(): ProtocolError {
  return new ProtocolError(REASON.protocolError, "the first packet must be CONNECT");
}

/** One client, from its first byte to its last. */
export class Connection implements Line {
  agreement: Agreement | undefined;
  session: Session | undefined;
  /** ms since 1970-01-01 UTC */
  lastHeard = Date.now();
  private readonly frames: Frames;
  private readonly wire: Wire;
  private readonly reader = new PacketReader();
  private readonly aliases = new Map<number, string>();
  private unacknowledged = 0;
  private running = false;
  private holding = false;
  private over = false;

  constructor(
    socket: Socket,
    private readonly host: Host,
  ) {
    this.frames = new Frames(host.limits.packet);
    this.wire = new Wire(socket, {
      onBytes: (chunk) => {
        this.lastHeard = Date.now();
        this.frames.push(chunk);
        this.run();
      },
      onDrained: () => this.wake(),
      onGone: () => {
        this.leave("connection lost", true);
        this.host.gone(this);
      },
    });
    if (host.paused) this.wake();
  }

  get version(): Version {
    return this.agreement?.version ?? 4;
  }

  get receiveMaximum(): number {
    return this.agreement!.receiveMaximum;
  }

  get maximumPacketSize(): number {
    return this.agreement!.maximumPacketSize;
  }

  get backlog(): number {
    return this.wire.backlog;
  }

  /** True while its silence is our doing. */
  get held(): boolean {
    return (
      this.host.paused || this.wire.backlog > HOLD_BACKLOG || (this.version === 4 && this.unacknowledged >= HOLD_ABOVE)
    );
  }

  send(bytes: Buffer): void {
    this.wire.write(bytes);
  }

  /** Looks again whether the socket is to be read. */
  wake(): void {
    if (this.over || this.running) return;
    if (!this.held) this.run();
    this.followHold();
  }

  /** Ends the connection from our side; MQTT 5 clients are told why. */
  end(code: number, reason: string, willIsDue = true, patience = PATIENCE): void {
    if (this.over) return;
    if (this.agreement?.version === 5) {
      const properties = this.agreement.reasons ? { reasonString: reason } : undefined;
      this.send(encode({ cmd: "disconnect", reasonCode: code, properties }, 5));
    }
    this.leave(reason, willIsDue);
    this.wire.end(patience);
  }

  /** Ends the connection of a client that was not heard of for `silence` ms. */
  checkSilence(silence: number): void {
    if (this.over) return;
    if (this.agreement !== undefined) {
      const { keepAlive } = this.agreement;
      if (silence > keepAlive * 1500)
        this.end(REASON.keepAliveTimeout, `nothing was heard for 1.5 times the keep-alive of ${keepAlive} s`);
    } else if (silence > this.host.limits.connectTime) {
      this.host.event({ type: "rejected", clientId: "", message: "no CONNECT came" });
      this.end(REASON.keepAliveTimeout, "no CONNECT came");
    }
  }

  private leave(reason: string, willIsDue: boolean): void {
    if (this.over) return;
    this.over = true;
    this.host.left(this, reason, willIsDue);
  }

  private run(): void {
    this.running = true;
    try {
      // A stranger's length byte would have us wait for a packet that never comes.
      if (this.agreement === undefined && (this.frames.peek() ?? 0x10) >> 4 !== TYPE.connect) throw notConnect();
      while (!this.over && !this.held && this.frames.next()) this.handle();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail(error);
    } finally {
      this.running = false;
    }
    this.followHold();
  }

  private followHold(): void {
    const held = this.held;
    if (this.over || held === this.holding) return;
    this.holding = held;
    if (held) this.wire.hold();
    else this.wire.release();
  }

  private fail(error: ProtocolError): void {
    const clientId = this.agreement?.clientId ?? "";
    if (this.agreement === undefined) this.host.event({ type: "rejected", clientId, message: error.message });
    else if (this.frames.first >> 4 === TYPE.publish)
      this.host.event({ type: "refused", clientId, message: error.message });
    this.end(error.code, error.message);
  }

  private handle(): void {
    const { first } = this.frames;
    const type = first >> 4;
    if (this.agreement === undefined) {
      if (type !== TYPE.connect) throw notConnect();
      return this.connect();
    }
    switch (type) {
      case TYPE.publish:
        return this.publish();
      case TYPE.puback:
        return this.puback();
      case TYPE.pingreq:
        if (first !== 0xc0) throw malformed("flags of PINGREQ");
        return this.send(PINGRESP);
      case TYPE.subscribe:
        return this.subscribe(this.reader.read(this.frames.packet()) as ISubscribePacket);
      case TYPE.unsubscribe:
        return this.unsubscribe(this.reader.read(this.frames.packet()) as IUnsubscribePacket);
      case TYPE.disconnect:
        return this.disconnect(this.reader.read(this.frames.packet()) as IDisconnectPacket);
      case TYPE.connect:
        throw new ProtocolError(REASON.protocolError, "a second CONNECT");
      case TYPE.auth:
        throw new ProtocolError(REASON.protocolError, "enhanced authentication (AUTH) is not supported");
      default:
        throw new ProtocolError(REASON.protocolError, `packet type ${type} is not for a broker that has no QoS 2`);
    }
  }

  private connect(): void {
    const { bytes, body } = this.frames;
    const version = versionOf(bytes, body);
    if (version !== 4 && version !== 5)
      return this.reject(4, {
        returnCode: RETURN_CODE.unacceptableVersion,
        reasonCode: REASON.unsupportedVersion,
        message: "neither MQTT 3.1.1 nor MQTT 5",
      });
    const decided = decideConnect(this.reader.read(this.frames.packet()) as IConnectPacket, this.host.limits);
    if ("reasonCode" in decided) return this.reject(version, decided);
    this.agreement = decided;
    const { session, present } = this.host.admit(this, decided);
    this.session = session;
    const connack = { cmd: "connack" as const, sessionPresent: present };
    this.send(
      version === 4
        ? encode({ ...connack, returnCode: RETURN_CODE.accepted }, 4)
        : encode({ ...connack, reasonCode: REASON.success, properties: decided.announced }, 5),
    );
    this.host.event({ type: "connected", clientId: decided.clientId, version });
    session.attach(this);
  }

  private reject(version: Version, { returnCode, reasonCode, message }: Refusal): void {
    const connack = { cmd: "connack" as const, sessionPresent: false };
    if (version === 5) this.send(encode({ ...connack, reasonCode, properties: { reasonString: message } }, 5));
    else if (returnCode !== undefined) this.send(encode({ ...connack, returnCode }, 4));
    this.host.event({ type: "rejected", clientId: "", message });
    this.end(reasonCode, message);
  }

  private publish(): void {
    const { bytes, first, body, end } = this.frames;
    const qos = (first >> 1) & 3;
    if (qos > 1)
      throw qos === 2
        ? new ProtocolError(REASON.qosNotSupported, "QoS 2 is not supported")
        : malformed("both QoS bits are set");
    if (qos === 0 && (first & 8) !== 0) throw malformed("DUP with QoS 0");
    if (body + 2 > end) throw malformed("it ends in its topic");
    const topicEnd = body + 2 + bytes.readUInt16BE(body);
    let at = topicEnd + (qos === 1 ? 2 : 0);
    if (at > end) throw malformed("it ends in its topic");
    let topic = bytes.toString("utf8", body + 2, topicEnd);
    const id = qos === 1 ? bytes.readUInt16BE(topicEnd) : 0;
    if (qos === 1 && id === 0) throw malformed("packet id 0");
    let properties: MessageProperties | undefined;
    if (this.version === 5) {
      if (at >= end) throw malformed("it ends before its properties");
      if (bytes[at] === 0) at++;
      else {
        const packet = this.reader.read(this.frames.packet()) as IPublishPacket;
        if (packet.properties?.subscriptionIdentifier !== undefined)
          throw new ProtocolError(REASON.protocolError, "a publisher sends no subscription identifier");
        topic = this.resolveAlias(topic, packet.properties?.topicAlias);
        properties = messageProperties(packet.properties);
        at = end - packet.payload.length;
      }
    }
    if (end - at > this.host.limits.payload) throw new ProtocolError(REASON.packetTooLarge, "payload over 128 KB");
    if (!goodTopics.has(topic)) this.checkTopic(topic);
    const { clientId, principal } = this.agreement!;
    const message: Publish = {
      topic,
      payload: bytes.subarray(at, end),
      qos: qos as 0 | 1,
      retain: (first & 1) !== 0,
      clientId,
      principal,
      source: "mqtt",
      properties,
    };
    if (message.retain) this.checkRetain(message);
    if (qos === 0) {
      this.host.publish(message);
      if (message.retain) this.host.retain(message);
      return;
    }
    if (++this.unacknowledged > this.host.limits.inFlight && this.version === 5)
      throw new ProtocolError(REASON.receiveMaximumExceeded, "more QoS 1 messages without PUBACK than announced");
    this.host.publish(message, (verdict) => this.acknowledge(id, message, verdict));
  }

  private checkTopic(topic: string): void {
    const problem = topicNameProblem(topic);
    if (problem !== undefined) throw new ProtocolError(REASON.topicNameInvalid, problem);
    if (goodTopics.size >= REMEMBERED_TOPICS) goodTopics.clear();
    goodTopics.add(topic);
  }

  private checkRetain(message: Publish): void {
    if (message.topic.startsWith("$"))
      throw new ProtocolError(REASON.retainNotSupported, "retain is not supported with basic ingest");
    if (this.host.retainedFull(message))
      throw new ProtocolError(
        REASON.quotaExceeded,
        `retained messages of ${this.host.limits.retainedTopics.toLocaleString("en-US")} topics are kept already`,
      );
  }

  private resolveAlias(topic: string, alias: number | undefined): string {
    if (alias === undefined) return topic;
    const max = this.host.limits.topicAliases;
    if (alias < 1 || alias > max)
      throw new ProtocolError(REASON.topicAliasInvalid, `topic alias is not within 1 and ${max}`);
    if (topic !== "") {
      this.aliases.set(alias, topic);
      return topic;
    }
    const known = this.aliases.get(alias);
    if (known === undefined) throw new ProtocolError(REASON.topicAliasInvalid, "topic alias has no topic yet");
    return known;
  }

  /** 3.1.1 has no negative PUBACK: the connection is closed, and the client sends again when it is back. */
  private acknowledge(id: number, message: Publish, verdict: Verdict): void {
    this.unacknowledged--;
    if (verdict.ok && message.retain) this.host.retain(message);
    if (this.over) return;
    if (verdict.ok) this.send(encodePuback(id));
    else if (verdict.reason === "too-large") this.end(REASON.packetTooLarge, verdict.message);
    else if (this.version === 4) this.end(REASON.unspecified, verdict.message);
    else {
      const properties = this.agreement!.reasons ? { reasonString: verdict.message } : undefined;
      this.send(encode({ cmd: "puback", messageId: id, reasonCode: VERDICT_CODE[verdict.reason], properties }, 5));
    }
    if (this.holding) this.wake();
  }

  private puback(): void {
    const { bytes, first, body, end } = this.frames;
    if (first !== 0x40 || end - body < 2) throw malformed("PUBACK");
    this.session!.acknowledge(bytes.readUInt16BE(body));
  }

  private subscribe({ messageId, subscriptions, properties }: ISubscribePacket): void {
    const { limits } = this.host;
    if (messageId === 0 || subscriptions.length === 0) throw malformed("SUBSCRIBE without packet id or topic filter");
    if (properties?.subscriptionIdentifier !== undefined)
      throw new ProtocolError(REASON.subscriptionIdentifiersNotSupported, "subscription identifiers are not supported");
    if (subscriptions.length > limits.subscriptionsPerRequest)
      throw new ProtocolError(
        REASON.quotaExceeded,
        `more than ${limits.subscriptionsPerRequest} subscriptions in one SUBSCRIBE`,
      );
    const session = this.session!;
    const news: [string, Subscription][] = [];
    const reasons: string[] = [];
    const granted = subscriptions.map((asked) => {
      const refused = this.subscriptionProblem(session, asked);
      if (refused !== undefined) {
        reasons.push(`${asked.topic}: ${refused.message}`);
        return this.version === 5 ? refused.code : REASON.unspecified;
      }
      const { topic, qos, nl, rap, rh } = asked;
      const subscription = { qos: qos as 0 | 1, noLocal: nl === true, retainAsPublished: rap === true };
      if (rh === undefined || rh === 0 || (rh === 1 && !session.subscriptions.has(topic)))
        news.push([topic, subscription]);
      session.subscriptions.set(topic, subscription);
      return qos;
    });
    this.host.subscribed(session);
    const told =
      reasons.length > 0 && this.agreement!.reasons ? { reasonString: reasons.join("; ").slice(0, 1000) } : undefined;
    this.send(encode({ cmd: "suback", messageId, granted, properties: told }, this.version));
    for (const [filter, subscription] of news) this.host.sendRetained(session, filter, subscription);
  }

  private subscriptionProblem(session: Session, { topic, qos }: ISubscription): ProtocolError | undefined {
    const { subscriptionsPerConnection: max } = this.host.limits;
    if (topic.startsWith("$share/"))
      return new ProtocolError(REASON.sharedSubscriptionsNotSupported, "shared subscriptions are not supported");
    const problem = topicFilterProblem(topic);
    if (problem !== undefined) return new ProtocolError(REASON.topicFilterInvalid, problem);
    if (qos === 2) return new ProtocolError(REASON.unspecified, "QoS 2 is not supported");
    if (session.subscriptions.size >= max && !session.subscriptions.has(topic))
      return new ProtocolError(REASON.quotaExceeded, `a connection has at most ${max} subscriptions`);
    return undefined;
  }

  private unsubscribe({ messageId, unsubscriptions }: IUnsubscribePacket): void {
    if (messageId === 0 || unsubscriptions.length === 0)
      throw malformed("UNSUBSCRIBE without packet id or topic filter");
    const session = this.session!;
    const granted = unsubscriptions.map((filter) =>
      session.subscriptions.delete(filter) ? REASON.success : REASON.noSubscriptionExisted,
    );
    this.host.subscribed(session);
    this.send(encode({ cmd: "unsuback", messageId, granted }, this.version));
  }

  private disconnect({ reasonCode, properties }: IDisconnectPacket): void {
    const expiry = properties?.sessionExpiryInterval;
    if (expiry !== undefined) {
      if (this.agreement!.sessionExpiry === 0 && expiry > 0)
        throw new ProtocolError(REASON.protocolError, "a session that ends with its connection cannot be prolonged");
      this.agreement!.sessionExpiry = Math.min(expiry, this.host.limits.sessionExpiry.max);
    }
    this.leave("disconnected", reasonCode === 0x04);
    this.wire.end(PATIENCE);
  }
}

const VERDICT_CODE = {
  unauthorized: REASON.notAuthorized,
  throttled: REASON.quotaExceeded,
  "invalid-topic": REASON.topicNameInvalid,
  "too-large": REASON.packetTooLarge,
  unavailable: REASON.unspecified,
} as const;
