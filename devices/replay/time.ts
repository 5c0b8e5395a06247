/** Units of a time since 1970, with the smallest number that is read in the unit (1973-03-03) and the first that is not (2286-11-20). */
const UNITS = [
  { unit: "seconds", from: 1e8, to: 1e10, perMs: 1e-3 },
  { unit: "milliseconds", from: 1e11, to: 1e13, perMs: 1 },
  { unit: "microseconds", from: 1e14, to: 1e16, perMs: 1e3 },
  { unit: "nanoseconds", from: 1e17, to: 1e19, perMs: 1e6 },
] as const;

export type EpochUnit = (typeof UNITS)[number]["unit"];

/** Description of the values that are read as a time, for messages. */
export const TIME_RULE =
  "a time is ISO 8601, yyyy-MM-dd HH:mm:ss (UTC unless it has an offset), or a number of seconds, milliseconds, microseconds or nanoseconds since 1970 of the years 1973 to 2286";

/**
 * The time of a recorded message: ms since 1970 and, for a number, the unit, which is derived from its size. InfluxDB and OpenTelemetry write
 * nanoseconds, Telegraf seconds to nanoseconds. Undefined for a value that is not a time.
 */
export function readTime(value: unknown): { ms: number; unit?: EpochUnit } | undefined {
  const text = String(value ?? "").trim();
  if (/^\d+(\.\d+)?([eE]\+?\d+)?$/.test(text)) {
    const number = Number(text);
    const scale = UNITS.find(({ from, to }) => number >= from && number < to);
    return scale === undefined ? undefined : { ms: number / scale.perMs, unit: scale.unit };
  }
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const iso = text.replace(" ", "T");
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) || !iso.includes("T") ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? undefined : { ms };
}
