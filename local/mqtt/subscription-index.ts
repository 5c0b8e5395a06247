import { sharedSubscription, topicMatchesFilter } from "../../aws/mqtt-topic";
import type { OutboundMessage } from "./outbound-message";
import type { Session, Subscription } from "./session";
import { SharedGroup, type SharedGroupOptions } from "./shared-group";

const REMEMBERED_TOPICS = 10_000;

interface Match {
  sessions: { session: Session; subscriptions: Subscription[] }[];
  groups: SharedGroup[];
}

/** Who gets a message. The answer for a topic is remembered until somebody subscribes or unsubscribes. */
export class SubscriptionIndex {
  private readonly sessions = new Set<Session>();
  /** by `$share/NAME/FILTER` */
  private readonly groups = new Map<string, SharedGroup>();
  private readonly remembered = new Map<string, Match>();

  constructor(private readonly options: SharedGroupOptions) {}

  get empty(): boolean {
    return this.sessions.size === 0;
  }

  subscribe(session: Session, filter: string, subscription: Subscription): void {
    session.subscriptions.set(filter, subscription);
    this.sessions.add(session);
    this.remembered.clear();
    const shared = sharedSubscription(filter);
    if (shared === undefined) return;
    let group = this.groups.get(filter);
    if (group === undefined) this.groups.set(filter, (group = new SharedGroup(shared.filter, this.options)));
    group.join(session, subscription);
  }

  /** @returns whether there was a subscription */
  unsubscribe(session: Session, filter: string): boolean {
    if (!session.subscriptions.delete(filter)) return false;
    this.leaveGroup(session, filter);
    if (session.subscriptions.size === 0) this.sessions.delete(session);
    this.remembered.clear();
    return true;
  }

  /** The session has ended. */
  remove(session: Session): void {
    if (!this.sessions.delete(session)) return;
    for (const filter of session.subscriptions.keys()) this.leaveGroup(session, filter);
    this.remembered.clear();
  }

  /** Messages that wait for shared subscriptions of the session are handed out. */
  drainGroups(session: Session): void {
    for (const filter of session.subscriptions.keys()) this.groups.get(filter)?.drain();
  }

  /**
   * Overlapping subscriptions of one client get the message once, with the best QoS among them; each shared subscription gets it once.
   * @param publisher client id of the publisher, for subscriptions that leave out their own messages
   */
  deliver(outbound: OutboundMessage, topic: string, retain: boolean, publisher: string | undefined): void {
    const { sessions, groups } = this.matching(topic);
    for (const { session, subscriptions } of sessions) {
      let qos: 0 | 1 | undefined;
      let retained = false;
      for (const subscription of subscriptions) {
        if (subscription.noLocal && session.clientId === publisher) continue;
        qos = subscription.qos === 1 || qos === 1 ? 1 : 0;
        retained ||= retain && subscription.retainAsPublished;
      }
      if (qos === undefined) continue;
      try {
        session.deliver(outbound, qos === 1 ? outbound.message.qos : 0, retained);
      } catch (error) {
        this.options.onFault(session, error);
      }
    }
    for (const group of groups) group.deliver(outbound, retain);
  }

  private leaveGroup(session: Session, filter: string): void {
    const group = this.groups.get(filter);
    group?.leave(session);
    if (group?.empty === true) this.groups.delete(filter);
  }

  private matching(topic: string): Match {
    const known = this.remembered.get(topic);
    if (known !== undefined) return known;
    const found: Match = { sessions: [], groups: [] };
    for (const session of this.sessions) {
      const subscriptions = [...session.subscriptions]
        .filter(([filter]) => topicMatchesFilter(filter, topic))
        .map(([, one]) => one);
      if (subscriptions.length > 0) found.sessions.push({ session, subscriptions });
    }
    for (const group of this.groups.values()) if (topicMatchesFilter(group.filter, topic)) found.groups.push(group);
    if (this.remembered.size >= REMEMBERED_TOPICS) this.remembered.clear();
    this.remembered.set(topic, found);
    return found;
  }
}
