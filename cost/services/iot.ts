import { IOT_LOG_GROUP } from "../../aws/iot-log";
import { number, text } from "../../aws/values";
import { DAYS, GB, KB, roundedUp, SECONDS } from "../model/month";
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

/** Bytes of an entry of AWS IoT's log with the 26 that CloudWatch adds to each, from the examples of https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html. */
const LOG_ENTRY = 400;

/** The account's log of AWS IoT: from INFO on, entries for each message, each rule that it matches, and each action. */
export function iotLog({ inputs }: Registered, flow: Flow): Usage[] {
  const level = text(inputs.defaultLogLevel);
  if (inputs.disableAllLogs === true || (level !== "INFO" && level !== "DEBUG")) return [];
  let entries = 0;
  for (const rule of ofType(flow.resources, TYPES.rule)) {
    const own = flow.rules.get(rule.urn);
    if (own === undefined) continue;
    const ofAction = level === "DEBUG" ? 2 : 1;
    entries += own.rate * SECONDS * ((own.first ? 1 : 0) + 1 + actionsOf(rule).length * ofAction);
  }
  if (entries === 0) return [];
  const group = flow.resources.find(({ inputs: own }) => own.name === IOT_LOG_GROUP);
  const months = Math.min(flow.assumptions.months, (number(group?.inputs.retentionInDays) || Infinity) / DAYS);
  const gigabytes = (entries * LOG_ENTRY) / GB;
  return [
    { price: "logs-in", what: "log of AWS IoT", quantity: gigabytes },
    { price: "logs-month", what: "log of AWS IoT kept", quantity: gigabytes * months },
  ];
}
