import { text } from "../../../aws/values";
import { show } from "../../../aws/text/show";
import { checkStatement } from "../../../etl/iot-sql";
import { limitRule } from "../../framework/limit-rule";
import type { ResourceRule } from "../../framework/rule";

const limits = limitRule(
  "topic-rule-limits",
  "A topic rule has a name, a filter, 1 to 10 actions and an error action that AWS IoT takes.",
  "https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-rule.html",
  [
    "aws:iot/topicRule:TopicRule",
    "aws:iot/provisioningTemplate:ProvisioningTemplate",
    "aws:iot/thing:Thing",
    "aws:iot/policy:Policy",
  ],
);

/** AWS parses a rule's SQL when it makes the rule. */
export const topicRuleLimits: ResourceRule = {
  ...limits,
  check(view, found, ...rest) {
    limits.check(view, found, ...rest);
    const sql = view.type === "aws:iot/topicRule:TopicRule" ? text(view.inputs.sql) : undefined;
    const error = sql === undefined ? undefined : checkStatement(sql).error;
    if (error !== undefined) found.add("sql", show(sql), error.message, "correct the SQL");
  },
};
