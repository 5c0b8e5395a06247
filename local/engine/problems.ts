/** A finding of the control plane in the user's words. */
export interface UserProblem {
  /** where to look: a file with its key, or a resource with its type and source line */
  place: string;
  /** value seen, rule, way out */
  reason: string;
  /** the whole paragraph: `PLACE: REASON`, and below it the trace of a defect of the program */
  message: string;
}

/** Errors and warnings in the order of their finding; what is found twice is said once. */
export class Problems {
  readonly errors: UserProblem[] = [];
  readonly warnings: UserProblem[] = [];
  private readonly seen = new Set<string>();

  /** `trace` only for what no other value would have avoided: a defect of the program. */
  error(place: string, reason: string, trace?: string): void {
    this.add(this.errors, place, reason, trace);
  }

  warning(place: string, reason: string): void {
    this.add(this.warnings, place, reason);
  }

  get failed(): boolean {
    return this.errors.length > 0;
  }

  private add(list: UserProblem[], place: string, reason: string, trace?: string): void {
    const text = `${place}: ${reason}${trace === undefined ? "" : `\n${trace}`}`;
    if (this.seen.has(text)) return;
    this.seen.add(text);
    list.push({ place, reason, message: text.replaceAll("\n", "\n  ") });
  }
}
