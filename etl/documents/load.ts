/** Loads documents in three steps, each a folder: read the files, check what they hold, report what differs. */
import { checkDocument } from "./check/check-document";
import { crossCheck } from "./check/cross-check";
import type { DocumentSet } from "./model/document-set";
import { documentFiles, systemReason } from "./read/files";
import { readFile } from "./read/read-file";
import { reportDifferences } from "./report/report";

/** How documents are loaded. */
export interface LoadOptions {
  /** names of topic rules, which their payloads do not hold: base name of the file to name; default the base name */
  ruleNames?: Record<string, string>;
  /**
   * `deploy` (the default): what this program does not execute is an error, and so is a name that no document has, or
   * several have. `check`: these are warnings, and only what the retired service refused is an error.
   */
  purpose?: "deploy" | "check";
  /** documents that are there already: names may be theirs */
  beside?: DocumentSet;
  /** files that were found in a folder and not named by the user: they may be something else */
  discovered?: ReadonlySet<string>;
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

/** Loads the given files. A file holds one document, a list of them, or a CloudFormation template. */
export function loadFiles(files: readonly string[], options: LoadOptions = {}): DocumentSet {
  const purpose = options.purpose ?? "deploy";
  const set = emptySet();
  for (const file of files) {
    const { documents, others } = readFile(file, {
      ...options,
      purpose,
      discovered: options.discovered?.has(file) === true,
    });
    for (const { summary, source } of documents) {
      set.documents.push(summary);
      if (source !== undefined) checkDocument(summary, source, set);
    }
    for (const { root, reason } of others) set.others.push({ file, path: root, reason });
  }
  crossCheck(set, purpose, options.beside);
  reportDifferences(set);
  for (const { findings } of set.documents) for (const problem of findings.problems) set.problems.push(problem);
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
