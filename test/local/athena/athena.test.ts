import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Athena, AthenaError, toCsv } from "../../../local/athena";
import { functionNames } from "../../../etl/athena-sql/builtins";
import type { CatalogTable } from "../../../local/athena";

const NOW = Date.UTC(2026, 0, 31, 12, 30, 0, 5);

/** What a query answers is Trino's: each expected value is from Trino's documentation of the function, none from a run. */
describe("local/athena", () => {
  const athena = new Athena();
  let folder: string;
  const tables = new Map<string, CatalogTable>();

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-"));
    const write = (name: string, columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]): string => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData })));
      return file;
    };
    const text = (name: string, data: (string | null)[]) => ({ name, data, type: "STRING" as const, nullable: true });
    const whole = (name: string, data: (number | null)[]) => ({ name, data, type: "INT32" as const, nullable: true });
    const parts: [string, string][] = [
      [write("s/__year=2025/a", [text("device_id", ["a", "b"]), whole("temperature", [10, null])]), "2025"],
      // A file from before the column was there, and a path that no decoding may change.
      [write("s/__year=2026%20/b", [text("device_id", ["c"]), text("unlisted", ["x"])]), "2026%20"],
    ];
    const table = (name: string, more: Partial<CatalogTable>): void => {
      tables.set(`lake.${name}`, {
        database: "lake",
        name,
        columns: [
          { name: "device_id", type: "string" },
          { name: "temperature", type: "int" },
          { name: "tags", type: "array<struct<k:string,v:decimal(5,2)>>" },
        ],
        partitionKeys: [],
        parameters: {},
        location: `s3://lake/${name}/`,
        files: () => [],
        unseen: () => 0,
        ...more,
      });
    };
    const year = [{ name: "__year", type: "string" }];
    const files = () =>
      parts.map(([file, value]) => ({
        path: file,
        bucket: "lake",
        key: path.relative(folder, file),
        partition: { __year: value },
        bytes: fs.statSync(file).size,
      }));
    table("store", { partitionKeys: year, files });
    table("empty", {});
    table("injected", { partitionKeys: year, files, parameters: { "projection.__year.type": "injected" } });
  });
  after(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  const run = (sql: string, more: { maxRows?: number; bytesScannedCutoff?: number } = {}) =>
    athena.query(sql, { database: "lake", tables, now: NOW, ...more });
  const rows = async (sql: string): Promise<unknown[][]> => (await run(sql)).rows;
  const value = async (expression: string): Promise<unknown> => (await rows(`SELECT ${expression}`))[0]![0];
  const fails = async (sql: string, message: string | RegExp): Promise<void> => {
    await assert.rejects(run(sql), (error: unknown) => {
      assert(error instanceof AthenaError, String((error as Error).stack));
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });
  };

  describe("tables", () => {
    it("have their columns whichever a file has, and partitions as they are spelled", async () => {
      const { rows: found, columns } = await run("select * from store order by device_id");
      assert.deepEqual(found, [
        ["a", 10, null, "2025"],
        ["b", null, null, "2025"],
        ["c", null, null, "2026%20"],
      ]);
      assert.deepEqual(
        columns.map(({ name }) => name),
        ["device_id", "temperature", "tags", "__year"],
      );
    });

    it("are typed without a file", async () => {
      const { rows: none, columns } = await run("SELECT * FROM lake.EMPTY");
      assert.deepEqual(none, []);
      assert.deepEqual(
        columns.map(({ type }) => type),
        ["varchar", "integer", "array(row(k varchar, v decimal(5,2)))"],
      );
    });

    it("join, and are shadowed by WITH", async () => {
      assert.deepEqual(
        await rows(
          "WITH store (n) AS (SELECT 1), two(m) AS (SELECT 2) SELECT n, m, count(device_id) FROM store CROSS JOIN two CROSS JOIN lake.store AS s GROUP BY n, m",
        ),
        [[1, 2, 3n]],
      );
    });

    it("compare no number and no date with a text, as Trino does not", async () => {
      await fails(
        "SELECT 1 FROM store WHERE temperature = '10'",
        "TYPE_MISMATCH: line 1:39: Cannot apply operator: integer = varchar(2)",
      );
      await fails(
        "SELECT 1 FROM store WHERE temperature NOT IN ('10', '11')",
        "TYPE_MISMATCH: line 1:47: IN value and list items must be the same type or coercible to a common type. Cannot find common type between integer and varchar(2), all types (without duplicates): [integer, varchar(2)]",
      );
      await fails(
        "SELECT 1 FROM store WHERE temperature BETWEEN '1' AND '2'",
        "TYPE_MISMATCH: line 1:39: Cannot check if integer is BETWEEN varchar(1) and varchar(1)",
      );
      await fails(
        "SELECT 1 FROM store s WHERE '10' <> s.temperature",
        "TYPE_MISMATCH: line 1:34: Cannot apply operator: varchar(2) <> integer",
      );
      // a text is one, and what the query calls so itself may be one
      assert.equal((await rows("SELECT 1 FROM store WHERE device_id = 'a'")).length, 1);
      assert.equal(
        (await rows("SELECT 1 FROM (SELECT device_id AS temperature FROM store) WHERE temperature = 'a'")).length,
        1,
      );
      assert.equal((await rows("SELECT 1 FROM store WHERE CAST(temperature AS varchar) = '10'")).length, 1);
    });

    it("with an injected key want it named", async () => {
      await fails(
        "SELECT * FROM injected",
        "CONSTRAINT_VIOLATION: For the injected projected partition column __year, the WHERE clause must contain only static equality conditions, and at least one such condition must be present. Such as WHERE __year = '2025'",
      );
      assert.deepEqual(await rows("SELECT device_id FROM injected WHERE __year = '2026%20'"), [["c"]]);
      assert.equal((await rows("SELECT device_id FROM injected WHERE __year IN ('2025')")).length, 2);
    });

    it("count what is scanned, and stop at the limit", async () => {
      const { scannedBytes } = await run("SELECT 1 FROM store");
      assert(scannedBytes > 100);
      await assert.rejects(run("SELECT 1 FROM store", { bytesScannedCutoff: scannedBytes - 1 }), {
        name: "AthenaError",
        code: "EXCEEDED_SCAN_LIMIT",
      });
      await run("SELECT 1 FROM store", { bytesScannedCutoff: scannedBytes });
    });

    it("put NULL last, whichever way they are sorted", async () => {
      for (const [order, expected] of [
        ["", [10, null, null]],
        ["DESC", [10, null, null]],
        ["NULLS FIRST", [null, null, 10]],
      ] as const)
        assert.deepEqual((await rows(`SELECT temperature FROM store ORDER BY 1 ${order}`)).flat(), expected);
    });
  });

  describe("functions", () => {
    const answers: [expression: string, expected: unknown][] = [
      ["7/2", 3],
      ["-7/2", -3],
      ["7/2.0", "3.5"],
      ["date_add('day', -1, TIMESTAMP '2026-03-01 00:00:00')", "2026-02-28 00:00:00"],
      ["date_add('month', 1, TIMESTAMP '2026-01-31 00:00:00')", "2026-02-28 00:00:00"],
      ["date_diff('day', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00')", 0n],
      ["date_diff('hour', TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:00:00')", 2n],
      ["date_trunc('hour', TIMESTAMP '2026-01-01 23:45:01')", "2026-01-01 23:00:00"],
      ["date_parse('2026-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')", "2026-01-02 03:04:05.000"],
      ["date_format(TIMESTAMP '2026-01-02 15:04:05', '%d %M %Y %h:%i %p')", "02 January 2026 03:04 PM"],
      ["from_unixtime(0)", "1970-01-01 00:00:00.000 UTC"],
      ["to_unixtime(from_iso8601_timestamp('1970-01-01T00:01:00.500Z'))", 60.5],
      ["current_timestamp", "2026-01-31 12:30:00.005 UTC"],
      ["now()", "2026-01-31 12:30:00.005 UTC"],
      ["current_date", "2026-01-31"],
      ["current_date - interval '1' day < current_timestamp", true],
      ["day_of_week(DATE '2026-01-04')", 7n],
      ["date('2026-01-02')", "2026-01-02"],
      ["extract(hour FROM TIMESTAMP '2026-01-01 23:45:01')", 23n],
      ["split_part('a/b/c', '/', 2)", "b"],
      ["split_part('a/b/c', '/', 9)", null],
      ["split('a,b', ',')", ["a", "b"]],
      ["regexp_like('abc', 'b+')", true],
      ["regexp_extract('abc', 'x')", null],
      ["regexp_extract('a12', '([a-z])(\\d+)', 2)", "12"],
      ["regexp_replace('a1b2', '(\\d)', '<$1>')", "a<1>b<2>"],
      ["concat('a', NULL)", null],
      ["concat('a', 'b', 'c')", "abc"],
      ["'a' || 'b'", "ab"],
      ["greatest(1, NULL)", null],
      ["least(3, 2, 5)", 2],
      ["if(1 > 2, 'x', 'y')", "y"],
      ['json_extract_scalar(\'{"a":{"b":"c"}}\', \'$.a.b\')', "c"],
      ["json_extract_scalar('{\"a\":{\"b\":1}}', '$.a')", null],
      ["json_extract_scalar('no json', '$.a')", null],
      ["try_cast('x' AS integer)", null],
      ["cast('12' AS bigint)", 12n],
      ["cast(1.5 AS decimal(10,2))", "1.50"],
      ["cardinality(ARRAY[1,2,3])", 3n],
      ["element_at(ARRAY['a','b'], 2)", "b"],
      ["element_at(ARRAY['a'], 5)", null],
      ["ARRAY['a','b'][1]", "a"],
      ["element_at(MAP(ARRAY['k'], ARRAY['v']), 'k')", "v"],
      ["contains(ARRAY[1,2], 2)", true],
      ["array_join(ARRAY['a','b'], '-')", "a-b"],
      ["format('%.2f', 3.14159e0)", "3.14"],
      ["cast(row(1, 'x') AS row(a integer, b varchar))", { a: 1, b: "x" }],
      ["truncate(-2.7e0)", -2],
      ["round(2.5e0)", 3],
      ["day(DATE '2026-01-09')", 9n],
    ];
    for (const [expression, expected] of answers)
      it(expression, async () => assert.deepEqual(await value(expression), expected));

    it("aggregates, with FILTER and OVER", async () => {
      assert.deepEqual(
        await rows(`
          SELECT approx_percentile(x, 0.5), max_by(y, x), arbitrary(z), approx_distinct(x), sum(x), avg(x),
                 count(*) FILTER (WHERE x > 1), count(DISTINCT z), bool_and(x > 0)
          FROM (VALUES (1, 'a', 'k'), (2, 'b', 'k'), (3, 'c', 'k')) AS t (x, y, z)`),
        [[2n, "c", "k", 3n, 6n, 2, 2n, 1n, true]],
      );
      assert.deepEqual(
        await rows(
          "SELECT x, lag(x) OVER (ORDER BY x), row_number() OVER (ORDER BY x DESC) FROM UNNEST(ARRAY[5, 7]) AS t (x) ORDER BY x",
        ),
        [
          [5, null, 2n],
          [7, 5, 1n],
        ],
      );
      assert.deepEqual((await run("SELECT sum(x) FROM (VALUES 1, 2) t(x)")).columns[0]!.type, "bigint");
    });

    it("UNNEST with its position", async () => {
      assert.deepEqual(
        await rows(
          "SELECT x, n FROM (SELECT ARRAY['a','b'] AS l) CROSS JOIN UNNEST(l) WITH ORDINALITY AS u (x, n) ORDER BY n",
        ),
        [
          ["a", 1n],
          ["b", 2n],
        ],
      );
    });
  });

  describe("refuses", () => {
    const refusals: [sql: string, message: string | RegExp][] = [
      ["", "SYNTAX_ERROR: the query is empty"],
      ["SELECT 1; SELECT 2", "SYNTAX_ERROR: Only one sql statement is allowed. Got: SELECT 1; SELECT 2"],
      ["SELECT * FRO store", /^SYNTAX_ERROR: line 1:\d+: /],
      ["INSERT INTO store VALUES (1)", /^NOT_SUPPORTED: a statement that writes is not executed here/],
      ["DROP TABLE store", /^NOT_SUPPORTED: DROP TABLE is not executed/],
      ["PREPARE p FROM SELECT 1", /^NOT_SUPPORTED: PREPARE is not executed here/],
      [
        "SELECT *\nFROM nothing",
        "TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.lake.nothing' does not exist; there are lake.store, lake.empty, lake.injected",
      ],
      ["SELECT * FROM other.store", "SCHEMA_NOT_FOUND: line 1:15: Schema 'other' does not exist"],
      ["SELECT * FROM information_schema.nothing", /^TABLE_NOT_FOUND: /],
      [
        "SELECT tempurature FROM store",
        /^COLUMN_NOT_FOUND: line 1:8: Column 'tempurature' cannot be resolved; near it is temperature/,
      ],
      [
        "SELECT 1,\n  word_stem('a')",
        "FUNCTION_NOT_FOUND: line 2:3: Function 'word_stem' is not executed by the local cloud; docs/athena-sql.md lists the functions that are",
      ],
      [
        "SELECT array_joined(a, ',')",
        "FUNCTION_NOT_FOUND: line 1:8: Function 'array_joined' not registered; near it is array_join",
      ],
      ["SELECT * FROM read_csv('/etc/hostname')", /^SYNTAX_ERROR: line 1:23: mismatched input '\('/],
      ["SELECT * FROM '/etc/hostname'", /^(SYNTAX_ERROR|TABLE_NOT_FOUND): /],
      ['SELECT * FROM "/etc/hostname"', /^TABLE_NOT_FOUND: /],
      ["SELECT getenv('HOME')", "FUNCTION_NOT_FOUND: line 1:8: Function 'getenv' not registered"],
      ["SELECT cast('x' AS integer)", /^INVALID_CAST_ARGUMENT: /],
      [
        "SELECT date_add('fortnight', 1, current_timestamp)",
        "INVALID_FUNCTION_ARGUMENT: 'fortnight' is not a valid Timestamp field",
      ],
    ];
    for (const [sql, message] of refusals) it(sql || "nothing at all", () => fails(sql, message));
  });

  it("calls a column without a name _col and its place", async () => {
    const width = tables.get("lake.store")!.columns.length + tables.get("lake.store")!.partitionKeys.length;
    const names = async (sql: string): Promise<string[]> => (await run(sql)).columns.map(({ name }) => name);
    for (const [sql, expected] of [
      ["SELECT device_id, count(*), max(temperature) AS most FROM store GROUP BY 1", ["device_id", "_col1", "most"]],
      [
        "SELECT 1 + 1, (device_id), s.temperature, current_date FROM store s",
        ["_col0", "device_id", "temperature", "_col3"],
      ],
      ["WITH n AS (SELECT count(*) AS n FROM store) SELECT n, n + 1 FROM n", ["n", "_col1"]],
      ["SELECT 1 UNION ALL SELECT 2", ["_col0"]],
      ["(SELECT CAST('1' AS integer))", ["_col0"]],
      ["VALUES (1, 'a'), (2, 'b')", ["_col0", "_col1"]],
    ] as const)
      assert.deepEqual(await names(sql), expected, sql);
    const around = await names("SELECT 7, *, 8 FROM store");
    assert.deepEqual([around[0], around.at(-1)], ["_col0", `_col${width + 1}`]);
    assert.ok(around.includes("device_id"));
  });

  it("executes the functions that the guide lists, and no other", () => {
    const guide = fs.readFileSync(path.join(__dirname, "..", "..", "..", "docs", "athena-sql.md"), "utf8");
    const listed = /## Functions\n[\s\S]*?```\n([\s\S]*?)\n```/.exec(guide)![1]!;
    assert.deepEqual(listed.split(/[,\s]+/), functionNames());
  });

  it("writes a result of any size to a file, and keeps its first rows", async () => {
    const file = path.join(folder, "result.csv");
    const options = { database: "lake", tables, maxRows: 2 };
    const sql = "SELECT device_id, temperature, ARRAY[1, 2], 'say \"hi\"' FROM store ORDER BY device_id";
    const result = await athena.queryToCsv(sql, options, file);
    assert.deepEqual([result.rowCount, result.rows.length], [3, 2]);
    const lines = fs.readFileSync(file, "utf8").split("\n");
    assert.equal(lines[1], '"a","10","[1, 2]","say ""hi"""');
    assert.equal(lines[2], '"b",,"[1, 2]","say ""hi"""');
    assert.equal(fs.readFileSync(file, "utf8"), toCsv(await run(sql)));
    await assert.rejects(athena.queryToCsv("SELECT nope FROM store", options, file), AthenaError);
    assert.deepEqual(fs.readdirSync(folder).sort(), ["result.csv", "s"]);
  });
});
