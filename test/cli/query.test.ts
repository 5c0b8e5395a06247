import assert from "node:assert/strict";
import { emptyLines, withWorkgroups } from "../../cli/query";
import { datasetViews } from "../../cli/query/tables";
import { explainJson, explainText } from "../../cli/query/explain";
import { Athena, type CatalogTable } from "../../local/athena";
import type { StackOutputs } from "../../local/session";

const OUTPUTS = {
  datasets: { hot_rooms: { query: "SELECT 'b' AS room, 31 AS celsius;" }, store: { query: "SELECT 1 AS one" } },
  datastores: { store: {} },
} as unknown as StackOutputs;

describe("cli/query: datasets in a statement", () => {
  const athena = new Athena();
  after(() => athena.close());
  const query = async (sql: string) =>
    athena.query(sql, { database: "db", tables: new Map(datasetViews(sql, OUTPUTS, "db")) });

  for (const [sql, rows] of [
    ["SELECT * FROM hot_rooms", [["b", 31]]],
    ["SELECT celsius FROM Hot_Rooms h WHERE room = 'b'", [[31]]],
    ["WITH w AS (SELECT room FROM hot_rooms) SELECT * FROM w", [["b"]]],
    [`SELECT room FROM "AwsDataCatalog"."db"."hot_rooms"`, [["b"]]],
    ["SELECT 'hot_rooms' AS text", [["hot_rooms"]]],
  ] as const)
    it(sql, async () => assert.deepEqual((await query(sql)).rows, rows));

  it("explains a query of a dataset", async () =>
    assert.match(
      String((await query("EXPLAIN SELECT room FROM hot_rooms")).rows[0]![0]),
      /Output\[columnNames = \[room/,
    ));

  it("places an error where it is in the statement", () =>
    assert.rejects(query("SELECT nothing FROM hot_rooms"), /line 1:8: Column 'nothing' cannot be resolved/));

  it("leaves a name to the datastore that has it", () =>
    assert.deepEqual(datasetViews("SELECT * FROM store", OUTPUTS, "db"), []));
});

describe("cli/query: --explain", () => {
  const MB = 2 ** 20;
  const table = (name: string, sites: Record<string, number>): CatalogTable => ({
    database: "db",
    name,
    columns: [{ name: "v", type: "int" }],
    partitionKeys: [{ name: "site", type: "string" }],
    parameters: {},
    location: "s3://b/",
    files: () =>
      Object.entries(sites).map(([site, bytes]) => ({
        path: site,
        bucket: "b",
        key: site,
        partition: { site },
        bytes,
      })),
    unseen: () => 0,
  });
  const tables = new Map([
    ["db.t", table("t", { n: 100 * MB, s: 1 })],
    ["db.u", table("u", {})],
  ]);
  const explain = (sql: string) => new Athena().explain(sql, { database: "db", tables });

  it("prints partitions, requests, bytes and USD, altogether and by table", () => {
    // 5 USD for 2^40 bytes, 0.005 for 1,000 LIST, 0.0004 for 1,000 GET, 1 for a million requests to the catalog
    const usd = (100 / 2 ** 20) * 5 + 0.000005 + 14 * 0.0000004 + 2 * 0.000001;
    const json = explainJson(explain("SELECT v FROM t WHERE site <> 's'")) as Record<string, unknown>;
    assert.ok(Math.abs((json.usd as number) - usd) < 1e-12, String(json.usd));
    const figures = {
      partitions: { planned: 1, total: 2 },
      requests: { list: 1, get: 14, catalog: 2 }, // the footer, and 100 MB in pieces of 8
      scannedBytes: 100 * MB,
    };
    assert.deepEqual(json, {
      ...figures,
      usd: json.usd,
      tables: [{ name: "db.t", partitionKeys: ["site"], restricted: ["site"], objects: 1, ...figures }],
    });
  });

  it("says in words which conditions choose the partitions", () => {
    const text = (sql: string): string => explainText(explain(sql));
    assert.match(text("SELECT * FROM t WHERE v > 1"), /^t: no condition on site, so every partition is read$/m);
    assert.match(text("SELECT * FROM t JOIN u USING (v) WHERE t.site = 's'"), /^t: conditions on site choose/m);
    assert.match(text("SELECT * FROM t WHERE site = 'w'"), /^no partition is read, so the result has no row/m);
    // 10 MB at least: 10 / 2^20 * 5 USD
    assert.match(
      text("SELECT * FROM t WHERE site = 's'"),
      /^one run on AWS: 0\.0000551 USD .*; Athena bills at least 10 MB/m,
    );
    assert.equal(text("SELECT 1"), "the query reads no table\n");
  });
});

describe("cli/query: what is missing", () => {
  const outputs = {
    datastores: { Warm: { database: "db", table: "warm" }, cold: { database: "db", table: "cold" } },
    datasets: { daily: { query: "SELECT * FROM warm", workgroup: "stack-daily" } },
  } as unknown as StackOutputs;
  const empty = (sql: string, ...full: string[]): string[] =>
    emptyLines(sql, outputs, (_, table) => full.includes(table)).map((line) => /The datastore (\w+)/.exec(line)![1]!);

  it("names the datastores without rows that a statement reads, itself or by a dataset", () => {
    assert.deepEqual(empty("SELECT * FROM warm"), ["Warm"]);
    assert.deepEqual(empty("SELECT * FROM WARM JOIN cold ON true", "warm"), ["cold"]);
    assert.deepEqual(empty("SELECT * FROM daily"), ["Warm"]);
    assert.deepEqual(empty("SELECT * FROM daily", "warm"), []);
    assert.deepEqual(empty("SELECT 1"), []);
  });

  it("says what to run instead of a statement that writes, and where the statement runs", async () => {
    const athena = new Athena();
    try {
      for (const [sql, instead] of [
        ["PREPARE p FROM SELECT ?", /PREPARE is not executed here.* with values in place of \?/],
        ["EXECUTE p USING 1", /EXECUTE is not executed here.* with values in place of \?/],
        ["CREATE VIEW v AS SELECT 1 AS a", /CREATE VIEW is not executed here.* WITH name AS/],
        ["CREATE TABLE t AS SELECT 1 AS a", /a statement that writes is not executed here.* Run its SELECT alone/],
      ] as const)
        await assert.rejects(athena.query(sql, { database: "db", tables: new Map() }), instead);
    } finally {
      athena.close();
    }
    assert.match(
      withWorkgroups("x", outputs),
      /^x\.\nIn full.*stack-daily.*start-query-execution --work-group stack-daily/,
    );
    assert.match(withWorkgroups("x", {}), /through a workgroup, which a dataset has/);
  });
});
