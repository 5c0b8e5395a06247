import { createHash } from "node:crypto";
import * as path from "node:path";
import {
  ActivityFunction,
  ArchiveReprocessing,
  EtlPipeline,
  type ArchiveReprocessingArgs,
  type DatastoreCandidate,
  type EtlPipelineArgs,
  type FunctionReference,
} from "../../components";
import type { DocumentSet, PipelineDocument } from "../../etl";
import type { Candidate } from "../candidates";
import { ROOT } from "../root";
import type { BuiltChannel } from "./channel";
import { buffering, operations, shared, type StackContext } from "./context";
import { physical, type Datastore } from "./datastore";

/** Longest name of a component, as of a pipeline in a document. */
const COMPONENT_NAME = 128;

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
  candidate?: BuiltCandidate;
}

/** The pipeline of a candidate. */
export interface BuiltCandidate {
  version: string;
  promoted: boolean;
  component: EtlPipeline;
  datastore: DatastoreCandidate;
  /** what fills its table from the archive */
  reprocessing: ArchiveReprocessing;
}

/** The pipeline of a document, between a channel and a datastore that are built already, and its candidate's. */
export function buildPipeline(
  context: StackContext,
  name: string,
  document: PipelineDocument,
  channels: ReadonlyMap<string, BuiltChannel>,
  datastores: ReadonlyMap<string, Datastore>,
  functions: ReadonlyMap<string, FunctionReference>,
  candidate: Candidate | undefined,
): BuiltPipeline {
  const { adopted, ...given } = context.settings.pipelines[name] ?? {};
  const { integerDivision, onMathFailure, onEnrichmentFailure, enrichmentCacheSeconds } = given;
  const own = { integerDivision, onMathFailure, onEnrichmentFailure, enrichmentCacheSeconds };
  const { from, to } = endsOf(document);
  const channel = channels.get(from)!.component;
  const datastore = datastores.get(to)!;
  // The resources of an adopted candidate go on, under their names and with their boundary.
  const version = adopted?.version;
  const component = new EtlPipeline(version === undefined ? name : versionName(name, version), {
    channel,
    datastore,
    definition: document,
    ...own,
    ...common(context, document, functions),
    candidate: version === undefined ? undefined : true,
  });
  const reprocess = (of: string, pipeline: EtlPipeline, target: ReprocessTarget): ArchiveReprocessing =>
    new ArchiveReprocessing(of, {
      channel,
      pipeline,
      ...target,
      concurrency: given.reprocessing,
      logPayloads: context.settings.functionLogPayloads,
      ...operations(context),
      ...shared(context, document.tags),
    });
  const reprocessing =
    given.reprocessing === undefined ? undefined : reprocess(name, component, { datastore: physical(datastore) });
  const tried = datastore.candidate;
  if (candidate === undefined || tried === undefined) return { name, from, to, component, reprocessing };
  const { pipelineDocument, settings } = candidate;
  const ofCandidate = new EtlPipeline(versionName(name, candidate.version), {
    channel,
    datastore: tried,
    definition: pipelineDocument,
    ...settings,
    ...common(context, pipelineDocument, functions),
    candidate: true,
  });
  const { version: id, promoted, boundaryKey } = tried;
  const filled = reprocess(versionName(name, id), ofCandidate, { datastore: tried, boundaryKey, version: id });
  const built = { version: id, promoted, component: ofCandidate, datastore: tried, reprocessing: filled };
  return { name, from, to, component, reprocessing, candidate: built };
}

type ReprocessTarget = Pick<ArchiveReprocessingArgs, "datastore" | "boundaryKey" | "version">;

/** The name of a version of a pipeline's resources; of a pipeline with a name that leaves no room for it, the beginning and a hash. */
function versionName(name: string, version: string): string {
  const whole = `${name}-${version}`;
  if (whole.length <= COMPONENT_NAME) return whole;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, COMPONENT_NAME - version.length - hash.length - 2)}-${hash}-${version}`;
}

/** The arguments of every pipeline. */
function common(
  context: StackContext,
  document: PipelineDocument,
  functions: ReadonlyMap<string, FunctionReference>,
): Partial<EtlPipelineArgs> {
  const { settings } = context;
  const called = lambdaNames(document).flatMap((lambdaName) => {
    const reference = functions.get(lambdaName);
    return reference === undefined ? [] : [[lambdaName, reference] as const];
  });
  return {
    functions: called.length === 0 ? undefined : Object.fromEntries(called),
    function: {
      memoryMegabytes: settings.functionMemoryMegabytes,
      timeoutSeconds: settings.functionTimeoutSeconds,
      logLevel: settings.functionLogLevel,
      logPayloads: settings.functionLogPayloads,
    },
    ...buffering(context),
    ...operations(context),
    ...shared(context, document.tags),
  };
}

/** The functions of lambda activities that the stack provides: deployed from their files, or existing ones with another name. */
export function buildFunctions(
  context: StackContext,
  { pipelines }: DocumentSet,
  candidates: Iterable<Candidate>,
): Map<string, FunctionReference> {
  const documents = [
    ...pipelines.map(({ document }) => document),
    ...[...candidates].map(({ pipelineDocument }) => pipelineDocument),
  ];
  const called = new Set(documents.flatMap(lambdaNames));
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
