import type { DocumentSet, Mapped, Problem } from "../../etl";
import { mappingOf } from "../../etl";

/** One finding of the JSON document. */
interface Finding {
  path: string;
  message: string;
  line?: number;
  column?: number;
  /** for a difference from the retired service: the messages or rows that it affects */
  rows?: string;
  /** this program does not execute it */
  refused?: true;
}

/** A document of `npm run check -- --json` (docs/commands.md). */
export interface CheckedDocument {
  file: string;
  /** JSON path of the document in its file */
  root: string;
  line: number | undefined;
  /** null for a file that is not a document or cannot be read */
  kind: string | null;
  name: string | null;
  valid: boolean;
  errors: Finding[];
  warnings: Finding[];
  notes: Finding[];
  /** what becomes of each member; empty when there are errors */
  mapping: Mapped[];
}

/** The JSON document of `npm run check -- --json`. */
export interface CheckReport {
  documents: CheckedDocument[];
  /** files and resources that are not documents */
  others: { file: string; path: string; reason: string }[];
  summary: { documents: number; valid: number; invalid: number; errors: number; warnings: number; notes: number };
}

/** Collects the findings of loaded documents into a report. */
export function makeCheckReport(set: DocumentSet): CheckReport {
  const documents = set.documents.map((document): CheckedDocument => {
    const { file, root, kind, name, findings } = document;
    const of = (severity: Problem["severity"]): Finding[] =>
      findings.problems
        .filter((problem) => problem.severity === severity)
        .map(({ path, message, line, column, rows, refused }) => ({ path, message, line, column, rows, refused }));
    return {
      file,
      root,
      line: findings.place.locate(root)?.line,
      kind: kind ?? null,
      name: name ?? null,
      valid: kind !== undefined && !findings.failed,
      errors: of("error"),
      warnings: of("warning"),
      notes: of("note"),
      mapping: mappingOf(document),
    };
  });
  const sum = (count: (document: CheckedDocument) => number): number =>
    documents.reduce((total, document) => total + count(document), 0);
  const valid = sum((document) => Number(document.valid));
  return {
    documents,
    others: set.others,
    summary: {
      documents: documents.length,
      valid,
      invalid: documents.length - valid,
      errors: sum(({ errors }) => errors.length),
      warnings: sum(({ warnings }) => warnings.length),
      notes: sum(({ notes }) => notes.length),
    },
  };
}

const KINDS: Record<string, string> = { topicRule: "topic rule" };

/** `pipeline calculate_fahrenheit`, or the file of a document without kind or name. */
export function titleOf({ kind, name, file }: CheckedDocument): string {
  if (kind === null) return file;
  return `${KINDS[kind] ?? kind} ${name ?? "without a name"}`;
}

/** `3 errors, 1 warning`; empty when there is nothing. */
export function countsOf({ errors, warnings, notes }: Pick<CheckedDocument, "errors" | "warnings" | "notes">): string {
  return [plural(errors.length, "error"), plural(warnings.length, "warning"), plural(notes.length, "note")]
    .filter((text) => text !== "")
    .join(", ");
}

function plural(count: number, word: string): string {
  return count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `3 documents: 2 valid, 1 invalid`. */
export function summaryLine({ summary, others }: CheckReport): string {
  const { documents, valid, invalid } = summary;
  const rest = others.length === 0 ? "" : `; ${others.length} other files or resources`;
  return `${documents} document${documents === 1 ? "" : "s"}: ${valid} valid, ${invalid} invalid${rest}`;
}
