/** What loading documents found. */

export type Severity = "error" | "warning" | "note";

export interface Problem {
  severity: Severity;
  /** as given by the caller */
  file: string;
  /** JSON path in the file, `$.pipelineActivities[1].math.math`; `$` is the whole document */
  path: string;
  /** the value seen, the rule and the way out; may have further lines, indented */
  message: string;
}

/** `pipeline.json: error: $.pipelineActivities[1].math.math: ...` */
export function formatProblem({ severity, file, path, message }: Problem): string {
  return `${file}: ${severity}: ${path === "$" ? "" : `${path}: `}${message}`;
}

/** Collects what is found in one file. */
export class Findings {
  readonly problems: Problem[] = [];

  constructor(
    readonly file: string,
    /** `$`, or `$[1]` in a file that holds a list */
    readonly root: string = "$",
  ) {}

  error(path: string, message: string): void {
    this.add("error", path, message);
  }

  warning(path: string, message: string): void {
    this.add("warning", path, message);
  }

  note(path: string, message: string): void {
    this.add("note", path, message);
  }

  get failed(): boolean {
    return this.problems.some(({ severity }) => severity === "error");
  }

  /** `path` begins with `$`, the document. */
  private add(severity: Severity, path: string, message: string): void {
    this.problems.push({ severity, file: this.file, path: path.replace("$", () => this.root), message });
  }
}
