import { streamLimits } from "../../../../policies/rules/limits/stream-limits";
import { spec } from "../../spec";

spec(streamLimits, {
  messages: {
    "stream: longer than a year": [
      "stream (aws:kinesis:Stream), retentionPeriod: saw 9000; the retention of a stream in hours is 24 to 8760; set at most 8760",
    ],
    "stream: no key": [
      "stream (aws:kinesis:Stream), kmsKeyId: saw nothing; a stream with encryptionType KMS names its key; set kmsKeyId, for AWS's own key to alias/aws/kinesis",
    ],
    "stream: shards on demand": [
      "stream (aws:kinesis:Stream), shardCount: saw 2; a stream in mode ON_DEMAND has no shard count; leave it out",
    ],
    "historian: no shards": [
      "historian (aws:kinesis:Stream), shardCount: saw nothing; a stream in mode PROVISIONED has at least one shard; set shardCount, or streamModeDetails.streamMode to ON_DEMAND",
    ],
  },
  unknown: {
    of: "stream",
    property: "retentionPeriod",
    says: "stream (aws:kinesis:Stream), retentionPeriod: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
