/** What each activity did with the messages that reached it. */
import type { ActivityKind } from "../documents/model/types";
import type { Stop } from "./stop";

/** Reasons of one activity that are counted separately; later ones are counted together. */
const REASONS = 100;
const OTHERS = "other reasons";

/** What one activity did with the messages so far. */
export interface ActivityFigures {
  name: string;
  kind: ActivityKind;
  /** messages that reached it, and that left it: out = in - filtered - failed, and more where a function made some */
  in: number;
  out: number;
  filtered: number;
  failed: number;
  /** reason to how many messages failed for it */
  reasons: Record<string, number>;
  /** reason to how many messages went on without the activity's result */
  passed: Record<string, number>;
}

class Tally {
  filtered = 0;
  failed = 0;
  /** messages that a function returned beyond one for each that it was given */
  made = 0;
  readonly reasons = new Map<string, number>();
  readonly passed = new Map<string, number>();
}

/** Counts where messages stop; those that go on cost nothing. */
export class Tallies {
  private readonly of: ReadonlyMap<string, Tally>;

  constructor(private readonly chain: readonly { readonly name: string; readonly kind: ActivityKind }[]) {
    this.of = new Map(chain.map(({ name }) => [name, new Tally()]));
  }

  stop(stop: Stop): void {
    const tally = this.of.get(stop.at);
    if (tally === undefined) return;
    if (stop.result === "filtered") tally.filtered++;
    else {
      tally.failed++;
      count(tally.reasons, stop.reason);
    }
  }

  /** A message went on without the result of the activity. */
  pass(at: string, reason: string): void {
    const tally = this.of.get(at);
    if (tally !== undefined) count(tally.passed, reason);
  }

  /** An activity made messages. */
  make(at: string, messages: number): void {
    const tally = this.of.get(at);
    if (tally !== undefined) tally.made += messages;
  }

  /** Of every activity, in the order in which they run, after so many messages. */
  figures(received: number): ActivityFigures[] {
    let reached = received;
    return this.chain.map(({ name, kind }) => {
      const { filtered, failed, made, reasons, passed } = this.of.get(name) as Tally;
      const left = reached - filtered - failed + made;
      const figures = {
        name,
        kind,
        in: reached,
        out: left,
        filtered,
        failed,
        reasons: Object.fromEntries(reasons),
        passed: Object.fromEntries(passed),
      };
      reached = left;
      return figures;
    });
  }
}

function count(reasons: Map<string, number>, reason: string): void {
  const key = reasons.has(reason) || reasons.size < REASONS ? reason : OTHERS;
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}
