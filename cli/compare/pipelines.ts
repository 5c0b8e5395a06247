/** The documents of a stack's pipeline and of its candidate, ready to run. */
import * as path from "node:path";
import { loadDocuments } from "../../etl";
import { UserError } from "../command/run";
import { loadDefinition } from "../try/definition";
import { TrialServices } from "../try/services";
import { servicesOf } from "../try/stack-services";
import type { StackSettings } from "../try/stack";
import type { PipelinePair } from "./messages";

/** Files of a candidate's documents. */
export interface CandidateFiles {
  document: string;
  /** undefined: its rows go as the pipeline's do */
  datastore?: string | undefined;
}

/** The candidate that the stack's configuration names for a pipeline. */
export function candidateOf({ pipelines, folder }: StackSettings, name: string): CandidateFiles | undefined {
  const own = pipelines[name] as { candidate?: CandidateFiles } | undefined;
  if (own?.candidate === undefined) return undefined;
  const { document, datastore } = own.candidate;
  return {
    document: path.resolve(folder, document),
    ...(datastore === undefined ? {} : { datastore: path.resolve(folder, datastore) }),
  };
}

/** @throws UserError for documents that cannot be loaded, and for functions that they call and that have no code here */
export async function pipelinePair(
  stack: StackSettings,
  name: string,
  candidate: CandidateFiles,
): Promise<Omit<PipelinePair, "messages">> {
  const folder = path.resolve(stack.folder, stack.definitions);
  const set = loadDocuments(folder, { purpose: "check" });
  const found = set.documents.find((document) => document.kind === "pipeline" && document.name === name);
  if (found === undefined) {
    const names = set.documents.flatMap((document) => (document.kind === "pipeline" ? [document.name] : []));
    throw new UserError([
      `--pipeline ${name}: ${folder} has no such pipeline; there ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}`,
    ]);
  }
  const source = { name, options: {}, stack };
  const first = loadDefinition({ ...source, option: "--pipeline", pipeline: found.file, datastore: undefined });
  const second = loadDefinition({
    ...source,
    option: "--candidate",
    pipeline: candidate.document,
    name: undefined,
    datastore: candidate.datastore ?? first.files.find((file) => file !== found.file),
  });
  const none = { lambdas: [], things: [], shadows: [] };
  const services = await TrialServices.load(servicesOf(none, stack, [first, second]));
  const missing = [first, second].flatMap(({ definition }) => services.missing(definition.pipeline).problems);
  if (missing.length > 0) throw new UserError([...new Set(missing)]);
  const names = [here(found.file), here(candidate.document)] as const;
  return { definitions: [first, second], names, services, now: Date.now() };
}

/** A path relative to the working directory if it is below it. */
function here(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith("..") ? file : relative;
}
