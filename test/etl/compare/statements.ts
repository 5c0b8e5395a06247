/** Statements of comparisons over tables that stand in them as VALUES, so that Trino can be asked: see test/oracles/trino. */
import { planComparison, type ComparedTable, type ComparisonOptions, type ComparisonPlan } from "../../../etl/compare";
import { binsSql, spreadColumns, statisticsSql, topSql } from "../../../etl/compare/distribution";
import { keysSql, matchSql } from "../../../etl/compare/sql";

/** A table with rows, each the values of its columns in Athena's SQL. */
export interface ValuesTable extends ComparedTable {
  readonly rows: readonly string[];
}

const COLUMNS = [
  { name: "device_id", type: "string" },
  { name: "at", type: "timestamp" },
  { name: "celsius", type: "double" },
  { name: "exact", type: "decimal(10,2)" },
  { name: "on", type: "boolean" },
  { name: "tags", type: "array<string>" },
  { name: "place", type: "struct<x:int,y:string>" },
  { name: "levels", type: "map<string,double>" },
];

const row = (
  device: string,
  at: string,
  celsius: string,
  rest = "DECIMAL '1.50', true, ARRAY['a'], CAST(ROW(1, 'b') AS ROW(x integer, y varchar)), MAP(ARRAY['k'], ARRAY[1e0])",
): string => `(${device}, TIMESTAMP '2026-01-01 ${at}.000', CAST(${celsius} AS double), ${rest})`;
const OTHER =
  "DECIMAL '1.51', NULL, ARRAY['b', NULL], CAST(ROW(2, NULL) AS ROW(x integer, y varchar)), MAP(ARRAY['k', 'l'], ARRAY[1e0, NULL])";

/** Keys that occur once a side, one of them NULL. */
export const UNIQUE: readonly [ValuesTable, ValuesTable] = [
  {
    database: "db",
    name: "before",
    columns: COLUMNS,
    rows: [
      row("'a'", "00:00:00", "20"),
      row("'a'", "00:00:01", "21.5"),
      row("'a'", "00:00:02", "nan()"),
      row("'b'", "00:00:00", "NULL"),
      row("NULL", "00:00:00", "1"),
      row("'c'", "00:00:00", "2"),
    ],
  },
  {
    database: "db",
    name: "after",
    columns: COLUMNS,
    rows: [
      row("'a'", "00:00:00", "20"),
      row("'a'", "00:00:01", "21.75"),
      row("'a'", "00:00:02", "nan()"),
      row("'b'", "00:00:00", "7", OTHER),
      row("NULL", "00:00:00", "1"),
      row("'d'", "00:00:00", "2"),
    ],
  },
];

/** The same with rows that share their keys. */
export const REPEATED: readonly [ValuesTable, ValuesTable] = [
  {
    ...UNIQUE[0],
    rows: [...UNIQUE[0].rows, row("'a'", "00:00:00", "20"), row("'e'", "00:00:00", "1"), row("'e'", "00:00:00", "2")],
  },
  {
    ...UNIQUE[1],
    rows: [...UNIQUE[1].rows, row("'e'", "00:00:00", "2"), row("'e'", "00:00:00", "3"), row("'e'", "00:00:00", "3")],
  },
];

/** Types that differ, and columns of one side. */
export const CHANGED: readonly [ValuesTable, ValuesTable] = [
  {
    database: "db",
    name: "before",
    columns: [
      { name: "device_id", type: "string" },
      { name: "time", type: "bigint" },
      { name: "celsius", type: "int" },
      { name: "note", type: "int" },
      { name: "gone", type: "date" },
    ],
    rows: ["('a', BIGINT '1767225600', 1, 5, DATE '2026-01-01')", "('b', BIGINT '1767225600000', 2, 6, NULL)"],
  },
  {
    database: "db",
    name: "after",
    columns: [
      { name: "device_id", type: "string" },
      { name: "time", type: "bigint" },
      { name: "celsius", type: "double" },
      { name: "note", type: "string" },
      { name: "kelvin", type: "double" },
    ],
    rows: ["('a', BIGINT '1767225600', 1e0, '5', 274.15e0)", "('b', BIGINT '1767225600000', 2.5e0, 'x', 275.65e0)"],
  },
];

export function planOf(
  [before, after]: readonly [ValuesTable, ValuesTable],
  options?: ComparisonOptions,
): ComparisonPlan {
  const plan = planComparison(before, after, options);
  if ("problems" in plan) throw new Error(plan.problems.join("\n"));
  return plan;
}

/** A statement with the tables' rows in it. */
export function withRows(sql: string, tables: readonly ValuesTable[]): string {
  return tables.reduce(
    (text, { database, name, columns, rows }) =>
      text.replaceAll(
        `"${database}"."${name}"`,
        () => `(VALUES ${rows.join(", ")}) AS t (${columns.map((column) => `"${column.name}"`).join(", ")})`,
      ),
    sql,
  );
}

/** What Trino is asked, each in one line. */
export function statementsForTrino(): string[] {
  const found: string[] = [];
  for (const [tables, options, unique] of [
    [UNIQUE, {}, true],
    [UNIQUE, { tolerance: 0.5 }, true],
    [UNIQUE, {}, false],
    [REPEATED, {}, false],
    [REPEATED, { tolerance: 1, where: "device_id <> 'b'" }, false],
    [CHANGED, {}, true],
    [CHANGED, { key: ["device_id"], ignore: ["time"] }, false],
  ] as const) {
    const plan = planOf(tables, options);
    const columns = [...spreadColumns(plan).values()];
    const numbers = columns
      .filter(({ type }) => type.kind === "number")
      .map((column) => ({ ...column, bounds: { from: 1, to: 21.5 } }));
    const tops = columns.filter(({ type }) => type.kind === "text" || type.kind === "boolean");
    const statements = [
      keysSql(plan, "before"),
      keysSql(plan, "after"),
      matchSql(plan, unique),
      ...(["before", "after"] as const).flatMap((side) => [
        statisticsSql(plan, columns, side),
        binsSql(plan, numbers, side),
      ]),
      ...tops.map((column) => topSql(plan, column)),
    ];
    found.push(...statements.map((sql) => withRows(sql, tables).replace(/\s*\n\s*/g, " ")));
  }
  return [...new Set(found)];
}
