import type * as pulumi from "@pulumi/pulumi";
import { ActivityFunction, TelemetryDashboard, ThingRegistry } from "../components";
import { hintsOf } from "./hints";
import { outputsOf, type Built, type StackOutputs } from "./outputs";
import { buildChannel } from "./parts/channel";
import { contextOf } from "./parts/context";
import { buildDataset } from "./parts/dataset";
import { buildDatabase, buildDatastore } from "./parts/datastore";
import { buildFunctions, buildPipeline } from "./parts/pipeline";
import type { Stack } from "./read";
import { rulesOf } from "./rules";

/**
 * Builds the components of a stack's documents, joined by the names in the documents. Channels and datastores come first, and pipelines in
 * the same turn of the program: a channel's rules wait for all that read it.
 */
export function buildStack({ settings, documents }: Stack): StackOutputs<pulumi.Output<string>> {
  const context = contextOf(settings);
  const { rules } = rulesOf(documents);
  const channels = new Map(
    documents.channels.map(({ name, document }) => [name, buildChannel(context, name, document, rules)]),
  );
  const database = buildDatabase(context, documents);
  const datastores = new Map(
    documents.datastores.map(({ name, document }) => [name, buildDatastore(context, name, document, database)]),
  );
  if (Object.keys(settings.things).length > 0)
    new ThingRegistry("things", { things: settings.things, tags: context.tags() });
  const functions = buildFunctions(context, documents);
  const pipelines = documents.pipelines.map(({ name, document }) =>
    buildPipeline(context, name, document, channels, datastores, functions),
  );
  const datasets = documents.datasets.map(({ name, document }) =>
    buildDataset(context, name, document, database, datastores),
  );
  const built = { channels, datastores, pipelines, datasets };
  if (settings.alarms)
    buildDashboard(
      built,
      [...functions.values()].filter((each) => each instanceof ActivityFunction),
    );

  const filters = [...channels.values()].map(({ topicFilter }) => topicFilter);
  return { ...outputsOf(built), ...hintsOf([...datastores.values()], filters) };
}

/** One page for the stack. */
function buildDashboard(built: Built, functions: readonly ActivityFunction[]): void {
  const channels = [...built.channels.values()].map(({ component }) => component);
  const pipelines = built.pipelines.map(({ component }) => component);
  const datasets = built.datasets.map(({ component }) => component);
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
