import type { Will } from "./codec";
import type { Connection, Host } from "./connection";
import type { Agreement } from "./handshake";
import { Outgoing, type Delivery } from "./outgoing";
import { Retained } from "./retained";
import { REASON } from "./reasons";
import { Session, type Subscription } from "./session";
import { Subscribers } from "./subscribers";
import type { BrokerEvent, BrokerLimits, OnPublish, Publish } from "./types";

/** setTimeout's most */
const LONGEST_TIMER = 2_147_483_647;

export interface HubOptions {
  onPublish: OnPublish;
  onEvent?(event: BrokerEvent): void;
  retainedFile?: string;
}

/** What the connections of a broker share: clients and their sessions, subscriptions, retained messages, wills. */
export class Hub implements Host {
  paused = false;
  readonly publish: OnPublish;
  private readonly clients = new Map<string, Client>();
  private readonly subscribers = new Subscribers();
  private readonly retained: Retained;
  private closed = false;

  constructor(
    private readonly options: HubOptions,
    readonly limits: BrokerLimits,
    readonly gone: (connection: Connection) => void,
  ) {
    this.publish = options.onPublish;
    this.retained = new Retained(limits.retainedTopics, options.retainedFile);
  }

  get connected(): number {
    let connected = 0;
    for (const { session } of this.clients.values()) if (session.connected) connected++;
    return connected;
  }

  deliver(message: Delivery, retain: boolean, publisher: string | undefined): void {
    if (this.subscribers.none) return;
    // nobody gets messages of basic ingest
    if (message.topic.startsWith("$") && !message.topic.startsWith("$aws/things/")) return;
    this.subscribers.deliver(new Outgoing(message), message.topic, retain, publisher);
  }

  retain(message: Publish): void {
    this.retained.set(message);
  }

  retainedFull(message: Publish): boolean {
    return this.retained.refuses(message);
  }

  /** From now on nobody's leaving means anything: no wills, no sessions that wait. */
  shut(): void {
    this.closed = true;
  }

  close(): void {
    for (const client of this.clients.values()) client.clear();
    this.clients.clear();
    this.retained.close();
  }

  admit(connection: Connection, { clientId, clean }: Agreement): { session: Session; present: boolean } {
    const known = this.clients.get(clientId);
    if (known?.connection !== undefined)
      known.connection.end(REASON.takenOver, "another connection uses the same client id");
    // Ending it may have ended its session, or begun the wait for its will.
    let client = this.clients.get(clientId);
    if (client !== undefined && clean) {
      this.forget(client);
      client = undefined;
    }
    const present = client !== undefined;
    client ??= new Client(
      new Session(clientId, this.limits, (id, message) => this.event({ type: "dropped", clientId: id, message })),
    );
    client.clear();
    client.connection = connection;
    this.clients.set(clientId, client);
    return { session: client.session, present };
  }

  subscribed(session: Session): void {
    this.subscribers.update(session);
  }

  sendRetained(session: Session, filter: string, { qos }: Subscription): void {
    for (const outgoing of this.retained.matching(filter))
      session.deliver(outgoing, qos === 1 ? outgoing.message.qos : 0, true);
  }

  left(connection: Connection, reason: string, willIsDue: boolean): void {
    const { agreement, session } = connection;
    if (agreement === undefined || session === undefined) return;
    const client = this.clients.get(agreement.clientId);
    if (client === undefined || client.connection !== connection) return;
    client.connection = undefined;
    session.detach();
    this.event({ type: "disconnected", clientId: agreement.clientId, reason });
    if (this.closed) return;
    if (willIsDue && agreement.will !== undefined) this.scheduleWill(client, agreement.will, agreement.sessionExpiry);
    if (agreement.sessionExpiry === 0) this.forget(client);
    else
      client.expiry = setTimeout(
        () => this.forget(client),
        Math.min(agreement.sessionExpiry * 1000, LONGEST_TIMER),
      ).unref();
  }

  event(event: BrokerEvent): void {
    this.options.onEvent?.(event);
  }

  /** A will waits for its delay or for the end of the session, whichever comes first, and not longer than its client is away. */
  private scheduleWill(client: Client, will: Will, sessionExpiry: number): void {
    client.will = will;
    const delay = Math.min(will.delay, sessionExpiry) * 1000;
    if (delay > 0)
      client.willTimer = setTimeout(() => this.publishWill(client), Math.min(delay, LONGEST_TIMER)).unref();
    else this.publishWill(client);
  }

  private publishWill(client: Client): void {
    const { will } = client;
    if (will === undefined || this.closed) return;
    client.will = undefined;
    const { message } = will;
    if (message.retain && this.retainedFull(message))
      return this.event({ type: "refused", clientId: message.clientId, message: "will: too many retained messages" });
    const keep = (): void => {
      if (message.retain) this.retain(message);
    };
    if (message.qos === 0) {
      this.options.onPublish(message);
      return keep();
    }
    this.options.onPublish(message, (verdict) => {
      if (verdict.ok) keep();
      else this.event({ type: "refused", clientId: message.clientId, message: `will: ${verdict.message}` });
    });
  }

  private forget(client: Client): void {
    this.publishWill(client);
    client.clear();
    this.subscribers.update(client.session, false);
    if (this.clients.get(client.session.clientId) === client) this.clients.delete(client.session.clientId);
  }
}

/** A client id that is known: its session, and what waits for it while it is away. */
class Client {
  connection: Connection | undefined;
  will: Will | undefined;
  willTimer: NodeJS.Timeout | undefined;
  expiry: NodeJS.Timeout | undefined;

  constructor(readonly session: Session) {}

  /** Nothing waits any more. */
  clear(): void {
    clearTimeout(this.willTimer);
    clearTimeout(this.expiry);
    this.will = undefined;
  }
}
