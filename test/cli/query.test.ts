import assert from "node:assert/strict";
import { datasetViews } from "../../cli/query";
import { Athena } from "../../local/athena";
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
