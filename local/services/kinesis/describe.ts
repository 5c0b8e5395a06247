import type { Shard, StreamDescription, StreamDescriptionSummary, StreamSummary } from "@aws-sdk/client-kinesis";
import { hashKeyRange } from "./hash-keys";
import { sequenceNumber, shardId, type Stream } from "./stream";

/** A shard as it is listed: open since the stream is there, since streams are not resharded here. */
export function describeShard({ shards }: Stream, shard: number): Shard {
  return {
    ShardId: shardId(shard),
    HashKeyRange: hashKeyRange(shard, shards.length),
    SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(shard, 0) },
  };
}

/** A stream in a list. */
export function summarize(stream: Stream): StreamSummary {
  const { name, arn, created, resource } = stream;
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: resource.inputs.streamModeDetails?.streamMode ?? "PROVISIONED" },
    StreamCreationTimestamp: new Date(created),
  };
}

/** A stream with its shards: at most `limit` of them that come after the shard `after`. */
export function describe(stream: Stream, after: number, limit: number): StreamDescription {
  const numbers = stream.shards.map((_, shard) => shard).filter((shard) => shard > after);
  return {
    ...summarize(stream),
    StreamCreationTimestamp: new Date(stream.created),
    ...settings(stream),
    Shards: numbers.slice(0, limit).map((shard) => describeShard(stream, shard)),
    HasMoreShards: numbers.length > limit,
  };
}

/** A stream with the number of its shards. */
export function describeSummary(stream: Stream): StreamDescriptionSummary {
  return {
    ...summarize(stream),
    StreamCreationTimestamp: new Date(stream.created),
    ...settings(stream),
    OpenShardCount: stream.shards.length,
    ConsumerCount: 0,
    MaxRecordSizeInKiB: 1024,
  };
}

function settings({ resource: { inputs }, encryption }: Stream): {
  RetentionPeriodHours: number;
  EnhancedMonitoring: { ShardLevelMetrics: [] }[];
  EncryptionType: "KMS" | "NONE";
  KeyId: string | undefined;
} {
  return {
    RetentionPeriodHours: inputs.retentionPeriod ?? 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: encryption,
    KeyId: encryption === "KMS" ? inputs.kmsKeyId : undefined,
  };
}
