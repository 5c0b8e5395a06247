import { limitRule } from "../../framework/limit-rule";

export const topicRuleLimits = limitRule(
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
