import { topicMatchesFilter } from "../../aws/mqtt-topic";
import type { Defects } from "../core/defects";
import type { ConnectionSettings, Will } from "./admission";
import type { Connection, ConnectionHost } from "./connection";
import { OutboundMessage, type Delivery } from "./outbound-message";
import { REASON } from "./reasons";
import { Retained } from "./retained";
import { Session, type Subscription } from "./session";
import { SubscriptionIndex } from "./subscription-index";
import type { BrokerEvent, BrokerLimits, Journal, OnPublish, Publish, Verdict } from "./types";

/** longest delay that setTimeout takes, ms */
const LONGEST_TIMER = 2_147_483_647;

/** What the broker gives to its connections' common state. */
export interface SessionManagerOptions {
  onPublish: OnPublish;
  onEvent?(event: BrokerEvent): void;
  journal?: Journal;
  onSocketClosed(connection: Connection): void;
  retainedFile?: string;
  limits: BrokerLimits;
  defects: Defects;
}

/** What the connections of a broker share: clients and their sessions, subscriptions, retained messages, wills. */
export class SessionManager implements ConnectionHost {
  paused = false;
  readonly limits: BrokerLimits;
  readonly publish: OnPublish;
  readonly journal: Journal | undefined;
  readonly onSocketClosed: (connection: Connection) => void;
  readonly retained: Retained;
  private readonly clients = new Map<string, Client>();
  private readonly subscriptions: SubscriptionIndex;
  private shuttingDown = false;

  constructor(private readonly options: SessionManagerOptions) {
    const { limits, onPublish, onSocketClosed, retainedFile, journal } = options;
    this.journal = journal;
    this.limits = limits;
    this.publish = onPublish;
    this.onSocketClosed = onSocketClosed;
    this.retained = new Retained(limits.retainedTopics, retainedFile, (message) =>
      this.event({ type: "unreadable", message }),
    );
    this.subscriptions = new SubscriptionIndex({
      limits: { ...limits, retention: limits.sessionExpiry.default },
      onDropped: (message) => this.event({ type: "dropped", clientId: "", message }),
      onFault: (session, error) => {
        const connection = this.clients.get(session.clientId)?.connection;
        if (connection === undefined) this.onDefect(error);
        else connection.fail(error);
      },
    });
  }

  get connected(): number {
    let connected = 0;
    for (const { session } of this.clients.values()) if (session.connected) connected++;
    return connected;
  }

  deliver(message: Delivery, retain: boolean, publisher: string | undefined): void {
    if (this.subscriptions.empty) return;
    // nobody gets messages of basic ingest
    if (message.topic.startsWith("$aws/rules/")) return;
    this.subscriptions.deliver(new OutboundMessage(message), message.topic, retain, publisher);
  }

  /** As `deliver`, to one client alone. */
  deliverTo(clientId: string, message: Delivery): void {
    const session = this.clients.get(clientId)?.session;
    const found = [...(session?.subscriptions ?? [])].filter(([filter]) => topicMatchesFilter(filter, message.topic));
    if (session === undefined || found.length === 0) return;
    session.deliver(new OutboundMessage(message), found.some(([, { qos }]) => qos === 1) ? 1 : 0, false);
  }

  retain(message: Publish): void {
    this.retained.set(message);
  }

  retainedFull(message: Publish): boolean {
    return this.retained.refuses(message);
  }

  /** From now on a client that goes has no effect: no wills, no sessions that wait. */
  beginShutdown(): void {
    this.shuttingDown = true;
  }

  close(): void {
    for (const client of this.clients.values()) client.stopTimers();
    this.clients.clear();
    this.retained.close();
  }

  admit(
    connection: Connection,
    { clientId, clean, sessionExpiry }: ConnectionSettings,
  ): {
    session: Session;
    present: boolean;
  } {
    const known = this.clients.get(clientId);
    known?.connection?.end(REASON.takenOver, "another connection uses the same client id");
    // Ending it may have ended its session, or begun the wait for its will.
    let client = this.clients.get(clientId);
    if (client !== undefined && clean) {
      this.endSession(client);
      client = undefined;
    }
    const present = client !== undefined;
    client ??= new Client(
      new Session(clientId, this.limits, (id, message) => this.event({ type: "dropped", clientId: id, message })),
    );
    client.session.persistent = sessionExpiry > 0;
    client.stopTimers();
    client.connection = connection;
    this.clients.set(clientId, client);
    return { session: client.session, present };
  }

  onAdmitted(session: Session): void {
    this.subscriptions.drainGroups(session);
  }

  subscribe(session: Session, filter: string, subscription: Subscription): void {
    this.subscriptions.subscribe(session, filter, subscription);
  }

  unsubscribe(session: Session, filter: string): boolean {
    return this.subscriptions.unsubscribe(session, filter);
  }

  /** A filter with a wildcard gets no retained message (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain). */
  sendRetained(session: Session, filter: string, { qos }: Subscription): void {
    const outbound = this.retained.get(filter);
    if (outbound !== undefined) session.deliver(outbound, qos === 1 ? outbound.message.qos : 0, true);
  }

  onDisconnected(connection: Connection, reason: string, willIsDue: boolean): void {
    const { settings, session } = connection;
    if (settings === undefined || session === undefined) return;
    const client = this.clients.get(settings.clientId);
    if (client === undefined || client.connection !== connection) return;
    client.connection = undefined;
    session.persistent = settings.sessionExpiry > 0;
    const given = session.detach();
    this.event({ type: "disconnected", clientId: settings.clientId, reason });
    if (this.shuttingDown) return;
    if (willIsDue && settings.will !== undefined) {
      const { message } = settings.will;
      const refusal = connection.access?.publish(message.topic, message.retain);
      if (refusal === undefined) this.scheduleWill(client, settings.will, settings.sessionExpiry);
      else this.event({ type: "refused", clientId: settings.clientId, message: `will: ${refusal}` });
    }
    if (settings.sessionExpiry === 0) this.endSession(client);
    else client.expiry = this.timer(settings.sessionExpiry * 1000, () => this.endSession(client));
    // What a shared subscription gave to this client goes to another one of it.
    for (const { group, outbound, retain } of given) group?.deliver(outbound, retain);
  }

  onDefect(error: unknown): void {
    this.options.defects.record("MQTT connection", error);
  }

  event(event: BrokerEvent): void {
    this.options.onEvent?.(event);
  }

  /** A will waits for its delay or for the end of the session, whichever comes first, and not longer than its client is away. */
  private scheduleWill(client: Client, will: Will, sessionExpiry: number): void {
    client.will = will;
    const delay = Math.min(will.delay, sessionExpiry) * 1000;
    if (delay > 0) client.willTimer = this.timer(delay, () => this.publishWill(client));
    else this.publishWill(client);
  }

  /** Never throws: the session ends whatever becomes of the will. */
  private publishWill(client: Client): void {
    const { will } = client;
    if (will === undefined || this.shuttingDown) return;
    client.will = undefined;
    this.options.defects.guard("will of an MQTT client", () => this.publishWillMessage(will.message), undefined);
  }

  private publishWillMessage(message: Publish): void {
    if (message.retain && this.retainedFull(message))
      return this.event({ type: "refused", clientId: message.clientId, message: "will: too many retained messages" });
    const keep = (): void => {
      if (message.retain) this.retain(message);
    };
    if (message.qos === 0) {
      this.options.onPublish(message);
      return keep();
    }
    const settled = (verdict: Verdict): void => {
      if (verdict.ok) keep();
      else this.event({ type: "refused", clientId: message.clientId, message: `will: ${verdict.message}` });
    };
    this.options.onPublish(message, (verdict) =>
      this.options.defects.guard("will of an MQTT client", () => settled(verdict), undefined),
    );
  }

  private endSession(client: Client): void {
    const { session } = client;
    this.publishWill(client);
    client.stopTimers();
    this.subscriptions.remove(session);
    if (this.clients.get(session.clientId) === client) this.clients.delete(session.clientId);
  }

  private timer(ms: number, run: () => void): NodeJS.Timeout {
    const { defects } = this.options;
    return setTimeout(() => defects.guard("MQTT session timer", run, undefined), Math.min(ms, LONGEST_TIMER)).unref();
  }
}

/** A client id that is known: its session, and the timers that run while it is away. */
class Client {
  connection: Connection | undefined;
  will: Will | undefined;
  willTimer: NodeJS.Timeout | undefined;
  expiry: NodeJS.Timeout | undefined;

  constructor(readonly session: Session) {}

  /** The will and the end of the session are no longer due. */
  stopTimers(): void {
    clearTimeout(this.willTimer);
    clearTimeout(this.expiry);
    this.will = undefined;
  }
}
