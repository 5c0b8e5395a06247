import type {
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from "@aws-sdk/client-kinesis";
import { operation, type Operation, type Permission } from "../../api";
import type { Clock } from "../../core/clock";
import { ACCOUNT } from "../../core/model";
import { invalid, shardExceeded, within, wrongArgument } from "./errors";
import type { StreamFinder } from "./find";
import { CallMeter } from "./meters";
import type { Cursor, ShardRecord } from "./shard";
import { parseSequenceNumber, sequenceNumber, shardId, type Stream } from "./stream";
import { checkIteratorAge, makeIterator, readIterator } from "./tokens";

/** Of one answer. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
const MAX_RECORDS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
/** Of GetShardIterator on a shard in a second. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
const ITERATOR_CALLS = 5;

const TYPES = ["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];

/** GetShardIterator and GetRecords. Clients are held to a shard's limits; their pace is measured as `Clock.callTime` says. */
export function readOperations(finder: StreamFinder, clock: Clock): Record<string, Operation<never>> {
  const iteratorMeters = new Map<string, CallMeter>();
  const named = (name: string): Stream => finder.find({ StreamName: name });
  return {
    GetShardIterator: operation<GetShardIteratorInput, GetShardIteratorOutput>({
      takes: ["StreamName", "StreamARN", "ShardId", "ShardIteratorType", "StartingSequenceNumber", "Timestamp"],
      permissions: (input) => [{ action: "kinesis:GetShardIterator", resource: finder.arnOf(input) }],
      answer: ({ input }) => {
        const stream = finder.find(input);
        const shard = finder.shardOf(stream, input.ShardId);
        const key = `${stream.name} ${shard}`;
        let meter = iteratorMeters.get(key);
        if (meter === undefined) iteratorMeters.set(key, (meter = new CallMeter(ITERATOR_CALLS)));
        const index = startOf(stream, shard, input, clock.now());
        if (!meter.admit(clock.callTime)) throw shardExceeded(stream, shard);
        return { ShardIterator: makeIterator({ stream: stream.name, shard, index }, clock.callTime) };
      },
    }),
    GetRecords: operation<GetRecordsInput, GetRecordsOutput>({
      takes: ["ShardIterator", "Limit", "StreamARN"],
      permissions: (input): Permission[] => {
        const stream = named(readIterator(input.ShardIterator).stream);
        if (input.StreamARN !== undefined && input.StreamARN !== stream.arn)
          throw wrongArgument(`The ShardIterator is of stream ${stream.arn}, not of ${input.StreamARN}.`);
        return [{ action: "kinesis:GetRecords", resource: stream.arn }, ...stream.keyPermissions("kms:Decrypt")];
      },
      answer: ({ input }) => {
        within("limit", input.Limit, 1, MAX_RECORDS);
        const { given, shard, index, stream: name } = readIterator(input.ShardIterator);
        const stream = named(name);
        if (stream.shards[shard] === undefined || index > stream.shards[shard].end)
          throw wrongArgument("Invalid ShardIterator.");
        const time = clock.callTime;
        checkIteratorAge(given, time);
        const meter = stream.readMeters[shard]!;
        if (!meter.admit(time)) {
          stream.throttledReads.add(1, clock.now());
          throw shardExceeded(stream, shard);
        }
        const { records, next, bytes } = take(stream, shard, index, input.Limit ?? MAX_RECORDS);
        meter.took(time, bytes);
        return {
          Records: records.map((record) => ({
            SequenceNumber: sequenceNumber(shard, record.index),
            ApproximateArrivalTimestamp: new Date(record.arrival),
            Data: record.data,
            PartitionKey: record.partitionKey,
            ...(stream.encryption === "KMS" ? { EncryptionType: stream.encryption } : {}),
          })),
          NextShardIterator: makeIterator({ stream: name, shard, index: next }, time),
          MillisBehindLatest: stream.behind(shard, next, records.at(-1)),
        };
      },
    }),
  };
}

/** Index of the record at which an iterator begins. @throws ApiError */
function startOf(stream: Stream, shard: number, input: GetShardIteratorInput, now: number): number {
  const log = stream.shards[shard]!;
  const { ShardIteratorType: type, StartingSequenceNumber: text, Timestamp: time } = input;
  switch (type) {
    case "TRIM_HORIZON":
      return log.first;
    case "LATEST":
      return log.end;
    case "AT_TIMESTAMP": {
      if (time === undefined)
        throw wrongArgument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.");
      if (time.getTime() > Math.max(now, Date.now()))
        throw wrongArgument(
          `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${time.getTime()}, currentTimestampInMillis: ${Math.floor(now)}`,
        );
      return log.indexAt(time.getTime());
    }
    case "AT_SEQUENCE_NUMBER":
    case "AFTER_SEQUENCE_NUMBER": {
      if (text === undefined)
        throw wrongArgument(
          `Must either specify (1) AT_SEQUENCE_NUMBER and StartingSequenceNumber or (2) AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (3) TRIM_HORIZON and no StartingSequenceNumber or (4) LATEST and no StartingSequenceNumber or (5) AT_TIMESTAMP and timestamp. Request specified ${type} and no StartingSequenceNumber.`,
        );
      const place = parseSequenceNumber(text);
      // The number of a shard's first record is listed before there is one.
      if (place?.shard !== shard || (place.index >= log.end && place.index > 0))
        throw wrongArgument(
          `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shardId(shard)} in stream ${stream.name} under account ${ACCOUNT} is invalid because it did not come from this stream.`,
        );
      return Math.min(log.end, type === "AT_SEQUENCE_NUMBER" ? place.index : place.index + 1);
    }
    default:
      throw invalid(
        `Value '${String(type)}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [${TYPES.join(", ")}]`,
      );
  }
}

/** Up to `limit` records and 10 MiB. */
function take(
  stream: Stream,
  shard: number,
  index: number,
  limit: number,
): { records: ShardRecord[]; next: number; bytes: number } {
  const cursor: Cursor = { index };
  const records: ShardRecord[] = [];
  let bytes = 0;
  while (records.length < limit) {
    const more = stream.read(shard, cursor, limit - records.length);
    if (more.length === 0) break;
    for (const record of more) {
      const size = record.data.length + Buffer.byteLength(record.partitionKey);
      if (bytes + size > MAX_BYTES) return { records, next: record.index, bytes };
      records.push(record);
      bytes += size;
    }
  }
  stream.shards[shard]!.remember(cursor);
  return { records, next: cursor.index, bytes };
}
