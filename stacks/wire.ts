import * as path from "node:path";
import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import {
  ActivityFunction,
  AnalyticsDataset,
  EtlPipeline,
  JsonDatastore,
  ParquetDatastore,
  TelemetryChannel,
  TelemetryDashboard,
  ThingRegistry,
  type FunctionReference,
  type DeltaWindowArgs,
  type RetentionArgs,
  type StorageArgs,
} from "../components";
import { physicalName } from "../components/parts/names";
import {
  columnsIn,
  isJsonFormat,
  tablesOf,
  type ChannelDocument,
  type CustomerManagedS3,
  type DatasetDocument,
  type DatastoreDocument,
  type DocumentSet,
  type PipelineDocument,
  type RetentionPeriod,
  type Tag,
} from "../etl";
import { filterOf } from "../etl/iot-sql";
import { hintsOf } from "./hints";
import { rulesOf, type WiredRule } from "./rules";
import type { Stack } from "./read";
import { ROOT } from "./root";
import type { Settings } from "./schema";

export type Datastore = ParquetDatastore | JsonDatastore;

type Names = Record<string, pulumi.Input<string>>;

/** What the stack says of itself: document names to names on AWS, and what a person does next. */
export interface Outputs {
  rules: Record<string, { ruleName: Names[string]; channel: string; errorLogGroup: Names[string] }>;
  channels: Record<
    string,
    { stream: Names[string]; archiveStream: Names[string]; bucket: Names[string]; prefix: string; topicFilter?: string }
  >;
  pipelines: Record<
    string,
    { channel: string; datastore: string; deliveryStream: Names[string]; function: Names[string]; errorPrefix: string }
  >;
  datastores: Record<
    string,
    {
      database: Names[string];
      table: Names[string];
      bucket: Names[string];
      prefix: string;
      timestampPartition?: { attribute: string; format?: string };
    }
  >;
  datasets: Record<
    string,
    {
      workgroup: Names[string];
      namedQuery: Names[string];
      database: Names[string];
      query: string;
      resultsLocation: Names[string];
      /** ARN; absent for a dataset that nothing runs but a person */
      stateMachine?: Names[string];
    }
  >;
  /** SQL to begin with */
  query?: pulumi.Input<string>;
  /** the command that starts the device simulator */
  simulator?: string;
}

/**
 * Makes the documents' resources, joined by the names in the documents. Channels and datastores come first and pipelines in the same
 * turn: a channel's rules wait for all that read it.
 */
export function wire({ settings, documents }: Stack): Outputs {
  const tags = tagsOf(settings);
  const { rules } = rulesOf(documents);
  const channels = new Map(
    documents.channels.map(({ name, document }) => [name, channel(name, document, rules, settings, tags)]),
  );
  // SQL names datastores without a database, and may join them: one database for all.
  const database = databaseOf(documents, tags());
  const datastores = new Map(
    documents.datastores.map(({ name, document }) => [name, datastore(name, document, database, settings, tags)]),
  );
  if (Object.keys(settings.things).length > 0) new ThingRegistry("things", { things: settings.things, tags: tags() });
  const functions = functionsOf(documents, settings, tags());
  const pipelines = documents.pipelines.map(({ name, document }) => {
    const { from, to } = endsOf(document);
    const component = pipeline(name, document, channels.get(from)!, datastores.get(to)!, functions, settings, tags);
    return { name, from, to, component };
  });
  const datasets = documents.datasets.map(({ name, document }) => {
    const query = document.actions[0]?.queryAction?.sqlQuery ?? "";
    return { name, query, component: dataset(name, query, document, database, datastores, settings, tags) };
  });

  if (settings.alarms)
    dashboard(
      [...channels.values()].map(({ component }) => component),
      pipelines.map(({ component }) => component),
      datasets.map(({ component }) => component),
      [...functions.values()].filter((each) => each instanceof ActivityFunction),
    );

  return {
    rules: Object.fromEntries(
      [...channels].flatMap(([name, { component, ruleNames }]) =>
        component.nodes.rules.map(({ rule, errorLog }, index) => [
          ruleNames[index]!,
          { ruleName: rule.name, channel: name, errorLogGroup: errorLog.name },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      [...channels].map(([name, { component, topicFilter }]) => [
        name,
        {
          stream: component.streamName,
          archiveStream: component.archiveStream,
          bucket: component.bucket,
          prefix: component.prefix,
          topicFilter,
        },
      ]),
    ),
    pipelines: Object.fromEntries(
      pipelines.map(({ name, from, to, component }) => [
        name,
        {
          channel: from,
          datastore: to,
          deliveryStream: component.deliveryStreamName,
          function: component.functionName,
          errorPrefix: component.errorPrefix,
        },
      ]),
    ),
    datastores: Object.fromEntries(
      [...datastores].map(([name, component]) => [
        name,
        {
          database: component.databaseName,
          table: component.tableName,
          bucket: component.bucket,
          prefix: component.prefix,
          timestampPartition: timestampOf(component),
        },
      ]),
    ),
    datasets: Object.fromEntries(
      datasets.map(({ name, query, component }) => [
        name,
        {
          workgroup: component.workgroupName,
          namedQuery: component.namedQueryId,
          database: component.databaseName,
          query,
          resultsLocation: component.resultsLocation,
          stateMachine: component.stateMachineArn,
        },
      ]),
    ),
    ...hintsOf(
      [...datastores.values()],
      [...channels.values()].map(({ topicFilter }) => topicFilter),
    ),
  };
}

type Tags = (own?: Tag[]) => Record<string, string>;

/** The stack's tags with a document's own, which win. */
function tagsOf({ tags, environment }: Settings): Tags {
  const stack = { project: pulumi.getProject(), stack: pulumi.getStack(), environment };
  return (own = []) => ({ ...stack, ...tags, ...Object.fromEntries(own.map(({ key, value }) => [key, value])) });
}

/** Settings that every component takes. */
function common(settings: Settings, tags: Tags, own: Tag[] | undefined) {
  return { kmsKeyArn: settings.kmsKeyArn, tags: tags(own) };
}

function delivery({ logRetentionDays, bufferingSeconds, bufferingMegabytes, ...settings }: Settings) {
  return {
    logRetentionDays,
    buffering: { seconds: bufferingSeconds, megabytes: bufferingMegabytes },
    alarms: alarmsOf(settings),
  };
}

/** What every component with alarms is told of them. */
function alarmsOf({
  alarms: enabled,
  alarmTopicArn: topicArn,
  alarmBehindPercent: behindPercent,
  alarmDurationPercent: durationPercent,
  alarmFailedMessages: failedMessages,
}: Pick<Settings, "alarms" | "alarmTopicArn" | "alarmBehindPercent" | "alarmDurationPercent" | "alarmFailedMessages">) {
  return { enabled, topicArn, behindPercent, durationPercent, failedMessages };
}

function channel(
  name: string,
  document: ChannelDocument,
  rules: readonly WiredRule[],
  settings: Settings,
  tags: Tags,
): { component: TelemetryChannel; ruleNames: string[]; topicFilter: string | undefined } {
  const own = rules.filter((rule) => rule.channel === name);
  const filter = settings.topicFilters[name];
  const component = new TelemetryChannel(name, {
    topicFilter: filter,
    rules:
      filter === undefined
        ? own.map(({ name: rule, loaded: { document: payload } }) => ({
            name: rule,
            sql: payload.sql,
            enabled: payload.ruleDisabled !== true,
            description: payload.description,
            errorLogGroup: errorLogGroup(rule, payload.errorAction?.cloudwatchLogs?.logGroupName),
          }))
        : undefined,
    partitionKey: settings.partitionKey,
    stream: {
      mode: settings.streamMode,
      shards: settings.streamMode === "ON_DEMAND" ? undefined : settings.shardCount,
      retentionHours: settings.retentionHours,
    },
    ...storage(
      document.channelStorage?.customerManagedS3,
      document.retentionPeriod,
      settings.channels[name],
      unlessSaid(settings),
    ),
    protectData: settings.protectData,
    ...delivery(settings),
    ...common(settings, tags, document.tags),
  });
  const [first] = own;
  return {
    component,
    ruleNames: filter === undefined ? own.map((rule) => rule.name) : [name],
    topicFilter: filter ?? (first === undefined ? undefined : filterOf(first.loaded.document.sql)),
  };
}

/** A document's log group may be there already, or be another stack's too; below its name there is room for each rule's own. */
function errorLogGroup(rule: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name.replace(/\/+$/, "")}/${physicalName("topicRule", rule)}`;
}

function databaseOf({ datastores, datasets }: DocumentSet, tags: Record<string, string>): pulumi.Output<string> {
  if (datastores.length + datasets.length === 0) return pulumi.output("");
  return new glue.CatalogDatabase("datastores", {
    name: physicalName("database", ""),
    description: `Datastores of the stack ${pulumi.getStack()}`,
    tags,
  }).name;
}

function datastore(
  name: string,
  document: DatastoreDocument,
  database: pulumi.Output<string>,
  settings: Settings,
  tags: Tags,
): Datastore {
  const { onMismatch, partitionValues, ...own } = settings.datastores[name] ?? {};
  const args = {
    partitions: document.datastorePartitions?.partitions,
    projection:
      partitionValues === undefined ? settings.projection : { ...settings.projection, values: partitionValues },
    database,
    ...storage(document.datastoreStorage?.customerManagedS3, document.retentionPeriod, own),
    protectData: document.datastoreStorage?.customerManagedS3 === undefined ? settings.protectData : undefined,
    ...common(settings, tags, document.tags),
  };
  if (isJsonFormat(document)) return new JsonDatastore(name, args);
  const columns = document.fileFormatConfiguration?.parquetConfiguration?.schemaDefinition?.columns ?? [];
  return new ParquetDatastore(name, { ...args, columns, onMismatch });
}

function pipeline(
  name: string,
  document: PipelineDocument,
  { component }: { component: TelemetryChannel },
  into: Datastore,
  functions: ReadonlyMap<string, FunctionReference>,
  settings: Settings,
  tags: Tags,
): EtlPipeline {
  const own = lambdaNames(document).flatMap((lambdaName) => {
    const reference = functions.get(lambdaName);
    return reference === undefined ? [] : [[lambdaName, reference] as const];
  });
  return new EtlPipeline(name, {
    channel: component,
    datastore: into,
    definition: document,
    ...settings.pipelines[name],
    functions: own.length === 0 ? undefined : Object.fromEntries(own),
    function: {
      memoryMegabytes: settings.functionMemoryMegabytes,
      timeoutSeconds: settings.functionTimeoutSeconds,
      logLevel: settings.functionLogLevel,
    },
    ...delivery(settings),
    ...common(settings, tags, document.tags),
  });
}

/** The functions of lambda activities that the stack gives: deployed from their files, or there already under another name. */
function functionsOf(
  { pipelines }: DocumentSet,
  settings: Settings,
  tags: Record<string, string>,
): Map<string, FunctionReference> {
  const called = new Set(pipelines.flatMap(({ document }) => lambdaNames(document)));
  const functions = new Map<string, FunctionReference>();
  for (const [name, { path: file, arn, ...own }] of Object.entries(settings.functions)) {
    if (!called.has(name)) continue;
    if (arn !== undefined) functions.set(name, { functionName: arn });
    else if (file !== undefined)
      functions.set(
        name,
        new ActivityFunction(name, {
          path: path.resolve(ROOT, file),
          ...own,
          kmsKeyArn: settings.kmsKeyArn,
          logRetentionDays: settings.logRetentionDays,
          alarms: alarmsOf(settings),
          tags,
        }),
      );
  }
  return functions;
}

function lambdaNames({ pipelineActivities }: PipelineDocument): string[] {
  return pipelineActivities.flatMap(({ lambda }) => lambda?.lambdaName ?? []);
}

/** One page for the stack. */
function dashboard(
  channels: readonly TelemetryChannel[],
  pipelines: readonly EtlPipeline[],
  datasets: readonly AnalyticsDataset[],
  functions: readonly ActivityFunction[],
): void {
  new TelemetryDashboard("operations", {
    rules: channels.flatMap(({ ruleNames }) => ruleNames),
    streams: channels.map(({ streamName }) => streamName),
    deliveryStreams: [
      ...channels.map(({ archiveStream }) => archiveStream),
      ...pipelines.map(({ deliveryStreamName }) => deliveryStreamName),
    ],
    functions: [...pipelines, ...functions].map(({ functionName }) => functionName),
    stateMachines: datasets.flatMap(({ stateMachineArn }) => stateMachineArn ?? []),
    alarms: [...channels, ...pipelines, ...datasets, ...functions].flatMap(({ nodes }) =>
      Object.values(nodes.alarms).map(({ name }) => name),
    ),
  });
}

function dataset(
  name: string,
  query: string,
  document: DatasetDocument,
  database: pulumi.Output<string>,
  datastores: ReadonlyMap<string, Datastore>,
  settings: Settings,
  tags: Tags,
): AnalyticsDataset {
  const named = new Set(tablesOf(query).map(({ table }) => table.toLowerCase()));
  const { versioningConfiguration: versions, triggers = [], contentDeliveryRules = [] } = document;
  return new AnalyticsDataset(name, {
    query,
    database,
    sources: [...datastores.values()].filter((datastore) => named.has(datastore.name.toLowerCase())),
    schedules: triggers.flatMap(({ schedule }) => schedule?.expression ?? []),
    window: windowOf(document, named, datastores, settings),
    versions: versions === undefined ? undefined : { max: versions.maxVersions, unlimited: versions.unlimited },
    deliveries: contentDeliveryRules.flatMap(({ destination: { s3DestinationConfiguration: to } }) =>
      to === undefined ? [] : [{ bucket: to.bucket, key: to.key }],
    ),
    scanLimitMegabytes: settings.scanLimitMegabytes,
    logRetentionDays: settings.logRetentionDays,
    alarms: alarmsOf(settings),
    ...storage(undefined, document.retentionPeriod, settings.datasets[name]),
    protectData: settings.protectData,
    ...common(settings, tags, document.tags),
  });
}

/** Seconds that a row waits beside its delivery stream's buffer: as long as Firehose collects for the function, and as much again for all else. */
const BEFORE_AND_AFTER = 120;

/** In a join, the window holds for the datastores that have the columns of the time expression. */
function windowOf(
  { actions }: DatasetDocument,
  named: ReadonlySet<string>,
  datastores: ReadonlyMap<string, Datastore>,
  { bufferingSeconds }: Settings,
): DeltaWindowArgs | undefined {
  const delta = actions[0]?.queryAction?.filters?.find(({ deltaTime }) => deltaTime !== undefined)?.deltaTime;
  if (delta === undefined) return undefined;
  const wanted = columnsIn(delta.timeExpression);
  const tables = [...datastores.values()]
    .filter(({ name }) => named.has(name.toLowerCase()))
    .filter((datastore) => wanted.every((column) => hasColumn(datastore, column)))
    .map(({ name }) => name.toLowerCase());
  return {
    ...delta,
    delaySeconds: bufferingSeconds + BEFORE_AND_AFTER,
    tables: tables.length === 0 ? undefined : tables,
  };
}

/** Partition columns begin with two underscores, and every table may have them; one in JSON format may have any. */
function hasColumn({ columns }: Datastore, column: string): boolean {
  return columns === undefined || column.startsWith("__") || columns.some(({ name }) => name.toLowerCase() === column);
}

/** Where a document's data lies and for how long. With storage of the user's own, retention was never the service's. */
function storage(
  own: CustomerManagedS3 | undefined,
  period: RetentionPeriod | undefined,
  keys: { allowDataDeletion?: boolean } | undefined,
  fallback?: RetentionArgs,
): { storage?: StorageArgs; retention?: RetentionArgs; allowDataDeletion?: boolean } {
  if (own !== undefined) return { storage: { bucket: own.bucket, prefix: own.keyPrefix } };
  const retention =
    period === undefined
      ? fallback
      : period.numberOfDays === undefined
        ? { unlimited: period.unlimited }
        : { days: period.numberOfDays };
  return { retention, allowDataDeletion: keys?.allowDataDeletion };
}

/** The retention of documents that say nothing. */
function unlessSaid({ dataRetention }: Settings): RetentionArgs {
  return dataRetention === "unlimited" ? { unlimited: true } : { days: Number(dataRetention) };
}

function endsOf({ pipelineActivities }: PipelineDocument): { from: string; to: string } {
  const from = pipelineActivities.find(({ channel: activity }) => activity !== undefined)?.channel;
  const to = pipelineActivities.find(({ datastore: activity }) => activity !== undefined)?.datastore;
  return { from: from!.channelName, to: to!.datastoreName };
}

function timestampOf({ partitions }: Datastore): { attribute: string; format?: string } | undefined {
  const found = partitions.find(({ timestampPartition }) => timestampPartition !== undefined)?.timestampPartition;
  return found === undefined ? undefined : { attribute: found.attributeName, format: found.timestampFormat };
}
