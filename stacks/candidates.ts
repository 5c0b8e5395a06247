import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { inOrder } from "../aws/text/in-order";
import { show } from "../aws/text/show";
import {
  formatProblem,
  isJsonFormat,
  loadFiles,
  tablesOf,
  type DatastoreDocument,
  type DocumentSet,
  type PipelineDocument,
} from "../etl";
import { datastoreTable, queryRefusal } from "../etl/documents/check/dataset-query";
import { receivedAtOf } from "../etl/iot-sql";
import { ROOT } from "./root";
import { rulesOf } from "./rules";
import { PROJECT, type PipelineSettings, type Settings } from "./schema";

/** A pipeline's document that is tried beside the one that is in use. */
export interface Candidate {
  /** of the pipeline */
  name: string;
  /** follows from the documents and the settings that change rows */
  version: string;
  /** name of the datastore */
  datastore: string;
  pipelineDocument: PipelineDocument;
  datastoreDocument: DatastoreDocument;
  /** settings of the pipeline, and those that the candidate has instead */
  settings: Pick<
    PipelineSettings,
    "integerDivision" | "onMathFailure" | "onEnrichmentFailure" | "enrichmentCacheSeconds"
  >;
  onMismatch: "null" | "fail" | undefined;
  promote: boolean | undefined;
  abandon: boolean;
}

/** The candidates of a stack by their pipeline, and what is wrong with them. */
export interface ReadCandidates {
  candidates: Map<string, Candidate>;
  /** a line each */
  errors: string[];
  warnings: string[];
}

type Group = NonNullable<PipelineSettings["candidate"]>;

/** Reads the documents of the candidates that the settings name, and compares them with the stack's. */
export function readCandidates(settings: Settings, documents: DocumentSet): ReadCandidates {
  const found: ReadCandidates = {
    candidates: new Map(),
    errors: receivedAtProblems(settings, documents),
    warnings: [],
  };
  for (const [name, { candidate, adopted }] of Object.entries(settings.pipelines)) {
    const pipeline = documents.pipelines.find((loaded) => loaded.name === name);
    // A name that no document has is a warning of the names.
    if (pipeline === undefined) continue;
    const at = `${PROJECT}:pipelines.${name}`;
    const datastore = endsOf(pipeline.document).datastore;
    if (adopted !== undefined)
      found.errors.push(...adoptionProblems(settings, name, datastore, documents).map((problem) => `${at}.${problem}`));
    if (candidate === undefined) continue;
    const errors: string[] = [];
    const read = readCandidate(settings, documents, name, candidate, { errors, warnings: found.warnings });
    found.errors.push(...errors.map((problem) => `${at}.candidate${problem}`));
    if (read !== undefined && errors.length === 0) found.candidates.set(name, read);
  }
  return found;
}

function readCandidate(
  settings: Settings,
  documents: DocumentSet,
  name: string,
  given: Group,
  { errors, warnings }: { errors: string[]; warnings: string[] },
): Candidate | undefined {
  const current = documents.pipelines.find((loaded) => loaded.name === name)!.document;
  const ends = endsOf(current);
  const before = documents.datastores.find((loaded) => loaded.name === ends.datastore)?.document;
  if (given.document === undefined)
    return void errors.push(": has no document; give the file of the pipeline's document that is tried");
  const files = [given.document, given.datastore].filter((file) => file !== undefined);
  for (const [member, file] of [
    ["document", given.document],
    ["datastore", given.datastore],
  ])
    if (file !== undefined && !fs.existsSync(path.resolve(ROOT, file)))
      errors.push(`.${member}: saw ${show(file)}, and there is no such file in the project's folder; correct the path`);
  if (errors.length > 0 || before === undefined) return undefined;
  const set = loadFiles(
    files.map((file) => path.resolve(ROOT, file)),
    { beside: documents },
  );
  const wrong = set.problems.filter(({ severity }) => severity === "error");
  for (const problem of wrong)
    errors.push(`: ${formatProblem({ ...problem, file: path.relative(ROOT, problem.file) })}`);
  const [document, ...others] = set.pipelines;
  const [changed, ...further] = set.datastores;
  if (wrong.length === 0 && (document === undefined || others.length > 0))
    errors.push(`.document: ${given.document} holds ${set.pipelines.length} pipelines; a candidate is one`);
  if (wrong.length === 0 && given.datastore !== undefined && (changed === undefined || further.length > 0))
    errors.push(`.datastore: ${given.datastore} holds ${set.datastores.length} datastores; a candidate has one`);
  if (errors.length > 0 || document === undefined) return undefined;
  const datastoreDocument = changed?.document ?? before;
  checkSame(name, document.document, ends, changed?.document, before, errors);
  checkPlace(settings, documents, ends, given, errors);
  checkReaders(documents, ends.datastore, datastoreDocument, given.promote === true, { errors, warnings });
  const { integerDivision, onMathFailure, onEnrichmentFailure, enrichmentCacheSeconds } = {
    ...settings.pipelines[name],
    ...given,
  };
  const onMismatch = given.onMismatch ?? settings.datastores[ends.datastore]?.onMismatch;
  const rows = { integerDivision, onMathFailure, onEnrichmentFailure };
  return {
    name,
    version: versionOf(document.document, datastoreDocument, { ...rows, onMismatch }),
    datastore: ends.datastore,
    pipelineDocument: document.document,
    datastoreDocument,
    settings: { ...rows, enrichmentCacheSeconds },
    onMismatch,
    promote: given.promote,
    abandon: given.abandon === true,
  };
}

/** A candidate stands for its pipeline, so it reads and writes the same, under the same names. */
function checkSame(
  name: string,
  document: PipelineDocument,
  ends: Ends,
  changed: DatastoreDocument | undefined,
  before: DatastoreDocument,
  errors: string[],
): void {
  const own = endsOf(document);
  const same = (member: string, seen: string, wanted: string): void => {
    if (seen !== wanted)
      errors.push(`${member}: saw ${show(seen)}; a candidate of the pipeline ${name} says ${show(wanted)}: write that`);
  };
  same(".document: $.pipelineName", document.pipelineName, name);
  same(".document: the name of the channel", own.channel, ends.channel);
  same(".document: the name of the datastore", own.datastore, ends.datastore);
  if (changed === undefined) return;
  same(".datastore: $.datastoreName", changed.datastoreName, ends.datastore);
  if (isJsonFormat(changed) !== isJsonFormat(before))
    errors.push(
      `.datastore: its format is ${formatOf(changed)}, and that of the datastore ${formatOf(before)}; a candidate keeps the format: add a pipeline with a datastore of its own, and fill it with npm run reprocess -- --into DATASTORE`,
    );
}

const formatOf = (document: DatastoreDocument): string => (isJsonFormat(document) ? "JSON" : "Parquet");

/** What stands around a candidate. */
function checkPlace(
  settings: Settings,
  documents: DocumentSet,
  { channel, datastore }: Ends,
  { promote, abandon, boundary }: Group,
  errors: string[],
): void {
  const writers = documents.pipelines.filter(({ document }) => endsOf(document).datastore === datastore);
  if (writers.length > 1)
    errors.push(
      `: the datastore ${datastore} is written by ${writers.length} pipelines (${writers.map((each) => each.name).join(", ")}), and promoted rows of one would hide those of the others; give the pipeline a datastore of its own first`,
    );
  if (abandon === true && promote === true)
    errors.push(
      ".abandon: is given with promote: true, so readers would see nothing; set promote to false first, and deploy that",
    );
  const own = documents.datastores.find((loaded) => loaded.name === datastore)?.document;
  const { customerManagedS3 } = own?.datastoreStorage ?? {};
  const keys = settings.allowDataDeletion && settings.datastores[datastore]?.allowDataDeletion === true;
  if (abandon === true && customerManagedS3 !== undefined)
    errors.push(
      `.abandon: its rows are in ${customerManagedS3.bucket}, a bucket of your own, whose lifecycle is yours; remove candidate, and delete them there`,
    );
  else if (abandon === true && !keys)
    errors.push(
      `.abandon: deletes the candidate's rows, which takes both keys: set allowDataDeletion and datastores.${datastore}.allowDataDeletion. To keep the rows, remove candidate instead`,
    );
  if (boundary === "arrival" || settings.channels[channel]?.receivedAt === true) return;
  for (const { name: rule, loaded } of rulesOf(documents).rules.filter((each) => each.channel === channel)) {
    const state = receivedAtOf(loaded.document.sql);
    if (state.kind !== "given")
      errors.push(
        `: the SQL of the rule ${rule} gives its messages no __received_at, the time that tells those of the archive from live ones; ${state.kind === "missing" ? `set channels.${channel}.receivedAt to true, which adds timestamp() AS __received_at` : `${state.why}: add __received_at to the messages themselves`}, or set candidate.boundary to arrival (docs/candidates.md says what is inexact then)`,
      );
  }
}

/** Why a time cannot be added to the messages of a channel's rules, a line each. */
function receivedAtProblems(settings: Settings, documents: DocumentSet): string[] {
  return rulesOf(documents).rules.flatMap(({ name, channel, loaded: { document } }) => {
    if (settings.channels[channel]?.receivedAt !== true) return [];
    const state = receivedAtOf(document.sql);
    const batch = document.actions.some(
      ({ iotAnalytics }) => iotAnalytics?.channelName === channel && iotAnalytics.batchMode === true,
    );
    const why =
      state.kind === "impossible"
        ? state.why
        : batch && state.kind === "missing"
          ? "its messages are arrays (batchMode), to which SQL adds nothing"
          : undefined;
    return why === undefined
      ? []
      : [
          `${PROJECT}:channels.${channel}.receivedAt: the rule ${name} cannot be given the time: ${why}; remove the setting, and let the messages bring __received_at, or set candidate.boundary to arrival`,
        ];
  });
}

/** What the queries of datasets will find when the candidate is promoted. */
function checkReaders(
  documents: DocumentSet,
  datastore: string,
  changed: DatastoreDocument,
  promote: boolean,
  { errors, warnings }: { errors: string[]; warnings: string[] },
): void {
  const tables = documents.datastores.map((loaded) =>
    datastoreTable(loaded.name === datastore ? changed : loaded.document),
  );
  for (const { name, document } of documents.datasets) {
    const sql = document.actions[0]?.queryAction?.sqlQuery ?? "";
    const read = tablesOf(sql).map(({ table }) => table.toLowerCase());
    if (!read.includes(datastore.toLowerCase())) continue;
    const known = tables.filter((table) => table !== undefined && read.includes(table.name));
    const refusal = known.length < new Set(read).size ? undefined : queryRefusal(sql, known as never);
    if (refusal === undefined) continue;
    const text = `the dataset ${name} cannot read the candidate's rows: ${refusal}`;
    if (promote) errors.push(`.promote: ${text}; change the dataset's query so that it fits both, or keep the column`);
    else warnings.push(`${text}; promote will be refused until its query fits, or the column is kept`);
  }
}

function adoptionProblems(settings: Settings, name: string, datastore: string, documents: DocumentSet): string[] {
  const { adopted } = settings.pipelines[name]!;
  const { version, former, keepFormerUntil } = adopted!;
  const keys = settings.allowDataDeletion && settings.datastores[datastore]?.allowDataDeletion === true;
  const problems: string[] = [];
  if (version === undefined)
    problems.push("adopted: has no version; give the candidate's, which pulumi stack output shows");
  if (keepFormerUntil !== undefined && former === undefined)
    problems.push(
      'adopted.former: is missing beside keepFormerUntil; give the version before: "rows", or the one that was adopted last',
    );
  if (former !== undefined && former === version)
    problems.push(`adopted.former: saw ${show(former)}, which is the version itself; give the one before`);
  const own = documents.datastores.find((loaded) => loaded.name === datastore)?.document;
  if (former !== undefined && own?.datastoreStorage?.customerManagedS3 !== undefined)
    problems.push("adopted.former: its rows are in a bucket of your own, whose lifecycle is yours; remove former");
  if (former !== undefined && keepFormerUntil === undefined && !keys)
    problems.push(
      `adopted.former: deletes the rows of ${former}, which takes both keys: set allowDataDeletion and datastores.${datastore}.allowDataDeletion, or give keepFormerUntil, the day up to which they are kept`,
    );
  return problems;
}

interface Ends {
  channel: string;
  datastore: string;
}

function endsOf({ pipelineActivities }: PipelineDocument): Ends {
  return {
    channel: pipelineActivities.find(({ channel }) => channel !== undefined)?.channel?.channelName ?? "",
    datastore: pipelineActivities.find(({ datastore }) => datastore !== undefined)?.datastore?.datastoreName ?? "",
  };
}

/**
 * The id of a version: `g` and eight hexadecimal digits of a hash over what makes its rows. The same documents have the same id, in whatever
 * order their members stand.
 */
export function versionOf(pipeline: PipelineDocument, datastore: DatastoreDocument, options: object): string {
  const { fileFormatConfiguration, datastorePartitions } = datastore;
  const made = {
    activities: pipeline.pipelineActivities,
    format: fileFormatConfiguration,
    partitions: datastorePartitions,
    options,
  };
  return `g${createHash("sha256")
    .update(JSON.stringify(inOrder(made)))
    .digest("hex")
    .slice(0, 8)}`;
}
