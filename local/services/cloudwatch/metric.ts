/** Values of one minute, ms since 1970-01-01 UTC at its begin. */
export interface Minute {
  start: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** ms */
export const MINUTE = 60_000;
/** Minutes with values that are kept of each metric. */
const KEPT = 180;

/** A metric: values by the minute, as services report them. Adding one is a few comparisons, for some come with every message. */
export class Metric {
  /** minutes that are over, in the order they were closed */
  readonly minutes: Minute[] = [];
  /** sum of the values that were added in this run, also of minutes that are kept no more */
  total = 0;
  private open: Minute | undefined;
  private readonly watchers: ((end: number) => void)[] = [];
  /**
   * What a service reports while nothing happens, minute by minute; undefined while it reports nothing. A reader that polls an empty stream
   * says that it is 0 ms behind.
   */
  idle: (() => number | undefined) | undefined;

  constructor(
    readonly namespace: string,
    readonly name: string,
    readonly dimensions: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param at the local clock, ms
   * @param times how often the value occurred
   */
  add(value: number, at: number, times = 1): void {
    const start = at - (at % MINUTE);
    if (this.open === undefined || this.open.start !== start) {
      this.close();
      this.open = { start, count: 0, sum: 0, min: Infinity, max: -Infinity };
    }
    const { open } = this;
    open.count += times;
    open.sum += value * times;
    this.total += value * times;
    if (value < open.min) open.min = value;
    if (value > open.max) open.max = value;
  }

  /** Values that somebody has added up. @param at the local clock, ms */
  addSet({ count, sum, min, max }: Omit<Minute, "start">, at: number): void {
    if (count <= 0) return;
    this.add(min, at, 0);
    const open = this.open!;
    open.count += count;
    open.sum += sum;
    this.total += sum;
    if (max > open.max) open.max = max;
  }

  /** Ends the current minute and notifies listeners. */
  close(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    this.minutes.push(open);
    if (this.minutes.length > KEPT) this.minutes.shift();
    for (const watch of this.watchers) watch(open.start + MINUTE);
  }

  /** The minutes with values that begin in [from, to), ms: those that are over and the one that is not. */
  *within(from: number, to: number): Generator<Minute> {
    for (const minute of this.minutes) if (minute.start >= from && minute.start < to) yield minute;
    if (this.open !== undefined && this.open.start >= from && this.open.start < to) yield this.open;
  }

  /** The local clock at the end of the last minute with a value, or undefined. */
  get last(): number | undefined {
    const minute = this.open ?? this.minutes.at(-1);
    return minute === undefined ? undefined : minute.start + MINUTE;
  }

  watch(watch: (end: number) => void): void {
    this.watchers.push(watch);
  }

  /** The values of the minutes that begin in [from, to), ms; undefined if there are none. */
  between(from: number, to: number): Minute | undefined {
    let found: Minute | undefined;
    for (let i = this.minutes.length - 1; i >= 0; i--) {
      const minute = this.minutes[i]!;
      if (minute.start < from) break;
      if (minute.start >= to) continue;
      found = found === undefined ? { ...minute } : merged(found, minute);
    }
    return found;
  }
}

/** Two sets of values as one. */
export function merged(a: Minute, b: Minute): Minute {
  return {
    start: Math.min(a.start, b.start),
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** The statistics of a metric that alarms can compare. */
export type Statistic = "Sum" | "Average" | "Minimum" | "Maximum" | "SampleCount";

/** One statistic of a set of values. */
export function statisticOf({ count, sum, min, max }: Minute, statistic: Statistic): number {
  switch (statistic) {
    case "Sum":
      return sum;
    case "Average":
      return sum / count;
    case "Minimum":
      return min;
    case "Maximum":
      return max;
    case "SampleCount":
      return count;
  }
}
