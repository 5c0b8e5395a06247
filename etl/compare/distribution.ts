/** How the values of columns are spread on each side: statements, and what their results say. */
import { parseColumnType } from "../columns";
import { cellOf, numberOf } from "./cells";
import type { Cell, Distribution, Side } from "./model";
import type { ComparisonPlan } from "./plan";
import { double, from, quoted, read } from "./sql";
import type { CommonType } from "./types";

const SIDES: readonly Side[] = ["before", "after"];
/** Steps between the smallest and the largest number. */
const BINS = 10;
/** Values of a text column that are listed. */
const TOP = 5;

/** A column whose values are looked at. */
export interface SpreadColumn {
  readonly name: string;
  readonly type: CommonType;
  /** its expression on a side; undefined where the side has no such column */
  readonly on: Readonly<Partial<Record<Side, string>>>;
}

/** The columns of a plan by name. */
export function spreadColumns(plan: ComparisonPlan): Map<string, SpreadColumn> {
  const shared = [...plan.key, ...plan.compared].map((column): SpreadColumn => ({
    ...column,
    on: { before: read(column, "before"), after: read(column, "after") },
  }));
  const others = plan.oneSided.map(({ name, side, hive, type }): SpreadColumn => ({
    name,
    type,
    on: { [side]: type.read(quoted(name), parseColumnType(hive)) },
  }));
  return new Map([...shared, ...others].map((column) => [column.name, column]));
}

/** Numbers are read as doubles here: their spread is shown, not their digits. */
const asDouble = (sql: string): string => `CAST(${sql} AS double)`;

/** Infinities, and what is no number, have no mean. A comparison costs less than `is_finite` where that is a function in JavaScript. */
function finite(sql: string): string {
  const most = double(Number.MAX_VALUE);
  return `CASE WHEN ${sql} BETWEEN -${most} AND ${most} THEN ${sql} END`;
}

/** Sizes, bounds and means of the columns that a side has: one row. */
export function statisticsSql(plan: ComparisonPlan, columns: readonly SpreadColumn[], side: Side): string {
  const parts = columns.flatMap(({ type, on }, i) => {
    const { kind } = type;
    const sql = on[side];
    if (sql === undefined) return [];
    const number = type.inexact ? finite(asDouble(sql)) : asDouble(sql);
    const value = kind === "number" ? number : sql;
    const measures = [`avg(${value}) AS m${i}`, `stddev_pop(${value}) AS s${i}`];
    return [
      `count(${sql}) AS n${i}`,
      `min(${value}) AS l${i}`,
      `max(${value}) AS h${i}`,
      ...(kind === "number" ? measures : []),
    ];
  });
  return `SELECT ${["count(*) AS total", ...parts].join(", ")} ${from(plan, side)}`;
}

type Row = Readonly<Record<string, unknown>>;

/** What `statisticsSql` gave. */
export function readStatistics(row: Row, columns: readonly SpreadColumn[], side: Side): (Distribution | undefined)[] {
  return columns.map(({ type, on }, i) => {
    if (on[side] === undefined) return undefined;
    const values = numberOf(row[`n${i}`]);
    const cell = (name: string): Cell => cellOf(row[`${name}${i}`], type);
    return {
      values,
      nulls: numberOf(row.total) - values,
      min: cell("l"),
      max: cell("h"),
      ...(type.kind === "number" && values > 0
        ? { mean: numberOf(row[`m${i}`]), deviation: numberOf(row[`s${i}`]) }
        : {}),
    };
  });
}

/** The bounds of a number on both sides; undefined if there is nothing between them. */
export function boundsOf(sides: readonly (Distribution | undefined)[]): { from: number; to: number } | undefined {
  const known = sides.flatMap((one) => (one === undefined ? [] : [one.min, one.max])).filter((one) => one !== null);
  const numbers = known.map(Number);
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined;
}

/** How many values of a side lie in each step: one row; column `v` of `i` and step. */
export function binsSql(
  plan: ComparisonPlan,
  columns: readonly (SpreadColumn & { bounds: { from: number; to: number } })[],
  side: Side,
): string {
  const parts = columns.flatMap(({ on, bounds }, i) => {
    const sql = on[side];
    if (sql === undefined) return [];
    const edge = (bin: number): string => double(bounds.from + ((bounds.to - bounds.from) * bin) / BINS);
    return Array.from({ length: BINS }, (_, bin) => {
      const value = asDouble(sql);
      const above = `${value} >= ${edge(bin)}`;
      const below = `${value} ${bin === BINS - 1 ? `<= ${double(bounds.to)}` : `< ${edge(bin + 1)}`}`;
      return `count_if(${above} AND ${below}) AS v${i}_${bin}`;
    });
  });
  return `SELECT ${parts.join(", ")} ${from(plan, side)}`;
}

/** What `binsSql` gave for its column `i`. */
export function readBins(row: Row, i: number): number[] {
  return Array.from({ length: BINS }, (_, bin) => numberOf(row[`v${i}_${bin}`]));
}

/** The values of a column that occur most on either side: rows of `value`, `before`, `after`. */
export function topSql(plan: ComparisonPlan, { on }: SpreadColumn): string {
  const sides = SIDES.flatMap((side) =>
    on[side] === undefined
      ? []
      : [`SELECT ${on[side]} AS value, ${side === "before" ? "1 AS b, 0 AS a" : "0 AS b, 1 AS a"} ${from(plan, side)}`],
  );
  return `SELECT value, sum(b) AS before, sum(a) AS after FROM (${sides.join(" UNION ALL ")}) WHERE value IS NOT NULL
GROUP BY value ORDER BY CASE WHEN sum(b) > sum(a) THEN sum(b) ELSE sum(a) END DESC, value LIMIT ${TOP}`;
}
