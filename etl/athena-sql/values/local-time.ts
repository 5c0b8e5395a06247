/** A time on a clock, its fields, and the time that fields name, as Joda-Time resolves them. */
import { dateOf, daysInMonth, daysOf, isLeap, MICROS_PER_DAY } from "./datetime";
import { floorDiv } from "./whole";

export type TimeField =
  | "era"
  | "century"
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "weekyear"
  | "week"
  | "dayOfWeek"
  | "halfday"
  | "hour"
  | "clockhour"
  | "hourOfHalfday"
  | "clockhourOfHalfday"
  | "minute"
  | "second"
  | "millis";

/** Fields in the order in which they are set: by the size of what they count in, then by their own. */
const ORDER: readonly TimeField[] = [
  "era",
  "century",
  "year",
  "weekyear",
  "month",
  "week",
  "dayOfYear",
  "day",
  "dayOfWeek",
  "halfday",
  "hour",
  "clockhour",
  "hourOfHalfday",
  "clockhourOfHalfday",
  "minute",
  "second",
  "millis",
];

/** The year of a text that names none but a month or a day. */
const DEFAULT_YEAR = 2000;
const DATE_FIELDS: readonly TimeField[] = ["month", "week", "dayOfYear", "day", "dayOfWeek"];

/** Monday is 1. */
export function dayOfWeek(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** Days to the Monday of the first week of an ISO year. */
function firstMonday(year: number): number {
  const fourth = daysOf(year, 1, 4);
  return fourth - dayOfWeek(fourth) + 1;
}

/** The ISO 8601 week of a date. */
export function weekOf(days: number): { weekyear: number; week: number } {
  const weekyear = dateOf(days - dayOfWeek(days) + 4).year;
  return { weekyear, week: Math.floor((days - firstMonday(weekyear)) / 7) + 1 };
}

const weeksIn = (weekyear: number): number => (firstMonday(weekyear + 1) - firstMonday(weekyear)) / 7;

/** A date and time of day without a zone. */
export class LocalTime {
  private constructor(
    /** since 1970-01-01 */
    private days: number,
    /** of the day */
    private millis: number,
  ) {}

  /** @param micros since 1970-01-01 00:00 on the clock */
  static of(micros: bigint): LocalTime {
    const days = floorDiv(micros, MICROS_PER_DAY);
    return new LocalTime(Number(days), Number((micros - days * MICROS_PER_DAY) / 1000n));
  }

  /**
   * The time that fields name. What none of them names is as on 1970-01-01 00:00, or in the year 2000 if they name a month or a day.
   * @param fail is called for a value that its field cannot have
   * @returns microseconds on the clock
   */
  static resolve(fields: readonly (readonly [TimeField, number])[], fail: (problem: string) => never): bigint {
    const sorted = [...fields].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
    if (sorted.length > 0 && DATE_FIELDS.includes(sorted[0]![0])) sorted.unshift(["year", DEFAULT_YEAR]);
    const time = new LocalTime(0, 0);
    // Twice, as a field may be out of reach before the others have their values.
    for (let pass = 0; pass < 2; pass++) for (const [field, value] of sorted) time.set(field, value, fail);
    if (sorted.length > 0) time.floor(sorted[sorted.length - 1]![0]);
    return BigInt(time.days) * MICROS_PER_DAY + BigInt(time.millis) * 1000n;
  }

  get(field: TimeField): number {
    const { year, month, day } = dateOf(this.days);
    const hour = Math.floor(this.millis / 3_600_000);
    switch (field) {
      case "era":
        return year > 0 ? 1 : 0;
      case "century":
        return Math.floor(Math.abs(year) / 100);
      case "year":
        return year;
      case "month":
        return month;
      case "day":
        return day;
      case "dayOfYear":
        return this.days - daysOf(year, 1, 1) + 1;
      case "weekyear":
        return weekOf(this.days).weekyear;
      case "week":
        return weekOf(this.days).week;
      case "dayOfWeek":
        return dayOfWeek(this.days);
      case "halfday":
        return hour < 12 ? 0 : 1;
      case "hour":
        return hour;
      case "clockhour":
        return hour === 0 ? 24 : hour;
      case "hourOfHalfday":
        return hour % 12;
      case "clockhourOfHalfday":
        return hour % 12 === 0 ? 12 : hour % 12;
      case "minute":
        return Math.floor(this.millis / 60_000) % 60;
      case "second":
        return Math.floor(this.millis / 1000) % 60;
      case "millis":
        return this.millis % 1000;
    }
  }

  private set(field: TimeField, value: number, fail: (problem: string) => never): void {
    const check = (name: string, least: number, most: number): void => {
      if (value < least || value > most) fail(`Value ${value} for ${name} must be in the range [${least},${most}]`);
    };
    const { year, month, day } = dateOf(this.days);
    const hour = Math.floor(this.millis / 3_600_000);
    const setHour = (next: number): void => {
      this.millis += (next - hour) * 3_600_000;
    };
    switch (field) {
      case "era":
        return;
      case "century":
        check("centuryOfEra", 0, 2_922_789);
        return this.setDate(value * 100 + (year % 100), month, day);
      case "year":
        check("year", -292_275_054, 292_278_993);
        return this.setDate(value, month, day);
      case "month":
        check("monthOfYear", 1, 12);
        return this.setDate(year, value, day);
      case "day":
        check("dayOfMonth", 1, daysInMonth(year, month));
        return this.setDate(year, month, value);
      case "dayOfYear":
        check("dayOfYear", 1, isLeap(year) ? 366 : 365);
        this.days = daysOf(year, 1, 1) + value - 1;
        return;
      case "weekyear": {
        const { week } = weekOf(this.days);
        this.days = firstMonday(value) + (Math.min(week, weeksIn(value)) - 1) * 7 + dayOfWeek(this.days) - 1;
        return;
      }
      case "week": {
        const { weekyear, week } = weekOf(this.days);
        check("weekOfWeekyear", 1, weeksIn(weekyear));
        this.days += (value - week) * 7;
        return;
      }
      case "dayOfWeek":
        check("dayOfWeek", 1, 7);
        this.days += value - dayOfWeek(this.days);
        return;
      case "halfday":
        return setHour((hour % 12) + value * 12);
      case "hour":
        check("hourOfDay", 0, 23);
        return setHour(value);
      case "clockhour":
        check("clockhourOfDay", 1, 24);
        return setHour(value % 24);
      case "hourOfHalfday":
        check("hourOfHalfday", 0, 11);
        return setHour(hour - (hour % 12) + value);
      case "clockhourOfHalfday":
        check("clockhourOfHalfday", 1, 12);
        return setHour(hour - (hour % 12) + (value % 12));
      case "minute":
        check("minuteOfHour", 0, 59);
        this.millis += (value - this.get("minute")) * 60_000;
        return;
      case "second":
        check("secondOfMinute", 0, 59);
        this.millis += (value - this.get("second")) * 1000;
        return;
      case "millis":
        this.millis += value - this.get("millis");
    }
  }

  /** To where the value of a field begins. */
  private floor(field: TimeField): void {
    const { year, month } = dateOf(this.days);
    if (field === "week") this.days -= dayOfWeek(this.days) - 1;
    else if (field === "weekyear") this.days = firstMonday(weekOf(this.days).weekyear);
    else if (field === "month") this.days = daysOf(year, month, 1);
    else if (field === "year") this.days = daysOf(year, 1, 1);
  }

  private setDate(year: number, month: number, day: number): void {
    this.days = daysOf(year, month, Math.min(day, daysInMonth(year, month)));
  }
}
