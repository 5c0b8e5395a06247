import { Findings } from "../../aws/values";
import { NotDecidable } from "./unknown";
import type { View } from "./view";

/** What a rule finds at one resource. */
export class Found extends Findings {
  /** paths that would have to be known */
  readonly unknown = new Set<string>();

  /** Runs a part of a rule that may meet a value that is not known; the rest of the rule goes on. */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof NotDecidable)) throw error;
      this.unknown.add(error.path);
      return undefined;
    }
  }
}

/** What a rule of several resources finds. */
export class StackFound {
  readonly by = new Map<View, Found>();

  on(view: View): Found {
    let found = this.by.get(view);
    if (found === undefined) this.by.set(view, (found = new Found()));
    return found;
  }

  /** Runs a part of a rule that reads `view`; a value that is not known there leads to no violation. */
  attempt<T>(view: View, part: () => T): T | undefined {
    return this.on(view).attempt(part);
  }
}
