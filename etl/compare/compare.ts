import { cellOf, numberOf } from "./cells";
import {
  binsSql,
  boundsOf,
  readBins,
  readStatistics,
  spreadColumns,
  statisticsSql,
  topSql,
  type SpreadColumn,
} from "./distribution";
import type { Cell, ColumnDifference, Distribution, RowKey, Side, TableComparison } from "./model";
import type { ComparisonPlan } from "./plan";
import { keysSql, matchSql, SHOWN_GROUPS } from "./sql";

/** Rows of a result: by name, values typed or as Athena's texts. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** Runs a statement. @param what it finds out, for a person who waits: `rows of etl_store` */
export type Ask = (sql: string, what: string) => Promise<readonly ResultRow[]>;

/** Examples of a column, and of rows that one side alone has. */
const EXAMPLES = 3;

/** Compares two tables. Memory of this process grows with the number of columns alone. Whatever `ask` rejects with fails it. */
export async function compareTables(plan: ComparisonPlan, ask: Ask): Promise<TableComparison> {
  const { before, after } = plan;
  const sizes = {
    before: (await ask(keysSql(plan, "before"), `keys of ${before.name}`))[0]!,
    after: (await ask(keysSql(plan, "after"), `keys of ${after.name}`))[0]!,
  };
  const totals = { before: numberOf(sizes.before.total), after: numberOf(sizes.after.total) };
  const repeated = { before: numberOf(sizes.before.repeated), after: numberOf(sizes.after.repeated) };
  const unique = repeated.before === 0 && repeated.after === 0;
  const matched = await ask(matchSql(plan, unique), `rows by ${plan.key.map(({ name }) => name).join(", ")}`);
  const sum = (name: string): number => matched.reduce((total, row) => total + numberOf(row[name]), 0);
  const [differ, onlyBefore, onlyAfter] = [sum("differ"), sum("only_before"), sum("only_after")];
  const columns = columnsOf(plan, matched);
  await spread(plan, columns, ask);
  const rest = matched.filter(({ place }) => numberOf(place) > SHOWN_GROUPS);
  const ofRest = (name: string): number => rest.reduce((total, row) => total + numberOf(row[name]), 0);
  const grouped = plan.device !== undefined || plan.day !== undefined;
  return {
    key: plan.key.map(({ name }) => name),
    rows: { both: totals.before - differ - onlyBefore, differ, onlyBefore, onlyAfter },
    totals,
    repeated,
    columns,
    leftOut: [...plan.leftOut],
    groups: matched
      .filter(({ place }) => grouped && numberOf(place) <= SHOWN_GROUPS)
      .map((row) => ({
        ...(plan.device && { device: cellOf(row.device, plan.device.type) }),
        ...(plan.day && { day: cellOf(row.day, { kind: "text" }) }),
        differ: numberOf(row.differ),
        onlyBefore: numberOf(row.only_before),
        onlyAfter: numberOf(row.only_after),
      })),
    otherGroups: {
      groups: grouped ? ofRest("groups") : 0,
      differ: ofRest("differ"),
      onlyBefore: ofRest("only_before"),
      onlyAfter: ofRest("only_after"),
    },
    examples: { onlyBefore: lonely(plan, matched, "before"), onlyAfter: lonely(plan, matched, "after") },
  };
}

function columnsOf(plan: ComparisonPlan, matched: readonly ResultRow[]): ColumnDifference[] {
  const shared = plan.compared.map(({ name, type, before, after }, i): ColumnDifference => {
    const sum = (prefix: string): number => matched.reduce((total, row) => total + numberOf(row[`${prefix}${i}`]), 0);
    const differing = matched.filter((row) => numberOf(row[`n${i}`]) > 0);
    const largest = Math.max(...differing.map((row) => numberOf(row[`l${i}`])));
    return {
      name,
      differ: sum("n"),
      // a value after that is NULL is one that before alone has
      onlyBefore: sum("nb"),
      onlyAfter: sum("na"),
      examples: differing.slice(0, EXAMPLES).map((row) => ({
        key: keyOf(plan, row, `x${i}_`),
        before: cellOf(row[`x${i}_before`], type),
        after: cellOf(row[`x${i}_after`], type),
      })),
      ...(type.kind === "number" && differing.length > 0 ? { largest } : {}),
      ...(before === after ? {} : { types: { before, after, comparedAs: type.name } }),
    };
  });
  const others = plan.oneSided.map(({ name, side }): ColumnDifference => ({
    name,
    differ: 0,
    onlyBefore: 0,
    onlyAfter: 0,
    examples: [],
    side,
  }));
  return [...shared, ...others];
}

function keyOf(plan: ComparisonPlan, row: ResultRow, prefix: string): RowKey {
  return Object.fromEntries(
    plan.key.map(({ name, type }, i): [string, Cell] => [name, cellOf(row[`${prefix}${i}`], type)]),
  );
}

function lonely(plan: ComparisonPlan, matched: readonly ResultRow[], side: Side): RowKey[] {
  const [count, prefix] = side === "before" ? ["only_before", "xb_"] : ["only_after", "xa_"];
  return matched
    .filter((row) => numberOf(row[count]) > 0)
    .slice(0, EXAMPLES)
    .map((row) => keyOf(plan, row, prefix));
}

/** Adds the distributions of columns that differ, and of those that one side has. */
async function spread(plan: ComparisonPlan, columns: readonly ColumnDifference[], ask: Ask): Promise<void> {
  const known = spreadColumns(plan);
  const shown = columns.filter(({ differ, side }) => differ > 0 || side !== undefined);
  const looked = shown.map(({ name }) => known.get(name)!);
  const found: { before?: Distribution; after?: Distribution }[] = looked.map(() => ({}));
  for (const side of ["before", "after"] as const) {
    if (!looked.some(({ on }) => on[side] !== undefined)) continue;
    const [row] = await ask(statisticsSql(plan, looked, side), `values of ${plan[side].name}`);
    readStatistics(row!, looked, side).forEach((one, i) => {
      if (one !== undefined) found[i]![side] = one;
    });
  }
  const numbers = looked.flatMap((column, at) => {
    const bounds = column.type.kind === "number" ? boundsOf([found[at]!.before, found[at]!.after]) : undefined;
    return bounds === undefined ? [] : [{ ...column, bounds, at }];
  });
  for (const side of ["before", "after"] as const) {
    if (!numbers.some(({ on }) => on[side] !== undefined)) continue;
    const [row] = await ask(binsSql(plan, numbers, side), `spread of values of ${plan[side].name}`);
    numbers.forEach(({ on, bounds, at }, i) => {
      if (on[side] !== undefined) found[at]![side]!.bins = { ...bounds, counts: readBins(row!, i) };
    });
  }
  for (const [i, column] of looked.entries()) {
    if (column.type.kind !== "text" && column.type.kind !== "boolean") continue;
    const rows = await ask(topSql(plan, column), `most frequent values of ${column.name}`);
    for (const side of ["before", "after"] as const)
      if (found[i]![side] !== undefined) found[i]![side].top = top(rows, column, side);
  }
  shown.forEach((column, i) => (column.distribution = found[i]));
}

function top(rows: readonly ResultRow[], { type }: SpreadColumn, side: Side): NonNullable<Distribution["top"]> {
  return rows.map((row) => ({ value: cellOf(row.value, type), count: numberOf(row[side]) }));
}
