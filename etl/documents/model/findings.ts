/** What loading documents found. */
import type { Position } from "./position";

/** An error prevents deployment, a warning does not, a note only informs. */
export type Severity = "error" | "warning" | "note";

/** One finding, with its place in the file. */
export interface Problem {
  severity: Severity;
  /** as given by the caller */
  file: string;
  /** JSON path in the file, `$.pipelineActivities[1].math.math`; `$` is the whole document */
  path: string;
  /** where that stands in the file, from 1; absent when the file could not be read */
  line?: number;
  column?: number;
  /** the value seen, the rule and the way out; may have further lines, indented */
  message: string;
  /** of a difference to the retired service: the messages or rows in which it shows */
  rows?: string;
  /** this program does not execute it */
  refused?: true;
}

/** `pipeline.json:9:15: error: $.pipelineActivities[1].math.math: ...` */
export function formatProblem({ severity, file, path, line, column, message, rows }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${severity}: ${path === "$" ? "" : `${path}: `}${message}${rows === undefined ? "" : `; it shows in ${rows}`}`;
}

/** Where a document stands in its file. */
export interface Place {
  /** as given by the caller */
  readonly file: string;
  /** the path in the file of a path in the document, which begins with `$` */
  sourcePath(path: string): string;
  /** where a path of the file stands in its text; for a missing member, where its nearest parent stands */
  locate(path: string): Position | undefined;
  /** whether a value that nobody knows yet stands at a path of the document */
  placeholder(path: string): boolean;
}

/** Collects what is found in one document. */
export class Findings {
  readonly problems: Problem[] = [];

  /** `purpose`: what this program does not execute is an error for who deploys, a warning for who checks documents */
  constructor(
    readonly place: Place,
    readonly purpose: "deploy" | "check" = "deploy",
  ) {}

  /** What is known to be wrong; of a placeholder nothing is known. */
  error(path: string, message: string): void {
    if (!this.place.placeholder(path)) this.add("error", path, message);
  }

  /** What is wrong whatever somebody fills in for the placeholder at the path. */
  errorAnyway(path: string, message: string): void {
    this.add("error", path, `whatever fills in its placeholder: ${message}`);
  }

  /** What the retired service took and this program does not: an error when deploying, a warning when checking. */
  refuse(path: string, message: string): void {
    if (this.place.placeholder(path)) return;
    this.add(this.purpose === "deploy" ? "error" : "warning", path, message, { refused: true });
  }

  /** Like `error`, with a path of the file. */
  errorAt(path: string, message: string): void {
    const { file } = this.place;
    this.problems.push({ severity: "error", file, path, ...this.place.locate(path), message });
  }

  /** The same collection, for checks of which every error is of the kind that `refuse` takes. */
  refusing(): Findings {
    const error = (path: string, message: string): void => this.refuse(path, message);
    return Object.create(this, { error: { value: error } }) as Findings;
  }

  warning(path: string, message: string): void {
    this.add("warning", path, message);
  }

  note(path: string, message: string): void {
    this.add("note", path, message);
  }

  /** What means something else than it did, or may: `rows` are the messages or rows in which it shows. */
  difference(severity: "warning" | "note", path: string, message: string, rows: string): void {
    this.add(severity, path, message, { rows });
  }

  get failed(): boolean {
    return this.problems.some(({ severity }) => severity === "error");
  }

  private add(severity: Severity, path: string, message: string, more: Pick<Problem, "rows" | "refused"> = {}): void {
    const { file } = this.place;
    const source = this.place.sourcePath(path);
    this.problems.push({ severity, file, path: source, ...this.place.locate(source), message, ...more });
  }
}
