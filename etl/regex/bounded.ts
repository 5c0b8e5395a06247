/**
 * A bound for regular expressions that backtrack. JavaScript's, like Java's, may take longer than anybody waits for a text of a few dozen characters
 * (`^(a+)+$`). Where that can happen, the expression runs under a limit of time.
 */
import { Script } from "node:vm";

/** A regular expression took too long on a text. */
export class RegexTooSlow extends Error {
  constructor(source: string, length: number) {
    super(
      `the regular expression ${source} takes too long on a text of ${length} characters: it tries too many ways to match; write it without repetitions within repetitions`,
    );
  }
}

/** ms that an expression may take for one text; half as long after each time that it took longer, so that a batch of such texts ends too */
const LIMIT_MS = 500;
const LEAST_MS = 20;
/** Steps that are taken without a limit: some 50 ms. */
const STEPS = 1e7;
/** Characters of a text on which even a repetition of a group with a few alternatives takes no more steps. */
const SHORT = 12;
/** Bounds of `{n,m}` from which on it counts as unbounded. */
const MANY = 10;

interface Risk {
  /** repetitions without a bound */
  readonly repetitions: number;
  /** whether a group is repeated, which may take exponentially many steps */
  readonly nested: boolean;
  limit: number;
}

const risks = new WeakMap<RegExp, Risk>();
const slot: { run: () => unknown } = { run: () => undefined };
const KEY = Symbol.for("iot-telemetry-etl/etl/regex");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(KEY.description)})].run()`);

/**
 * Runs what uses an expression on a text.
 * @param written the expression in its own language, for the message
 * @throws RegexTooSlow when it takes too long
 */
export function bounded<T>(regexp: RegExp, text: string, run: () => T, written = regexp.source): T {
  const risk = riskOf(regexp);
  const harmless = risk.nested ? text.length <= SHORT : text.length ** (risk.repetitions + 1) <= STEPS;
  if (harmless) return run();
  (globalThis as Record<symbol, unknown>)[KEY] = slot;
  slot.run = run;
  try {
    return script.runInThisContext({ timeout: risk.limit }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    risk.limit = Math.max(LEAST_MS, Math.floor(risk.limit / 2));
    throw new RegexTooSlow(written, text.length);
  } finally {
    slot.run = () => undefined;
  }
}

function riskOf(regexp: RegExp): Risk {
  let risk = risks.get(regexp);
  if (risk === undefined) risks.set(regexp, (risk = { ...repetitionsIn(regexp.source), limit: LIMIT_MS }));
  return risk;
}

/** Reads a source in JavaScript's syntax. */
function repetitionsIn(source: string): Pick<Risk, "repetitions" | "nested"> {
  let repetitions = 0;
  let nested = false;
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === "\\") at++;
    else if (character === "[") depth++;
    else if (character === "]" && depth > 0) depth--;
    else if (depth === 0 && (character === "*" || character === "+" || character === "{")) {
      if (character === "{") {
        const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at)) ?? [];
        const many = least !== undefined && (Number(most || least) > MANY || (comma !== "" && most === ""));
        if (!many) continue;
      }
      repetitions++;
      if (source[at - 1] === ")") nested = true;
    }
  }
  return { repetitions, nested };
}
