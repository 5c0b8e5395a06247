import { absent, block, blocks, list, show, text, type Inputs } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { filterOf } from "../../../etl/iot-sql";

export const topicRuleSafe: ResourceRule = {
  id: "topic-rule-safe",
  group: "delivery",
  title:
    "A topic rule uses the current SQL version, has an error action, spreads its records over shards, overwrites no object and uses no service that AWS has ended.",
  rationale:
    "Without an error action a message that cannot be delivered is lost without a trace; a fixed S3 key keeps only the last message.",
  severity: "high",
  level: "mandatory",
  remediation: 'Set sqlVersion "2016-03-23", errorAction, and partitionKey to a template such as ${topic(2)}.',
  page: "https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, found) {
    if (inputs.sqlVersion !== "2016-03-23")
      found.add(
        "sqlVersion",
        show(inputs.sqlVersion),
        "rules are written in the SQL of 2016-03-23",
        'set "2016-03-23"',
      );
    if (absent(inputs.errorAction))
      found.add(
        "errorAction",
        "nothing",
        "a message that an action cannot deliver goes somewhere",
        "add one, for example cloudwatchLogs",
      );
    if (inputs.enabled === false)
      found.add("enabled", "false", "a rule that is off drops every message without a trace", "set true, or remove it");
    const onErrorTarget = targetOf(block(inputs.errorAction));
    for (const [plural, singular] of Object.entries(TARGETS))
      for (const [index, action] of blocks(inputs[plural])) {
        const target = targetOf({ [singular]: action });
        if (target !== undefined && target === onErrorTarget)
          found.add(
            "errorAction",
            target,
            `it is where ${plural}[${index}] writes, so what keeps a message from there keeps the error, too`,
            "choose another target, for example cloudwatchLogs",
          );
      }
    const filter = filterOf(text(inputs.sql) ?? "");
    for (const [index, { topic }] of blocks(inputs.republishes)) {
      const at = `republishes[${index}].topic`;
      if (/^\$(?!\$|\{)/.test(text(topic) ?? ""))
        found.add(
          at,
          show(topic),
          "a $ begins a template, and a reserved topic is written with two",
          `write $${text(topic)!}`,
        );
      const target = text(topic)?.replace(/^\$\$/, "$");
      if (target !== undefined && filter !== undefined && reaches(target, filter))
        found.add(
          at,
          show(topic),
          `the rule listens to ${show(filter)} itself, so each message triggers the rule again, without end`,
          "republish to a topic that the rule does not match",
        );
    }
    for (const dead of ["iotAnalytics", "iotEvents"])
      if ((list(inputs[dead])?.length ?? 0) > 0 || !absent(block(inputs.errorAction)?.[dead]))
        found.add(dead, "an action", "the service is switched off", "remove it");
    for (const [index, action] of blocks(inputs.kineses)) {
      const at = `kineses[${index}].partitionKey`;
      if (absent(action.partitionKey) || action.partitionKey === "")
        found.add(
          at,
          show(action.partitionKey),
          "without a partition key a device's order is not kept",
          "set ${topic(2)} or ${newuuid()}",
        );
      else if (text(action.partitionKey)?.includes("${") === false)
        found.add(
          at,
          show(action.partitionKey),
          "a fixed key sends every record to one shard",
          "use a template such as ${topic(2)}",
        );
      const beyond = filter === undefined ? undefined : levelBeyond(text(action.partitionKey) ?? "", filter);
      if (beyond !== undefined)
        found.add(
          at,
          show(action.partitionKey),
          `topics of ${show(filter)} have no level ${beyond}, so the action fails for every message`,
          "name a level that they have, or use ${newuuid()}",
        );
    }
    const actions = blocks(inputs.s3).map(([index, action]) => [`s3[${index}]`, action] as const);
    const onError = block(block(inputs.errorAction)?.s3);
    for (const [at, action] of onError === undefined ? actions : [...actions, ["errorAction.s3", onError] as const])
      if (text(action.key)?.includes("${") === false)
        found.add(
          `${at}.key`,
          show(action.key),
          "a key without a template is one object, which each message overwrites",
          "write ${newuuid()} into it",
        );
  },
};

/** The level that a template asks of topics that never have it. */
function levelBeyond(template: string, filter: string): number | undefined {
  const levels = filter.split("/");
  if (levels.at(-1) === "#") return undefined;
  return [...template.matchAll(/\btopic\(\s*(\d+)\s*\)/g)]
    .map(([, level]) => Number(level))
    .find((level) => level > levels.length);
}

/** Whether a topic, in which templates stand for any text, can match a filter. */
function reaches(topic: string, filter: string): boolean {
  const levels = topic.replace(/\$\{[^}]*\}/g, "+").split("/");
  const wanted = filter.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    const own = levels[index];
    if (own === undefined) return false;
    if (level !== "+" && !own.includes("+") && own !== level) return false;
    if (level !== "+" && own.includes("+") && !new RegExp(`^${own.split("+").map(escape).join(".*")}$`).test(level))
      return false;
  }
  // A template for the whole topic may have any number of levels.
  return levels.length === wanted.length || topic.trim() === "+";
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Actions by plural and singular, and the member that names where they write. */
const TARGETS = { kineses: "kinesis", firehoses: "firehose", s3: "s3", sqs: "sqs", sns: "sns" } as const;
const NAMES: Readonly<Record<string, string>> = {
  kinesis: "streamName",
  firehose: "deliveryStreamName",
  sqs: "queueUrl",
  sns: "targetArn",
};

/** `kinesis plant`; undefined for actions whose place is not their name alone. */
function targetOf(action: Inputs | undefined): string | undefined {
  for (const [kind, member] of Object.entries(NAMES)) {
    const name = text(block(action?.[kind])?.[member]);
    if (name !== undefined) return `${kind} ${name}`;
  }
  return undefined;
}
