/** Loads a folder of documents and says everything that is wrong with them, at once. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { nearest } from "../expressions";
import { checkDataset } from "./check-dataset";
import { checkDatastore } from "./check-datastore";
import { checkPipeline } from "./check-pipeline";
import { crossCheck } from "./cross-check";
import { refuseDataset, refuseDatastore, refusePipeline, refuseTopicRule } from "./not-executed";
import { Findings, type Problem } from "./problem";
import { remarkStorage, remarkTopicRule } from "./remarks";
import { show, type Schema } from "./schema";
import { channelSchema, datasetSchema, datastoreSchema, pipelineSchema, topicRuleSchema } from "./schemas";
import { parseSource, type Source } from "./source";
import type { ChannelDocument, DatasetDocument, DatastoreDocument, PipelineDocument, TopicRuleDocument } from "./types";

export type LoadedKind = "channel" | "pipeline" | "datastore" | "dataset" | "topicRule";

/** A document without errors of its own. */
export interface Loaded<D> {
  kind: LoadedKind;
  name: string;
  /** path of its file, as the folder was given */
  file: string;
  /** where it stands in the file: `$`, or `$[1]` in a list */
  root: string;
  document: D;
}

/** Every document that was found, valid or not. */
export interface DocumentSummary {
  file: string;
  root: string;
  kind: LoadedKind | undefined;
  name: string | undefined;
}

export interface DocumentSet {
  channels: Loaded<ChannelDocument>[];
  rules: Loaded<TopicRuleDocument>[];
  pipelines: Loaded<PipelineDocument>[];
  datastores: Loaded<DatastoreDocument>[];
  datasets: Loaded<DatasetDocument>[];
  documents: DocumentSummary[];
  problems: Problem[];
}

export interface LoadOptions {
  /** names of topic rules, which their payloads do not hold: base name of the file to name; default the base name */
  ruleNames?: Record<string, string>;
  /** whether a name that no document has, or several have, is an error (the default) or, for checking files, a warning */
  crossCheck?: boolean;
}

/** Loads every `*.json` of a folder, in the order of their names. Mistakes are in `problems`; it does not throw. */
export function loadDocuments(folder: string, options: LoadOptions = {}): DocumentSet {
  let files: string[];
  try {
    files = readdirSync(folder)
      .filter((name) => name.toLowerCase().endsWith(".json"))
      .sort();
  } catch (error) {
    return failed(folder, `the folder cannot be read: ${systemReason(error)}; name a folder with the documents`);
  }
  if (files.length === 0) {
    return failed(
      folder,
      "there is no document (*.json) in this folder; put channel, pipeline, datastore and dataset there",
    );
  }
  return loadFiles(
    files.map((name) => path.join(folder, name)),
    options,
  );
}

/** Loads the given files. A file holds one document, or a list of them. */
export function loadFiles(files: readonly string[], options: LoadOptions = {}): DocumentSet {
  const set = emptySet();
  for (const file of files) loadFile(file, options, set);
  set.problems.push(...crossCheck(set, options.crossCheck === false ? "warning" : "error"));
  return set;
}

function emptySet(): DocumentSet {
  return { channels: [], rules: [], pipelines: [], datastores: [], datasets: [], documents: [], problems: [] };
}

function failed(file: string, message: string): DocumentSet {
  return { ...emptySet(), problems: [{ severity: "error", file, path: "$", message }] };
}

function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "ENOTDIR") return "it is a file and not a folder";
  if (code === "EISDIR") return "it is a folder and not a file";
  if (code === "EACCES" || code === "EPERM") return "its permissions do not allow it";
  return error instanceof Error ? error.message : String(error);
}

function loadFile(file: string, options: LoadOptions, set: DocumentSet): void {
  const findings = new Findings(file);
  set.documents.push({ file, root: "$", kind: undefined, name: undefined });
  let source: Source;
  try {
    source = parseSource(readFileSync(file));
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : `the file cannot be read: ${systemReason(error)}`;
    findings.error("$", message);
    set.problems.push(...findings.problems);
    return;
  }
  for (const place of source.duplicates) {
    findings.error(place, "this member is there twice in one object; keep one of the two");
  }
  set.problems.push(...findings.problems);
  set.documents.pop();
  const { value } = source;
  if (!Array.isArray(value)) return loadDocument(value, file, "$", source, options, set);
  value.forEach((entry: unknown, index) => loadDocument(entry, file, `$[${index}]`, source, options, set));
  if (value.length === 0) {
    set.problems.push({ severity: "error", file, path: "$", message: "the list is empty; put documents into it" });
  }
}

/** Where each kind is recognised by: the member that names it, and others that only it has. */
const KINDS: readonly (readonly [LoadedKind, readonly string[]])[] = [
  ["pipeline", ["pipelineName", "pipelineActivities"]],
  ["datastore", ["datastoreName", "datastoreStorage", "datastorePartitions", "fileFormatConfiguration"]],
  ["dataset", ["datasetName", "contentDeliveryRules", "lateDataRules"]],
  ["channel", ["channelName", "channelStorage"]],
  ["topicRule", ["sql", "topicRulePayload", "awsIotSqlVersion", "ruleDisabled"]],
];
const NAMES: Readonly<Partial<Record<LoadedKind, string>>> = {
  pipeline: "pipelineName",
  datastore: "datastoreName",
  dataset: "datasetName",
  channel: "channelName",
};

function kindOf(value: object): LoadedKind | undefined {
  const has = (names: readonly string[]): boolean => names.some((name) => Object.hasOwn(value, name));
  // the naming member decides; the others help when it is missing
  const byName = KINDS.find(([, [name]]) => has([name as string]));
  return (byName ?? KINDS.find(([, names]) => has(names)))?.[0];
}

function loadDocument(
  value: unknown,
  file: string,
  root: string,
  source: Source,
  options: LoadOptions,
  set: DocumentSet,
): void {
  const findings = new Findings(file, root);
  const summary: DocumentSummary = { file, root, kind: undefined, name: undefined };
  set.documents.push(summary);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    findings.error("$", `${show(value)} is no document; a document is an object`);
  } else {
    summary.kind = kindOf(value);
    if (summary.kind === undefined) findings.error("$", unrecognised(value));
    else {
      const wrapped = summary.kind === "topicRule" && "topicRulePayload" in value;
      if (wrapped) checkWrapper(value, findings);
      summary.name = nameOf(summary.kind, value, file, options);
      const valid = source.duplicates.every((duplicate) => !duplicate.startsWith(`${root}.`));
      const inner = new Findings(file, wrapped ? `${root}.topicRulePayload` : root);
      check(summary, wrapped ? value.topicRulePayload : value, inner, set, valid && !findings.failed);
      set.problems.push(...inner.problems);
    }
  }
  set.problems.push(...findings.problems);
}

function unrecognised(value: object): string {
  const members = Object.keys(value);
  const near = members
    .map(
      (member) =>
        [
          member,
          nearest(
            member,
            KINDS.flatMap(([, names]) => names),
          ),
        ] as const,
    )
    .find(([, found]) => found !== undefined);
  if (members.includes("Resources") || members.some((member) => /^[A-Z]/.test(member))) {
    return (
      "this has the shape of CloudFormation, which is not read by this program yet; write the document as the command " +
      `line took it, with members such as "pipelineName" (members here: ${members.slice(0, 5).join(", ")})`
    );
  }
  const hint =
    near === undefined
      ? `members here: ${members.slice(0, 5).join(", ") || "none"}`
      : `did you mean "${near[1]}" by "${near[0]}"?`;
  return `this is no channel (channelName), datastore (datastoreName), pipeline (pipelineName), dataset (datasetName) or topic rule (sql); ${hint}`;
}

/** `aws iot create-topic-rule --cli-input-json` wraps the payload. */
function checkWrapper(value: object, findings: Findings): void {
  for (const member of Object.keys(value)) {
    if (member === "topicRulePayload" || member === "ruleName") continue;
    findings.error(`$.${member}`, `there is no member "${member}" here; there are ruleName, topicRulePayload`);
  }
}

function nameOf(kind: LoadedKind, value: object, file: string, options: LoadOptions): string | undefined {
  const written = kind === "topicRule" ? "ruleName" : (NAMES[kind] as string);
  const name = Object.hasOwn(value, written) ? (value as Record<string, unknown>)[written] : undefined;
  if (kind !== "topicRule") return typeof name === "string" ? name : undefined;
  const base = path.basename(file);
  return options.ruleNames?.[base] ?? (typeof name === "string" ? name : base.replace(/\.json$/i, ""));
}

function check(summary: DocumentSummary, value: unknown, findings: Findings, set: DocumentSet, valid: boolean): void {
  const shaped = <D>(
    schema: Schema,
    list: Loaded<D>[],
    ...checks: ((document: D, findings: Findings) => void)[]
  ): void => {
    schema(value, "$", (place, message) => findings.error(place, message));
    // the further checks rely on the shape
    if (!findings.failed) for (const further of checks) further(value as D, findings);
    if (findings.failed || !valid || summary.name === undefined || summary.kind === undefined) return;
    const { kind, name, file, root: place } = summary;
    list.push({ kind, name, file, root: place, document: value as D });
  };
  switch (summary.kind) {
    case "channel":
      return shaped(channelSchema, set.channels, remarkStorage);
    case "datastore":
      return shaped(datastoreSchema, set.datastores, checkDatastore, refuseDatastore, remarkStorage);
    case "pipeline":
      return shaped(pipelineSchema, set.pipelines, checkPipeline, refusePipeline);
    case "dataset":
      return shaped(datasetSchema, set.datasets, checkDataset, refuseDataset);
    case "topicRule":
      return shaped(topicRuleSchema, set.rules, refuseTopicRule, remarkTopicRule);
    default:
  }
}
