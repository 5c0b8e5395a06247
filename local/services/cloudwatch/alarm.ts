import type { Defects } from "../../core/defects";
import type { Resource } from "../../core/model";
import { merged, statisticOf, type Metric, type Minute, type Statistic } from "./metric";
import { parseQuery } from "./query";

/** StateValue of CloudWatch's API. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** A time in which an alarm was off its rest. */
export interface Raised {
  /** the local clock when it went off, ms since 1970-01-01 UTC */
  at: number;
  /** when it was over; undefined while it lasts */
  until: number | undefined;
  reason: string;
}

/** Alarms that go off and on again are listed as often as this; a count tells of the others. */
const LISTED = 100;

const COMPARE: Record<string, [sign: string, holds: (value: number, threshold: number) => boolean]> = {
  GreaterThanThreshold: [">", (value, threshold) => value > threshold],
  GreaterThanOrEqualToThreshold: [">=", (value, threshold) => value >= threshold],
  LessThanThreshold: ["<", (value, threshold) => value < threshold],
  LessThanOrEqualToThreshold: ["<=", (value, threshold) => value <= threshold],
};

/** Comparison operators of alarms that are executed. */
export const COMPARISONS = Object.keys(COMPARE);

type Missing = "missing" | "ignore" | "breaching" | "notBreaching";

/**
 * A metric alarm. Its periods are whole ones from the epoch on, and each is decided when it is over (CloudWatch looks again every
 * minute, at periods that end now). M of the last N periods over the threshold make ALARM, fewer make OK; what a period without a
 * value counts as is `treatMissingData`'s to say.
 */
export class Alarm {
  readonly name: string;
  readonly description: string;
  /** `AWS/Lambda Errors` */
  readonly metric: string;
  state: AlarmState = "INSUFFICIENT_DATA";
  /** when it came into its state, ms; undefined before the first decision */
  since: number | undefined;
  readonly raised: Raised[] = [];
  /** how often it went off */
  times = 0;
  private readonly figure: { namespace: string; name: string; dimensions: Record<string, string>; exact: boolean };
  private readonly statistic: Statistic;
  private readonly period: number;
  private readonly of: number;
  private readonly needed: number;
  private readonly threshold: number;
  private readonly sign: string;
  private readonly holds: (value: number, threshold: number) => boolean;
  private readonly missing: Missing;
  private readonly metrics: Metric[] = [];
  /** the last `of` periods, the newest last; undefined: no value */
  private window: (number | undefined)[] = [];
  /** end of the last period that was decided, ms */
  private decided: number | undefined;

  /** @param begin when the run began on the local clock, ms: periods before are no periods without data */
  constructor(
    { name, inputs }: Resource,
    private readonly begin: () => number,
    private readonly defects: Defects,
  ) {
    const [query] = inputs.metricQueries ?? [];
    const parsed = query === undefined ? undefined : parseQuery(query.expression);
    this.name = inputs.name ?? name;
    this.description = inputs.alarmDescription ?? "";
    this.figure =
      parsed === undefined
        ? { namespace: inputs.namespace, name: inputs.metricName, dimensions: inputs.dimensions ?? {}, exact: true }
        : { namespace: parsed.namespace, name: parsed.metric, dimensions: parsed.where, exact: false };
    this.metric = `${this.figure.namespace} ${this.figure.name}`;
    this.statistic = parsed === undefined ? inputs.statistic : parsed.statistic;
    this.period = (query?.period ?? inputs.period) * 1000;
    this.of = inputs.evaluationPeriods;
    this.needed = inputs.datapointsToAlarm ?? inputs.evaluationPeriods;
    this.threshold = inputs.threshold;
    [this.sign, this.holds] = COMPARE[inputs.comparisonOperator]!;
    this.missing = inputs.treatMissingData ?? "missing";
  }

  /** Goes on in the state that an earlier run left it in; what was raised then is that run's to tell. */
  resume(saved: { state: AlarmState; since?: number } | undefined): void {
    if (saved === undefined) return;
    this.state = saved.state;
    this.since = saved.since;
    if (saved.state === "ALARM")
      this.raised.push({ at: saved.since!, until: undefined, reason: "since an earlier run" });
  }

  /** Takes a metric that it watches; others are none of its business. */
  attach(metric: Metric): void {
    const { namespace, name, dimensions, exact } = this.figure;
    const wanted = Object.entries(dimensions);
    if (metric.namespace !== namespace || metric.name !== name) return;
    if (!wanted.every(([key, value]) => metric.dimensions[key] === value)) return;
    if (exact && Object.keys(metric.dimensions).length !== wanted.length) return;
    this.metrics.push(metric);
    metric.watch((end) => this.advance(end));
  }

  /** Decides every period that is over at `to`, ms. An alarm that raises fails alone. */
  advance(to: number): void {
    this.defects.guard(`alarm ${this.name}`, () => this.decideUntil(to), undefined);
  }

  private decideUntil(to: number): void {
    const end = to - (to % this.period);
    // A recording brings its own time, which may lie before the last one.
    if (this.decided === undefined || this.decided > end) {
      this.decided = Math.min(end, this.begin() - (this.begin() % this.period));
      this.window = [];
    }
    while (this.decided < end) {
      const idle = this.metrics.every(({ last }) => last === undefined || last <= this.decided!);
      // Nothing comes any more: after a window of it nothing changes either.
      if (idle) this.decided = Math.max(this.decided, end - this.of * this.period);
      this.decide(this.decided, (this.decided += this.period));
    }
  }

  private decide(from: number, to: number): void {
    this.window.push(this.value(from, to));
    if (this.window.length > this.of) this.window.shift();
    const values = this.window.filter((value) => value !== undefined);
    const over = values.filter((value) => this.holds(value, this.threshold));
    const without = this.missing === "breaching" ? this.window.length - values.length : 0;
    if (over.length + without >= this.needed) this.become("ALARM", to, this.reason(over, without));
    else if (values.length > 0 || this.missing === "notBreaching") this.become("OK", to, "");
    else if (this.missing === "missing") this.become("INSUFFICIENT_DATA", to, "");
  }

  private value(from: number, to: number): number | undefined {
    let all: Minute | undefined;
    for (const metric of this.metrics) {
      const idle = metric.idle?.();
      const own =
        metric.between(from, to) ??
        (idle === undefined ? undefined : { start: from, count: 1, sum: idle, min: idle, max: idle });
      if (own !== undefined) all = all === undefined ? own : merged(all, own);
    }
    return all === undefined ? undefined : statisticOf(all, this.statistic);
  }

  private become(state: AlarmState, at: number, reason: string): void {
    if (state === this.state) return;
    if (this.state === "ALARM") this.raised.at(-1)!.until = at;
    this.state = state;
    this.since = at;
    if (state !== "ALARM") return;
    this.times++;
    this.raised.push({ at, until: undefined, reason });
    if (this.raised.length > LISTED) this.raised.shift();
  }

  private reason(over: readonly number[], without: number): string {
    const what = `${this.statistic} of ${this.metric}`;
    const minutes = `${this.needed} of ${this.of} periods of ${this.period / 1000} s`;
    const values = over.map((value) => Number(value.toFixed(2))).join(", ");
    if (over.length === 0) return `no data of ${this.metric} in ${without} periods of ${this.period / 1000} s`;
    return `${what} ${this.sign} ${this.threshold} in ${minutes} (${values})`;
  }
}
