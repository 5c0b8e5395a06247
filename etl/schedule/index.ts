/** Schedules of datasets: the retired service's expressions, which were EventBridge's. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_Schedule.html */
import { Cron } from "./cron";

/** When a dataset runs. */
export interface Schedule {
  /** as EventBridge Scheduler takes it */
  readonly expression: string;
  /**
   * The first firing after a time.
   * @param after ms since 1970-01-01 UTC
   * @param origin when the schedule was made, from which a rate counts
   * @returns undefined if there is none any more
   */
  next(after: number, origin: number): number | undefined;
  /**
   * The n-th firing after a time, without looking at each of those before.
   * @param n from 1
   */
  nth(after: number, origin: number, n: number): number | undefined;
  /** How many firings there are after a time and until another, which counts. */
  count(after: number, until: number, origin: number): number;
  /** ms, the longest time between two firings, 0 if it never fires twice */
  readonly longestGap: number;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A cron is followed for this many firings and this long to find its longest gap: weekends, months and leap days are in it. */
const FOLLOWED = 20_000;
const FOLLOWED_MS = 9 * 366 * 86_400_000;
const FOLLOWED_FROM = Date.UTC(2023, 11, 31);

/** @throws Error in the user's words: value, rule, way out */
export function parseSchedule(text: string): Schedule {
  const trimmed = text.trim();
  const rate = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(trimmed);
  if (rate !== null) return rateSchedule(Number(rate[1]), rate[2]!, text);
  const cron = /^cron\(([^()]*)\)$/.exec(trimmed);
  if (cron === null)
    throw new Error(
      `${JSON.stringify(text)} is neither cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR) nor rate(NUMBER minutes|hours|days); write for example cron(0 12 * * ? *) or rate(1 hours)`,
    );
  return cronSchedule(cron[1]!.trim().replace(/\s+/g, " "), text);
}

/** Units in the plural, whatever the number: EventBridge refused `rate(5 minute)`, and the retired service did not. */
function rateSchedule(number: number, unit: string, text: string): Schedule {
  if (number < 1) throw new Error(`${JSON.stringify(text)} has the rate 0; write a whole number above it`);
  const period = number * UNITS[unit]!;
  const passed = (time: number, origin: number): number => Math.floor(Math.max(0, time - origin) / period);
  const nth = (after: number, origin: number, n: number): number => origin + (passed(after, origin) + n) * period;
  return {
    expression: `rate(${number} ${unit}s)`,
    next: (after, origin) => nth(after, origin, 1),
    nth,
    count: (after, until, origin) => Math.max(0, passed(until, origin) - passed(after, origin)),
    longestGap: period,
  };
}

function cronSchedule(fields: string, text: string): Schedule {
  let cron: Cron;
  try {
    cron = new Cron(fields);
  } catch (error) {
    throw new Error(`${JSON.stringify(text)} ${(error as Error).message}`, { cause: error });
  }
  let gap: number | undefined;
  return {
    expression: `cron(${fields})`,
    next: (after) => cron.next(after),
    nth: (after, _, n) => cron.nth(after, n),
    count: (after, until) => cron.count(after, until),
    get longestGap() {
      return (gap ??= longestGapOf(cron));
    },
  };
}

function longestGapOf(cron: Cron): number {
  const first = cron.next(FOLLOWED_FROM) ?? cron.next(0);
  let longest = 0;
  let at = first;
  for (let count = 0; at !== undefined && count < FOLLOWED && at - first! < FOLLOWED_MS; count++) {
    const next = cron.next(at);
    if (next === undefined) break;
    longest = Math.max(longest, next - at);
    at = next;
  }
  return longest;
}
