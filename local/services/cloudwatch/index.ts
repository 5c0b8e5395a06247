import * as path from "node:path";
import type { Clock } from "../../core/clock";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import type { Defects } from "../../core/defects";
import { TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { Alarm, type AlarmState, type Raised } from "./alarm";
import { compileFilter, compilePath, compileValue, type Matches } from "./filter";
import { Metric, MINUTE, type Minute } from "./metric";

export type { Metric } from "./metric";

/** An alarm as the summary and the JSON of a run show it. */
export interface AlarmReport {
  name: string;
  metric: string;
  state: AlarmState;
  /** what happened, what to do */
  description: string;
  /** how often it went off in this run */
  times: number;
  /** the last times */
  raised: readonly Raised[];
}

interface MetricFilter {
  matches: Matches;
  value: (event: string) => number | undefined;
  namespace: string;
  name: string;
  dimensions: [name: string, read: (event: unknown) => unknown][];
  /** reported for an event that does not match */
  otherwise: number | undefined;
}

interface Saved {
  metrics: { namespace: string; name: string; dimensions: Record<string, string>; minutes: Minute[] }[];
  alarms: Record<string, { state: AlarmState; since: number | undefined }>;
}

/** A dimension taken from log events may have as many values; further ones are not kept. */
const METRICS = 100_000;

/**
 * CloudWatch's metrics and alarms, on the local clock: services report values, logs become metrics by filters and by the embedded metric format,
 * alarms decide. The last three hours of values stay in the data folder.
 */
export class CloudWatch {
  private readonly metrics = new Map<string, Metric>();
  private readonly alarms: Alarm[];
  private readonly filters = new Map<string, MetricFilter[]>();
  private readonly file: string;
  /** the local clock when this run began, ms; a recording that brings its own time moves it back */
  private begin: number;

  constructor(
    resources: readonly Resource[],
    folder: string,
    private readonly clock: Clock,
    private readonly defects: Defects,
  ) {
    this.file = path.join(folder, "cloudwatch.json");
    this.begin = clock.now();
    this.alarms = ofType(resources, TYPES.metricAlarm).map(
      (resource) => new Alarm(resource, () => this.begin, defects),
    );
    for (const { inputs } of ofType(resources, TYPES.logMetricFilter)) {
      const filters = this.filters.get(inputs.logGroupName) ?? [];
      filters.push(filterOf(inputs));
      this.filters.set(inputs.logGroupName, filters);
    }
    this.load();
  }

  /** Sum of a metric's values in this run; 0 for one that nobody reported. */
  total(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): number {
    return this.metrics.get(idOf(namespace, name, dimensions))?.total ?? 0;
  }

  /** All metrics that have a value, in the order of their names. */
  list(): Metric[] {
    return [...this.metrics]
      .filter(([, { last }]) => last !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, metric]) => metric);
  }

  /** Every alarm, as the program declares it and as it stands. */
  alarmStates(): { name: string; state: AlarmState; since: number | undefined; reason: string }[] {
    return this.alarms.map(({ name, state, since, raised }) => ({
      name,
      state,
      since,
      reason: state === "ALARM" ? (raised.at(-1)?.reason ?? "") : "",
    }));
  }

  /** The one metric of that namespace, name and dimensions. */
  metric(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): Metric {
    const id = idOf(namespace, name, dimensions);
    let metric = this.metrics.get(id);
    if (metric === undefined) {
      metric = new Metric(namespace, name, dimensions);
      if (this.metrics.size >= METRICS) return metric;
      this.metrics.set(id, metric);
      metric.watch((end) => {
        if (end - MINUTE < this.begin) this.begin = end - MINUTE;
      });
      for (const alarm of this.alarms) alarm.attach(metric);
    }
    return metric;
  }

  /** Log events on their way into a group: what filters and the embedded metric format make of them. */
  readonly takeLogs = (group: string, events: readonly string[]): void => {
    const filters = this.filters.get(group) ?? [];
    try {
      for (const event of events) {
        if (event.startsWith('{"_aws"') || event.includes('"CloudWatchMetrics"')) this.takeEmbedded(event);
        for (const filter of filters) this.takeFiltered(filter, event);
      }
    } catch (error) {
      this.defects.record("metrics from logs", error);
    }
  };

  private takeFiltered({ matches, value, namespace, name, dimensions, otherwise }: MetricFilter, event: string): void {
    const now = this.clock.now();
    if (!matches(event)) {
      if (otherwise !== undefined) this.metric(namespace, name, {}).add(otherwise, now);
      return;
    }
    const number = value(event);
    if (number === undefined) return;
    const parsed: unknown = dimensions.length === 0 ? undefined : JSON.parse(event);
    const values = dimensions.map(([key, read]) => [key, read(parsed)] as const);
    // An event without one of the members makes no value, as on AWS.
    if (values.some(([, text]) => text === undefined)) return;
    this.metric(namespace, name, Object.fromEntries(values.map(([key, text]) => [key, String(text)]))).add(number, now);
  }

  /** A line in the embedded metric format becomes values at the time of its event. */
  private takeEmbedded(event: string): void {
    let line: Properties;
    try {
      line = JSON.parse(event) as Properties;
    } catch {
      return; // a line that only looks like one
    }
    const now = this.clock.now();
    for (const directive of [line._aws?.CloudWatchMetrics ?? []].flat() as Properties[])
      for (const set of (directive.Dimensions ?? [[]]) as string[][]) {
        const dimensions = Object.fromEntries(set.map((key) => [key, String(line[key])]));
        for (const { Name } of (directive.Metrics ?? []) as Properties[])
          for (const value of [line[Name]].flat())
            if (typeof value === "number") this.metric(directive.Namespace, Name, dimensions).add(value, now);
      }
  }

  /**
   * Decides alarms up to now.
   * @param last the run is over, so that the minute that has begun counts as well
   */
  settle(last = false): void {
    const now = this.clock.now();
    for (const metric of this.metrics.values()) if (last || (metric.last ?? Infinity) <= now) metric.close();
    const to = last ? Math.ceil(now / MINUTE) * MINUTE : now;
    for (const alarm of this.alarms) alarm.advance(to);
  }

  report(): AlarmReport[] {
    return this.alarms.map(({ name, metric, state, description, times, raised }) => ({
      name,
      metric,
      state,
      description,
      times,
      raised,
    }));
  }

  /** Keeps the last hours and the alarms' states for the next start. */
  save(): void {
    for (const metric of this.metrics.values()) metric.close();
    const saved: Saved = {
      metrics: [...this.metrics.values()]
        .filter(({ minutes }) => minutes.length > 0)
        .map(({ namespace, name, dimensions, minutes }) => ({ namespace, name, dimensions, minutes })),
      alarms: Object.fromEntries(this.alarms.map(({ name, state, since }) => [name, { state, since }])),
    };
    replaceFile(this.file, JSON.stringify(saved));
  }

  private load(): void {
    const saved = readDataFile(this.file, isSaved);
    if (saved === undefined) return;
    for (const { namespace, name, dimensions, minutes } of saved.metrics)
      this.metric(namespace, name, dimensions).minutes.push(...minutes);
    for (const alarm of this.alarms) alarm.resume(saved.alarms[alarm.name]);
  }
}

function isSaved(value: unknown): value is Saved {
  if (!isObject(value) || !Array.isArray(value.metrics) || !isObject(value.alarms)) return false;
  return value.metrics.every(isSavedMetric) && Object.values(value.alarms).every(isSavedAlarm);
}

function isSavedMetric(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.dimensions) || !Array.isArray(value.minutes)) return false;
  const texts = [value.namespace, value.name, ...Object.values(value.dimensions)];
  return texts.every((text) => typeof text === "string") && value.minutes.every(isMinute);
}

function isMinute(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { start, count, sum, min, max } = value;
  return [start, count, sum, min, max].every(Number.isFinite) && isTime(start);
}

function isSavedAlarm(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { state, since } = value;
  if (!["OK", "ALARM", "INSUFFICIENT_DATA"].includes(String(state))) return false;
  return since === undefined ? state !== "ALARM" : isTime(since);
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && !Number.isNaN(new Date(value).getTime());
}

function filterOf(inputs: Properties): MetricFilter {
  const { name, namespace, value, dimensions = {}, defaultValue } = inputs.metricTransformation as Properties;
  return {
    matches: compileFilter(inputs.pattern),
    value: compileValue(value),
    namespace,
    name,
    dimensions: Object.entries(dimensions as Record<string, string>).map(([key, at]) => [key, compilePath(at)]),
    otherwise: defaultValue === undefined || defaultValue === "" ? undefined : Number(defaultValue),
  };
}

function idOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  const parts = Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key]}`);
  return JSON.stringify([namespace, name, ...parts]);
}
