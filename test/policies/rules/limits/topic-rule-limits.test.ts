import { topicRuleLimits } from "../../../../policies/rules/limits/topic-rule-limits";
import { spec } from "../../spec";

spec(topicRuleLimits, {
  messages: {
    "rule: a name with a hyphen": [
      'rule (aws:iot:TopicRule), name: saw "plant-rule"; the name has letters, digits and underscores; choose another name',
    ],
    "rule: # in the middle": [
      "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'dt/#/aggregate'\"; the topic filter 'dt/#/aggregate' is not valid: # stands alone in the last level; end the filter with /# (at character 15); correct the SQL",
    ],
    "rule: + beside text": [
      "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'dt/device+/aggregate'\"; the topic filter 'dt/device+/aggregate' is not valid: + stands alone in its level; write /+/ (at character 15); correct the SQL",
    ],
    "rule: nine levels": [
      "rule (aws:iot:TopicRule), sql: saw \"SELECT * FROM 'a/b/c/d/e/f/g/h/i'\"; the topic filter 'a/b/c/d/e/f/g/h/i' is not valid: it has 9 levels and a topic has at most 8; shorten it (at character 15); correct the SQL",
    ],
    "rule: SQL that AWS does not parse": [
      'rule (aws:iot:TopicRule), sql: saw "SELECT * FORM \'dt/+/aggregate\'"; expected "," or FROM, found "FORM"; did you mean FROM? (at character 10); correct the SQL',
    ],
    "rule: no action": ["rule (aws:iot:TopicRule): saw 0 actions; a rule has 1 to 10; add one, for a channel: kineses"],
    "rule: two error actions": [
      "rule (aws:iot:TopicRule), errorAction: saw cloudwatchLogs, sqs; an error action is exactly one action; keep one, for example cloudwatchLogs",
    ],
    "rule: eleven actions": ["rule (aws:iot:TopicRule): saw 11 actions; a rule has 1 to 10; split the rule in two"],
    "rule: a lookup in the error action": [
      "rule (aws:iot:TopicRule), errorAction.s3.key: saw a template with get_thing_shadow(); templates of an error action call no external function; take the call out",
    ],
    "rule: a FIFO queue": [
      'rule (aws:iot:TopicRule), sqs[0].queueUrl: saw "https://sqs.eu-central-1.amazonaws.com/1/x.fifo"; the SQS action takes no FIFO queue; use a standard queue',
    ],
  },
  unknown: {
    of: "rule",
    property: "name",
    says: "rule (aws:iot:TopicRule), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
