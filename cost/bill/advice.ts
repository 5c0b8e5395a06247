import { block, number, text, type Inputs } from "../../aws/values";
import { flowOf } from "../flow";
import { shardsFor } from "../flow/streams";
import { destinationOf, ofType, TYPES } from "../model/links";
import { KB } from "../model/month";
import type { Registered } from "../model/types";
import { estimate, type EstimateOptions } from "./estimate";

/** A change and what it does to the bill. */
export interface Advice {
  readonly change: string;
  /** USD a month more; negative for what it saves */
  readonly usdPerMonth: number;
}

/** A stack and its traffic after a change; undefined where there is nothing to change. */
type Change = (
  resources: readonly Registered[],
  options: EstimateOptions,
) => { change: string; resources?: readonly Registered[]; options?: EstimateOptions } | undefined;

/** A message that is one unit for IoT Core and Firehose. */
const UNIT = 5 * KB;
const ARCHIVE_DAYS = 90;

const CHANGES: readonly Change[] = [
  basicIngest,
  batching,
  streamMode,
  streamRetention,
  longBuffers,
  partitionsByDay,
  arrivalDay,
  archiveClass,
  withoutAlarms,
];

/** What would change the bill, the largest saving first; changes of less than a cent are left out. */
export function adviceFor(resources: readonly Registered[], options: EstimateOptions): Advice[] {
  const { usdPerMonth: now } = estimate(resources, options);
  return CHANGES.flatMap((change): Advice[] => {
    const after = change(resources, options);
    if (after === undefined) return [];
    const { usdPerMonth } = estimate(after.resources ?? resources, after.options ?? options);
    return Math.abs(usdPerMonth - now) < 0.01 ? [] : [{ change: after.change, usdPerMonth: usdPerMonth - now }];
  }).sort((one, other) => one.usdPerMonth - other.usdPerMonth);
}

function basicIngest(...[resources, options]: Parameters<Change>): ReturnType<Change> {
  if (options.traffic.basicIngest || ofType(resources, TYPES.rule).length === 0) return undefined;
  return {
    change: "devices publish to $aws/rules/RULE/TOPIC (basic ingest; keepRuleNames keeps a rule's name)",
    options: { ...options, traffic: { ...options.traffic, basicIngest: true } },
  };
}

function batching(...[, options]: Parameters<Change>): ReturnType<Change> {
  const batch = Math.floor(UNIT / options.traffic.size);
  if (batch <= options.traffic.batch) return undefined;
  return {
    change: `devices publish ${batch} messages as one array of at most 5 KB, and the rule has batchMode true`,
    options: { ...options, traffic: { ...options.traffic, batch } },
  };
}

function streamMode(...[resources, options]: Parameters<Change>): ReturnType<Change> {
  const streams = ofType(resources, TYPES.stream);
  if (streams.length === 0) return undefined;
  const flow = flowOf(resources, options.traffic, options.assumptions, options.now);
  const onDemand = streams.some((stream) => modeOf(stream) === "ON_DEMAND");
  let shards = 0;
  const changed = replaced(resources, TYPES.stream, (stream) => {
    const { rate, size, readers } = flow.streams.get(stream.urn)!;
    shards = Math.max(shards, shardsFor(rate, size, readers));
    return onDemand
      ? { streamModeDetails: { streamMode: "PROVISIONED" }, shardCount: shardsFor(rate, size, readers) }
      : { streamModeDetails: { streamMode: "ON_DEMAND" }, shardCount: undefined };
  });
  return {
    change: onDemand
      ? `streamMode PROVISIONED with shardCount ${shards}, if the traffic has no peaks above it`
      : "streamMode ON_DEMAND, which scales with the load",
    resources: changed,
  };
}

function modeOf({ inputs }: Registered): string | undefined {
  return text(block(inputs.streamModeDetails)?.streamMode);
}

function streamRetention(...[resources]: Parameters<Change>): ReturnType<Change> {
  if (!ofType(resources, TYPES.stream).some(({ inputs }) => (number(inputs.retentionPeriod) ?? 24) > 24))
    return undefined;
  return {
    change: "retentionHours 24: a reader that stops for a day loses records",
    resources: replaced(resources, TYPES.stream, () => ({ retentionPeriod: 24 })),
  };
}

function longBuffers(...[resources]: Parameters<Change>): ReturnType<Change> {
  const short = ofType(resources, TYPES.delivery).some(
    (delivery) => (number(destinationOf(delivery).bufferingInterval) ?? 300) < 900,
  );
  if (!short) return undefined;
  return {
    change: "bufferingSeconds 900: fewer and larger objects, rows up to 15 minutes later",
    resources: replaced(resources, TYPES.delivery, (delivery) => ({
      extendedS3Configuration: { ...destinationOf(delivery), bufferingInterval: 900 },
    })),
  };
}

function partitionsByDay(...[resources]: Parameters<Change>): ReturnType<Change> {
  const hourly = (key: unknown): boolean => block(key)?.name === "__hour";
  if (!ofType(resources, TYPES.table).some(({ inputs }) => keysOf(inputs).some(hourly))) return undefined;
  const tables = replaced(resources, TYPES.table, ({ inputs }) => ({
    partitionKeys: keysOf(inputs).filter((key) => !hourly(key)),
  }));
  return { change: "datastores partitioned by day instead of by hour", resources: tables };
}

function keysOf(inputs: Inputs): unknown[] {
  return Array.isArray(inputs.partitionKeys) ? inputs.partitionKeys : [];
}

function arrivalDay(...[resources]: Parameters<Change>): ReturnType<Change> {
  const dynamic = (delivery: Registered): boolean =>
    block(destinationOf(delivery).dynamicPartitioningConfiguration)?.enabled === true;
  if (!ofType(resources, TYPES.delivery).some(dynamic)) return undefined;
  return {
    change: "datastores without partitions of their own, by the day of arrival: no dynamic partitioning",
    resources: replaced(resources, TYPES.delivery, (delivery) => ({
      extendedS3Configuration: { ...destinationOf(delivery), dynamicPartitioningConfiguration: undefined },
    })),
  };
}

function archiveClass(...[resources]: Parameters<Change>): ReturnType<Change> {
  const raw = ofType(resources, TYPES.delivery).filter(
    (delivery) => block(destinationOf(delivery).dataFormatConversionConfiguration) === undefined,
  );
  const buckets = raw.map((delivery) =>
    (text(destinationOf(delivery).bucketArn) ?? "").replace(/^arn:[^:]*:s3:::/, ""),
  );
  const archives = ofType(resources, TYPES.lifecycle).filter(({ inputs }) =>
    buckets.includes(text(inputs.bucket) ?? ""),
  );
  if (archives.length === 0) return undefined;
  const transition = {
    status: "Enabled",
    filter: { prefix: "" },
    transitions: [{ days: ARCHIVE_DAYS, storageClass: "GLACIER_IR" }],
  };
  return {
    change: `channels' archives in Glacier Instant Retrieval after ${ARCHIVE_DAYS} days (a lifecycle rule of the bucket)`,
    resources: resources.map((resource) =>
      archives.includes(resource) && Array.isArray(resource.inputs.rules)
        ? { ...resource, inputs: { ...resource.inputs, rules: [...(resource.inputs.rules as unknown[]), transition] } }
        : resource,
    ),
  };
}

function withoutAlarms(...[resources]: Parameters<Change>): ReturnType<Change> {
  const operations = /^aws:cloudwatch\/(metricAlarm|dashboard):/;
  if (!resources.some(({ type }) => operations.test(type))) return undefined;
  return {
    change: "alarms false: no alarm and no dashboard",
    resources: resources.filter(({ type }) => !operations.test(type)),
  };
}

/** The resources, those of a type with other arguments. */
function replaced(
  resources: readonly Registered[],
  type: string,
  inputs: (resource: Registered) => Inputs,
): Registered[] {
  return resources.map((resource) =>
    resource.type === type ? { ...resource, inputs: { ...resource.inputs, ...inputs(resource) } } : resource,
  );
}
