import { limitRule } from "../../framework/limit-rule";

export const streamLimits = limitRule(
  "stream-limits",
  "A stream's mode, shards, retention and key are a combination that Kinesis takes.",
  "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
  ["aws:kinesis/stream:Stream"],
);
