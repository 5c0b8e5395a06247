/** Paths of attributes as activities write them: `unit.pos[1]`. */
import type { PathStep } from "../expressions";

/** The path's steps, the first one a name. Throws SyntaxError for an empty name or an index that is none. */
export function parseAttributePath(text: string): [string, ...PathStep[]] {
  const steps: PathStep[] = [];
  for (const part of text.split(".")) {
    const [, name = "", indexes = ""] = /^([^[\]]*)((?:\[\d{1,9}\])*)$/.exec(part) ?? [];
    if (name === "") throw new SyntaxError(`"${text}" is not a path such as a, a.b or a.list[0]`);
    steps.push(name);
    for (const [, index] of indexes.matchAll(/\[(\d+)\]/g)) steps.push(Number(index));
  }
  return steps as [string, ...PathStep[]];
}
