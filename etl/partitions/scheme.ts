/**
 * How a datastore is partitioned: the keys of its Glue table, the delivery stream's prefix, the location template and
 * the projection, all from one list, so that they cannot disagree.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
import type { DatastoreDocument } from "../documents/model/types";
import { LAST_SEGMENT, UNKNOWN } from "./path-value";

/** A partition column of the table. */
export interface PartitionKey {
  readonly name: string;
  /** `__dt` is a date, the others are texts (docs/sources.md: arrival-day, partition-texts) */
  readonly type: "string" | "date";
}

/** How one datastore is partitioned. */
export interface PartitionScheme {
  readonly keys: readonly PartitionKey[];
  /** whether the delivery stream needs dynamic partitioning: partitions by event time or attribute do */
  readonly dynamic: boolean;
  /** The delivery stream's prefix below `base`: `data/__year=!{partitionKeyFromLambda:__year}/.../`, with `rows/` behind attributes. */
  firehosePrefix(base: string): string;
  /** The value of `storage.location.template`: `s3://b/data/__year=${__year}/.../`. */
  locationTemplate(location: string): string;
  /**
   * `projection.<key>.*` of every key; the caller adds `projection.enabled` and the template. Event time ranges over the
   * given years, both included; arrival time (`__dt`) from the first of them until tomorrow. Attributes are injected: a
   * query names the values it wants, as they were sent; or enumerated, where the values are given.
   */
  projection(range: ProjectionRange): Record<string, string>;
}

/** The values over which a projection ranges. */
export interface ProjectionRange {
  fromYear: number;
  toYear: number;
  /** values of partitions by the name of their attribute, in any spelling; `unknown` is always one */
  values?: Readonly<Record<string, readonly string[]>>;
}

/** What the keys of a datastore's rows begin with, in front of its partitions. @param root "" or a prefix of a bucket of the user's */
export function rowsPrefix(root: string, datastoreName: string): string {
  return `${root}data/${datastoreName}/`;
}

/** What one partition of a datastore is cut by. */
export type PartitionSource =
  | { readonly kind: "arrival" }
  | { readonly kind: "timestamp"; readonly attribute: string; readonly format: string | undefined }
  | { readonly kind: "attribute"; readonly attribute: string; readonly key: string };

/** The partitions in the document's order; a datastore without any is partitioned by the day of arrival, `__dt`. */
export function partitionSources(datastore: DatastoreDocument): PartitionSource[] {
  const partitions = datastore.datastorePartitions?.partitions ?? [];
  if (partitions.length === 0) return [{ kind: "arrival" }];
  return partitions.map(({ attributePartition, timestampPartition }): PartitionSource => {
    if (timestampPartition !== undefined) {
      const { attributeName: attribute, timestampFormat: format } = timestampPartition;
      return { kind: "timestamp", attribute, format };
    }
    if (attributePartition === undefined) throw new Error("a partition is neither by attribute nor by timestamp");
    const { attributeName: attribute } = attributePartition;
    // Glue has no upper case
    return { kind: "attribute", attribute, key: `__partition_${attribute.toLowerCase()}` };
  });
}

interface Part {
  readonly key: string;
  readonly type?: "date";
  /** what a delivery stream puts in the key's place */
  readonly expression: string;
  readonly projection: (range: ProjectionRange) => Record<string, string>;
}

function integer(key: string, digits: number, least: number, greatest: number): Part {
  return {
    key,
    expression: fromLambda(key),
    projection: () => ({ type: "integer", range: `${least},${greatest}`, digits: String(digits) }),
  };
}

function fromLambda(key: string): string {
  return `!{partitionKeyFromLambda:${key}}`;
}

function parts(source: PartitionSource): Part[] {
  switch (source.kind) {
    case "arrival":
      return [
        {
          key: "__dt",
          type: "date",
          expression: "!{timestamp:yyyy-MM-dd}",
          projection: ({ fromYear }) => ({
            type: "date",
            format: "yyyy-MM-dd",
            range: `${year(fromYear)}-01-01,NOW+1DAYS`,
            interval: "1",
            "interval.unit": "DAYS",
          }),
        },
      ];
    case "timestamp":
      return [
        {
          key: "__year",
          expression: fromLambda("__year"),
          projection: ({ fromYear, toYear }) => ({
            type: "integer",
            range: `${year(fromYear)},${year(toYear)}`,
            digits: "4",
          }),
        },
        integer("__month", 2, 1, 12),
        integer("__day", 2, 1, 31),
        integer("__hour", 2, 0, 23),
      ];
    case "attribute":
      return [
        { key: source.key, expression: fromLambda(source.key), projection: attributeProjection(source.attribute) },
      ];
  }
}

/** An enumeration is found by any query; its values stand between commas, blanks and all. */
function attributeProjection(attribute: string): Part["projection"] {
  return ({ values = {} }): Record<string, string> => {
    const given = Object.entries(values).find(([name]) => name.toLowerCase() === attribute.toLowerCase())?.[1];
    return given === undefined
      ? { type: "injected" }
      : { type: "enum", values: [...new Set([...given, UNKNOWN])].join(",") };
  };
}

function year(value: number): string {
  return String(value).padStart(4, "0");
}

/** A datastore's partitions, as its document has them. */
export function partitionScheme(datastore: DatastoreDocument): PartitionScheme {
  const sources = partitionSources(datastore);
  const all = sources.flatMap(parts);
  const end = sources.some(({ kind }) => kind === "attribute") ? `${LAST_SEGMENT}/` : "";
  const path = (base: string, value: (part: Part) => string): string =>
    `${base}${base === "" || base.endsWith("/") ? "" : "/"}${all.map((part) => `${part.key}=${value(part)}/`).join("")}${end}`;
  return {
    keys: all.map(({ key, type }): PartitionKey => ({ name: key, type: type ?? "string" })),
    dynamic: sources.some(({ kind }) => kind !== "arrival"),
    firehosePrefix: (base) => path(base, ({ expression }) => expression),
    locationTemplate: (location) => path(location, ({ key }) => `\${${key}}`),
    projection: (range) => {
      const parameters: Record<string, string> = {};
      for (const { key, projection } of all) {
        for (const [name, value] of Object.entries(projection(range))) parameters[`projection.${key}.${name}`] = value;
      }
      return parameters;
    },
  };
}
