/** The chart: columns that can be drawn, and their values in a range of time. */
import {
  Series,
  type Athena,
  type CatalogTable,
  type QueryOptions,
  type SeriesFacts,
  type SeriesSource,
} from "../../local/athena";
import type { Deployed } from "../start/deployed";
import { textOf, wholeOf, wrong } from "./answers";
import { filesText } from "./files-text";

const NUMERIC = /^(tinyint|smallint|int|integer|bigint|float|double|decimal)\b/;
const TIME = /^(timestamp|date|string|varchar|char|bigint|int|integer|double)\b/;
const GROUP = /^(string|varchar|char|tinyint|smallint|int|integer|bigint)\b/;
/** names of columns that most likely tell when, and whose; used where the datastore's document does not say it */
const LIKELY_TIME = /time|date|^ts$|_ts$|_at$/i;
const LIKELY_GROUP = /device|thing|asset|sensor|machine|tag|client|(^|_)id$/i;

/** What can be chosen of a datastore; `time`, `group` and `value` are chosen to begin with. */
export interface ChartChoice {
  datastore: string;
  values: string[];
  times: string[];
  groups: string[];
  value: string;
  time: string;
  /** absent if no column looks like one that tells devices apart */
  group?: string;
}

/** The datastores with something to draw. */
export function chartChoices({ cloud, outputs }: Deployed): ChartChoice[] {
  return Object.entries(outputs.datastores).flatMap(([datastore, { database, table, timestampPartition }]) => {
    const catalog = cloud.glue.tables.get(`${database}.${table}`);
    if (catalog === undefined) return [];
    const named = (pattern: RegExp): string[] =>
      catalog.columns.filter(({ type }) => pattern.test(type)).map(({ name }) => name);
    const byKind = catalog.columns.filter(({ type }) => /^(timestamp|date)\b/.test(type)).map(({ name }) => name);
    const possible = named(TIME);
    const declared = possible.find((name) => name === timestampPartition?.attribute.toLowerCase());
    const byName = possible.filter((name) => LIKELY_TIME.test(name));
    const likely = [...new Set([...(declared === undefined ? [] : [declared]), ...byKind, ...byName])];
    const times = likely.length > 0 ? likely : possible;
    const [time] = times;
    const values = named(NUMERIC);
    const group = named(GROUP).find((name) => LIKELY_GROUP.test(name) && name !== time);
    const value = values.find((name) => name !== time && name !== group) ?? values[0];
    if (time === undefined || value === undefined) return [];
    const groups = [...named(GROUP), ...catalog.partitionKeys.map(({ name }) => name)];
    return [{ datastore, values, times, groups, value, time, ...(group !== undefined && { group }) }];
  });
}

/** What the page draws of one source. */
export class Charts {
  private readonly series: Series;
  private loaded: { key: string; facts: SeriesFacts; milliseconds: number } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  /** @param athena of its own, for it keeps what is drawn */
  constructor(athena: Athena) {
    this.series = new Series(athena);
  }

  /**
   * The values of a source in a range: `datastore`, `value`, `time`, `group` ("" for none) name it, `from` and `to` are ms since 1970 (default all),
   * `buckets` is how many points each series has at most, and `groups` are the places of those to draw. Rows that have come since the
   * source was loaded are read anew if `fresh` is set.
   * @param signal ends the reading
   * @throws Refusal, AthenaError, QueryCancelled
   */
  answer(deployed: Deployed, body: Record<string, unknown>, signal: AbortSignal): Promise<object> {
    const answer = this.turn.then(() => this.draw(deployed, body, signal));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    this.loaded = undefined;
    this.series.close();
  }

  private async draw(deployed: Deployed, body: Record<string, unknown>, signal: AbortSignal): Promise<object> {
    const buckets = wholeOf(body, "buckets", 10, 10_000);
    const groups = groupsOf(body.groups);
    const { source, options, catalog } = sourceOf(deployed, body);
    const began = performance.now();
    const { facts, milliseconds, current } = await this.load(
      source,
      { ...options, signal },
      catalog,
      body.fresh === true,
    );
    const from = timeOf(body, "from") ?? facts.first ?? 0;
    const to = timeOf(body, "to") ?? facts.last ?? 0;
    if (to < from) throw wrong("to: is before from");
    const shown = groups.filter((group) => group < facts.groups.length);
    const drawn = await this.series.buckets({ from, to, buckets, groups: shown });
    const took = Math.round(performance.now() - began);
    return { ...facts, from, to, ...drawn, current, milliseconds: took, loadMilliseconds: milliseconds };
  }

  private async load(
    source: SeriesSource,
    options: QueryOptions,
    catalog: CatalogTable,
    fresh: boolean,
  ): Promise<{ facts: SeriesFacts; milliseconds: number; current: boolean }> {
    const files = filesText(catalog, options.tables);
    const known = this.loaded;
    const same = known?.key.startsWith(`${JSON.stringify(source)} `) === true;
    const key = `${JSON.stringify(source)} ${files}`;
    if (known !== undefined && (known.key === key || (same && !fresh))) return { ...known, current: known.key === key };
    this.loaded = undefined;
    const began = performance.now();
    const facts = await this.series.load(source, options);
    this.loaded = { key, facts, milliseconds: Math.round(performance.now() - began) };
    return { ...this.loaded, current: true };
  }
}

function sourceOf(
  { cloud, outputs }: Deployed,
  body: Record<string, unknown>,
): { source: SeriesSource; options: QueryOptions; catalog: CatalogTable } {
  const name = textOf(body, "datastore");
  const datastore = outputs.datastores[name];
  const catalog = datastore && cloud.glue.tables.get(`${datastore.database}.${datastore.table}`);
  if (datastore === undefined || catalog === undefined) throw wrong(`there is no datastore ${name}`, 404);
  const { database, table } = datastore;
  const group = textOf(body, "group");
  const source: SeriesSource = { table, time: textOf(body, "time"), value: textOf(body, "value") };
  if (group !== "") source.group = group;
  const options = { database, tables: cloud.glue.tables, now: cloud.clock.now(), everyPartition: true };
  return { source, options, catalog };
}

function groupsOf(value: unknown): number[] {
  if (!Array.isArray(value) || value.length > 24 || !value.every((each) => Number.isInteger(each) && each >= 0))
    throw wrong("groups: needs at most 24 whole numbers");
  return value as number[];
}

/** ms since 1970, or undefined if it is not given. */
function timeOf(body: Record<string, unknown>, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > 8.64e15)
    throw wrong(`${name}: needs a time in ms since 1970`);
  return Math.round(value);
}
