import type {
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
} from "@aws-sdk/client-kinesis";
import { ApiError, operation, type Operation, type Permission } from "../../api";
import { invalid, wrongArgument } from "./errors";
import type { StreamFinder, StreamNamed } from "./find";
import { parseHashKey } from "./hash-keys";
import { keyProblem, sequenceNumber, shardId, type PutResult, type Stream } from "./stream";

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 10 * 1024 * 1024;
/** With its partition key. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const RECORD_BYTES = 1024 * 1024;

interface Entry {
  key: string;
  data: Buffer;
  hashKey: bigint | undefined;
}

/** PutRecord and PutRecords. A record is acknowledged when it is on disk. */
export function putOperations(finder: StreamFinder): Record<string, Operation<never>> {
  const permissions = (action: string, input: StreamNamed): Permission[] => {
    const resource = finder.arnOf(input);
    const stream = finder.all.find(({ arn }) => arn === resource);
    return [{ action: `kinesis:${action}`, resource }, ...(stream?.keyPermissions("kms:GenerateDataKey") ?? [])];
  };
  return {
    PutRecord: operation<PutRecordInput, PutRecordOutput>({
      takes: ["StreamName", "StreamARN", "Data", "PartitionKey", "ExplicitHashKey"],
      ignores: { SequenceNumberForOrdering: "records of a shard are in the order of the calls here" },
      permissions: (input) => permissions("PutRecord", input),
      answer: async ({ input }) => {
        const stream = finder.find(input);
        const [result] = (await putAll(stream, [entryOf(input, "")])) as [PutResult];
        if (!result.ok) throw new ApiError(400, result.error, result.message);
        return { ...placeOf(result), EncryptionType: stream.encryption };
      },
    }),
    PutRecords: operation<PutRecordsInput, PutRecordsOutput>({
      takes: ["StreamName", "StreamARN", "Records"],
      permissions: (input) => permissions("PutRecords", input),
      answer: async ({ input }) => {
        const stream = finder.find(input);
        const results = await putAll(stream, entriesOf(input.Records ?? []));
        return {
          FailedRecordCount: results.filter(({ ok }) => !ok).length,
          Records: results.map((result): PutRecordsResultEntry =>
            result.ok ? placeOf(result) : { ErrorCode: result.error, ErrorMessage: result.message },
          ),
          EncryptionType: stream.encryption,
        };
      },
    }),
  };
}

/** Puts records; resolves when those that are not refused are on disk. */
function putAll(stream: Stream, entries: readonly Entry[]): Promise<PutResult[]> {
  return new Promise((resolve) => {
    let open = 1;
    const onDisk = (): void => {
      if (--open === 0) resolve(results);
    };
    const results = entries.map(({ key, data, hashKey }) => {
      const result = stream.putByClient(key, data, hashKey, onDisk);
      if (result.ok) open++;
      return result;
    });
    onDisk();
  });
}

function placeOf({ shard, index }: { shard: number; index: number }): { ShardId: string; SequenceNumber: string } {
  return { ShardId: shardId(shard), SequenceNumber: sequenceNumber(shard, index) };
}

/** A request of which one record is wrong is refused as a whole. @throws ApiError */
function entriesOf(records: readonly PutRecordsRequestEntry[]): Entry[] {
  if (records.length < 1 || records.length > BATCH_RECORDS)
    throw invalid(
      `Value '${records.length} records' at 'records' failed to satisfy constraint: Member must have length ` +
        (records.length < 1 ? "greater than or equal to 1" : `less than or equal to ${BATCH_RECORDS}`),
    );
  const entries = records.map((record, i) => entryOf(record, `records.${i + 1}.member.`));
  const bytes = entries.reduce((sum, { key, data }) => sum + data.length + Buffer.byteLength(key), 0);
  if (bytes > BATCH_BYTES)
    throw wrongArgument(
      `The records have ${bytes} bytes with their partition keys; a request has at most ${BATCH_BYTES}.`,
    );
  return entries;
}

/** @throws ApiError */
function entryOf({ Data, PartitionKey, ExplicitHashKey }: PutRecordsRequestEntry, at: string): Entry {
  const missing = Data === undefined ? "data" : PartitionKey === undefined ? "partitionKey" : undefined;
  if (Data === undefined || PartitionKey === undefined)
    throw invalid(`Value null at '${at}${missing}' failed to satisfy constraint: Member must not be null`);
  const problem = keyProblem(PartitionKey, at);
  if (problem !== undefined) throw new ApiError(400, "ValidationException", problem);
  if (Data.length + Buffer.byteLength(PartitionKey) > RECORD_BYTES)
    throw invalid(
      `Value of ${Data.length} bytes at '${at}data' failed to satisfy constraint: Member must have length less than or equal to ${RECORD_BYTES}, with the partition key`,
    );
  const hashKey = ExplicitHashKey === undefined ? undefined : parseHashKey(ExplicitHashKey);
  if (ExplicitHashKey !== undefined && hashKey === undefined)
    throw wrongArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  return { key: PartitionKey, data: Buffer.from(Data.buffer, Data.byteOffset, Data.length), hashKey };
}
