import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Athena, type CatalogTable, type PartitionFile } from "../../../local/athena";
import { readTable } from "../../../local/athena/catalog";
import { NO_PARTITION_VALUE } from "../../../aws/limits/glue-partitions";

const NOW = Date.UTC(2026, 1, 2, 3);
const KEYS = [
  { name: "y", type: "string" },
  { name: "m", type: "int" },
  { name: "d", type: "date" },
];

/** A table whose partitions are the products of some values of its keys, each with two rows: v = 0, and v = NULL. */
function makeTable(folder: string, name: string, values: readonly (readonly string[])[]): CatalogTable {
  const files = values.map((own, i): PartitionFile => {
    const file = path.join(folder, name, String(i));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const columnData = [
      { name: "v", data: [0, null], type: "INT32" as const, nullable: true },
      { name: "id", data: [2 * i, 2 * i + 1], type: "INT32" as const, nullable: true },
    ];
    fs.writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData })));
    const partition = Object.fromEntries(KEYS.map((key, place) => [key.name, own[place]!]));
    return { path: file, bucket: "lake", key: `${name}/${i}`, partition, bytes: fs.statSync(file).size };
  });
  return {
    database: "lake",
    name,
    columns: [
      { name: "v", type: "int" },
      { name: "id", type: "int" },
    ],
    partitionKeys: KEYS,
    parameters: {},
    location: `s3://lake/${name}/`,
    files: () => files,
    unseen: () => 0,
  };
}

/** The same table, of which every query reads everything. */
const unpruned = (table: CatalogTable): CatalogTable => ({ ...table, read: () => readTable({ ...table }) });

describe("local/athena: partition pruning", () => {
  const [pruning, reading] = [new Athena(), new Athena()];
  let folder: string;
  let tables: Map<string, CatalogTable>;
  let whole: Map<string, CatalogTable>;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "pruning-"));
    const days = ["2026-01-31", "2026-02-01", NO_PARTITION_VALUE];
    const values = ["2025", "2026", NO_PARTITION_VALUE].flatMap((y) =>
      ["1", "12", NO_PARTITION_VALUE].flatMap((m) => days.map((d) => [y, m, d])),
    );
    const t = makeTable(folder, "t", values);
    const u = makeTable(folder, "u", [
      ["2026", "1", "2026-01-31"],
      ["2026", "2", "2026-02-01"],
      ["2024", "12", "2026-02-01"],
      [NO_PARTITION_VALUE, "2", "2026-01-31"],
    ]);
    const view = (name: string, sql: string): CatalogTable => ({
      ...t,
      name,
      columns: [],
      partitionKeys: [],
      view: sql,
      files: () => [],
    });
    tables = new Map(
      [t, u, view("v", "SELECT y AS year, m + 1 AS next, v, id FROM t WHERE m IS NOT NULL")].map((one) => [
        `lake.${one.name}`,
        one,
      ]),
    );
    whole = new Map([...tables].map(([name, table]) => [name, table.view === undefined ? unpruned(table) : table]));
  });
  after(() => {
    pruning.close();
    reading.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** What a query answers, or the code with which it fails. */
  const answer = async (athena: Athena, sql: string, own: Map<string, CatalogTable>) => {
    const read = new Set<string>();
    const options = {
      database: "lake",
      tables: own,
      now: NOW,
      onTable: (_: CatalogTable, files: readonly PartitionFile[]) => files.forEach(({ key }) => read.add(key)),
    };
    try {
      const { rows } = await athena.query(sql, options);
      return { rows: rows.map((row) => row.map(String).join()).sort(), read };
    } catch (error) {
      if ((error as Error).name !== "AthenaError") throw error;
      return { failure: (error as Error).message, read };
    }
  };

  const text = fc.constantFrom("'2025'", "'2026'", "'2024'", "NULL", "substr('x2026', 2)", "CAST(2025 AS varchar)");
  const number = fc.constantFrom("1", "2", "12", "5", "NULL", "month(current_date)", "1 + 1", "CAST('12' AS bigint)");
  const day = fc.constantFrom(
    "DATE '2026-01-31'",
    "current_date",
    "current_date - INTERVAL '1' DAY",
    "date_add('day', -2, current_date)",
    "CAST('2026-02-01' AS date)",
  );
  const typed = fc.oneof(
    ...(
      [
        [["y", "y || ''", "lower(y)"], text],
        [["m", "m + 1", "CAST(y AS integer) - 2024", "length(y)"], number],
        [["d", "date_trunc('month', d)", "try_cast(y || '-02-01' AS date)"], day],
      ] as const
    ).map(([operands, constant]) => fc.record({ operand: fc.constantFrom(...operands), a: constant, b: constant })),
  );
  /** Of one table, with its alias before each key. @param more conditions on what is no key */
  const { any: condition } = fc.letrec<{ any: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      fc
        .tuple(typed, fc.constantFrom("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM"))
        .map(([{ operand, a }, operator]) => `${operand} ${operator} ${a}`),
      typed.map(({ operand, a, b }) => `${operand} BETWEEN ${a} AND ${b}`),
      typed.map(({ operand, a, b }) => `${operand} IN (${a}, ${b})`),
      typed.map(({ operand, a, b }) => `${operand} NOT IN (${a}, ${b})`),
      fc.constantFrom(
        "y IS NULL",
        "m IS NOT NULL",
        "y LIKE '202_'",
        "y LIKE '%5'",
        "y LIKE '20!%' ESCAPE '!'",
        "(y, m) IN (('2025', 1), ('2026', 2))",
        "coalesce(y, '2025') = '2025'",
        "nullif(m, 2) IS NULL",
        "CASE WHEN m = 1 THEN y = '2025' WHEN m = 2 THEN true END",
        "CASE y WHEN '2025' THEN 1 ELSE 2 END = 2",
        "try(10 / (m - 1)) > 1",
        "date_parse(y || '-01', '%Y-%m') < current_timestamp",
        "true",
        "false",
        "NULL",
      ),
    ),
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("atom"),
      fc.tuple(tie("any"), fc.constantFrom("AND", "OR"), tie("any")).map(([a, word, b]) => `(${a} ${word} ${b})`),
      tie("any").map((one) => `NOT (${one})`),
    ),
  }));

  it("reads exactly the partitions of which a condition on keys is true", async () => {
    let pruned = 0;
    await fc.assert(
      fc.asyncProperty(condition, async (where) => {
        const all = await answer(reading, `SELECT id / 2 FROM t WHERE v = 0 AND (${where})`, whole);
        const some = await answer(pruning, `SELECT id / 2 FROM t WHERE v = 0 AND (${where})`, tables);
        // A condition that fails for a row of any partition tells nothing of the others.
        if (all.failure !== undefined) return;
        assert.deepEqual(some.rows, all.rows);
        assert.deepEqual([...some.read].sort(), all.rows.map((id) => `t/${id}`).sort(), where);
        if (some.read.size < all.read.size) pruned++;
      }),
      { numRuns: 100 },
    );
    assert.ok(pruned > 40, String(pruned));
  });

  const source = fc.constantFrom<(where: string) => string>(
    (where) => `SELECT t.id FROM t WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT * FROM t WHERE v = 0) WHERE ${where}`,
    (where) =>
      `WITH w AS (SELECT id, y, m, d FROM t) SELECT a.id, b.id FROM w a JOIN (SELECT id, y AS yy FROM u) b ON y = yy WHERE ${where}`,
    (where) =>
      `WITH w AS (SELECT * FROM t) SELECT a.id, b.n FROM (SELECT * FROM w WHERE ${where}) a CROSS JOIN (SELECT count(*) AS n FROM w) b`,
    (where) => `SELECT y, m, d, count(*), max(id) FROM t GROUP BY y, m, d HAVING ${where}`,
    (where) => `SELECT * FROM (SELECT y, m, d, count(*) AS n FROM t GROUP BY y, m, d) WHERE ${where}`,
    (where) =>
      `SELECT * FROM (SELECT y, m, d, count(*) AS n FROM t GROUP BY GROUPING SETS ((y, m), (y, d))) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT id, y, m, d FROM t UNION ALL SELECT id, y, m, d FROM u) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT y, m, d FROM t EXCEPT SELECT y, m, d FROM u) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT y, m, d FROM t INTERSECT SELECT y, m, d FROM u) WHERE ${where}`,
    (where) => `SELECT y, m, d FROM t WHERE ${where} EXCEPT SELECT y, m, d FROM u`,
    (where) => `SELECT * FROM (SELECT id, y, m, d, row_number() OVER (ORDER BY id) AS n FROM t) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT id, y, m, d FROM t ORDER BY id LIMIT 20) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT DISTINCT y, m, d FROM t) WHERE ${where}`,
    ...["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"].flatMap((join) => [
      (where: string) =>
        `SELECT t.id, uid FROM t ${join} (SELECT id AS uid, y AS uy, m AS um FROM u) ON y = uy AND m = um WHERE ${where}`,
      (where: string) =>
        `SELECT t.id, uid FROM t ${join} (SELECT id AS uid, y AS uy, m AS um FROM u) ON m = um AND ${where}`,
      (where: string) =>
        `SELECT tid, id FROM (SELECT id AS tid, y AS ty, d AS td FROM t) ${join} u ON y = ty AND d = td WHERE ${where}`,
      (where: string) =>
        `SELECT * FROM (SELECT id AS tid, y, v AS tv FROM t) ${join} (SELECT id, y, m, d FROM u) USING (y) WHERE ${where}`,
      (where: string) =>
        `SELECT * FROM (SELECT id AS tid, y AS ty FROM t) ${join} u ON y = ty WHERE ty = '2026' OR ${where}`,
    ]),
    (where) => `SELECT id FROM t WHERE y IN (SELECT y FROM u WHERE ${where})`,
    (where) =>
      `SELECT id FROM u WHERE EXISTS (SELECT 1 FROM (SELECT y AS ty, m, d, v FROM t) t WHERE ty = u.y AND ${where.replaceAll(/\by\b/g, "ty")})`,
    (where) => `SELECT id, (SELECT count(*) FROM t WHERE ${where}) FROM u`,
    (where) =>
      `SELECT u.id, n FROM u CROSS JOIN LATERAL (SELECT max(id) AS n FROM t WHERE t.y = u.y AND t.m = u.m) WHERE ${where}`,
    (where) => `SELECT * FROM (SELECT year AS y, next AS m, id, DATE '2026-02-01' AS d FROM v) WHERE ${where}`,
    (where) => `SELECT count(*) FROM t TABLESAMPLE BERNOULLI (100) WHERE ${where}`,
    (where) => `SELECT id, n FROM t CROSS JOIN UNNEST(ARRAY[1, 2]) AS x(n) WHERE ${where}`,
  );
  it("changes no answer, wherever in a query the condition stands", async () => {
    let [pruned, failed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(source, condition, async (query, where) => {
        const sql = query(`(${where})`);
        const all = await answer(reading, sql, whole);
        const some = await answer(pruning, sql, tables);
        if (all.failure !== undefined) return void failed++;
        assert.deepEqual(some.rows, all.rows, sql);
        if (some.read.size < all.read.size) pruned++;
      }),
      { numRuns: 200 },
    );
    assert.ok(pruned > 40 && failed < 60, `${pruned} pruned, ${failed} failed`);
  });
});
