import assert from "node:assert/strict";
import fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { compareTables, planComparison, type TableComparison } from "../../../etl/compare";
import { Athena, type CatalogTable } from "../../../local/athena";
import { CHANGED, planOf, REPEATED, statementsForTrino, UNIQUE, type ValuesTable } from "./statements";

type Pair = readonly [ValuesTable, ValuesTable];

/** A table whose rows stand in a view. */
function view({ database, name, columns, rows }: ValuesTable): CatalogTable {
  const text = `SELECT * FROM (VALUES ${rows.join(", ")}) AS t (${columns.map((column) => `"${column.name}"`).join(", ")})`;
  return {
    database,
    name,
    columns: [...columns],
    partitionKeys: [],
    parameters: {},
    location: "",
    view: text,
    files: () => [],
    unseen: () => 0,
  };
}

describe("etl/compare: two tables by their SQL", () => {
  const athena = new Athena();
  after(() => athena.close());

  const run = (pair: Pair, options?: Parameters<typeof planOf>[1]): Promise<TableComparison> => {
    const tables = new Map(pair.map((table) => [`${table.database}.${table.name}`, view(table)]));
    return compareTables(planOf(pair, options), async (sql) => {
      const { columns, rows } = await athena.query(sql, { database: "db", tables });
      return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i]!.name, value])));
    });
  };
  const changed = ({ columns }: TableComparison): Record<string, number> =>
    Object.fromEntries(columns.filter(({ differ }) => differ > 0).map(({ name, differ }) => [name, differ]));

  it("matches rows by device and time, NULL with NULL, and takes what is no number as itself", async () => {
    const result = await run(UNIQUE);
    assert.deepEqual(result.key, ["device_id", "at"]);
    assert.deepEqual(result.totals, { before: 6, after: 6 });
    assert.deepEqual(result.rows, { both: 3, differ: 2, onlyBefore: 1, onlyAfter: 1 });
    assert.deepEqual(changed(result), { celsius: 2, exact: 1, on: 1, tags: 1, place: 1, levels: 1 });
    const celsius = result.columns.find(({ name }) => name === "celsius")!;
    assert.deepEqual(
      [celsius.onlyBefore, celsius.onlyAfter, celsius.largest],
      [0, 1, 0.25],
      "of b the value is there after alone",
    );
    assert.deepEqual(result.examples, {
      onlyBefore: [{ device_id: "c", at: "2026-01-01 00:00:00.000" }],
      onlyAfter: [{ device_id: "d", at: "2026-01-01 00:00:00.000" }],
    });
    assert.deepEqual(
      celsius.examples.map(({ key, before, after }) => [key.device_id, before, after]),
      [
        ["a", 21.5, 21.75],
        ["b", null, 7],
      ],
    );
    assert.deepEqual(
      result.groups.map(({ device, day, differ, onlyBefore, onlyAfter }) => [
        device,
        day,
        differ,
        onlyBefore,
        onlyAfter,
      ]),
      [
        ["a", "2026-01-01", 1, 0, 0],
        ["b", "2026-01-01", 1, 0, 0],
        ["c", "2026-01-01", 0, 1, 0],
        ["d", "2026-01-01", 0, 0, 1],
      ],
    );
  });

  it("takes floating-point numbers within the tolerance as equal, and decimals exactly", async () => {
    const result = await run(UNIQUE, { tolerance: 0.25 });
    assert.deepEqual(result.rows, { both: 4, differ: 1, onlyBefore: 1, onlyAfter: 1 });
    assert.deepEqual(changed(result), { celsius: 1, exact: 1, on: 1, tags: 1, place: 1, levels: 1 });
  });

  it("matches rows of one key as multisets", async () => {
    const result = await run(REPEATED);
    assert.deepEqual(result.repeated, { before: 4, after: 3 });
    // a 00:00:00 twice before and once after; e 1, 2 before and 2, 3, 3 after: 2 is in both, 1 became 3, a 3 is new
    assert.deepEqual(result.rows, { both: 4, differ: 3, onlyBefore: 2, onlyAfter: 2 });
    assert.equal(result.totals.before, result.rows.both + result.rows.differ + result.rows.onlyBefore);
    assert.equal(result.totals.after, result.rows.both + result.rows.differ + result.rows.onlyAfter);
  });

  it("compares columns whose types differ in a common one, and tells those of one side", async () => {
    const result = await run(CHANGED);
    assert.deepEqual(result.rows, { both: 1, differ: 1, onlyBefore: 0, onlyAfter: 0 });
    assert.deepEqual(
      result.columns.map(({ name, differ, types, side }) => [name, differ, types?.comparedAs, side]),
      [
        ["celsius", 1, "double", undefined],
        ["note", 1, "varchar", undefined],
        ["gone", 0, undefined, "before"],
        ["kelvin", 0, undefined, "after"],
      ],
    );
    // seconds and milliseconds of the same day
    assert.deepEqual(result.groups, [{ device: "b", day: "2026-01-01", differ: 1, onlyBefore: 0, onlyAfter: 0 }]);
    const kelvin = result.columns.find(({ name }) => name === "kelvin")!.distribution!;
    assert.equal(kelvin.before, undefined);
    assert.deepEqual(
      [kelvin.after?.values, kelvin.after?.nulls, kelvin.after?.min, kelvin.after?.max, kelvin.after?.mean],
      [2, 0, 274.15, 275.65, 274.9],
    );
    assert.deepEqual(kelvin.after?.bins?.counts, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("compares rows as wholes where nothing tells them apart", async () => {
    const tables = ["before", "after"].map((name, i): ValuesTable => ({
      database: "db",
      name,
      columns: [
        { name: "x", type: "int" },
        { name: "y", type: "string" },
      ],
      rows: i === 0 ? ["(1, 'a')", "(1, 'a')", "(2, NULL)"] : ["(1, 'a')", "(2, NULL)", "(2, NULL)"],
    })) as unknown as Pair;
    const result = await run(tables);
    assert.deepEqual(result.rows, { both: 2, differ: 0, onlyBefore: 1, onlyAfter: 1 });
    assert.deepEqual(result.groups, []);
  });

  it("counts every row once, whatever rows there are", async function () {
    this.timeout(120_000);
    const rows = fc.array(
      fc.tuple(
        fc.constantFrom("'a'", "'b'", "NULL"),
        fc.integer({ min: 0, max: 2 }),
        fc.constantFrom("1", "2", "NULL"),
      ),
      { minLength: 1, maxLength: 12 },
    );
    const columns = [
      { name: "device", type: "string" },
      { name: "time", type: "int" },
      { name: "value", type: "int" },
    ];
    await fc.assert(
      fc.asyncProperty(rows, rows, async (some, others) => {
        const pair = [some, others].map((all, i): ValuesTable => ({
          database: "db",
          name: i === 0 ? "before" : "after",
          columns,
          rows: all.map(([device, time, value]) => `(CAST(${device} AS varchar), ${time}, CAST(${value} AS integer))`),
        })) as unknown as Pair;
        assert.deepEqual((await run(pair)).rows, countedByHand(some, others));
      }),
      { numRuns: 25 },
    );
  });
});

/** Equal rows of both sides cancel out; of what is left of a key as many differ as both sides have. */
function countedByHand(before: readonly unknown[][], after: readonly unknown[][]): TableComparison["rows"] {
  const left = new Map<string, { before: number; after: number }>();
  const rest = after.map((row) => JSON.stringify(row));
  let both = 0;
  const of = (row: readonly unknown[]): { before: number; after: number } => {
    const key = JSON.stringify(row.slice(0, 2));
    const known = left.get(key) ?? { before: 0, after: 0 };
    left.set(key, known);
    return known;
  };
  for (const row of before) {
    const at = rest.indexOf(JSON.stringify(row));
    if (at < 0) of(row).before++;
    else {
      rest.splice(at, 1);
      both++;
    }
  }
  for (const text of rest) of(JSON.parse(text) as unknown[]).after++;
  const counts = { both, differ: 0, onlyBefore: 0, onlyAfter: 0 };
  for (const { before: one, after: other } of left.values()) {
    counts.differ += Math.min(one, other);
    counts.onlyBefore += Math.max(0, one - other);
    counts.onlyAfter += Math.max(0, other - one);
  }
  return counts;
}

describe("etl/compare: what Trino is asked", () => {
  it("are the statements of today", () => {
    const file = path.join(__dirname, "../../oracles/trino/statements/table-comparison.sql");
    assert.deepEqual(fs.readFileSync(file, "utf8").trim().split("\n"), statementsForTrino());
  });
});

describe("etl/compare: which columns", () => {
  const table = (name: string, columns: Record<string, string>) => ({
    database: "db",
    name,
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
  });
  const plan = (
    before: Record<string, string>,
    after: Record<string, string>,
    options?: Parameters<typeof planComparison>[2],
  ) => planComparison(table("before", before), table("after", after), options);

  it("takes attributes of partitions, the device and the time for the key", () => {
    const columns = {
      plant: "string",
      thing_name: "string",
      t: "bigint",
      value: "double",
      __partition_plant: "string",
      __dt: "date",
    };
    const found = plan(columns, columns, { time: { attribute: "T" } });
    assert.ok(!("problems" in found));
    assert.deepEqual(
      found.key.map(({ name }) => name),
      ["thing_name", "plant", "t"],
    );
    assert.deepEqual(
      found.compared.map(({ name }) => name),
      ["value", "__partition_plant"],
    );
    assert.deepEqual(found.leftOut, [{ name: "__dt", why: "the day of arrival says nothing about a row" }]);
  });

  it("has no day for a text whose pattern does not begin with it", () => {
    const columns = { device_id: "string", time: "string", value: "int" };
    for (const [format, has] of [
      ["yyyy-MM-dd HH:mm:ss", true],
      ["dd.MM.yyyy", false],
      [undefined, true],
    ] as const) {
      const found = plan(columns, columns, { time: { attribute: "time", format } });
      assert.ok(!("problems" in found));
      assert.equal(found.day !== undefined, has, format);
    }
  });

  it("says everything that is wrong with the options", () => {
    assert.deepEqual(
      plan(
        { device_id: "string", gone: "int" },
        { device_id: "string", fresh: "int" },
        {
          key: ["device", "gone", "device_id"],
          ignore: ["freshh", "device_id"],
        },
      ),
      {
        problems: [
          "--key device: neither table has such a column; did you mean device_id?",
          "--ignore freshh: neither table has such a column; did you mean fresh?",
          "--key gone: before alone has it; rows are matched by columns of both tables",
          "--ignore device_id: it is in --key, and what rows are matched by cannot be left out",
        ],
      },
    );
    assert.deepEqual(plan({ a: "int" }, { b: "int" }), { problems: ["before and after have no column in common"] });
  });
});
