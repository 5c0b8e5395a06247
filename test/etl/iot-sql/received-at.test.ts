import assert from "node:assert/strict";
import { receivedAtOf } from "../../../etl/iot-sql";

describe("etl/iot-sql: the time of reception", () => {
  for (const [sql, expected] of [
    ["SELECT * FROM 'dt/+/a'", "SELECT *, timestamp() AS __received_at FROM 'dt/+/a'"],
    ["select * from 'a' where x > 1", "select *, timestamp() AS __received_at from 'a' where x > 1"],
    [
      "SELECT a.b AS c , topic(2)  AS d\nFROM 'a'",
      "SELECT a.b AS c , topic(2)  AS d, timestamp() AS __received_at\nFROM 'a'",
    ],
    [
      "SELECT (SELECT v FROM e) AS f FROM 'from'",
      "SELECT (SELECT v FROM e) AS f, timestamp() AS __received_at FROM 'from'",
    ],
    ["SELECT *", "SELECT *, timestamp() AS __received_at"],
    ["SELECT __received_at AS at, * FROM 'a'", "SELECT __received_at AS at, *, timestamp() AS __received_at FROM 'a'"],
  ] as const)
    it(`is added to ${sql.replace("\n", " ")}`, () => {
      const state = receivedAtOf(sql);
      assert.deepEqual(state, { kind: "missing", sql: expected });
      assert.deepEqual(receivedAtOf(expected), { kind: "given" });
    });

  it("cannot be added to a value by itself", () => {
    assert.equal(receivedAtOf("SELECT VALUE a FROM 'a'").kind, "impossible");
  });
});
