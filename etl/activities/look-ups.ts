/** What was found of things lately, so that a message a second of each does not become a call a second of each. */
import type { LookUp } from "./step";

/** Things that are remembered. */
const REMEMBERED = 10_000;
/** What was not found is asked for again sooner (ms). */
const FAILURE = 60_000;
/** Calls at the same time. */
const CALLS = 16;

interface Remembered {
  readonly answer: LookUp;
  readonly until: number;
}

/** Remembers what was found of things and shadows, for a number of seconds. */
export class LookUpCache {
  private readonly remembered = new Map<string, Remembered>();

  /** @param lifetime ms */
  constructor(
    private readonly lifetime: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The answer for each name; every name is asked for once at most, and not at all while its answer is remembered. */
  async all(names: Iterable<string>, lookUp: (name: string) => Promise<LookUp>): Promise<Map<string, LookUp>> {
    const answers = new Map<string, LookUp>();
    const missing = new Set<string>();
    for (const name of names) {
      const known = this.remembered.get(name);
      if (known !== undefined && known.until > this.now()) answers.set(name, known.answer);
      else missing.add(name);
    }
    const wanted = [...missing];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < wanted.length) {
        const name = wanted[next++] as string;
        const answer = await lookUp(name);
        this.remember(name, answer);
        answers.set(name, answer);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLS, wanted.length) }, work));
    return answers;
  }

  private remember(name: string, answer: LookUp): void {
    const { remembered, lifetime } = this;
    // what was remembered first goes first
    remembered.delete(name);
    if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    remembered.set(name, { answer, until: this.now() + (answer.ok ? lifetime : Math.min(lifetime, FAILURE)) });
  }
}
