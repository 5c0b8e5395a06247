import { topicRuleLimits } from "../../../../policies/rules/limits/topic-rule-limits";
import { spec } from "../../spec";

spec(topicRuleLimits, {
  unknown: {
    of: "rule",
    property: "name",
    says: "rule (aws:iot:TopicRule), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
