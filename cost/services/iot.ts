import { KB, roundedUp, SECONDS } from "../model/month";
import { actionsOf, ofType, TYPES } from "../model/links";
import type { Flow, Registered, Usage } from "../model/types";

/** AWS IoT counts messages in units of this size. https://aws.amazon.com/iot-core/pricing/additional-details/ */
const UNIT = 5 * KB;

/** A topic rule: the messages that it gets, its evaluations and its actions. */
export function topicRule(rule: Registered, flow: Flow): Usage[] {
  const own = flow.rules.get(rule.urn);
  if (own === undefined) return [];
  const millions = (own.rate * SECONDS * roundedUp(own.size, UNIT)) / UNIT / 1e6;
  const usages: Usage[] = [
    { price: "iot-rule", what: "evaluations", quantity: millions },
    { price: "iot-action", what: "actions", quantity: millions * actionsOf(rule).length },
  ];
  if (!flow.traffic.basicIngest && own.first)
    usages.unshift({ price: "iot-message", what: "messages", quantity: millions });
  const { devices } = flow.traffic;
  if (devices > 0 && ofType(flow.resources, TYPES.rule).find(({ urn }) => flow.rules.has(urn)) === rule)
    usages.push({
      price: "iot-connection",
      what: "connections of devices",
      quantity: (devices * SECONDS) / 60 / 1e6,
      fixed: true,
    });
  return usages;
}
