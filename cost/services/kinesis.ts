import { block, number, text } from "../../aws/values";
import { GB, HOURS, KB, roundedUp, SECONDS } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

const DAY = 24;
const WEEK = 168;

/** A data stream in either mode. */
export function stream(resource: Registered, flow: Flow): Usage[] {
  const { rate, size, readers } = flow.streams.get(resource.urn) ?? { rate: 0, size: 0, readers: 0 };
  const retention = number(resource.inputs.retentionPeriod) ?? DAY;
  const onDemand = text(block(resource.inputs.streamModeDetails)?.streamMode) === "ON_DEMAND";
  const keptAbove = (hours: number): number =>
    (rate * size * 3600 * Math.max(0, Math.min(retention, hours === DAY ? WEEK : Infinity) - hours)) / GB;
  const long: Usage = { price: "kinesis-retention-long", what: "retention above 7 days", quantity: keptAbove(WEEK) };
  if (!onDemand) {
    const shards = number(resource.inputs.shardCount) ?? 1;
    return [
      { price: "kinesis-shard-hour", what: "shards", quantity: shards * HOURS, fixed: true },
      {
        price: "kinesis-put",
        what: "records",
        quantity: (rate * SECONDS * roundedUp(size, 25 * KB)) / (25 * KB) / 1e6,
      },
      {
        price: "kinesis-shard-hour-week",
        what: "retention above 24 hours",
        quantity: retention > DAY ? shards * HOURS : 0,
        fixed: true,
      },
      long,
    ];
  }
  return [
    { price: "kinesis-stream-hour", what: "the stream", quantity: HOURS, fixed: true },
    { price: "kinesis-in", what: "data in", quantity: (rate * SECONDS * roundedUp(size, KB)) / GB },
    { price: "kinesis-out", what: "data out", quantity: (rate * SECONDS * size * readers) / GB },
    { price: "kinesis-retention-week", what: "retention above 24 hours", quantity: keptAbove(DAY) },
    long,
  ];
}

/** A consumer with throughput of its own. */
export function streamConsumer(resource: Registered, flow: Flow): Usage[] {
  const found = flow.resources.find(({ inputs }) => text(inputs.arn) === text(resource.inputs.streamArn));
  const { rate, size } = flow.streams.get(found?.urn ?? "") ?? { rate: 0, size: 0 };
  return [
    {
      price: "kinesis-consumer-hour",
      what: "the consumer",
      quantity: (number(found?.inputs.shardCount) ?? 1) * HOURS,
      fixed: true,
    },
    { price: "kinesis-consumer-out", what: "data out", quantity: (rate * SECONDS * size) / GB },
  ];
}
