import { AthenaError } from "./error";

/** Specifiers of MySQL's patterns, which Trino has, as DuckDB's. */
const SPECIFIERS: Record<string, string> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  W: "%A",
  Y: "%Y",
  y: "%y",
  "%": "%%",
};

/** The pattern of date_parse and date_format as strptime and strftime have it. @throws AthenaError for a specifier that Trino refuses too */
export function strftimePattern(pattern: string, at: string): string {
  return pattern.replace(/%(.?)/gs, (whole, letter: string) => {
    const specifier = SPECIFIERS[letter];
    if (specifier === undefined)
      throw new AthenaError("INVALID_FUNCTION_ARGUMENT", `${at}: ${whole} not supported in date format string`);
    return specifier;
  });
}
