import { block, number, text } from "../../aws/values";
import { MB, SECONDS } from "../model/month";
import { componentOf, destinationOf, named, ofType, processorsOf, staticPrefix, TYPES } from "../model/links";
import type { Assumptions, Delivery, Invocations, Registered, Stream, Traffic, Writes } from "../model/types";

/** What delivery streams, their functions and their buckets get. */
export interface DeliveryFlow {
  deliveries: ReadonlyMap<string, Delivery>;
  functions: ReadonlyMap<string, Invocations>;
  writes: ReadonlyMap<string, readonly Writes[]>;
  unknown: readonly string[];
}

/** MB of memory for which Lambda gives a full processor. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const FULL_PROCESSOR = 1769;
/** The buffer before a transform function. https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const FUNCTION_BUFFER = { seconds: 60, megabytes: 1 };
/** The buffer before S3, if none is given. https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const OBJECT_BUFFER = { seconds: 300, megabytes: 5 };

/** Follows the streams' records through the delivery streams. */
export function deliveryFlow(
  resources: readonly Registered[],
  traffic: Traffic,
  assumptions: Assumptions,
  streams: ReadonlyMap<string, Stream>,
): DeliveryFlow {
  const deliveries = new Map<string, Delivery>();
  const functions = new Map<string, Invocations>();
  const writes = new Map<string, Writes[]>();
  const unknown: string[] = [];
  for (const delivery of ofType(resources, TYPES.delivery)) {
    const records = recordsOf(delivery);
    const own = { ...records, ...objectsOf(delivery, records) };
    deliveries.set(delivery.urn, own);
    addFunction(delivery, records);
    addWrites(delivery, own);
  }
  return { deliveries, functions, writes, unknown };

  function recordsOf(delivery: Registered): Stream {
    const source = block(delivery.inputs.kinesisSourceConfiguration);
    const given = traffic.rates[delivery.name];
    if (source !== undefined && given === undefined)
      return streams.get(named(resources, TYPES.stream, source.kinesisStreamArn)?.urn ?? "") ?? { rate: 0, size: 0 };
    if (given !== undefined) return { rate: given, size: traffic.size };
    // Rows of further partitions, which the pipeline's function puts itself.
    const main = ofType(resources, TYPES.delivery).find(
      (other) => other !== delivery && other.parent === delivery.parent && other.inputs.kinesisSourceConfiguration,
    );
    if (main === undefined) {
      unknown.push(
        `${delivery.name}: nobody knows from the program how many records are put into it; give --rate ${delivery.name}=NUMBER`,
      );
      return { rate: 0, size: traffic.size };
    }
    // One record for each record of the channel that has some; it holds less than the whole record has.
    const { rate, size } = recordsOf(main);
    return { rate: rate * assumptions.fanOutShare, size };
  }

  function objectsOf(delivery: Registered, { rate, size }: Stream): Omit<Delivery, keyof Stream> {
    const destination = destinationOf(delivery);
    const partitions = partitionsOf(delivery);
    const buffer = {
      seconds: number(destination.bufferingInterval) ?? OBJECT_BUFFER.seconds,
      megabytes: number(destination.bufferingSize) ?? OBJECT_BUFFER.megabytes,
    };
    return {
      partitions,
      bytes: rate * size * SECONDS,
      objects: partitions * flushes(rate / partitions, size, buffer) * SECONDS,
    };
  }

  function partitionsOf(delivery: Registered): number {
    const destination = destinationOf(delivery);
    if (block(destination.dynamicPartitioningConfiguration)?.enabled !== true) return 1;
    const keys = [...(text(destination.prefix) ?? "").matchAll(/!\{partitionKeyFrom\w+:(\w+)\}/g)].map(
      ([, key]) => key!,
    );
    return assumptions.partitionValues ** keys.filter((key) => !isTimeKey(key)).length;
  }

  function addFunction(delivery: Registered, { rate, size }: Stream): void {
    for (const { LambdaArn, BufferSizeInMBs, BufferIntervalInSeconds } of processorsOf(delivery, "Lambda")) {
      const lambda = named(resources, TYPES.function, (LambdaArn ?? "").replace(/(:function:[^:]+):[^:]+$/, "$1"));
      if (lambda === undefined) continue;
      const requests =
        flushes(rate, size, {
          seconds: Number(BufferIntervalInSeconds ?? FUNCTION_BUFFER.seconds),
          megabytes: Number(BufferSizeInMBs ?? FUNCTION_BUFFER.megabytes),
        }) * SECONDS;
      const share = Math.min(1, (number(lambda.inputs.memorySize) ?? 128) / FULL_PROCESSOR);
      const seconds = (rate * traffic.batch * SECONDS * assumptions.transformMicroseconds) / 1e6 / share;
      // Lambda bills whole milliseconds.
      const before = functions.get(lambda.urn) ?? { requests: 0, seconds: 0 };
      functions.set(lambda.urn, {
        requests: before.requests + requests,
        seconds: before.seconds + Math.max(seconds, requests / 1000),
      });
    }
  }

  function addWrites(delivery: Registered, { bytes, objects }: Delivery): void {
    const destination = destinationOf(delivery);
    const bucket = (text(destination.bucketArn) ?? "").replace(/^arn:[^:]*:s3:::/, "");
    if (bucket === "") return;
    const converted = block(destination.dataFormatConversionConfiguration);
    const parquet = converted !== undefined && converted.enabled !== false;
    const ratio = parquet
      ? assumptions.parquetRatio
      : destination.compressionFormat === "GZIP"
        ? assumptions.gzipRatio
        : 1;
    const own = writes.get(bucket) ?? [];
    writes.set(bucket, own);
    own.push({
      prefix: staticPrefix(destination.prefix),
      bytes: bytes * ratio,
      objects,
      what: `${parquet ? "Parquet" : "raw messages"} of ${componentOf(delivery, resources)}`,
    });
  }
}

/** Whether a partition key of ours is a part of a time, of which one value is written at a time. */
export function isTimeKey(key: string): boolean {
  return ["__year", "__month", "__day", "__hour", "__dt"].includes(key);
}

/**
 * Flushes a second of a buffer: it waits for its first record, and then for its seconds or its bytes.
 * @param rate records a second
 * @param size bytes of a record
 */
export function flushes(rate: number, size: number, buffer: { seconds: number; megabytes: number }): number {
  if (rate <= 0) return 0;
  const full = (buffer.megabytes * MB) / Math.max(1, size) / rate;
  return 1 / (1 / rate + Math.min(buffer.seconds, full));
}
