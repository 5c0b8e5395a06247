import * as path from "node:path";
import { ActivityFunction, ArchiveReprocessing, EtlPipeline, type FunctionReference } from "../../components";
import type { DocumentSet, PipelineDocument } from "../../etl";
import { ROOT } from "../root";
import type { BuiltChannel } from "./channel";
import { buffering, operations, shared, type StackContext } from "./context";
import type { Datastore } from "./datastore";

/** A pipeline and the documents at its ends. */
export interface BuiltPipeline {
  name: string;
  /** name of the channel that it reads */
  from: string;
  /** name of the datastore that it writes to */
  to: string;
  component: EtlPipeline;
  /** what takes the channel's archive through the pipeline, if it may be reprocessed */
  reprocessing: ArchiveReprocessing | undefined;
}

/** The pipeline of a document, between a channel and a datastore that are built already. */
export function buildPipeline(
  context: StackContext,
  name: string,
  document: PipelineDocument,
  channels: ReadonlyMap<string, BuiltChannel>,
  datastores: ReadonlyMap<string, Datastore>,
  functions: ReadonlyMap<string, FunctionReference>,
): BuiltPipeline {
  const { settings } = context;
  const { from, to } = endsOf(document);
  const own = lambdaNames(document).flatMap((lambdaName) => {
    const reference = functions.get(lambdaName);
    return reference === undefined ? [] : [[lambdaName, reference] as const];
  });
  const { reprocessing: concurrency, ...transformation } = settings.pipelines[name] ?? {};
  const channel = channels.get(from)!.component;
  const datastore = datastores.get(to)!;
  const component = new EtlPipeline(name, {
    channel,
    datastore,
    definition: document,
    ...transformation,
    functions: own.length === 0 ? undefined : Object.fromEntries(own),
    function: {
      memoryMegabytes: settings.functionMemoryMegabytes,
      timeoutSeconds: settings.functionTimeoutSeconds,
      logLevel: settings.functionLogLevel,
      logPayloads: settings.functionLogPayloads,
    },
    ...buffering(context),
    ...operations(context),
    ...shared(context, document.tags),
  });
  const reprocessing =
    concurrency === undefined
      ? undefined
      : new ArchiveReprocessing(name, {
          channel,
          pipeline: component,
          datastore,
          concurrency,
          logPayloads: settings.functionLogPayloads,
          ...operations(context),
          ...shared(context, document.tags),
        });
  return { name, from, to, component, reprocessing };
}

/** The functions of lambda activities that the stack provides: deployed from their files, or existing ones with another name. */
export function buildFunctions(context: StackContext, { pipelines }: DocumentSet): Map<string, FunctionReference> {
  const called = new Set(pipelines.flatMap(({ document }) => lambdaNames(document)));
  const functions = new Map<string, FunctionReference>();
  for (const [name, { path: file, arn, ...own }] of Object.entries(context.settings.functions)) {
    if (!called.has(name)) continue;
    if (arn !== undefined) functions.set(name, { functionName: arn });
    else if (file !== undefined)
      functions.set(
        name,
        new ActivityFunction(name, {
          path: path.resolve(ROOT, file),
          ...own,
          statements: own.statements?.map(({ actions = [], resources = [], conditions }) => ({
            actions,
            resources,
            conditions,
          })),
          ...operations(context),
          ...shared(context, undefined),
        }),
      );
  }
  return functions;
}

function lambdaNames({ pipelineActivities }: PipelineDocument): string[] {
  return pipelineActivities.flatMap(({ lambda }) => lambda?.lambdaName ?? []);
}

function endsOf({ pipelineActivities }: PipelineDocument): { from: string; to: string } {
  const from = pipelineActivities.find(({ channel }) => channel !== undefined)?.channel;
  const to = pipelineActivities.find(({ datastore }) => datastore !== undefined)?.datastore;
  return { from: from!.channelName, to: to!.datastoreName };
}
