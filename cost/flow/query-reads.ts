import { PARTITION_LIMITS } from "../../aws/limits/glue-partitions";
import type { QueriedTable } from "../../etl/athena-sql/pruning";
import { DAYS, HOURS, SECONDS } from "../model/month";
import type { Assumptions, NamedReads, Stored } from "../model/types";
import { flushes, isTimeKey } from "./deliveries";

/** What a run of a query reads of a table that has been filled for some months. */
export type TableReads = Omit<NamedReads, "table">;

const HOUR_MS = 3_600_000;

/** Partitions that come in a month. */
export function partitionsAMonth(keys: readonly string[], { partitionValues }: Assumptions): number {
  const times = keys.includes("__hour") ? HOURS : keys.includes("__day") || keys.includes("__dt") ? DAYS : 1;
  return times * partitionValues ** keys.filter((key) => !isTimeKey(key)).length;
}

/**
 * What a datastore holds that gets all messages, where no program says how they reach it.
 * @param stream messages a second, bytes of a message
 * @param seconds of its delivery stream's buffer
 */
export function storedOf(
  keys: readonly string[],
  { rate, size }: { rate: number; size: number },
  seconds: number,
  assumptions: Assumptions,
): Stored {
  const { months, parquetRatio, partitionValues } = assumptions;
  const written = partitionValues ** keys.filter((key) => !isTimeKey(key)).length;
  return {
    bytes: rate * size * SECONDS * parquetRatio * months,
    objects: written * flushes(rate / written, size, { seconds, megabytes: 128 }) * SECONDS * months,
    partitions: partitionsAMonth(keys, assumptions) * months,
    projected: 0,
  };
}

/**
 * What a query reads of a table, by the share of its partitions that the conditions leave: hours of the months until now for those of time,
 * and of attributes as many values as are named, or all.
 */
export function readsOfTable(queried: QueriedTable, stored: Stored, assumptions: Assumptions, now: number): TableReads {
  const share = shareOf(queried, assumptions, now);
  const total = Math.round(stored.projected > 0 ? stored.projected : stored.partitions);
  const planned = Math.round(total * share);
  return {
    partitions: { planned, total },
    requests: {
      list: queried.keys.length === 0 ? 1 : planned,
      get: Math.round(stored.objects * share),
      catalog: 1 + (stored.projected > 0 ? 0 : Math.ceil(planned / PARTITION_LIMITS.page)),
    },
    bytes: stored.bytes * share,
  };
}

/** Share of a table's partitions, from 0 to 1. */
function shareOf({ keys, filter }: QueriedTable, { months, partitionValues }: Assumptions, now: number): number {
  if (keys.length === 0 || filter.keys.size === 0) return 1;
  const hours = Math.max(1, Math.round(months * HOURS));
  let planned = 0;
  for (let hour = 0; hour < hours; hour++) {
    const time = new Date(now - hour * HOUR_MS).toISOString();
    if (filter.mayMatch(keys.map((key) => timeValue(key, time)))) planned++;
  }
  return keys.reduce((share, key, place) => {
    const named = isTimeKey(key) ? undefined : filter.named(place);
    return named === undefined ? share : share * Math.min(1, new Set(named).size / partitionValues);
  }, planned / hours);
}

/** The value of a time's partition key; undefined for a key of an attribute. @param time ISO 8601 */
function timeValue(key: string, time: string): string | undefined {
  switch (key) {
    case "__year":
      return time.slice(0, 4);
    case "__month":
      return time.slice(5, 7);
    case "__day":
      return time.slice(8, 10);
    case "__hour":
      return time.slice(11, 13);
    case "__dt":
      return time.slice(0, 10);
    default:
      return undefined;
  }
}
