import { topicRuleSafe } from "../../../../policies/rules/delivery/topic-rule-safe";
import { spec } from "../../spec";

spec(topicRuleSafe, {
  unknown: {
    of: "rule",
    property: "enabled",
    says: "rule (aws:iot:TopicRule), enabled: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
