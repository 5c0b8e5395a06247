import type {
  DescribeLimitsInput,
  DescribeLimitsOutput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  ListShardsInput,
  ListShardsOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  ListStreamsInput,
  ListStreamsOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  ShardFilter,
} from "@aws-sdk/client-kinesis";
import { operation, type Operation, type ServiceApi } from "../../api";
import type { Clock } from "../../core/clock";
import type { Properties } from "../../core/model";
import { describe, describeShard, describeSummary, summarize } from "./describe";
import { invalid, limitExceeded, within, wrongArgument } from "./errors";
import { StreamFinder, type StreamNamed } from "./find";
import { CallMeter } from "./meters";
import { putOperations } from "./put-operations";
import { readOperations } from "./read-operations";
import type { Stream } from "./stream";
import { makeListToken, readListToken } from "./tokens";

/** Open shards of an account, and on-demand streams. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const SHARD_LIMIT = 20_000;
const ON_DEMAND_LIMIT = 50;

interface Services {
  region: string;
  clock: Clock;
  /** by name */
  streams: ReadonlyMap<string, Stream>;
}

/**
 * The API of Kinesis Data Streams: streams as they are declared, with their limits as throttling.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
 */
export function kinesisApi({ region, clock, streams }: Services): ServiceApi {
  const finder = new StreamFinder(region, streams);
  return {
    service: "kinesis",
    notes: [
      "The limits of shards and calls answer with `ProvisionedThroughputExceededException` and `LimitExceededException`, as on AWS.",
      "Streams have the shards that they were created with, and no registered consumers.",
    ],
    operations: {
      ...putOperations(finder),
      ...readOperations(finder, clock),
      ...listOperations(finder, clock),
    },
  };
}

function listOperations(finder: StreamFinder, clock: Clock): Record<string, Operation<never>> {
  // Of the account, or of a stream for ListShards (AWS's pages of the operations).
  const meters = {
    describe: new CallMeter(10),
    summary: new CallMeter(20),
    streams: new CallMeter(5),
    shards: new CallMeter(1000),
  };
  const admit = (kind: keyof typeof meters): void => {
    if (!meters[kind].admit(clock.callTime)) throw limitExceeded();
  };
  const on = (action: string, input: StreamNamed) => [{ action: `kinesis:${action}`, resource: finder.arnOf(input) }];
  return {
    ListStreams: operation<ListStreamsInput, ListStreamsOutput>({
      takes: ["Limit", "ExclusiveStartStreamName", "NextToken"],
      permissions: () => [{ action: "kinesis:ListStreams", resource: "*" }],
      answer: ({ input }) => {
        within("limit", input.Limit, 1, 10_000);
        admit("streams");
        // The token of a listing is the last name of it.
        const after = input.NextToken ?? input.ExclusiveStartStreamName ?? "";
        const left = finder.all.filter(({ name }) => name > after);
        const page = left.slice(0, input.Limit ?? 100);
        const more = left.length > page.length;
        return {
          StreamNames: page.map(({ name }) => name),
          StreamSummaries: page.map(summarize),
          HasMoreStreams: more,
          ...(more ? { NextToken: page.at(-1)!.name } : {}),
        };
      },
    }),
    DescribeStream: operation<DescribeStreamInput, DescribeStreamOutput>({
      takes: ["StreamName", "StreamARN", "Limit", "ExclusiveStartShardId"],
      permissions: (input) => on("DescribeStream", input),
      answer: ({ input }) => {
        within("limit", input.Limit, 1, 10_000);
        const stream = finder.find(input);
        admit("describe");
        return { StreamDescription: describe(stream, afterOf(input.ExclusiveStartShardId), input.Limit ?? 100) };
      },
    }),
    DescribeStreamSummary: operation<DescribeStreamSummaryInput, DescribeStreamSummaryOutput>({
      takes: ["StreamName", "StreamARN"],
      permissions: (input) => on("DescribeStreamSummary", input),
      answer: ({ input }) => {
        const stream = finder.find(input);
        admit("summary");
        return { StreamDescriptionSummary: describeSummary(stream) };
      },
    }),
    DescribeLimits: operation<DescribeLimitsInput, DescribeLimitsOutput>({
      takes: [],
      permissions: () => [{ action: "kinesis:DescribeLimits", resource: "*" }],
      answer: () => {
        const onDemand = finder.all.filter(
          ({ resource }) => resource.inputs.streamModeDetails?.streamMode === "ON_DEMAND",
        );
        return {
          ShardLimit: SHARD_LIMIT,
          OpenShardCount: finder.all
            .filter((stream) => !onDemand.includes(stream))
            .reduce((sum, { shards }) => sum + shards.length, 0),
          OnDemandStreamCount: onDemand.length,
          OnDemandStreamCountLimit: ON_DEMAND_LIMIT,
        };
      },
    }),
    ListShards: operation<ListShardsInput, ListShardsOutput>({
      takes: ["StreamName", "StreamARN", "NextToken", "ExclusiveStartShardId", "MaxResults", "ShardFilter"],
      ignores: { StreamCreationTimestamp: "a name has had one stream here" },
      permissions: (input) => on("ListShards", streamOf(input, clock.callTime)),
      answer: ({ input }) => {
        within("maxResults", input.MaxResults, 1, 10_000);
        const stream = finder.find(streamOf(input, clock.callTime));
        admit("shards");
        const after =
          input.NextToken === undefined
            ? Math.max(afterOf(input.ExclusiveStartShardId), filterAfter(input.ShardFilter))
            : readListToken(input.NextToken, clock.callTime).after;
        const left = stream.shards.map((_, shard) => shard).filter((shard) => shard > after);
        const page = left.slice(0, input.MaxResults ?? 1000);
        return {
          Shards: page.map((shard) => describeShard(stream, shard)),
          ...(left.length > page.length
            ? { NextToken: makeListToken({ stream: stream.name, after: page.at(-1)! }, clock.callTime) }
            : {}),
        };
      },
    }),
    ListStreamConsumers: operation<ListStreamConsumersInput, ListStreamConsumersOutput>({
      takes: ["StreamARN"],
      ignores: {
        MaxResults: "there are no registered consumers here",
        StreamCreationTimestamp: "a name has had one stream here",
      },
      permissions: (input) => on("ListStreamConsumers", input),
      answer: ({ input }) => {
        finder.find(input);
        return { Consumers: [] };
      },
    }),
    ListTagsForStream: operation<ListTagsForStreamInput, ListTagsForStreamOutput>({
      takes: ["StreamName", "StreamARN", "ExclusiveStartTagKey", "Limit"],
      permissions: (input) => on("ListTagsForStream", input),
      answer: ({ input }) => {
        within("limit", input.Limit, 1, 50);
        const tags: Properties = finder.find(input).resource.inputs.tags ?? {};
        const left = Object.keys(tags)
          .filter((key) => key > (input.ExclusiveStartTagKey ?? ""))
          .sort();
        const page = left.slice(0, input.Limit ?? 50);
        return {
          Tags: page.map((Key) => ({ Key, Value: String(tags[Key]) })),
          HasMoreTags: left.length > page.length,
        };
      },
    }),
  };
}

/** A listing that goes on names its stream in its token. @throws ApiError */
function streamOf(input: ListShardsInput, time: number): StreamNamed {
  if (input.NextToken === undefined) return input;
  for (const other of ["StreamName", "StreamARN", "ExclusiveStartShardId", "StreamCreationTimestamp"] as const)
    if (input[other] !== undefined) throw wrongArgument(`NextToken and ${other} cannot be provided together.`);
  return { StreamName: readListToken(input.NextToken, time).stream };
}

/** Number of the shard after which a listing begins. @throws ApiError */
function afterOf(id: string | undefined): number {
  if (id === undefined) return -1;
  const match = /^shardId-(\d{12})$/.exec(id);
  if (match === null) throw wrongArgument(`${id} is not the id of a shard.`);
  return Number(match[1]);
}

/**
 * Shards of a stream are all open from its beginning to its end here, so that of the filters one leaves shards out.
 * @throws ApiError for a filter without what its type needs
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
 */
function filterAfter(filter: ShardFilter | undefined): number {
  switch (filter?.Type) {
    case undefined:
    case "AT_TRIM_HORIZON":
    case "FROM_TRIM_HORIZON":
    case "AT_LATEST":
      return -1;
    case "AFTER_SHARD_ID":
      if (filter.ShardId === undefined) throw wrongArgument("A ShardFilter of type AFTER_SHARD_ID needs ShardId.");
      return afterOf(filter.ShardId);
    case "AT_TIMESTAMP":
    case "FROM_TIMESTAMP":
      if (filter.Timestamp === undefined) throw wrongArgument(`A ShardFilter of type ${filter.Type} needs Timestamp.`);
      return -1;
    default:
      throw invalid(`Value '${String(filter?.Type)}' at 'shardFilter.type' failed to satisfy constraint`);
  }
}
