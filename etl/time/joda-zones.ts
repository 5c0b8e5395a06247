/** Time zones by the ids and names of Joda-Time, with the offsets of the platform's own time zone data. */
import { ZONE_NAMES } from "./zone-names";
import { offsetOf } from "./zones";

/** A time zone: its id, offsets and names. */
export interface ZoneClock {
  /** as Joda-Time prints it */
  readonly id: string;
  /** ms ahead of UTC; undefined when the platform does not know the instant or the zone */
  offsetAt(instant: number): number | undefined;
  /** `CET`, or `Central European Standard Time` */
  nameAt(instant: number, long: boolean): string;
}

/** Zones that are remembered; a message may name another one each time. */
const REMEMBERED = 1000;
const known = new Map<string, ZoneClock | undefined>();
type Names = (typeof ZONE_NAMES)[number];
/** by id and alias: the zone's own id and its names */
let zones: Map<string, readonly [id: string, names: Names]> | undefined;

/** The zone of an id such as `Europe/Berlin` or `+02:00`; undefined for one that Joda-Time does not know. */
export function zoneClock(id: string): ZoneClock | undefined {
  if (!known.has(id)) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(id, fixedZone(id) ?? regionalZone(id));
  }
  return known.get(id);
}

/** `+hh`, `+hh:mm`, `+hhmm` and so on to milliseconds. */
const OFFSET = /^(?:UTC|UT|GMT)?([+-])(\d{2})(?:(:?)(\d{2})(?:\3(\d{2})(?:\.?(\d{3}))?)?)?$/;

function fixedZone(id: string): ZoneClock | undefined {
  if (id === "Z") return regionalZone("UTC");
  const [, sign, hours, , minutes = "0", seconds = "0", millis = "0"] = OFFSET.exec(id) ?? [];
  if (hours === undefined) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(millis);
  if (size === 0) return regionalZone("UTC");
  const text = (value: string): string => `:${value.padStart(2, "0")}`;
  const fraction = Number(millis) === 0 ? "" : `.${millis}`;
  const shown = `${sign}${hours}${text(minutes)}${Number(seconds) === 0 && fraction === "" ? "" : text(seconds) + fraction}`;
  const offset = sign === "-" ? -size : size;
  return { id: shown, offsetAt: () => offset, nameAt: () => shown };
}

function regionalZone(name: string): ZoneClock | undefined {
  zones ??= new Map(
    ZONE_NAMES.flatMap((row) =>
      row[4].split(" ").map((zone) => {
        const [alias, own = alias] = zone.split("=") as [string, string?];
        return [alias, [own, row]] as const;
      }),
    ),
  );
  const found = zones.get(name);
  if (found === undefined) return undefined;
  const [id, [short, summer, long, longSummer]] = found;
  const offsetAt = (instant: number): number | undefined => {
    try {
      return offsetOf(id, instant);
    } catch (error) {
      // beyond the years that the platform has
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
  return {
    id,
    offsetAt,
    nameAt: (instant, asLong) =>
      isSummer(offsetAt, instant) && summer !== "" ? (asLong ? longSummer : summer) : asLong ? long : short,
  };
}

const QUARTER = 91 * 86_400_000;

/** Whether the clock is ahead of what it shows in another season. */
function isSummer(offsetAt: ZoneClock["offsetAt"], instant: number): boolean {
  const now = offsetAt(instant) ?? 0;
  return [-3, -2, -1, 1, 2, 3].some((quarters) => now > (offsetAt(instant + quarters * QUARTER) ?? now));
}

let longNames: readonly (readonly [name: string, region: string])[] | undefined;

/** The zone whose English name a text begins with, and how long the name is: `Central European Summer Time`. */
export function zoneOfLongName(text: string): { region: string; length: number } | undefined {
  longNames ??= ZONE_NAMES.flatMap(([, , long, summer, ids]) => {
    const region = (ids.split(" ")[0] as string).replace(/^.*=/, "");
    const all = [long, summer, long.replace(" Standard ", " ")].filter((name) => name !== "");
    return all.map((name): readonly [string, string] => [name, region]);
  }).sort(([a], [b]) => b.length - a.length);
  const found = longNames.find(([name]) => text.startsWith(name));
  return found && { region: found[1], length: found[0].length };
}
