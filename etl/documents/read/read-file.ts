/** Reads a file: the documents in it, whatever their format, and what else it holds. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { NAME_MEMBERS } from "../model/document-kinds";
import type { DocumentSummary } from "../model/document-set";
import { Findings, type Place } from "../model/findings";
import type { Position } from "../model/position";
import { documentsIn } from "./detect-format";
import { STANDARD_INPUT, systemReason } from "./files";
import { SourceError, type ParsedFile } from "./parsed-file";
import { isPlaceholder, placeholdersIn } from "./placeholders";
import { MAX_BYTES, parseSource } from "./source";
import { sourcePath, type SourceDocument } from "./source-document";

/** How a file is read. */
export interface ReadOptions {
  readonly purpose: "deploy" | "check";
  /** the file was found in a folder and not named by the user, so that it may be something else */
  readonly discovered: boolean;
  /** names of topic rules: base name of the file to name */
  readonly ruleNames?: Readonly<Record<string, string>>;
}

/** A document, or without `source` the place of what should have been one; `summary` says why it is none. */
export interface ReadDocument {
  readonly summary: DocumentSummary;
  readonly source?: SourceDocument;
}

const DUPLICATE_MEMBER = "this member is there twice in one object; keep one of the two";

/** Never throws: why a file cannot be read is a finding, too. `others` are parts of the file that are no documents. */
export function readFile(
  file: string,
  options: ReadOptions,
): { documents: ReadDocument[]; others: { root: string; reason: string }[] } {
  let parsed: ParsedFile;
  try {
    const size = file === STANDARD_INPUT ? 0 : statSync(file).size;
    if (size > MAX_BYTES) throw new SourceError(`the file has ${size} bytes; a document has at most ${MAX_BYTES}`);
    parsed = parseSource(readFileSync(file === STANDARD_INPUT ? 0 : file), file);
  } catch (error) {
    const position = error instanceof SourceError ? error.position : undefined;
    const reason = error instanceof SourceError ? error.message : `the file cannot be read: ${systemReason(error)}`;
    return { documents: [noDocument(file, "$", reason, () => position)], others: [] };
  }
  const found = documentsIn(parsed.value, options.discovered, nameAfter(file));
  // duplicate members outside of every document
  const strays = new Set(parsed.duplicates);
  const documents = found.documents.map((document): ReadDocument => {
    if (document.source === undefined) return noDocument(file, document.root, document.reason, parsed.locate);
    return readDocument(document.source, file, parsed, strays, options);
  });
  const first = documents[0]?.summary.findings;
  if (first !== undefined) for (const stray of strays) first.errorAt(stray, DUPLICATE_MEMBER);
  return { documents, others: found.others };
}

function noDocument(
  file: string,
  root: string,
  reason: string,
  locate: (path: string) => Position | undefined,
): ReadDocument {
  const findings = new Findings({ file, sourcePath: (place) => place, locate, placeholder: () => false });
  findings.error(root, reason);
  return { summary: { file, root, kind: undefined, name: undefined, findings } };
}

/** A name of the service after a file's: `raw-channel.json` is raw_channel. */
function nameAfter(file: string): string {
  return (
    baseName(file)
      .replace(/[^A-Za-z0-9_]+/g, "_")
      .replace(/^_+(?=.)/, "") || "document"
  );
}

function baseName(file: string): string {
  return path.basename(file).replace(/\.(?:json|ya?ml|template)$/i, "");
}

function readDocument(
  source: SourceDocument,
  file: string,
  parsed: ParsedFile,
  strays: Set<string>,
  options: ReadOptions,
): ReadDocument {
  const { purpose } = options;
  const { kind, root } = source;
  const placeholders = new Map(source.placeholders);
  if (purpose === "check") for (const [at, seen] of placeholdersIn(source)) placeholders.set(at, seen);
  const place: Place = {
    file,
    sourcePath: (at) => sourcePath(source, at),
    locate: parsed.locate,
    placeholder: (at) => placeholders.size > 0 && placeholders.has(at),
  };
  const findings = new Findings(place, purpose);
  for (const { severity, path: at, message } of source.messages) findings[severity](at, message);
  for (const duplicate of parsed.duplicates) {
    if (!duplicate.startsWith(`${root}.`) && !duplicate.startsWith(`${root}[`)) continue;
    if (strays.delete(duplicate)) findings.errorAt(duplicate, DUPLICATE_MEMBER);
  }
  addPlaceholders(placeholders, source, findings);
  checkRuleName(source, findings);
  return { summary: { file, root, kind, name: nameOf(source, file, options), findings }, source };
}

/** Placeholders are notes when checking and errors when deploying, except in roles, which this program does not use. */
function addPlaceholders(
  placeholders: ReadonlyMap<string, string>,
  { shape }: SourceDocument,
  findings: Findings,
): void {
  for (const [at, seen] of placeholders) {
    if (/[rR]oleArn$/.test(at)) findings.note(at, `${seen} is a placeholder; roles are not used, so it may stay`);
    else if (findings.purpose === "deploy") {
      findings.errorAt(
        findings.place.sourcePath(at),
        `${seen} is a placeholder that ${shape === "CloudFormation" ? "CloudFormation" : "another tool"} filled in; write its value`,
      );
    } else {
      findings.note(
        at,
        `${seen} is a placeholder; only what stands around it is checked, and it must be filled in before deploying`,
      );
    }
  }
}

/**
 * A rule's name stands beside its payload. A name taken from the file's is not checked: nobody chose it.
 * https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html
 */
function checkRuleName({ kind, name, namePath }: SourceDocument, findings: Findings): void {
  if (kind !== "topicRule" || name === undefined || namePath === undefined) return;
  if (isPlaceholder(name) || /^[a-zA-Z0-9_]{1,128}$/.test(name)) return;
  findings.errorAt(
    namePath,
    `${JSON.stringify(name)} does not fit: a rule's name has 1 to 128 letters, digits and underscores`,
  );
}

function nameOf({ kind, value, name }: SourceDocument, file: string, { ruleNames }: ReadOptions): string | undefined {
  if (kind === "topicRule") return ruleNames?.[path.basename(file)] ?? name ?? baseName(file);
  const given = (value as Record<string, unknown> | null)?.[NAME_MEMBERS[kind] as string];
  return typeof given === "string" ? given : undefined;
}
