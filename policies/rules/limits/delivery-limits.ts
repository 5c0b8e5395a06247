import { limitRule } from "../../framework/limit-rule";

export const deliveryLimits = limitRule(
  "delivery-limits",
  "A delivery stream's conversion, partitioning, buffers, prefixes and processors go together as Firehose demands.",
  "https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html",
  ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
);
