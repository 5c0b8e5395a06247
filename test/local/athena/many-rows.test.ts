import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Athena, type CatalogTable } from "../../../local/athena";

const ROWS = 6000;

/** DuckDB reads such a column as a dictionary of three values and their places, and may call a function once for each value. */
describe("local/athena: a table of many rows", () => {
  const athena = new Athena();
  const tables = new Map<string, CatalogTable>();
  let folder: string;

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-"));
    const file = path.join(folder, "a");
    const whole = (name: string, of: (i: number) => number) => ({
      name,
      data: Array.from({ length: ROWS }, (_, i) => of(i)),
      type: "INT32" as const,
      nullable: true,
    });
    const columnData = [whole("n", (i) => i % 3), whole("i", (i) => i)];
    fs.writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData })));
    tables.set("lake.t", {
      database: "lake",
      name: "t",
      columns: [
        { name: "n", type: "int" },
        { name: "i", type: "int" },
      ],
      partitionKeys: [],
      parameters: {},
      location: "s3://lake/t/",
      files: () => [{ path: file, bucket: "lake", key: "a", partition: {}, bytes: fs.statSync(file).size }],
      unseen: () => 0,
    });
  });
  after(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });
  const value = async (sql: string): Promise<unknown> =>
    (await athena.query(sql, { database: "lake", tables })).rows[0]![0];

  it("calls no function with a value that a condition leaves out", async () => {
    assert.equal(await value("SELECT count(*) FROM t WHERE n <> 0 AND 10 / n > 1"), BigInt((ROWS / 3) * 2));
    assert.equal(await value("SELECT sum(CASE WHEN n <> 0 THEN 10 / n END) FROM t"), BigInt((ROWS / 3) * 15));
    assert.equal(await value("SELECT sum(IF(n = 0, 0, 10 % n)) FROM t"), 0n);
    await assert.rejects(value("SELECT sum(10 / n) FROM t"), /DIVISION_BY_ZERO: Division by zero/);
  });

  it("TRY is NULL for the rows that fail, and no other", async () => {
    assert.equal(await value("SELECT count(*) FROM t WHERE try(10 / n) IS NULL"), BigInt(ROWS / 3));
    assert.equal(await value("SELECT sum(coalesce(try(10 / n), 1)) FROM t"), BigInt((ROWS / 3) * 16));
    assert.equal(await value("SELECT count(try(ARRAY[1, 2][n])) FROM t"), BigInt((ROWS / 3) * 2));
  });

  it("groups, sorts and joins by what functions in JavaScript give", async () => {
    assert.equal(
      await value("SELECT count(*) FROM (SELECT date_add('day', i / 1000, DATE '2026-01-01') d FROM t GROUP BY 1)"),
      6n,
    );
    assert.equal(
      await value("SELECT count(*) FROM t a JOIN (VALUES '0', '1') v(x) ON CAST(a.n AS varchar(5)) = v.x"),
      BigInt((ROWS / 3) * 2),
    );
    assert.equal(await value("SELECT i FROM t ORDER BY round(i / 7e0, 1) DESC LIMIT 1"), ROWS - 1);
  });

  it("a text too long for memory is an error of the query", async () => {
    await assert.rejects(value("SELECT lpad('x', 2000000000, 'y')"), { name: "AthenaError" });
    assert.equal(await value("SELECT 1"), 1);
  });
});

describe("local/athena: timestamps of a table", () => {
  const athena = new Athena();
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-"))));
  after(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("have milliseconds, rounded when they are read, in arrays, rows and maps too", async () => {
    const file = path.join(folder, "a");
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const at = "TIMESTAMP '2026-01-31 10:00:00.123500'";
    await connection.run(
      `COPY (SELECT ${at} AS at, [${at}] AS list, {'t': ${at}} AS part, map(['k'], [${at}]) AS named) TO '${file}' (FORMAT parquet)`,
    );
    instance.closeSync();
    const columns = Object.entries({
      at: "timestamp",
      list: "array<timestamp>",
      part: "struct<t:timestamp>",
      named: "map<string,timestamp>",
    }).map(([name, type]) => ({ name, type }));
    const table: CatalogTable = {
      database: "lake",
      name: "t",
      columns,
      partitionKeys: [],
      parameters: {},
      location: "s3://lake/t/",
      files: () => [{ path: file, bucket: "lake", key: "a", partition: {}, bytes: fs.statSync(file).size }],
      unseen: () => 0,
    };
    const { rows } = await athena.query(
      "SELECT CAST(at AS timestamp(6)), list[1], part.t, named['k'] FROM t WHERE at = TIMESTAMP '2026-01-31 10:00:00.124'",
      { database: "lake", tables: new Map([["lake.t", table]]) },
    );
    const rounded = "2026-01-31 10:00:00.124";
    assert.deepEqual(rows, [[`${rounded}000`, rounded, rounded, rounded]]);
  });
});
