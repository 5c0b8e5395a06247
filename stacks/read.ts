import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { formatProblem, loadDocuments, type DocumentSet } from "../etl";
import { readCandidates, type Candidate } from "./candidates";
import { checkNames } from "./names";
import { ROOT } from "./root";
import type { Settings } from "./schema";
import { ruleNamesIn } from "./rules";
import { iotLogCollisions, ruleNameCollisions, stackNameOverlaps } from "./siblings";
import { formatConfigProblem, validate } from "./validate";

/** What a stack is built from. */
export interface Stack {
  settings: Settings;
  documents: DocumentSet;
  /** by pipeline */
  candidates: ReadonlyMap<string, Candidate>;
}

/**
 * The stack's configuration and its documents. Warnings go to Pulumi's log.
 * @throws RunError with every mistake of both, before anything is registered
 */
export function readStack(): Stack {
  const { settings, problems } = validate(configuration(), pulumi.getStack());
  const folder = path.resolve(ROOT, settings.definitions);
  const documents = loadDocuments(shown(folder), { ruleNames: ruleNamesIn(folder, settings.ruleNames) });
  const named = checkNames(settings, documents);
  const tried = readCandidates(settings, documents);
  const collisions = ruleNameCollisions(ROOT, pulumi.getStack(), settings);
  const overlaps = stackNameOverlaps(ROOT, pulumi.getStack());
  const logs = iotLogCollisions(ROOT, pulumi.getStack(), settings);
  const errors = [
    ...problems.map(formatConfigProblem),
    ...documents.problems.filter(({ severity }) => severity === "error").map(formatProblem),
    ...named.errors,
    ...tried.errors,
    ...collisions.errors,
    ...overlaps.errors,
    ...logs.errors,
  ];
  const warnings = [
    // Pulumi's log says that it is a warning.
    ...documents.problems
      .filter(({ severity }) => severity === "warning")
      .map((problem) => formatProblem(problem).replace(": warning: ", ": ")),
    ...named.warnings,
    ...tried.warnings,
    ...collisions.warnings,
    ...overlaps.warnings,
    ...logs.warnings,
  ];
  for (const warning of warnings) void pulumi.log.warn(warning);
  if (errors.length > 0) {
    const count = errors.length === 1 ? "a mistake" : `${errors.length} mistakes`;
    throw new pulumi.RunError([`the stack has ${count}; nothing has been created:`, ...errors].join("\n- "));
  }
  return { settings, documents, candidates: tried.candidates };
}

/** Every key of the project, with its text. */
function configuration(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), text]),
  );
}

/** A folder as one would type it here. */
function shown(folder: string): string {
  const relative = path.relative(process.cwd(), folder);
  return relative === "" || relative.startsWith("..") ? folder : relative;
}
