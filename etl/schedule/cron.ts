/**
 * Cron expressions of EventBridge, six fields in UTC: minute, hour, day of the month, month, day of the week, year
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html). `*`, `,`, `-`, `/` in all of them, names of months and days, `?`, `L`, `W` and `#` for days.
 */

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const LAST_YEAR = 2199;

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

interface Field {
  readonly words: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** a range such as FRI-MON goes over the end */
  readonly wraps?: boolean;
}

const FIELDS = {
  minute: { words: "minutes", min: 0, max: 59 },
  hour: { words: "hours", min: 0, max: 23 },
  day: { words: "day of the month", min: 1, max: 31 },
  month: { words: "month", min: 1, max: 12, names: MONTHS },
  weekday: { words: "day of the week", min: 1, max: 7, names: WEEKDAYS, wraps: true },
  year: { words: "year", min: 1970, max: LAST_YEAR },
} as const satisfies Record<string, Field>;

/** Whether a day, given by its midnight UTC, is one of an expression's. */
type DayTest = (date: Date) => boolean;

/** The firing times of a cron expression. */
export class Cron {
  /** ms behind midnight, ascending */
  private readonly times: readonly number[];
  private readonly months: ReadonlySet<number>;
  private readonly years: ReadonlySet<number>;
  private readonly isDay: DayTest;

  /** @param text what stands between `cron(` and `)`. @throws Error in the user's words */
  constructor(text: string) {
    const fields = text.trim().split(/\s+/);
    if (fields.length !== 6)
      throw new Error(
        `has ${fields.length} fields; cron has six: minutes, hours, day of the month, month, day of the week, year`,
      );
    const [minute, hour, day, month, weekday, year] = fields as [string, string, string, string, string, string];
    if ((day === "?") === (weekday === "?"))
      throw new Error(
        `must have ? for the day of the month or for the day of the week, and not for both; saw ${day} and ${weekday}`,
      );
    const minutes = valuesOf(minute, FIELDS.minute);
    this.times = valuesOf(hour, FIELDS.hour).flatMap((at) => minutes.map((past) => at * HOUR + past * MINUTE));
    this.months = new Set(valuesOf(month, FIELDS.month));
    this.years = new Set(valuesOf(year, FIELDS.year));
    this.isDay = day === "?" ? weekdayTest(weekday) : dayTest(day);
  }

  /** The first firing after a time (ms since 1970-01-01 UTC); undefined if there is none any more. */
  next(after: number): number | undefined {
    return this.nth(after, 1);
  }

  /** The n-th firing after a time; whole days are passed over at once. */
  nth(after: number, n: number): number | undefined {
    const from = after + 1;
    let left = n;
    for (const midnight of this.days(from)) {
      const first = this.firstOn(midnight, from);
      const time = this.times[first + left - 1];
      if (time !== undefined) return midnight + time;
      left -= this.times.length - first;
    }
    return undefined;
  }

  /** How many firings there are after a time and until another, which counts. */
  count(after: number, until: number): number {
    let found = 0;
    for (const midnight of this.days(after + 1)) {
      if (midnight > until) break;
      found += this.firstOn(midnight, until + 1) - this.firstOn(midnight, after + 1);
    }
    return found;
  }

  /** The midnights of days with firings, from the day of a time on. */
  private *days(from: number): Generator<number> {
    let midnight = Math.floor(from / DAY) * DAY;
    for (;;) {
      const date = new Date(midnight);
      const year = date.getUTCFullYear();
      if (year > LAST_YEAR) return;
      if (!this.years.has(year)) midnight = Date.UTC(year + 1, 0);
      else if (!this.months.has(date.getUTCMonth() + 1)) midnight = Date.UTC(year, date.getUTCMonth() + 1);
      else {
        if (this.isDay(date)) yield midnight;
        midnight += DAY;
      }
    }
  }

  /** Index of the day's first firing at or after a time. */
  private firstOn(midnight: number, from: number): number {
    if (midnight >= from) return 0;
    const index = this.times.findIndex((time) => midnight + time >= from);
    return index < 0 ? this.times.length : index;
  }
}

/** The values that a field names, ascending. */
function valuesOf(text: string, field: Field): number[] {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step, ...more] = part.split("/");
    if (more.length > 0) throw wrong(text, field);
    const every = step === undefined ? 1 : Number(step);
    if (!/^\d+$/.test(step ?? "1") || every < 1) throw wrong(text, field);
    const [from, to] = rangeOf(range, step !== undefined, text, field);
    const length = to >= from ? to - from : to + field.max - field.min + 1 - from;
    for (let at = 0; at <= length; at += every)
      found.add(((from + at - field.min) % (field.max - field.min + 1)) + field.min);
  }
  return [...found].sort((a, b) => a - b);
}

/** `0/15` begins at 0 and goes to the end. */
function rangeOf(range: string, stepped: boolean, text: string, field: Field): [from: number, to: number] {
  if (range === "*") return [field.min, field.max];
  const [first = "", last, ...more] = range.split("-");
  if (more.length > 0) throw wrong(text, field);
  const from = valueOf(first, text, field);
  const to = last === undefined ? (stepped ? field.max : from) : valueOf(last, text, field);
  if (to < from && field.wraps !== true)
    throw new Error(`has ${JSON.stringify(text)} for the ${field.words}, a range that runs backwards`);
  return [from, to];
}

function valueOf(word: string, text: string, field: Field): number {
  const named = field.names?.indexOf(word.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + 1 : /^\d+$/.test(word) ? Number(word) : NaN;
  if (!(value >= field.min && value <= field.max)) throw wrong(text, field);
  return value;
}

function wrong(text: string, { words, min, max, names }: Field): Error {
  const or = names === undefined ? "" : ` or ${names[0]}-${names[names.length - 1]}`;
  return new Error(
    `has ${JSON.stringify(text)} for the ${words}; there it takes ${min} to ${max}${or}, *, lists, ranges and steps`,
  );
}

function dayTest(text: string): DayTest {
  if (text === "L") return (date) => date.getUTCDate() === daysIn(date);
  const before = /^L-(\d{1,2})$/.exec(text);
  if (before !== null) return (date) => date.getUTCDate() === daysIn(date) - Number(before[1]);
  if (text === "LW") return (date) => date.getUTCDate() === nearestWeekday(date, daysIn(date));
  const near = /^(\d+)W$/i.exec(text);
  if (near !== null) {
    const day = valueOf(near[1]!, text, FIELDS.day);
    return (date) => day <= daysIn(date) && date.getUTCDate() === nearestWeekday(date, day);
  }
  const days = new Set(valuesOf(text, FIELDS.day));
  return (date) => days.has(date.getUTCDate());
}

function weekdayTest(text: string): DayTest {
  // Saturday is the last day of the week.
  if (text === "L") return (date) => date.getUTCDay() === 6;
  const last = /^(\w+)L$/i.exec(text);
  if (last !== null) {
    const weekday = valueOf(last[1]!, text, FIELDS.weekday) - 1;
    return (date) => date.getUTCDay() === weekday && date.getUTCDate() + 7 > daysIn(date);
  }
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth !== null) {
    const weekday = valueOf(nth[1]!, text, FIELDS.weekday) - 1;
    const which = Number(nth[2]);
    return (date) => date.getUTCDay() === weekday && Math.ceil(date.getUTCDate() / 7) === which;
  }
  const weekdays = new Set(valuesOf(text, FIELDS.weekday));
  return (date) => weekdays.has(date.getUTCDay() + 1);
}

function daysIn(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The day from Monday to Friday that is nearest to a day, within its month. */
function nearestWeekday(date: Date, day: number): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < daysIn(date) ? day + 1 : day - 2;
  return day;
}
