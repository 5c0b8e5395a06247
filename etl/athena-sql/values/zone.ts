/** Time zones as Trino names them (io.trino.spi.type.TimeZoneKey). */
import { instantOf, offsetOf } from "../../time/zones";

const UTC =
  /^(?:z|utc|gmt|ut|uct|zulu|greenwich|universal|etc\/(?:utc|gmt|ut|uct|zulu|greenwich|universal|gmt[+-]?0))$/i;
const FIXED = /^(?:utc|gmt|ut|etc\/(?:utc|gmt|ut))?([+-])(\d{1,2})(?::?(\d{2}))?$/i;

/** The zone's name: `UTC`, `+02:00` or a region; undefined if there is no such zone. */
export function parseZone(text: string): string | undefined {
  if (UTC.test(text)) return "UTC";
  const fixed = FIXED.exec(text);
  if (fixed !== null) {
    const [, sign = "+", hours = "0", minutes = "0"] = fixed;
    const reversed = /^etc\//i.test(text);
    const total = Number(hours) * 60 + Number(minutes);
    if (total > 14 * 60 || Number(minutes) > 59) return undefined;
    if (total === 0) return "UTC";
    return `${reversed ? (sign === "+" ? "-" : "+") : sign}${hours.padStart(2, "0")}:${minutes.padStart(2, "0")}`;
  }
  return region(text);
}

const regions = new Map<string, string | undefined>();

function region(text: string): string | undefined {
  const key = text.toLowerCase();
  if (!regions.has(key)) {
    if (regions.size > 1000) regions.clear();
    // A region has a slash, or is one of the few old names.
    const known = /^[a-z][a-z0-9_+\-/]*$/i.test(text) && offsetOf(text, 0) !== undefined;
    regions.set(key, known ? spelled(text) : undefined);
  }
  return regions.get(key);
}

let canonical: Map<string, string> | undefined;

/** Capitals as the time zone database has them. */
function spelled(text: string): string {
  canonical ??= new Map(Intl.supportedValuesOf("timeZone").map((name) => [name.toLowerCase(), name]));
  return (
    canonical.get(text.toLowerCase()) ??
    (text.includes("/")
      ? text.replace(/(^|[/_-])([a-z])/g, (_, joint: string, letter: string) => joint + letter.toUpperCase())
      : text)
  );
}

const FIXED_NAME = /^([+-])(\d\d):(\d\d)$/;

/** Microseconds that the zone's clock is ahead of UTC at an instant. */
export function offsetMicros(zone: string, instant: bigint): bigint {
  if (zone === "UTC") return 0n;
  const fixed = FIXED_NAME.exec(zone);
  if (fixed !== null)
    return BigInt(Number(fixed[2]) * 60 + Number(fixed[3])) * (fixed[1] === "-" ? -60_000_000n : 60_000_000n);
  return BigInt(offsetOf(zone, Number(instant / 1000n)) ?? 0) * 1000n;
}

/** The instant at which the zone's clock shows a time. */
export function localToInstant(local: bigint, zone: string): bigint {
  if (zone === "UTC" || FIXED_NAME.test(zone)) return local - offsetMicros(zone, local);
  const millis = local / 1000n;
  const instant = instantOf(zone, Number(millis));
  return instant === undefined ? local : local - (millis - BigInt(instant)) * 1000n;
}

/** A zone as Trino prints it. */
export function formatZone(zone: string): string {
  return zone;
}

/** Minutes ahead of UTC as a zone. */
export function zoneOfOffset(minutes: number): string {
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}
