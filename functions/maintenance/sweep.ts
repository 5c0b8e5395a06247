import { fillTemplate, templateReader } from "../../aws/limits/glue-partitions";
import { homeTemplate, type PartitionTable, type StoredObject, type TableShape } from "./table";

/** Objects with rows below this size are small: Athena reads few large ones faster. https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-data-optimization-techniques.html */
export const SMALL_BYTES = 64 * 2 ** 20;

/** A partition that has objects. */
export interface FoundPartition {
  values: readonly string[];
  /** where the delivery streams write its rows */
  home: string;
  objects: number;
  bytes: number;
  /** of the objects, those of less than 64 MB */
  small: number;
  /** of the objects, those that a repeated reprocessing overwrites */
  repeatable: number;
  /** ms since 1970-01-01 UTC, when the first row was stored and the last object written */
  oldest: number;
  newest: number;
  /** the last object in the order of keys */
  last: string;
}

/** Objects that belong to no partition by their place; the first of them. */
export interface Elsewhere {
  count: number;
  first?: string;
}

/**
 * The partitions that have objects, in the order of keys, from one pass over the objects; what is held is one partition.
 * @param elsewhere counts the objects in places of no partition
 * @param after begins behind this object
 */
export async function* partitionsWithObjects(
  table: PartitionTable,
  shape: TableShape,
  elsewhere: Elsewhere,
  after?: string,
): AsyncGenerator<FoundPartition> {
  const template = homeTemplate(shape);
  const read = templateReader(template, shape.keys);
  let current: FoundPartition | undefined;
  for await (const object of table.objects(shape.location, after)) {
    // Most objects are beside the one before them.
    if (current !== undefined && isDirectlyIn(object.uri, current.home)) {
      add(current, object);
      continue;
    }
    const values = read(object.uri);
    if (values === undefined) {
      elsewhere.first ??= object.uri;
      elsewhere.count++;
      continue;
    }
    if (current !== undefined) yield current;
    const home = fillTemplate(template, shape.keys, values);
    current = { values, home, objects: 0, bytes: 0, small: 0, repeatable: 0, oldest: Infinity, newest: 0, last: "" };
    add(current, object);
  }
  if (current !== undefined) yield current;
}

function isDirectlyIn(uri: string, place: string): boolean {
  return uri.startsWith(place) && uri.indexOf("/", place.length) < 0 && uri.length > place.length;
}

function add(partition: FoundPartition, { uri, bytes, modified }: StoredObject): void {
  partition.objects++;
  partition.bytes += bytes;
  if (bytes < SMALL_BYTES) partition.small++;
  if (REPEATABLE.test(uri)) partition.repeatable++;
  partition.oldest = Math.min(partition.oldest, oldestOf(uri) ?? modified);
  partition.newest = Math.max(partition.newest, modified);
  partition.last = uri;
}

/** Names of the objects that a reprocessing writes, which the same reprocessing writes again. */
const REPEATABLE = /\/reprocess-[^/]*$/;

const COMPACTED = /\/compacted-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[^/]*$/;

/** How the names of compacted objects begin. @param oldest ms since 1970-01-01 UTC, when their oldest row was stored */
export function oldestName(oldest: number): string {
  return `compacted-${new Date(oldest).toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** When the oldest row of a compacted object was stored, ms since 1970-01-01 UTC; undefined for other objects. */
function oldestOf(uri: string): number | undefined {
  const match = COMPACTED.exec(uri);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
