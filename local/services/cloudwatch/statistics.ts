import { merged, MINUTE, statisticOf, type Metric, type Minute, type Statistic } from "./metric";

/** The values of one period, ms since 1970 at its begin. */
export interface Period {
  start: number;
  values: Minute;
}

/**
 * Values of metrics by whole periods.
 * @param period ms, a multiple of a minute
 * @returns the periods with a value, the oldest first
 */
export function periodsOf(metrics: readonly Metric[], from: number, to: number, period: number): Period[] {
  const found = new Map<number, Minute>();
  for (const metric of metrics)
    for (const minute of metric.within(from - (from % MINUTE), to)) {
      const start = minute.start - (minute.start % period);
      const known = found.get(start);
      found.set(start, known === undefined ? { ...minute } : merged(known, minute));
    }
  return [...found].sort(([a], [b]) => a - b).map(([start, values]) => ({ start, values }));
}

/** The statistics that are kept of a minute. */
export const STATISTICS: readonly Statistic[] = ["Sum", "Average", "Minimum", "Maximum", "SampleCount"];

/** Whether a text names one of them. */
export function isStatistic(text: string | undefined): text is Statistic {
  return STATISTICS.includes(text as Statistic);
}

/** One figure of each period. */
export function figuresOf(periods: readonly Period[], statistic: Statistic): { start: number; value: number }[] {
  return periods.map(({ start, values }) => ({ start, value: statisticOf(values, statistic) }));
}
