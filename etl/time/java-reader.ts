/**
 * Instants that texts mean in patterns of java.time's DateTimeFormatter, as IoT SQL's `time_to_epoch` reads them: English names, UTC
 * where a text names no zone, midnight where it names no time.
 * https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/time/format/DateTimeFormatter.html
 */
import { zoneOfLongName } from "./joda-zones";
import { parseElements, type Fields } from "./parse";
import { parsePattern } from "./pattern";
import { resolveStrictly } from "./resolve";

/**
 * Compiles a pattern; weeks, quarters and periods of the day are not read.
 * @returns milliseconds since 1970 of a text, undefined when it is not of that form or names no day
 * @throws SyntaxError that names what is wrong with the pattern
 */
export function javaReader(pattern: string): (text: string) => number | undefined {
  const elements = parsePattern(pattern, zoneOfLongName);
  return (text) => {
    const fields: Fields = {};
    const end = parseElements(elements, text, 0, fields);
    return end === text.length ? resolveStrictly(fields) : undefined;
  };
}
