import { createHash } from "node:crypto";
import type {
  DescribeDeliveryStreamInput,
  DescribeDeliveryStreamOutput,
  ListDeliveryStreamsInput,
  ListDeliveryStreamsOutput,
  ListTagsForDeliveryStreamInput,
  ListTagsForDeliveryStreamOutput,
  PutRecordBatchInput,
  PutRecordBatchOutput,
  PutRecordInput,
  PutRecordOutput,
} from "@aws-sdk/client-firehose";
import { DIRECT_PUT } from "../../../aws/limits/direct-put";
import { ApiError } from "../../api";
import { operation, type Permission, type ServiceApi } from "../../api";
import { ACCOUNT, type Properties } from "../../core/model";
import type { DeliveryStream } from "./delivery-stream";
import { describe } from "./description";

const { record: RECORD_BYTES, batchRecords: BATCH_RECORDS, batchBytes: BATCH_BYTES, divided: DIVIDED } = DIRECT_PUT;

interface Services {
  region: string;
  /** by name */
  deliveryStreams: ReadonlyMap<string, DeliveryStream>;
}

/**
 * The API of Firehose: delivery streams as they are declared, and direct put.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html
 */
export function firehoseApi({ region, deliveryStreams }: Services): ServiceApi {
  const on = (action: string, name: string | undefined): Permission[] => [
    { action: `firehose:${action}`, resource: `arn:aws:firehose:${region}:${ACCOUNT}:deliverystream/${name ?? ""}` },
  ];
  const find = (name: string | undefined): DeliveryStream => {
    const found = deliveryStreams.get(name ?? "");
    if (found === undefined)
      throw new ApiError(400, "ResourceNotFoundException", `Firehose ${name} under accountId ${ACCOUNT} not found.`);
    return found;
  };
  return {
    service: "firehose",
    notes: ["A delivery stream that reads a Kinesis stream takes no puts, as on AWS."],
    operations: {
      DescribeDeliveryStream: operation<DescribeDeliveryStreamInput, DescribeDeliveryStreamOutput>({
        takes: ["DeliveryStreamName", "ExclusiveStartDestinationId"],
        ignores: { Limit: "a delivery stream has one destination" },
        permissions: (input) => on("DescribeDeliveryStream", input.DeliveryStreamName),
        answer: ({ input }) => {
          const description = describe(find(input.DeliveryStreamName));
          if (input.ExclusiveStartDestinationId !== undefined) description.Destinations = [];
          return { DeliveryStreamDescription: description };
        },
      }),
      ListDeliveryStreams: operation<ListDeliveryStreamsInput, ListDeliveryStreamsOutput>({
        takes: ["Limit", "DeliveryStreamType", "ExclusiveStartDeliveryStreamName"],
        permissions: () => [{ action: "firehose:ListDeliveryStreams", resource: "*" }],
        answer: ({ input }) => {
          const limit = within("limit", input.Limit ?? 10, 1, 10_000);
          const after = input.ExclusiveStartDeliveryStreamName;
          const names = [...deliveryStreams.values()]
            .filter((stream) => input.DeliveryStreamType === undefined || typeOf(stream) === input.DeliveryStreamType)
            .map(({ name }) => name)
            .filter((name) => after === undefined || name > after)
            .sort();
          return { DeliveryStreamNames: names.slice(0, limit), HasMoreDeliveryStreams: names.length > limit };
        },
      }),
      ListTagsForDeliveryStream: operation<ListTagsForDeliveryStreamInput, ListTagsForDeliveryStreamOutput>({
        takes: ["DeliveryStreamName", "ExclusiveStartTagKey", "Limit"],
        permissions: (input) => on("ListTagsForDeliveryStream", input.DeliveryStreamName),
        answer: ({ input }) => {
          const tags: Properties = find(input.DeliveryStreamName).resource.inputs.tags ?? {};
          const limit = within("limit", input.Limit ?? 50, 1, 50);
          const keys = Object.keys(tags)
            .filter((key) => input.ExclusiveStartTagKey === undefined || key > input.ExclusiveStartTagKey)
            .sort();
          return {
            Tags: keys.slice(0, limit).map((Key) => ({ Key, Value: String(tags[Key]) })),
            HasMoreTags: keys.length > limit,
          };
        },
      }),
      PutRecord: operation<PutRecordInput, PutRecordOutput>({
        takes: ["DeliveryStreamName", "Record"],
        permissions: (input) => on("PutRecord", input.DeliveryStreamName),
        answer: async ({ input }) => {
          const stream = find(input.DeliveryStreamName);
          const [RecordId] = await put(stream, [dataOf(input.Record?.Data, "record")]);
          return { RecordId, Encrypted: isEncrypted(stream) };
        },
      }),
      PutRecordBatch: operation<PutRecordBatchInput, PutRecordBatchOutput>({
        takes: ["DeliveryStreamName", "Records"],
        permissions: (input) => on("PutRecordBatch", input.DeliveryStreamName),
        answer: async ({ input }) => {
          const stream = find(input.DeliveryStreamName);
          const given = input.Records ?? [];
          if (given.length < 1 || given.length > BATCH_RECORDS)
            throw invalid(
              `Value '${given.length} records' at 'records' failed to satisfy constraint: Member must have length ` +
                (given.length < 1 ? "greater than or equal to 1" : `less than or equal to ${BATCH_RECORDS}`),
            );
          const records = given.map(({ Data }, i) => dataOf(Data, `records.${i + 1}.member`));
          if (records.reduce((sum, { length }) => sum + length, 0) > BATCH_BYTES)
            throw new ApiError(400, "InvalidArgumentException", "Records size exceeds 4 MB limit");
          const ids = await put(stream, records);
          return {
            FailedPutCount: 0,
            Encrypted: isEncrypted(stream),
            RequestResponses: ids.map((RecordId) => ({ RecordId })),
          };
        },
      }),
    },
  };
}

/** @returns the records' ids, when they are on disk */
async function put(stream: DeliveryStream, records: readonly Uint8Array[]): Promise<string[]> {
  const { directPut } = stream;
  if (directPut === undefined)
    throw new ApiError(
      400,
      "InvalidArgumentException",
      "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
    );
  const divided = records.map((record) => directPut.divide(record));
  const all = divided.filter((parts) => parts !== undefined);
  // AWS says that it divides a record into so many, and not what becomes of the others.
  if (all.length < records.length)
    throw new ApiError(
      400,
      "InvalidArgumentException",
      `the local cloud refuses a record that is to be divided into more than ${DIVIDED}`,
    );
  const taken = directPut.put(all);
  if (taken === undefined) throw new ApiError(503, "ServiceUnavailableException", "Slow down.");
  await taken.durable;
  return taken.firsts.map((first) => idOf(stream, first));
}

/** Opaque on AWS; here it follows from the record. */
function idOf({ arn }: DeliveryStream, index: number): string {
  return createHash("sha512").update(`${arn} ${index}`).digest("base64").replaceAll("=", "");
}

function dataOf(data: Uint8Array | undefined, at: string): Uint8Array {
  if (data === undefined)
    throw invalid(`Value null at '${at}.data' failed to satisfy constraint: Member must not be null`);
  if (data.length > RECORD_BYTES)
    throw invalid(
      `Value of ${data.length} bytes at '${at}.data' failed to satisfy constraint: Member must have length less than or equal to ${RECORD_BYTES}`,
    );
  return data;
}

function within(at: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  const constraint = value < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  throw invalid(`Value '${value}' at '${at}' failed to satisfy constraint: Member must have value ${constraint}`);
}

function invalid(problem: string): ApiError {
  return new ApiError(400, "ValidationException", `1 validation error detected: ${problem}`);
}

function typeOf(stream: DeliveryStream): string {
  return stream.directPut === undefined ? "KinesisStreamAsSource" : "DirectPut";
}

function isEncrypted({ resource }: DeliveryStream): boolean {
  return resource.inputs.serverSideEncryption?.enabled === true;
}
