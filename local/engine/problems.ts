/**
 * A finding of the control plane in the user's words. `place` says where to look (a file with its key, a resource with
 * its type and source line), `message` holds the value seen, the rule and the way out. Only a defect of the program,
 * which is nothing a user can answer with another value, has a `trace`.
 */
export interface UserProblem {
  severity: "error" | "warning";
  place: string;
  message: string;
  trace?: string;
}

/** Problems in the order of their finding; what is found twice is said once. */
export class Problems {
  readonly list: UserProblem[] = [];
  private readonly seen = new Set<string>();

  add(problem: UserProblem): void {
    const key = `${problem.severity}\n${problem.place}\n${problem.message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push(problem);
  }

  error(place: string, message: string): void {
    this.add({ severity: "error", place, message });
  }

  warning(place: string, message: string): void {
    this.add({ severity: "warning", place, message });
  }

  get failed(): boolean {
    return this.list.some(({ severity }) => severity === "error");
  }
}

/** One paragraph: `error: PLACE: MESSAGE`, further lines indented, a defect's trace below. */
export function formatUserProblem({ severity, place, message, trace }: UserProblem): string {
  const text = trace === undefined ? message : `${message}\n${trace}`;
  return `${severity}: ${place}: ${text.replaceAll("\n", "\n  ")}`;
}
