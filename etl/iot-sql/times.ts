import { toInt, type Value } from "../expressions";
import { parseTimestampFormat, timestampWriter } from "../time/format";

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

const writers = remembering(timestampWriter);
const readers = remembering(parseTimestampFormat);

/** `parse_time`: an instant in a pattern of Joda-Time, on the clock of a zone; Undefined for a pattern or zone that is none. */
export function parseTime(pattern: Value, ms: Value, zone: Value): Value {
  const time = toInt(ms);
  if (typeof pattern !== "string" || typeof zone !== "string" || typeof time !== "number") return undefined;
  return writers(pattern)?.(time, zone);
}

/** `time_to_epoch`: the milliseconds since 1970 that a text means in a pattern of java.time. */
export function timeToEpoch(text: Value, pattern: Value): Value {
  return typeof text === "string" && typeof pattern === "string" ? readers(pattern)?.parse(text) : undefined;
}
