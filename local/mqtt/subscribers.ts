import { topicMatchesFilter } from "../../aws/mqtt-topic";
import type { Outgoing } from "./outgoing";
import type { Session, Subscription } from "./session";

const REMEMBERED_TOPICS = 10_000;

interface Match {
  session: Session;
  subscriptions: Subscription[];
}

/** Who gets a message. The answer for a topic is remembered until somebody subscribes or unsubscribes. */
export class Subscribers {
  private readonly sessions = new Set<Session>();
  private readonly remembered = new Map<string, Match[]>();

  /** To be called whenever the subscriptions of a session have changed, or its life is over. */
  update(session: Session, alive = true): void {
    if (alive && session.subscriptions.size > 0) this.sessions.add(session);
    else this.sessions.delete(session);
    this.remembered.clear();
  }

  /** Overlapping subscriptions of one client get the message once, with the best QoS among them. */
  deliver(outgoing: Outgoing, topic: string, retain: boolean, publisher: string | undefined): void {
    for (const { session, subscriptions } of this.matching(topic)) {
      let qos: 0 | 1 | undefined;
      let retained = false;
      for (const subscription of subscriptions) {
        if (subscription.noLocal && session.clientId === publisher) continue;
        qos = subscription.qos === 1 || qos === 1 ? 1 : 0;
        retained ||= retain && subscription.retainAsPublished;
      }
      if (qos !== undefined) session.deliver(outgoing, qos === 1 ? outgoing.message.qos : 0, retained);
    }
  }

  get none(): boolean {
    return this.sessions.size === 0;
  }

  private matching(topic: string): Match[] {
    const known = this.remembered.get(topic);
    if (known !== undefined) return known;
    const found: Match[] = [];
    for (const session of this.sessions) {
      const subscriptions = [...session.subscriptions]
        .filter(([filter]) => topicMatchesFilter(filter, topic))
        .map(([, one]) => one);
      if (subscriptions.length > 0) found.push({ session, subscriptions });
    }
    if (this.remembered.size >= REMEMBERED_TOPICS) this.remembered.clear();
    this.remembered.set(topic, found);
    return found;
  }
}
