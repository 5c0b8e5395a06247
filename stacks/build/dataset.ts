import * as pulumi from "@pulumi/pulumi";
import { AnalyticsDataset, type DeltaWindowArgs } from "../../components";
import { catalogName } from "../../components/parts/common/names";
import { viewProblem, type ViewSettings } from "../../components/parts/dataset/view";
import { columnsIn, tablesOf, type DatasetDocument, type DocumentSet } from "../../etl";
import { buildContainers, hasContainer, type BuiltContainer } from "./container";
import { operations, shared, storage, type StackContext } from "./context";
import type { Datastore } from "./datastore";
import { deliveryDatabases } from "./delivery-tables";
import { PROJECT } from "../schema";

/** A dataset and its SQL. */
export interface BuiltDataset {
  name: string;
  query: string;
  schedules: readonly string[];
  /** of its delta window; undefined without one */
  timeExpression: string | undefined;
  /** that its SQL names */
  sources: readonly Datastore[];
  component: AnalyticsDataset;
  /** the dataset whose contents start it */
  startedBy: string | undefined;
}

/** The dataset of a document, over the datastores that its SQL names. @param starts ARNs of state machines */
function buildDataset(
  context: StackContext,
  name: string,
  document: DatasetDocument,
  database: pulumi.Output<string>,
  datastores: ReadonlyMap<string, Datastore>,
  starts: pulumi.Output<string>[],
  taken: ReadonlySet<string>,
  databases: ReadonlyMap<string, pulumi.Output<string>>,
): BuiltDataset {
  const { settings } = context;
  const query = document.actions[0]?.queryAction?.sqlQuery ?? "";
  const named = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
  const sources = [...datastores.values()].filter((datastore) => named.has(datastore.name.toLowerCase()));
  const { versioningConfiguration: versions, triggers = [], contentDeliveryRules = [] } = document;
  const schedules = triggers.flatMap(({ schedule }) => schedule?.expression ?? []);
  const window = windowOf(document, sources, settings.bufferingSeconds);
  const startedBy = startedByOf(document);
  const component = new AnalyticsDataset(name, {
    query,
    database,
    sources,
    schedules,
    window,
    versions: versions === undefined ? undefined : { max: versions.maxVersions, unlimited: versions.unlimited },
    deliveries: contentDeliveryRules.flatMap(({ destination: { s3DestinationConfiguration: to } }, rule) => {
      if (to === undefined) return [];
      const { bucket, key, glueConfiguration: glue } = to;
      const table = glue && { tableName: glue.tableName, databaseName: databases.get(glue.databaseName)! };
      return [{ bucket, key, rule, table }];
    }),
    inputEvents: contentDeliveryRules.flatMap(({ destination: { iotEventsDestinationConfiguration: to } }, rule) =>
      to === undefined ? [] : [{ inputName: to.inputName, rule }],
    ),
    starts,
    triggered: startedBy !== undefined,
    view: hasView(name, settings.datasets[name]?.view, { query, sources, windowed: window !== undefined }, taken),
    scanLimitMegabytes: settings.scanLimitMegabytes,
    ...storage(context, undefined, document.retentionPeriod, settings.datasets[name]),
    protectData: settings.protectData,
    ...operations(context),
    ...shared(context, document.tags),
  });
  return { name, query, schedules, timeExpression: window?.timeExpression, sources, component, startedBy };
}

/** The datasets of a stack. */
export interface BuiltDatasets {
  /** those with a query */
  datasets: BuiltDataset[];
  /** those with a container action */
  containers: BuiltContainer[];
}

/**
 * The datasets of documents. A dataset needs the state machines of those that it starts, which may be built after it: documents have no order.
 * They do not start each other in a circle, or the documents would have been refused.
 */
export function buildDatasets(
  context: StackContext,
  documents: DocumentSet,
  database: pulumi.Output<string>,
  datastores: ReadonlyMap<string, Datastore>,
): BuiltDatasets {
  const databases = deliveryDatabases(context, documents, database);
  const started = documents.datasets.filter(({ document }) => startedByOf(document) !== undefined);
  const machines = new Map(started.map(({ name }) => [name, pulumi.deferredOutput<string>()]));
  const tables = [...datastores.values()].map((datastore) => catalogName(datastore.name));
  const queries = documents.datasets.filter(({ document }) => !hasContainer(document));
  const others = queries.map(({ name }) => catalogName(name));
  const datasets = queries.map(({ name, document }, index) => {
    // The first of several datasets has the name.
    const taken = new Set([...tables, ...others.slice(0, index)]);
    const next = started.filter((other) => startedByOf(other.document) === name);
    const starts = next.map((other) => machines.get(other.name)![0]);
    return buildDataset(context, name, document, database, datastores, starts, taken, databases);
  });
  const containers = buildContainers(
    context,
    documents.datasets.filter(({ document }) => hasContainer(document)),
    new Map(datasets.map(({ name, component }) => [name, component])),
  );
  for (const { name, component } of [...datasets, ...containers]) machines.get(name)?.[1](component.stateMachineArn!);
  return { datasets, containers };
}

/**
 * Whether a dataset has a view: wherever it can, unless the configuration says otherwise.
 * @param taken names of tables and of other datasets in the catalog; versions of a table begin with its name and two underscores
 * @throws RunError for a view that is asked for and whose name is taken
 */
function hasView(
  name: string,
  asked: boolean | undefined,
  settings: ViewSettings,
  taken: ReadonlySet<string>,
): boolean {
  if (asked === false) return false;
  const own = catalogName(name);
  const other = [...taken].find((each) => own === each || own.startsWith(`${each}__`));
  if (asked === true && other !== undefined)
    throw new pulumi.RunError(
      `${PROJECT}:datasets.${name}.view: saw true, and the name ${own} of the database is that of ${other === own ? "a datastore or another dataset" : `a version of the datastore ${other}`}; rename the dataset, or set it to false`,
    );
  // One that is asked for says itself why it cannot be.
  return asked === true || (other === undefined && viewProblem(name, settings) === undefined);
}

/** The dataset whose contents start this one. */
function startedByOf({ triggers = [] }: DatasetDocument): string | undefined {
  return triggers.find(({ dataset }) => dataset !== undefined)?.dataset?.name;
}

/**
 * Upper bound, in seconds, of the time from a message to its row besides the buffering of the delivery stream: Firehose collects up to 60 s
 * of records for the function, and as much again is allowed for everything else.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const INGEST_DELAY_SECONDS = 120;

/** In a join, the window applies to the datastores that have the columns of the time expression. */
function windowOf(
  { actions, lateDataRules: [rule] = [] }: DatasetDocument,
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
    lateData: rule && {
      ruleName: rule.ruleName,
      timeoutMinutes: rule.ruleConfiguration.deltaTimeSessionWindowConfiguration?.timeoutInMinutes,
    },
  };
}

/** Partition columns begin with two underscores, and every table may have them; a datastore in JSON format may have any column. */
function hasColumn({ columns }: Datastore, column: string): boolean {
  return columns === undefined || column.startsWith("__") || columns.some(({ name }) => name.toLowerCase() === column);
}
