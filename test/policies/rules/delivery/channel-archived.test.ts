import { channelArchived } from "../../../../policies/rules/delivery/channel-archived";
import { spec } from "../../spec";

spec(channelArchived, {
  messages: {
    "no archive of raw messages": [
      "stream (aws:kinesis:Stream): saw no delivery stream that archives it; raw messages are archived as they came; add a delivery stream to S3 without conversion and without a function",
    ],
    "the rule does not wait for the archive": [
      "rule (aws:iot:TopicRule): saw no dependency on second; second starts at the latest record, so the rule waits for it; add dependsOn: [second]",
    ],
    "six readers of one stream": [
      "stream (aws:kinesis:Stream): saw 7 consumers; a shard answers five reads a second; join consumers, or give functions enhanced fan-out",
    ],
  },
  unknown: {
    of: "stream",
    property: "name",
    says: "stream (aws:kinesis:Stream), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
