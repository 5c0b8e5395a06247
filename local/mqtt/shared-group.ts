import type { OutboundMessage } from "./outbound-message";
import type { MessageGroup, Session, SessionLimits, Subscription } from "./session";

interface Queued {
  outbound: OutboundMessage;
  retain: boolean;
  /** ms since 1970-01-01 UTC after which it is dropped */
  until: number;
}

/** What may wait for one shared subscription. */
export interface SharedGroupLimits extends SessionLimits {
  /** s that a message without an expiry interval of its own is kept */
  retention: number;
}

/** What a shared subscription is made with. */
export interface SharedGroupOptions {
  limits: SharedGroupLimits;
  /** a message that no member gets */
  onDropped(reason: string): void;
  /** an unexpected error while a message was handed to one subscriber; the others get theirs */
  onFault(session: Session, error: unknown): void;
}

/**
 * The clients of one shared subscription, `$share/NAME/FILTER`. Each message goes to one of those that are connected, chosen at random.
 * While none is, QoS 1 messages are queued for the next one, if a member has a persistent session
 * (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription).
 */
export class SharedGroup implements MessageGroup {
  private readonly members = new Map<Session, Subscription>();
  private queue: Queued[] = [];
  private queuedBytes = 0;

  constructor(
    /** FILTER of `$share/NAME/FILTER` */
    readonly filter: string,
    private readonly options: SharedGroupOptions,
  ) {}

  get empty(): boolean {
    return this.members.size === 0;
  }

  join(session: Session, subscription: Subscription): void {
    this.members.set(session, subscription);
  }

  leave(session: Session): void {
    this.members.delete(session);
    if (![...this.members.keys()].some(({ persistent }) => persistent)) this.clearQueue();
  }

  /** @param retain whether the publisher set the retain flag */
  deliver(outbound: OutboundMessage, retain: boolean): void {
    const online = [...this.members].filter(([session]) => session.connected);
    const chosen = online[Math.floor(Math.random() * online.length)];
    if (chosen === undefined) return this.enqueue(outbound, retain);
    const [session, { qos, retainAsPublished }] = chosen;
    try {
      session.deliver(outbound, qos === 1 ? outbound.message.qos : 0, retain && retainAsPublished, this);
    } catch (error) {
      this.options.onFault(session, error);
    }
  }

  /** Hands what is queued to the members that are connected now. */
  drain(): void {
    const { queue } = this;
    if (queue.length === 0 || ![...this.members.keys()].some(({ connected }) => connected)) return;
    this.clearQueue();
    const now = Date.now();
    for (const { outbound, retain, until } of queue)
      if (until > now && !outbound.expired(now)) this.deliver(outbound, retain);
  }

  private enqueue(outbound: OutboundMessage, retain: boolean): void {
    const waits = [...this.members].some(([session, { qos }]) => session.persistent && qos === 1);
    if (!waits || outbound.message.qos === 0) return;
    const { length } = outbound.message.payload;
    const { limits } = this.options;
    if (this.queue.length >= limits.queued || this.queuedBytes + length > limits.queuedBytes)
      return this.options.onDropped("too many messages wait for the shared subscription already (QoS 1)");
    this.queuedBytes += length;
    const until = outbound.expires ?? Date.now() + limits.retention * 1000;
    this.queue.push({ outbound, retain, until });
  }

  private clearQueue(): void {
    this.queue = [];
    this.queuedBytes = 0;
  }
}
