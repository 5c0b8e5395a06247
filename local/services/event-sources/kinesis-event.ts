import { sequenceNumber, shardId } from "../kinesis/stream";
import type { ShardRecord } from "../kinesis/shard";

/** Where the records of an event come from. */
export interface KinesisOrigin {
  streamArn: string;
  /** ARN of the function's role */
  role: string;
  region: string;
}

/** A record as the function gets it. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example */
export function kinesisRecord(shard: number, record: ShardRecord, { streamArn, role, region }: KinesisOrigin): object {
  const sequence = sequenceNumber(shard, record.index);
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.partitionKey,
      sequenceNumber: sequence,
      data: record.data.toString("base64"),
      approximateArrivalTimestamp: Math.floor(record.arrival) / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId(shard)}:${sequence}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: role,
    awsRegion: region,
    eventSourceARN: streamArn,
  };
}

/** The members that filters see: those of the record's own part, with what the producer sent as text. */
export function filtered(shard: number, record: ShardRecord): Record<string, unknown> {
  return {
    kinesisSchemaVersion: "1.0",
    partitionKey: record.partitionKey,
    sequenceNumber: sequenceNumber(shard, record.index),
    approximateArrivalTimestamp: Math.floor(record.arrival) / 1000,
    data: record.data.toString("utf8"),
  };
}
