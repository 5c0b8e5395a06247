import { number } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const streamRecordSize: ResourceRule = {
  id: "stream-record-size",
  group: "delivery",
  title: "A stream accepts no records that are larger than its readers can take.",
  rationale: "Firehose takes 1,000 KiB; a larger record stops its shard.",
  severity: "high",
  level: "mandatory",
  remediation: "Leave maxRecordSizeInKib out.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/limits.html",
  types: ["aws:kinesis/stream:Stream"],
  check({ inputs }, found) {
    const size = number(inputs.maxRecordSizeInKib);
    if (size !== undefined && size > 1024)
      found.add("maxRecordSizeInKib", String(size), "Firehose takes records of 1,000 KiB", "leave it out");
  },
};
