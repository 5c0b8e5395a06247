import { filterOf } from "../../etl/iot-sql/check";
import { block, number, text } from "../../aws/values";
import { actionsOf, componentOf, named, ofType, TYPES } from "../model/links";
import { MB } from "../model/month";
import type { Registered, RuleStream, Stream, Traffic } from "../model/types";

/** What topic rules and streams get. */
export interface StreamFlow {
  rules: ReadonlyMap<string, RuleStream>;
  streams: ReadonlyMap<string, Stream & { readers: number }>;
  unknown: readonly string[];
  warnings: readonly string[];
}

/** Where messages come in: topic rules with one filter get the same messages, and a stream that no rule writes to gets its own. */
interface Entry {
  /** the channels' names, by which `rates` names it */
  names: Set<string>;
  rules: Registered[];
  streams: Set<string>;
}

/** Messages of the rules and records of the streams. */
export function streamFlow(resources: readonly Registered[], traffic: Traffic): StreamFlow {
  const entries = entriesOf(resources);
  const rates = ratesOf(entries, traffic);
  const rules = new Map<string, RuleStream>();
  const streams = new Map<string, Stream & { readers: number }>();
  const size = traffic.size * traffic.batch;
  for (const entry of entries) {
    const rate = rates.get(entry)! / traffic.batch;
    for (const [index, { urn }] of entry.rules.entries()) rules.set(urn, { rate, size, first: index === 0 });
    for (const urn of entry.streams)
      streams.set(urn, { rate: (streams.get(urn)?.rate ?? 0) + rate, size, readers: readersOf(resources, urn) });
  }
  for (const { urn } of ofType(resources, TYPES.stream))
    if (!streams.has(urn)) streams.set(urn, { rate: 0, size, readers: readersOf(resources, urn) });
  const known = new Set(entries.flatMap(({ names }) => [...names]));
  const deliveries = new Set(
    ofType(resources, TYPES.delivery).flatMap((delivery) => [delivery.name, componentOf(delivery, resources)]),
  );
  const unknown = Object.keys(traffic.rates)
    .filter((name) => !known.has(name) && !deliveries.has(name))
    .map((name) => `${name}: a rate is given for it, but nothing of that name receives messages`);
  return { rules, streams, unknown, warnings: ofType(resources, TYPES.stream).flatMap(tooFewShards) };

  function tooFewShards({ urn, name, inputs }: Registered): string[] {
    const { rate, size, readers } = streams.get(urn)!;
    const shards = number(inputs.shardCount) ?? 0;
    const needed = shardsFor(rate, size, readers);
    // A stream in mode ON_DEMAND has none of its own.
    return shards < 1 || shards >= needed
      ? []
      : [`${name}: ${Math.ceil(rate)} records/s of ${size} bytes need shardCount ${needed}, and it has ${shards}`];
  }
}

/**
 * Shards that a provisioned stream needs: 1,000 records and 1 MiB a second each in, and 2 MiB a second out for all readers.
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export function shardsFor(rate: number, size: number, readers: number): number {
  const megabytes = (rate * size) / MB;
  return Math.max(1, Math.ceil(rate / 1000), Math.ceil(megabytes), Math.ceil((megabytes * readers) / 2));
}

function entriesOf(resources: readonly Registered[]): Entry[] {
  const byFilter = new Map<string, Entry>();
  for (const rule of ofType(resources, TYPES.rule)) {
    if (rule.inputs.enabled === false) continue;
    const filter = filterOf(text(rule.inputs.sql) ?? "") ?? rule.urn;
    const entry = byFilter.get(filter) ?? { names: new Set(), rules: [], streams: new Set() };
    byFilter.set(filter, entry);
    entry.rules.push(rule);
    entry.names.add(componentOf(rule, resources));
    for (const [, action] of actionsOf(rule)) {
      const stream = named(resources, TYPES.stream, action.streamName);
      if (stream === undefined) continue;
      entry.streams.add(stream.urn);
      entry.names.add(componentOf(stream, resources));
    }
  }
  const entries = [...byFilter.values(), ...bridgedEntries(resources)];
  const fed = new Set(entries.flatMap(({ streams }) => [...streams]));
  for (const stream of ofType(resources, TYPES.stream))
    if (!fed.has(stream.urn))
      entries.push({
        names: new Set([componentOf(stream, resources)]),
        rules: [],
        streams: new Set([stream.urn]),
      });
  return entries;
}

/** Historians: what comes into the stream that is replicated goes into the channel's, by way of the bridge function. */
function bridgedEntries(resources: readonly Registered[]): Entry[] {
  return ofType(resources, TYPES.mapping).flatMap((mapping) => {
    const from = named(resources, TYPES.stream, mapping.inputs.eventSourceArn);
    const bridge = named(resources, TYPES.function, mapping.inputs.functionName);
    const variables = block(block(bridge?.inputs.environment)?.variables);
    const to = named(resources, TYPES.stream, variables?.CHANNEL_STREAM);
    if (from === undefined || to === undefined) return [];
    return [{ names: new Set([componentOf(from, resources)]), rules: [], streams: new Set([from.urn, to.urn]) }];
  });
}

/** Messages a second of each entry: its own rate, or its share of what the others leave. */
function ratesOf(entries: readonly Entry[], { rate, rates }: Traffic): Map<Entry, number> {
  const own = (entry: Entry): number | undefined => {
    const given = [...entry.names].flatMap((name) => rates[name] ?? []);
    return given.length === 0 ? undefined : Math.max(...given);
  };
  const shared = entries.filter((entry) => own(entry) === undefined);
  const used = entries.reduce((sum, entry) => sum + (own(entry) ?? 0), 0);
  const share = shared.length === 0 ? 0 : Math.max(0, rate - used) / shared.length;
  return new Map(entries.map((entry) => [entry, own(entry) ?? share]));
}

/** Consumers that share a stream's throughput. */
function readersOf(resources: readonly Registered[], urn: string): number {
  const reads = (value: unknown): boolean => named(resources, TYPES.stream, value)?.urn === urn;
  const deliveries = ofType(resources, TYPES.delivery).filter(({ inputs }) =>
    reads(block(inputs.kinesisSourceConfiguration)?.kinesisStreamArn),
  );
  const functions = ofType(resources, TYPES.mapping).filter(({ inputs }) => reads(inputs.eventSourceArn));
  return deliveries.length + functions.length;
}
