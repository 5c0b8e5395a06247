/** Loads documents and says everything that is wrong with them, at once. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { checkDataset } from "./check/dataset";
import { checkDatastore } from "./check/datastore";
import { checkActivity, checkPipeline } from "./check/pipeline";
import { checkTags } from "./check/tags";
import { checkTopicRule } from "./check/topic-rule";
import { crossCheck } from "./check/cross-check";
import { remarkFlow, remarkPartitions } from "./report/differences";
import { documentFiles } from "./read/files";
import { NAME_MEMBERS } from "./document-kinds";
import { refuseDataset, refuseDatastore, refuseTopicRule } from "./report/not-executed";
import { Findings, type Place, type Problem } from "./problem";
import { remarkPipeline, remarkStorage, remarkTopicRule } from "./report/remarks";
import type { Reporter, Schema } from "./check/schema";
import {
  activitySchema,
  channelSchema,
  datasetSchema,
  datastoreSchema,
  pipelineSchema,
  topicRuleSchema,
} from "./check/schemas";
import { documentsIn } from "./read/detect-format";
import { MAX_BYTES, parseSource, SourceError, type Position, type Source } from "./read/source";
import type {
  ChannelDocument,
  DatasetDocument,
  DatastoreDocument,
  PipelineActivity,
  PipelineDocument,
  TopicRuleDocument,
} from "./types";
import { isUnfilled, unfilledTexts } from "./read/placeholders";
import { sourcePath, type Written } from "./read/source-document";

export type LoadedKind = "channel" | "pipeline" | "datastore" | "dataset" | "topicRule";

/** Stands for what is piped in. */
export const STANDARD_INPUT = "-";

/** A document without errors of its own, in the command line's shape. */
export interface Loaded<D> {
  kind: LoadedKind;
  name: string;
  /** path of its file, as it was given */
  file: string;
  /** where it stands in the file: `$`, `$[1]` in a list, `$.Resources.X.Properties` in a template */
  root: string;
  document: D;
}

/** Every document that was found, valid or not. */
export interface DocumentSummary {
  file: string;
  root: string;
  kind: LoadedKind | undefined;
  name: string | undefined;
  /** what was found in it, and about it among the others */
  findings: Findings;
  /** the document in the command line's shape, when all of it has the shape it should */
  document?: unknown;
}

export interface DocumentSet {
  channels: Loaded<ChannelDocument>[];
  rules: Loaded<TopicRuleDocument>[];
  pipelines: Loaded<PipelineDocument>[];
  datastores: Loaded<DatastoreDocument>[];
  datasets: Loaded<DatasetDocument>[];
  documents: DocumentSummary[];
  /** of all documents, in their order */
  problems: Problem[];
  /** files and parts of files that are nobody's documents, with the reason */
  others: { file: string; path: string; reason: string }[];
}

export interface LoadOptions {
  /** names of topic rules, which their payloads do not hold: base name of the file to name; default the base name */
  ruleNames?: Record<string, string>;
  /**
   * `deploy` (the default): what this program does not execute is an error, and so is a name that no document has, or
   * several have. `check`: these are warnings, and what is left are the errors that the retired service gave.
   */
  purpose?: "deploy" | "check";
  /** files that were met in a folder and not asked for by name: they may be something else */
  met?: ReadonlySet<string>;
}

/** Loads every document of a folder, in the order of the files' names. Mistakes are in `problems`; it does not throw. */
export function loadDocuments(folder: string, options: LoadOptions = {}): DocumentSet {
  let files: string[];
  try {
    files = documentFiles(folder, false);
  } catch (error) {
    return failed(folder, `the folder cannot be read: ${systemReason(error)}; name a folder with the documents`);
  }
  if (files.length === 0) {
    return failed(
      folder,
      "there is no document (*.json, *.yaml) in this folder; put channel, pipeline, datastore and dataset there",
    );
  }
  return loadFiles(files, options);
}

/** Loads the given files. A file holds one document, a list of them, or a template of CloudFormation. */
export function loadFiles(files: readonly string[], options: LoadOptions = {}): DocumentSet {
  const set = emptySet();
  for (const file of files) loadFile(file, options, set);
  crossCheck(set, options.purpose ?? "deploy");
  set.problems = set.documents.flatMap(({ findings }) => findings.problems);
  return set;
}

function emptySet(): DocumentSet {
  return {
    channels: [],
    rules: [],
    pipelines: [],
    datastores: [],
    datasets: [],
    documents: [],
    problems: [],
    others: [],
  };
}

function failed(file: string, message: string): DocumentSet {
  return { ...emptySet(), problems: [{ severity: "error", file, path: "$", message }] };
}

export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "ENOTDIR") return "it is a file and not a folder";
  if (code === "EISDIR") return "it is a folder and not a file";
  if (code === "EACCES" || code === "EPERM") return "its permissions do not allow it";
  return error instanceof Error ? error.message : String(error);
}

/** The place of a file of which no document is known. */
function wholeFile(file: string, locate: (path: string) => Position | undefined): Place {
  return { file, sourcePath: (place) => place, locate, placeholder: () => false };
}

function loadFile(file: string, options: LoadOptions, set: DocumentSet): void {
  let source: Source;
  try {
    const size = file === STANDARD_INPUT ? 0 : statSync(file).size;
    if (size > MAX_BYTES) throw new SourceError(`the file has ${size} bytes; a document has at most ${MAX_BYTES}`);
    source = parseSource(readFileSync(file === STANDARD_INPUT ? 0 : file), file);
  } catch (error) {
    const position = error instanceof SourceError ? error.position : undefined;
    const findings = new Findings(wholeFile(file, () => position));
    findings.error(
      "$",
      error instanceof SourceError ? error.message : `the file cannot be read: ${systemReason(error)}`,
    );
    set.documents.push({ file, root: "$", kind: undefined, name: undefined, findings });
    return;
  }
  const { documents, others } = documentsIn(source.value, options.met?.has(file) === true, nameAfter(file));
  // members that are there twice and in no document
  const strays = new Set(source.duplicates);
  for (const found of documents) {
    if (found.written !== undefined) loadDocument(found.written, file, source, strays, options, set);
    else {
      const findings = new Findings(wholeFile(file, source.locate));
      findings.error(found.root, found.reason);
      set.documents.push({ file, root: found.root, kind: undefined, name: undefined, findings });
    }
  }
  for (const { root, reason } of others) set.others.push({ file, path: root, reason });
  const first = set.documents.find((document) => document.file === file);
  if (first !== undefined) for (const stray of strays) first.findings.errorAt(stray, TWICE);
}

/** A name of the service after a file's: `raw-channel.json` is raw_channel. */
function nameAfter(file: string): string {
  const base = path.basename(file).replace(/\.(?:json|ya?ml|template)$/i, "");
  return base.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^_+(?=.)/, "") || "document";
}

const TWICE = "this member is there twice in one object; keep one of the two";

function loadDocument(
  written: Written,
  file: string,
  source: Source,
  strays: Set<string>,
  options: LoadOptions,
  set: DocumentSet,
): void {
  const purpose = options.purpose ?? "deploy";
  const placeholders = new Map(written.placeholders);
  if (purpose === "check") for (const [at, seen] of unfilledTexts(written)) placeholders.set(at, seen);
  const place: Place = {
    file,
    sourcePath: (at) => sourcePath(written, at),
    locate: source.locate,
    placeholder: (at) => placeholders.size > 0 && placeholders.has(at),
  };
  const findings = new Findings(place, purpose);
  const { kind, root } = written;
  const summary: DocumentSummary = { file, root, kind, name: nameOf(written, file, options), findings };
  set.documents.push(summary);
  for (const { severity, path: at, message } of written.said) findings[severity](at, message);
  for (const duplicate of source.duplicates) {
    if (!duplicate.startsWith(`${root}.`) && !duplicate.startsWith(`${root}[`)) continue;
    if (strays.delete(duplicate)) findings.errorAt(duplicate, TWICE);
  }
  sayPlaceholders(placeholders, written, findings);
  sayRuleName(written, findings);
  check(summary, written, set);
}

/** What nobody has filled in yet: told when checking; in the way when deploying, but in roles, which are not used. */
function sayPlaceholders(placeholders: ReadonlyMap<string, string>, { shape }: Written, findings: Findings): void {
  for (const [at, seen] of placeholders) {
    const role = /[rR]oleArn$/.test(at);
    if (findings.purpose === "deploy" && !role) {
      findings.errorAt(
        findings.place.sourcePath(at),
        `${seen} is a placeholder that ${shape === "CloudFormation" ? "CloudFormation" : "somebody"} filled in; write its value`,
      );
    } else if (!role) {
      findings.note(
        at,
        `${seen} is a placeholder; what it stands for is not checked, and must be written before deploying`,
      );
    } else findings.note(at, `${seen} is a placeholder; roles are not used, so it may stay`);
  }
}

/** A rule's name stands beside its payload (building blocks 1.1). What a file is called is nobody's name yet. */
function sayRuleName({ kind, name, namePath }: Written, findings: Findings): void {
  if (kind !== "topicRule" || name === undefined || namePath === undefined) return;
  if (isUnfilled(name) || /^[a-zA-Z0-9_]{1,128}$/.test(name)) return;
  findings.errorAt(
    namePath,
    `${JSON.stringify(name)} does not fit: a rule's name has 1 to 128 letters, digits and underscores`,
  );
}

function nameOf({ kind, value, name }: Written, file: string, options: LoadOptions): string | undefined {
  if (kind === "topicRule") {
    const base = path.basename(file);
    return options.ruleNames?.[base] ?? name ?? base.replace(/\.(?:json|ya?ml|template)$/i, "");
  }
  const written = (value as Record<string, unknown> | null)?.[NAME_MEMBERS[kind] as string];
  return typeof written === "string" ? written : undefined;
}

function check(summary: DocumentSummary, written: Written, set: DocumentSet): void {
  const { findings } = summary;
  const { value, spell } = written;
  let shaped = true;
  const reporter: Reporter = {
    error: (at, message) => findings.error(at, message),
    spell,
    placeholder: (at) => findings.place.placeholder(at),
    unshaped: () => (shaped = false),
  };
  const run = <D>(
    schema: Schema,
    list: Loaded<D>[],
    ...checks: ((document: D, findings: Findings) => void)[]
  ): void => {
    schema(value, "$", reporter);
    // the further checks rely on the shape, and not on what is in it
    if (shaped) {
      summary.document = value;
      for (const further of checks) further(value as D, findings);
    } else if (schema === pipelineSchema) checkWellShaped(value, findings);
    const { kind, name, file, root } = summary;
    if (findings.failed || !shaped || unread(written) || name === undefined || kind === undefined) return;
    list.push({ kind, name, file, root, document: value as D });
  };
  switch (summary.kind) {
    case "channel":
      return run(channelSchema, set.channels, checkTags, remarkStorage);
    case "datastore":
      return run(
        datastoreSchema,
        set.datastores,
        checkTags,
        checkDatastore,
        refuseDatastore,
        remarkStorage,
        remarkPartitions,
      );
    case "pipeline":
      return run(pipelineSchema, set.pipelines, checkTags, checkPipeline, remarkPipeline, remarkFlow);
    case "dataset":
      return run(datasetSchema, set.datasets, checkTags, checkDataset, refusing(refuseDataset));
    case "topicRule":
      return run(topicRuleSchema, set.rules, checkTopicRule, refusing(refuseTopicRule), remarkTopicRule);
    default:
  }
}

/** What this program does not execute is no mistake of the document. */
function refusing<D>(refuse: (document: D, findings: Findings) => void): (document: D, findings: Findings) => void {
  return (document, findings) => refuse(document, findings.refusing());
}

/** A pipeline with an activity of a wrong shape has no chain to follow, but its other activities can be looked at. */
function checkWellShaped(value: unknown, findings: Findings): void {
  const activities = (value as { pipelineActivities?: unknown } | null)?.pipelineActivities;
  if (!Array.isArray(activities)) return;
  activities.forEach((activity: unknown, index) => {
    let shaped = true;
    const silent = {
      error: () => undefined,
      spell: String,
      placeholder: () => false,
      unshaped: () => (shaped = false),
    };
    activitySchema(activity, "$", silent);
    if (shaped) checkActivity(activity as PipelineActivity, index, findings);
  });
}

/** Whether an expression or a type is a placeholder: then what comes out of the document cannot be told. */
function unread({ placeholders }: Written): boolean {
  return [...placeholders.keys()].some((place) => /\.(?:type|math|filter)$/.test(place));
}
