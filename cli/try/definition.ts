import * as fs from "node:fs";
import * as path from "node:path";
import {
  datastoreColumns,
  formatProblem,
  isJsonFormat,
  loadFiles,
  type Column,
  type DatastoreDocument,
  type DocumentSet,
  type Loaded,
  type LoadOptions,
  type PipelineDocument,
  type TransformDefinition,
  type TransformOptions,
} from "../../etl";
import { UserError } from "../command/run";
import type { StackSettings } from "./stack";

/** Where a trial's documents are. */
export interface DefinitionSource {
  /** the option that named the file, for messages: `--pipeline` */
  option: string;
  pipeline: string;
  /** which one, if the file holds several */
  name: string | undefined;
  /** the datastore's file; undefined: it is looked for beside the pipeline */
  datastore: string | undefined;
  /** what the command line says, which wins over the stack */
  options: TransformOptions;
  stack: StackSettings | undefined;
}

/** A pipeline that can be tried. */
export interface TrialDefinition {
  definition: TransformDefinition;
  /** those of the datastore; undefined without a datastore's document, then a message has no row */
  columns: Column[] | undefined;
  /** the datastore is in JSON format: rows are lines with the columns that arrive */
  json: boolean;
  /** the datastore's name, as the pipeline's document has it */
  datastoreName: string;
  warnings: string[];
  /** the documents' files */
  files: string[];
}

/** Documents that are not given are no mistake; what this program does not execute is one, see `errorsOf`. */
const CHECK: LoadOptions = { purpose: "check" };
const DOCUMENT = /\.(json|ya?ml|template)$/i;

/** Loads the documents. @throws UserError with every mistake of them */
export function loadDefinition(source: DefinitionSource): TrialDefinition {
  const set = loadFiles([source.pipeline], CHECK);
  const pipeline = choosePipeline(set, source);
  const errors = errorsOf(set, pipeline.file, pipeline.root);
  const datastoreName =
    pipeline.document.pipelineActivities.find(({ datastore }) => datastore !== undefined)?.datastore?.datastoreName ??
    "";
  const warnings: string[] = [];
  const datastore = findDatastore(datastoreName, set, source, warnings);
  for (const error of datastore?.errors ?? []) errors.push(error);
  if (errors.length > 0) throw new UserError(errors);
  const files = [...new Set([pipeline.file, ...(datastore === undefined ? [] : [datastore.file])])];
  for (const remark of remarks(files, pipeline)) warnings.push(remark);
  const loaded = datastore?.loaded?.document;
  return {
    definition: {
      pipeline: pipeline.document,
      datastore: loaded ?? withoutColumns(datastoreName),
      options: { ...stackOptions(source.stack, pipeline.document.pipelineName, datastoreName), ...source.options },
    },
    columns: loaded === undefined ? undefined : datastoreColumns(loaded),
    json: loaded !== undefined && isJsonFormat(loaded),
    datastoreName,
    warnings,
    files,
  };
}

function stackOptions(stack: StackSettings | undefined, pipeline: string, datastore: string): TransformOptions {
  return { ...stack?.pipelines[pipeline], onMismatch: stack?.datastores[datastore]?.onMismatch };
}

function choosePipeline(set: DocumentSet, source: DefinitionSource): Loaded<PipelineDocument> {
  const { option, pipeline: file, name } = source;
  const names = set.documents.flatMap((document) =>
    document.kind === "pipeline" ? [document.name ?? "(without a name)"] : [],
  );
  const wanted = (of: string | undefined): boolean => name === undefined || of === name;
  const found = set.pipelines.filter((pipeline) => wanted(pipeline.name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const which = option === "--pipeline" ? "--name" : `${option}-name`;
  if (found.length > 1)
    throw new UserError([
      `${option} ${file}: holds ${found.length} pipelines; say which: ${found.map((pipeline) => `${which} ${pipeline.name}`).join(", or ")}.`,
    ]);
  // what is wrong with the pipelines that were meant, or with the file
  const meant = set.documents.filter((document) => document.kind === "pipeline" && wanted(document.name));
  const errors = meant.flatMap((document) => errorsOf(set, document.file, document.root));
  const other = errors.length > 0 ? errors : errorsOf(set, file, "$");
  if (other.length > 0 && (name === undefined || meant.length > 0 || names.length === 0)) throw new UserError(other);
  const open = meant.flatMap((document) =>
    document.findings.problems.filter(({ message }) => message.includes(" is a placeholder")).map(formatProblem),
  );
  if (open.length > 0)
    throw new UserError([`${option} ${file}: a pipeline with placeholders cannot run; fill them in:`, ...open]);
  if (name !== undefined && names.length > 0)
    throw new UserError([`${which} ${name}: ${file} holds no such pipeline; there are ${names.join(", ")}.`]);
  const kinds = set.documents.map((document) => `a ${document.kind ?? "thing of no known kind"}`);
  throw new UserError([`${option} ${file}: holds no pipeline; there is ${kinds.join(", ") || "nothing"} in it.`]);
}

/** Errors of the document at `root`; those of a file as a whole stand at `$`. */
function errorsOf(set: DocumentSet, file: string, root: string): string[] {
  return set.problems
    .filter((problem) => (problem.severity === "error" || problem.refused === true) && problem.file === file)
    .filter(
      ({ path: place }) =>
        place === "$" || place === root || (/^[.[]/.test(place.slice(root.length)) && place.startsWith(root)),
    )
    .map((problem) => formatProblem({ ...problem, severity: "error" }));
}

interface FoundDatastore {
  file: string;
  loaded: Loaded<DatastoreDocument> | undefined;
  errors: string[];
}

function findDatastore(
  name: string,
  own: DocumentSet,
  source: DefinitionSource,
  warnings: string[],
): FoundDatastore | undefined {
  if (source.datastore !== undefined) return givenDatastore(name, source.datastore, source, warnings);
  const inFile = datastoreIn(own, name);
  if (inFile !== undefined) return inFile;
  for (const file of neighbours(source.pipeline)) {
    if (!mentions(file, name)) continue;
    const found = datastoreIn(loadFiles([file], CHECK), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function givenDatastore(name: string, file: string, source: DefinitionSource, warnings: string[]): FoundDatastore {
  const option = source.option === "--pipeline" ? "--datastore" : `${source.option}-datastore`;
  const set = loadFiles([file], CHECK);
  const named = datastoreIn(set, name);
  if (named !== undefined) return named;
  const all = set.documents.filter(({ kind }) => kind === "datastore");
  const [only] = all;
  if (only !== undefined && all.length === 1) {
    const found = datastoreIn(set, only.name);
    if (found !== undefined && found.errors.length === 0)
      warnings.push(
        `${option} ${file}: the pipeline writes to ${name}, and this is ${only.name}; rows are shown as ${only.name} would hold them`,
      );
    if (found !== undefined) return found;
  }
  const errors = errorsOf(set, file, "$");
  if (errors.length > 0 && all.length === 0) throw new UserError(errors);
  const there =
    all.length === 0 ? "no datastore is in it" : `there are ${all.map((document) => document.name).join(", ")}`;
  throw new UserError([`${option} ${file}: holds no datastore ${name}; ${there}.`]);
}

function datastoreIn(set: DocumentSet, name: string | undefined): FoundDatastore | undefined {
  const summary = set.documents.find((document) => document.kind === "datastore" && document.name === name);
  if (summary === undefined) return undefined;
  const { file, root } = summary;
  const loaded = set.datastores.find((datastore) => datastore.name === name);
  return { file, loaded, errors: loaded === undefined ? errorsOf(set, file, root) : [] };
}

/** The other documents of a file's folder. */
function neighbours(file: string): string[] {
  const folder = path.dirname(file);
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => DOCUMENT.test(name) && name !== path.basename(file))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** A file without the name in it need not be parsed. */
function mentions(file: string, name: string): boolean {
  try {
    return fs.readFileSync(file, "utf8").includes(name);
  } catch {
    return false;
  }
}

/** Stands in for a datastore that is not known: it has no columns, so nothing is converted and nothing is lost. */
function withoutColumns(name: string): DatastoreDocument {
  return {
    datastoreName: name,
    fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns: [] } } },
  };
}

/** Warnings about the pipeline, alone and together with its datastore; that other documents are not given is none. */
function remarks(files: readonly string[], { file, root }: { file: string; root: string }): string[] {
  return loadFiles(files, CHECK)
    .problems.filter((problem) => problem.severity === "warning" && problem.refused !== true && problem.file === file)
    .filter(({ path: place }) => place.startsWith(root) && !/\.(channelName|datastoreName)$/.test(place))
    .map((problem) => formatProblem(problem).replace(": warning: ", ": "));
}
