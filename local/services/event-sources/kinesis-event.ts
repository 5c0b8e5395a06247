import { sequenceNumber, shardId } from "../kinesis/stream";
import type { ShardRecord } from "../kinesis/shard";

/** Where the records of an event come from. */
export interface KinesisOrigin {
  streamArn: string;
  /** ARN of the function's role */
  role: string;
  region: string;
}

/**
 * Writes records as the function gets them, each the JSON text of https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example.
 * By hand: most of a text is the same for every record, and JSON.stringify would walk every member again.
 */
export function recordWriter({
  streamArn,
  role,
  region,
}: KinesisOrigin): (shard: number, record: ShardRecord) => string {
  const origin = { invokeIdentityArn: role, awsRegion: region, eventSourceARN: streamArn };
  const end = `","eventName":"aws:kinesis:record",${JSON.stringify(origin).slice(1)}`;
  return (shard, record) => {
    const sequence = sequenceNumber(shard, record.index);
    return (
      `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${JSON.stringify(record.partitionKey)}` +
      `,"sequenceNumber":"${sequence}","data":"${record.data.toString("base64")}"` +
      `,"approximateArrivalTimestamp":${Math.floor(record.arrival) / 1000}}` +
      `,"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"${shardId(shard)}:${sequence}${end}`
    );
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
