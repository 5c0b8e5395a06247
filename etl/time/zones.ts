/** Offsets of named time zones, from the platform's own time zone data. */
import { daysFromEpoch } from "./calendar";

/** Zone abbreviations that texts use, and the region whose clock they mean. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["UTC", "UTC"],
  ["UT", "UTC"],
  ["GMT", "UTC"],
  ["Z", "UTC"],
  ["WET", "Europe/Lisbon"],
  ["WEST", "Europe/Lisbon"],
  ["CET", "Europe/Paris"],
  ["CEST", "Europe/Paris"],
  ["EET", "Europe/Athens"],
  ["EEST", "Europe/Athens"],
  ["MSK", "Europe/Moscow"],
  ["EST", "America/New_York"],
  ["EDT", "America/New_York"],
  ["CST", "America/Chicago"],
  ["CDT", "America/Chicago"],
  ["MST", "America/Denver"],
  ["MDT", "America/Denver"],
  ["PST", "America/Los_Angeles"],
  ["PDT", "America/Los_Angeles"],
  ["JST", "Asia/Tokyo"],
]);

/** The region that an abbreviation means; undefined for one that is not known. */
export function regionOf(abbreviation: string): string | undefined {
  return ABBREVIATIONS.get(abbreviation);
}

/** Whether the platform knows a region; `exactly` takes none of the old names such as EST. */
export function isRegion(name: string, exactly: boolean): boolean {
  return clock(name) !== undefined && !(exactly && /^(?:[ECMPH]ST|EDT|ROC)$/.test(name));
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** The clock of a region; undefined when there is no such region. Texts name few of them, but any text may come. */
function clock(region: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(region)) {
    if (formats.size >= 100) formats.clear();
    formats.set(region, newClock(region));
  }
  return formats.get(region);
}

function newClock(region: string): Intl.DateTimeFormat | undefined {
  try {
    const digits = "2-digit";
    return new Intl.DateTimeFormat("en-US", {
      timeZone: region,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    });
  } catch {
    return undefined;
  }
}

const FIXED = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;

/** Milliseconds that a zone is ahead of UTC at an instant: a region, an abbreviation or `+02:00`; undefined for no zone. */
export function offsetOf(zone: string, instant: number): number | undefined {
  const [, sign, hours, minutes = "0"] = FIXED.exec(zone) ?? [];
  if (hours !== undefined) return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const region = regionOf(zone) ?? zone;
  if (region === "UTC") return 0;
  const format = clock(region);
  return format && offsetAt(format, instant);
}

/** Milliseconds that a region's clock is ahead of UTC at an instant. */
function offsetAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts: Record<string, number> = {};
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(instant)) {
    if (type === "era") beforeChrist = value.startsWith("B");
    else parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const days = daysFromEpoch(beforeChrist ? 1 - year : year, month, day);
  return (days * 86_400 + (hour * 60 + minute) * 60 + second) * 1000 - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant at which a region's clock shows a local time, given as if it were UTC. In the hour that a clock skips or
 * repeats it is the earlier offset's. Undefined when there is no such region.
 */
export function instantOf(region: string, local: number): number | undefined {
  const format = clock(region);
  if (format === undefined) return undefined;
  const before = offsetAt(format, local - 86_400_000);
  const first = local - before;
  if (offsetAt(format, first) === before) return first;
  const after = offsetAt(format, local + 86_400_000);
  const second = local - after;
  return offsetAt(format, second) === after ? second : first;
}
