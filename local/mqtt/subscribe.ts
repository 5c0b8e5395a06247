import { sharedSubscription, topicFilterProblem } from "../../aws/mqtt-topic";
import type { ClientAccess } from "./access";
import type { SubscribePacket, SubscriptionRequest } from "./decode";
import { ProtocolError, REASON } from "./reasons";
import type { Session, Subscription } from "./session";
import type { BrokerLimits } from "./types";

/** Answer to a SUBSCRIBE, filter by filter. */
export interface SubscribeResult {
  /** granted QoS, or the reason code of a refusal */
  codes: number[];
  /** why filters were refused, in words */
  reasons: string[];
  accepted: { filter: string; subscription: Subscription; sendRetained: boolean }[];
}

/**
 * Decides a SUBSCRIBE as AWS IoT Core does.
 * @throws ProtocolError when the connection is to be closed: more than 8 filters, subscription identifiers, QoS 2, to which AWS sends no
 *   SUBACK (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences)
 */
export function decideSubscribe(
  packet: SubscribePacket,
  session: Session,
  limits: BrokerLimits,
  access?: ClientAccess,
): SubscribeResult {
  const { requests, properties } = packet;
  if (properties?.subscriptionIdentifier !== undefined)
    throw new ProtocolError(REASON.subscriptionIdentifiersNotSupported, "subscription identifiers are not supported");
  if (requests.length > limits.subscriptionsPerRequest)
    throw new ProtocolError(
      REASON.quotaExceeded,
      `more than ${limits.subscriptionsPerRequest} subscriptions in one SUBSCRIBE`,
    );
  if (requests.some(({ qos }) => qos === 2)) throw new ProtocolError(REASON.qosNotSupported, "QoS 2 is not supported");
  const result: SubscribeResult = { codes: [], reasons: [], accepted: [] };
  const filters = new Set(session.subscriptions.keys());
  for (const request of requests) {
    const { filter, qos, noLocal, retainAsPublished, retainHandling } = request;
    const refused = problem(request, filters, limits, access);
    if (refused !== undefined) {
      result.reasons.push(`${filter}: ${refused.message}`);
      result.codes.push(refused.code);
      continue;
    }
    const isNew = !filters.has(filter);
    filters.add(filter);
    result.codes.push(qos);
    result.accepted.push({
      filter,
      subscription: { qos: qos as 0 | 1, noLocal, retainAsPublished },
      // Shared subscriptions get no retained messages.
      sendRetained:
        sharedSubscription(filter) === undefined && (retainHandling === 0 || (retainHandling === 1 && isNew)),
    });
  }
  return result;
}

function problem(
  { filter }: SubscriptionRequest,
  filters: ReadonlySet<string>,
  limits: BrokerLimits,
  access: ClientAccess | undefined,
): { code: number; message: string } | undefined {
  const invalid = topicFilterProblem(filter);
  if (invalid !== undefined) return { code: REASON.topicFilterInvalid, message: invalid };
  const max = limits.subscriptionsPerConnection;
  if (filters.size >= max && !filters.has(filter))
    return { code: REASON.quotaExceeded, message: `a connection has at most ${max} subscriptions` };
  const refusal = access?.subscribe(filter);
  if (refusal !== undefined) return { code: REASON.notAuthorized, message: refusal };
  return undefined;
}
