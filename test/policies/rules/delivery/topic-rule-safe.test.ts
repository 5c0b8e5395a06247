import { topicRuleSafe } from "../../../../policies/rules/delivery/topic-rule-safe";
import { spec } from "../../spec";

spec(topicRuleSafe, {
  messages: {
    "rule: a rule that is off": [
      "rule (aws:iot:TopicRule), enabled: saw false; a rule that is off drops every message without a trace; set true, or remove it",
    ],
    "rule: messages that go round for ever": [
      'rule (aws:iot:TopicRule), republishes[0].topic: saw "dt/${clientid()}/aggregate"; the rule listens to "dt/+/aggregate" itself, so each message goes round for ever; republish to a topic that the rule does not match',
    ],
    "rule: no error action": [
      "rule (aws:iot:TopicRule), errorAction: saw nothing; a message that an action cannot deliver goes somewhere; add one, for example cloudwatchLogs",
    ],
    "rule: the SQL of 2015": [
      'rule (aws:iot:TopicRule), sqlVersion: saw "2015-10-08"; rules are written in the SQL of 2016-03-23; set "2016-03-23"',
    ],
    "rule: beta SQL": [
      'rule (aws:iot:TopicRule), sqlVersion: saw "beta"; rules are written in the SQL of 2016-03-23; set "2016-03-23"',
    ],
    "rule: no partition key": [
      "rule (aws:iot:TopicRule), kineses[0].partitionKey: saw nothing; without a partition key a device's order is not kept; set ${topic(2)} or ${newuuid()}",
    ],
    "rule: a fixed partition key": [
      'rule (aws:iot:TopicRule), kineses[0].partitionKey: saw "plant"; a fixed key sends every record to one shard; use a template such as ${topic(2)}',
    ],
    "rule: a level that no topic has": [
      'rule (aws:iot:TopicRule), kineses[0].partitionKey: saw "${topic(5)}"; topics of "dt/+/aggregate" have no level 5, so the action fails for every message; name a level that they have, or use ${newuuid()}',
    ],
    "rule: one object for all messages": [
      'rule (aws:iot:TopicRule), s3[0].key: saw "latest.json"; a key without a template is one object, which each message overwrites; write ${newuuid()} into it',
    ],
    "rule: IoT Analytics, which is off": [
      "rule (aws:iot:TopicRule), iotAnalytics: saw an action; the service is switched off; remove it",
    ],
    "rule: IoT Events, which is off": [
      "rule (aws:iot:TopicRule), iotEvents: saw an action; the service is switched off; remove it",
    ],
    "rule: errors go where messages cannot": [
      "rule (aws:iot:TopicRule), errorAction: saw kinesis plant; it is where kineses[0] writes, so what keeps a message from there keeps the error, too; choose another target, for example cloudwatchLogs",
    ],
    "rule: a reserved topic with one $": [
      'rule (aws:iot:TopicRule), republishes[0].topic: saw "$aws/things/plant/shadow/update"; a $ begins a template, and a reserved topic is written with two; write $$aws/things/plant/shadow/update',
    ],
  },
  unknown: {
    of: "rule",
    property: "enabled",
    says: "rule (aws:iot:TopicRule), enabled: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
