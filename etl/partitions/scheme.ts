/**
 * How a datastore is partitioned: the keys of its Glue table, the delivery stream's prefix, the location template and
 * the projection of the day of arrival, all from one list, so that they cannot disagree.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
import type { DatastoreDocument } from "../documents/model/types";
import { LAST_SEGMENT } from "./path-value";

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
   * `projection.*` of the table's parameters for the day of arrival, from a first day until tomorrow; empty for other partitions, which
   * are registered when their first row is on its way (docs/sources.md: registered-partitions).
   * @param firstDay `yyyy-MM-dd`
   */
  projection(firstDay: string): Record<string, string>;
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
}

function fromLambda(key: string): Part {
  return { key, expression: `!{partitionKeyFromLambda:${key}}` };
}

function parts(source: PartitionSource): Part[] {
  switch (source.kind) {
    case "arrival":
      return [{ key: "__dt", type: "date", expression: "!{timestamp:yyyy-MM-dd}" }];
    case "timestamp":
      return ["__year", "__month", "__day", "__hour"].map(fromLambda);
    case "attribute":
      return [fromLambda(source.key)];
  }
}

/** A datastore's partitions, as its document has them. */
export function partitionScheme(datastore: DatastoreDocument): PartitionScheme {
  const sources = partitionSources(datastore);
  const all = sources.flatMap(parts);
  const dynamic = sources.some(({ kind }) => kind !== "arrival");
  const end = sources.some(({ kind }) => kind === "attribute") ? `${LAST_SEGMENT}/` : "";
  const path = (base: string, value: (part: Part) => string): string =>
    `${base}${base === "" || base.endsWith("/") ? "" : "/"}${all.map((part) => `${part.key}=${value(part)}/`).join("")}${end}`;
  return {
    keys: all.map(({ key, type }): PartitionKey => ({ name: key, type: type ?? "string" })),
    dynamic,
    firehosePrefix: (base) => path(base, ({ expression }) => expression),
    locationTemplate: (location) => path(location, ({ key }) => `\${${key}}`),
    projection: (firstDay): Record<string, string> =>
      dynamic
        ? {}
        : {
            "projection.enabled": "true",
            "projection.__dt.type": "date",
            "projection.__dt.format": "yyyy-MM-dd",
            "projection.__dt.range": `${firstDay},NOW+1DAYS`,
            "projection.__dt.interval": "1",
            "projection.__dt.interval.unit": "DAYS",
          },
  };
}
