/** When SPICE is refreshed. https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshFrequency.html */

/** A frequency that QuickSight has; times are UTC. */
export interface RefreshFrequency {
  readonly interval: "HOURLY" | "DAILY" | "WEEKLY" | "MONTHLY";
  /** `HH:MM`; absent for HOURLY */
  readonly timeOfTheDay?: string;
  /** of WEEKLY */
  readonly dayOfWeek?: string;
  /** of MONTHLY, 1 to 28 */
  readonly dayOfMonth?: string;
}

const DAYS = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
const ORDER: readonly RefreshFrequency["interval"][] = ["HOURLY", "DAILY", "WEEKLY", "MONTHLY"];

/**
 * The frequency that follows a dataset's schedules, `cron(...)` and `rate(...)`: the rarest that refreshes at least as often as the most frequent of
 * them, as far as QuickSight has it; its most frequent full refresh is every hour. A dataset that runs at times of the day runs then.
 * undefined without schedules.
 */
export function refreshFrequency(schedules: readonly string[]): RefreshFrequency | undefined {
  const all = schedules.map(frequencyOf).sort((a, b) => ORDER.indexOf(a.interval) - ORDER.indexOf(b.interval));
  const [first] = all;
  if (first === undefined) return undefined;
  const { interval } = first;
  // Two runs a day, or on two days, are more than one of QuickSight's schedules has.
  const others = all.filter((other) => other.interval === interval && other.timeOfTheDay !== first.timeOfTheDay);
  if (interval !== "HOURLY" && others.length > 0) return { interval: "HOURLY" };
  const days = new Set(
    all.filter((other) => other.interval === interval).map(({ dayOfWeek, dayOfMonth }) => dayOfWeek ?? dayOfMonth),
  );
  if (days.size > 1) return { interval: "DAILY", timeOfTheDay: first.timeOfTheDay! };
  return first;
}

function frequencyOf(expression: string): RefreshFrequency {
  const rate = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(expression.trim());
  if (rate !== null) return rate[2] === "day" ? { interval: "DAILY", timeOfTheDay: "00:00" } : { interval: "HOURLY" };
  const [minute = "*", hour = "*", dayOfMonth = "*", month = "*", dayOfWeek = "?"] = expression
    .replace(/^\s*cron\(\s*|\s*\)\s*$/g, "")
    .split(/\s+/);
  if (!/^\d+$/.test(minute) || !/^\d+$/.test(hour)) return { interval: "HOURLY" };
  const timeOfTheDay = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  const day = /^[1-7]$/.test(dayOfWeek)
    ? DAYS[Number(dayOfWeek) - 1]
    : DAYS.find((name) => name.slice(0, 3) === dayOfWeek.toUpperCase());
  if (day !== undefined) return { interval: "WEEKLY", timeOfTheDay, dayOfWeek: day };
  if (/^([1-9]|1\d|2[0-8])$/.test(dayOfMonth) && month === "*")
    return { interval: "MONTHLY", timeOfTheDay, dayOfMonth };
  return { interval: "DAILY", timeOfTheDay };
}
