import type { PriceName } from "../../aws/prices/table";
import type { QueriedTable } from "../../etl/athena-sql/pruning";
import type { Inputs } from "../../aws/values";

/** A resource that a program registers, as an estimate reads it. */
export interface Registered {
  readonly urn: string;
  /** `aws:kinesis/stream:Stream` */
  readonly type: string;
  /** the logical name */
  readonly name: string;
  /** URN */
  readonly parent?: string | undefined;
  /** arguments; unknown values are Pulumi's markers */
  readonly inputs: Inputs;
}

/** The messages of a stack. */
export interface Traffic {
  /** messages a second: of the whole stack, shared evenly by what receives them */
  readonly rate: number;
  /** messages a second of a channel, or of a delivery stream with direct puts, by its name; those of the stack share what is left of `rate` */
  readonly rates: Readonly<Record<string, number>>;
  /** bytes of a message */
  readonly size: number;
  /** devices that are always connected; 0 leaves their connections out */
  readonly devices: number;
  /** messages that a device collects and publishes as one */
  readonly batch: number;
  /** whether devices publish to `$aws/rules/NAME/...`, which has no price as a message */
  readonly basicIngest: boolean;
  /** runs a day of each dataset's query by people, besides its schedule */
  readonly queries: number;
}

/** What neither the program nor the traffic says. */
export interface Assumptions {
  /** months that data has been collected, for what is stored and scanned */
  readonly months: number;
  /** stored bytes of a byte of JSON in a gzipped archive */
  readonly gzipRatio: number;
  /** stored bytes of a byte of JSON in Parquet */
  readonly parquetRatio: number;
  /** values of each attribute by which a datastore is partitioned */
  readonly partitionValues: number;
  /** microseconds of a full processor for a message in a transform function */
  readonly transformMicroseconds: number;
  /** bytes of log events of a batch of a function */
  readonly logBytes: number;
  /** custom metrics that a transform function publishes */
  readonly functionMetrics: number;
  /** share of a channel's records with rows of several partitions, for which the function puts a record into a second delivery stream */
  readonly fanOutShare: number;
  /** minutes of a run of a dataset's container, with the pull of its image */
  readonly containerMinutes: number;
}

/** One line of a bill. */
export interface Item {
  readonly service: string;
  /** name of the component, or of the resource itself if it has none */
  readonly component: string;
  /** URN of the resource */
  readonly resource: string;
  readonly what: string;
  /** units a month */
  readonly quantity: number;
  readonly unit: string;
  /** USD a unit, on average over the price's steps and after a free tier */
  readonly unitPrice: number;
  readonly usdPerMonth: number;
  /** whether it costs this without a message, too */
  readonly fixed: boolean;
  readonly price: PriceName;
}

/** What a resource uses in a month, before prices. */
export interface Usage {
  readonly price: PriceName;
  readonly what: string;
  /** units a month */
  readonly quantity: number;
  readonly fixed?: boolean;
}

/** How resources of a type are priced. */
export interface Pricing {
  /** what a resource uses; none for a type that costs nothing */
  usages?(resource: Registered, flow: Flow): Usage[];
  /** what of a resource has no price here, one sentence each */
  unknown?(resource: Registered, flow: Flow): string[];
}

/** What goes through the resources of a stack in a month. */
export interface Flow {
  readonly traffic: Traffic;
  readonly assumptions: Assumptions;
  readonly resources: readonly Registered[];
  /** ms since 1970-01-01 UTC, from which schedules are followed */
  readonly now: number;
  /** by URN of the topic rule: messages a second, and bytes of one */
  readonly rules: ReadonlyMap<string, RuleStream>;
  /** by URN of the stream */
  readonly streams: ReadonlyMap<string, Stream & { readers: number }>;
  /** by URN of the delivery stream */
  readonly deliveries: ReadonlyMap<string, Delivery>;
  /** by URN of the function */
  readonly functions: ReadonlyMap<string, Invocations>;
  /** by bucket name */
  readonly writes: ReadonlyMap<string, readonly Writes[]>;
  /** by URN of the table */
  readonly tables: ReadonlyMap<string, Stored>;
  /** by URN of the workgroup */
  readonly queries: ReadonlyMap<string, Queries>;
  /** by URN of the state machine: runs a month */
  readonly runs: ReadonlyMap<string, number>;
  /** what cannot be known, one sentence each */
  readonly unknown: readonly string[];
  /** what the traffic exceeds, one sentence each */
  readonly warnings: readonly string[];
}

/** Records of a stream. */
export interface Stream {
  /** records a second */
  readonly rate: number;
  /** bytes of a record */
  readonly size: number;
}

/** Messages of a topic rule. */
export interface RuleStream extends Stream {
  /** whether it is the first rule with its filter: rules with one filter get the same messages, which are paid once */
  readonly first: boolean;
}

/** What a delivery stream does. */
export interface Delivery extends Stream {
  /** bytes a month before compression */
  readonly bytes: number;
  /** objects a month */
  readonly objects: number;
  /** partitions that are written at the same time */
  readonly partitions: number;
}

/** Invocations of a function a month. */
export interface Invocations {
  readonly requests: number;
  /** seconds of all requests */
  readonly seconds: number;
}

/** Objects that are written below a prefix of a bucket. */
export interface Writes {
  readonly prefix: string;
  /** bytes a month */
  readonly bytes: number;
  /** objects a month */
  readonly objects: number;
  readonly what: string;
}

/** What a table holds after `months`. */
export interface Stored {
  readonly bytes: number;
  readonly objects: number;
  readonly partitions: number;
  /** partitions that a query without WHERE lists, each with a LIST request; 0 where the catalog holds them */
  readonly projected: number;
}

/** Queries of a workgroup. */
export interface Queries {
  /** runs a month */
  readonly runs: number;
  /** bytes that a run scans */
  readonly bytes: number;
  /** objects that a run reads */
  readonly objects: number;
  /** LIST requests of a run */
  readonly lists: number;
  /** requests to the catalog that a run makes */
  readonly catalogRequests: number;
  /** what a run of its queries reads, by the tables that they name */
  readonly reads: readonly NamedReads[];
}

/** What a run of a query reads of one table. */
export interface NamedReads {
  readonly table: QueriedTable;
  readonly partitions: { readonly planned: number; readonly total: number };
  readonly requests: { readonly list: number; readonly get: number; readonly catalog: number };
  readonly bytes: number;
}
