import { toInt, type Value } from "../expressions";
import { javaReader } from "../time/java-reader";
import { jodaWriter } from "../time/joda";

/** Compiled patterns that are remembered; a message may bring another one each time. */
const REMEMBERED = 200;

/** Remembers what a pattern compiles to; undefined for one that cannot be used. */
function remembering<T>(compile: (pattern: string) => T): (pattern: string) => T | undefined {
  const known = new Map<string, T | undefined>();
  return (pattern) => {
    if (!known.has(pattern)) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(
        pattern,
        attempt(() => compile(pattern)),
      );
    }
    return known.get(pattern);
  };
}

function attempt<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const writers = remembering(jodaWriter);
const readers = remembering(javaReader);

/** `parse_time`: an instant in a pattern of Joda-Time, on the clock of a zone; Undefined for a pattern or zone that is none. */
export function parseTime(pattern: Value, ms: Value, zone: Value): Value {
  const time = toInt(ms);
  if (typeof pattern !== "string" || typeof zone !== "string" || typeof time !== "number") return undefined;
  return writers(pattern)?.(time, zone);
}

/** `time_to_epoch`: the milliseconds since 1970 that a text means in a pattern of java.time. */
export function timeToEpoch(text: Value, pattern: Value): Value {
  return typeof text === "string" && typeof pattern === "string" ? readers(pattern)?.(text) : undefined;
}

/** What is wrong with a pattern of `parse_time`; undefined when nothing is. */
export function writtenPatternProblem(pattern: string): string | undefined {
  return problemOf(() => jodaWriter(pattern));
}

/** What is wrong with a pattern of `time_to_epoch`; undefined when nothing is. */
export function readPatternProblem(pattern: string): string | undefined {
  return problemOf(() => javaReader(pattern));
}

function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
