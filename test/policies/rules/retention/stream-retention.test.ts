import { streamRetention } from "../../../../policies/rules/retention/stream-retention";
import { spec } from "../../spec";

spec(streamRetention, {
  messages: {
    "stream: not decided": [
      "stream (aws:kinesis:Stream), retentionPeriod: saw nothing; a stream's retention is decided, not left to the default of 24; set 24 or more",
    ],
    "stream: a day, in production (prod)": [
      "stream (aws:kinesis:Stream), retentionPeriod: saw 24; a stream keeps records at least 168 hours in prod; set 168 or more",
    ],
  },
  unknown: {
    of: "stream",
    property: "retentionPeriod",
    says: "stream (aws:kinesis:Stream), retentionPeriod: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
