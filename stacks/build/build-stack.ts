import * as pulumi from "@pulumi/pulumi";
import {
  ActivityFunction,
  IotLog,
  TelemetryDashboard,
  ThingRegistry,
  type DatastoreMaintenance,
  type EtlPipeline,
  type TelemetryChannel,
} from "../../components";
import { catalogName, physicalName } from "../../components/parts/common/names";
import { deployedTable } from "../../components/parts/datastore/deployed-table";
import { versionTable } from "../../components/parts/datastore/versions";
import { holdReaders } from "../../components/parts/delivery/readers";
import { hintsOf } from "./hints";
import { outputsOf, type Built, type StackOutputs } from "./outputs";
import { buildChannel } from "./channel";
import { buildFleets } from "./fleet";
import { contextOf, shared, type StackContext } from "./context";
import { buildDatasets } from "./dataset";
import { buildDashboards } from "./dashboard";
import { buildHistorians } from "./historian";
import { buildDatabase, buildDatastore, type Datastore } from "./datastore";
import { buildFunctions, buildPipeline, type BuiltPipeline } from "./pipeline";
import type { Candidate } from "../candidates";
import type { Stack } from "../read";
import { PROJECT } from "../schema";
import { rulesOf } from "../rules";

/**
 * Pipelines that are constructed at a time. Until a resource is registered, Pulumi's SDK keeps some 400 KB of promises for it, 8 MB for a
 * pipeline; with a thousand of them, the garbage collection of Node.js takes longer than everything else.
 */
const PIPELINES_AT_ONCE = 100;

/** Builds the components of a stack's documents, joined by the names in the documents. */
export async function buildStack(
  { settings, documents, candidates }: Stack,
  pipelinesAtOnce = PIPELINES_AT_ONCE,
): Promise<StackOutputs<pulumi.Output<string>>> {
  await checkPromotions(candidates.values());
  const context = contextOf(settings, documents);
  const { rules } = rulesOf(documents);
  const channels = new Map(
    documents.channels.map(({ name, document }) => [name, buildChannel(context, name, document, rules)]),
  );
  const database = buildDatabase(context, documents);
  const builtDatastores = new Map(
    documents.datastores.map(({ name, document }) => [
      name,
      buildDatastore(context, name, document, database, candidates.values()),
    ]),
  );
  const datastores = new Map([...builtDatastores].map(([name, { component }]) => [name, component]));
  const maintenances = [...builtDatastores].flatMap(([name, { maintenance }]) =>
    maintenance === undefined ? [] : [[name, maintenance] as const],
  );
  if (Object.keys(settings.things).length > 0)
    new ThingRegistry("things", { things: settings.things, tags: context.tags() });
  buildIotLog(context);
  // Its bridge waits for the pipelines, as rules do.
  const historians = buildHistorians(context, channels);
  const fleets = buildFleets(context, [...channels.values()]);
  const functions = buildFunctions(context, documents, candidates.values());
  const pipelines = await inBatches(
    documents.pipelines,
    pipelinesAtOnce,
    [...[...channels.values()].map(({ component }) => component), ...datastores.values()],
    ({ name, document }) =>
      buildPipeline(context, name, document, channels, datastores, functions, candidates.get(name)),
  );
  const { datasets, containers } = buildDatasets(context, documents, database, datastores);
  const dashboards = buildDashboards(context, datasets);
  const built = {
    ...{ channels, datastores, maintenances: new Map(maintenances), pipelines },
    ...{ datasets, containers, dashboards, historians, fleets },
  };
  if (settings.alarms)
    buildDashboard(built, [
      ...[...functions.values()].filter((each) => each instanceof ActivityFunction),
      ...built.maintenances.values(),
    ]);

  const filters = [...channels.values()].map(({ topicFilter }) => topicFilter);
  return { ...outputsOf(built), ...hintsOf([...datastores.values()], filters) };
}

/** The log of AWS IoT Core, if this stack of the account is the one that sets it. */
function buildIotLog(context: StackContext): void {
  const { iotLogLevel, logRetentionDays } = context.settings;
  if (iotLogLevel === undefined) return;
  const { permissionsBoundaryArn } = context;
  new IotLog("iot", {
    level: iotLogLevel,
    logRetentionDays,
    permissionsBoundaryArn,
    ...shared(context, undefined),
  });
}

/**
 * Readers are led to a candidate that is deployed and filled: one that comes with the same deployment has no rows.
 * @throws RunError before anything is registered
 */
async function checkPromotions(candidates: Iterable<Candidate>): Promise<void> {
  for (const { name, datastore, version, promote } of candidates) {
    if (promote !== true) continue;
    const table = versionTable(catalogName(datastore), version);
    if ((await deployedTable(physicalName("database", ""), table)) === undefined)
      throw new pulumi.RunError(
        `${PROJECT}:pipelines.${name}.candidate.promote: saw true, and the candidate ${version} is not deployed, so readers would see no rows; ` +
          "nothing has been created. Deploy it without promote, fill it (npm run reprocess), compare (npm run compare), then promote. A changed document is another candidate",
      );
  }
}

/**
 * Builds pipelines batch by batch, each when the one before is registered. The rules of the channels wait for the last of them: a channel that
 * was fed earlier would lose messages; and so do the names of datastores that readers are led to elsewhere.
 */
async function inBatches<D>(
  documents: readonly D[],
  size: number,
  waiting: readonly (TelemetryChannel | Datastore)[],
  build: (document: D) => BuiltPipeline,
): Promise<BuiltPipeline[]> {
  if (documents.length <= size) return documents.map(build);
  const releases = waiting.map(holdReaders);
  const built: BuiltPipeline[] = [];
  for (let start = 0; start < documents.length; start += size) {
    const batch = documents.slice(start, start + size).map(build);
    await registered(batch);
    built.push(...batch);
  }
  for (const release of releases) release();
  return built;
}

/** Resolves when the last resources of each pipeline are registered, which depend on the others. */
function registered(pipelines: readonly BuiltPipeline[]): Promise<void> {
  const last = pipelines
    .flatMap(componentsOf)
    .flatMap(({ nodes }) => [nodes.delivery.deliveryStream, ...Object.values(nodes.alarms)]);
  return new Promise((resolve) => pulumi.all(last.map(({ urn }) => urn)).apply(() => resolve()));
}

/** A pipeline and that of its candidate. */
function componentsOf({ component, candidate }: BuiltPipeline): EtlPipeline[] {
  return candidate === undefined ? [component] : [component, candidate.component];
}

/** One page for the stack. */
function buildDashboard(built: Built, functions: readonly (ActivityFunction | DatastoreMaintenance)[]): void {
  const channels = [...built.channels.values()].map(({ component }) => component);
  const pipelines = built.pipelines.flatMap(componentsOf);
  const datasets = [...built.datasets, ...built.containers].map(({ component }) => component);
  const historians = built.historians.map(({ component }) => component);
  const fleets = [...built.fleets.values()];
  new TelemetryDashboard("operations", {
    rules: channels.flatMap(({ ruleNames }) => ruleNames),
    streams: [...channels, ...historians].map(({ streamName }) => streamName),
    bridges: historians.map(({ functionName }) => functionName),
    deliveryStreams: [
      ...channels.map(({ archiveStream }) => archiveStream),
      ...pipelines.flatMap(({ deliveryStreamName, fanOutStreamName }) =>
        [deliveryStreamName, fanOutStreamName ?? []].flat(),
      ),
    ],
    functions: [
      ...[...pipelines, ...functions].map(({ functionName }) => functionName),
      ...fleets.map(({ nodes }) => nodes.hook.function.name),
    ],
    stateMachines: datasets.flatMap(({ stateMachineArn }) => stateMachineArn ?? []),
    alarms: [...historians, ...channels, ...pipelines, ...datasets, ...functions, ...fleets].flatMap(({ nodes }) =>
      Object.values(nodes.alarms).map(({ name }) => name),
    ),
  });
}
