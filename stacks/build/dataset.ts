import type * as pulumi from "@pulumi/pulumi";
import { AnalyticsDataset, type DeltaWindowArgs } from "../../components";
import { columnsIn, tablesOf, type DatasetDocument } from "../../etl";
import { operations, shared, storage, type StackContext } from "./context";
import type { Datastore } from "./datastore";

/** A dataset and its SQL. */
export interface BuiltDataset {
  name: string;
  query: string;
  schedules: readonly string[];
  /** of its delta window; undefined without one */
  timeExpression: string | undefined;
  component: AnalyticsDataset;
}

/** The dataset of a document, over the datastores that its SQL names. */
export function buildDataset(
  context: StackContext,
  name: string,
  document: DatasetDocument,
  database: pulumi.Output<string>,
  datastores: ReadonlyMap<string, Datastore>,
): BuiltDataset {
  const { settings } = context;
  const query = document.actions[0]?.queryAction?.sqlQuery ?? "";
  const named = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
  const sources = [...datastores.values()].filter((datastore) => named.has(datastore.name.toLowerCase()));
  const { versioningConfiguration: versions, triggers = [], contentDeliveryRules = [] } = document;
  const schedules = triggers.flatMap(({ schedule }) => schedule?.expression ?? []);
  const window = windowOf(document, sources, settings.bufferingSeconds);
  const component = new AnalyticsDataset(name, {
    query,
    database,
    sources,
    schedules,
    window,
    versions: versions === undefined ? undefined : { max: versions.maxVersions, unlimited: versions.unlimited },
    deliveries: contentDeliveryRules.flatMap(({ destination: { s3DestinationConfiguration: to } }) =>
      to === undefined ? [] : [{ bucket: to.bucket, key: to.key }],
    ),
    scanLimitMegabytes: settings.scanLimitMegabytes,
    ...storage(context, undefined, document.retentionPeriod, settings.datasets[name]),
    protectData: settings.protectData,
    ...operations(context),
    ...shared(context, document.tags),
  });
  return { name, query, schedules, timeExpression: window?.timeExpression, component };
}

/**
 * Upper bound, in seconds, of the time from a message to its row besides the buffering of the delivery stream: Firehose collects up to 60 s
 * of records for the function, and as much again is allowed for everything else.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const INGEST_DELAY_SECONDS = 120;

/** In a join, the window applies to the datastores that have the columns of the time expression. */
function windowOf(
  { actions }: DatasetDocument,
  sources: readonly Datastore[],
  bufferingSeconds: number,
): DeltaWindowArgs | undefined {
  const delta = actions[0]?.queryAction?.filters?.find(({ deltaTime }) => deltaTime !== undefined)?.deltaTime;
  if (delta === undefined) return undefined;
  const wanted = columnsIn(delta.timeExpression);
  const tables = sources
    .filter((datastore) => wanted.every((column) => hasColumn(datastore, column)))
    .map(({ name }) => name.toLowerCase());
  return {
    ...delta,
    delaySeconds: bufferingSeconds + INGEST_DELAY_SECONDS,
    tables: tables.length === 0 ? undefined : tables,
  };
}

/** Partition columns begin with two underscores, and every table may have them; a datastore in JSON format may have any column. */
function hasColumn({ columns }: Datastore, column: string): boolean {
  return columns === undefined || column.startsWith("__") || columns.some(({ name }) => name.toLowerCase() === column);
}
