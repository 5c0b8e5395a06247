import assert from "node:assert/strict";
import { analyzeQuery } from "../../../etl/athena-sql/analyze";
import type { SqlCatalog } from "../../../etl/athena-sql/analyze/session";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { parseOnlyQuery } from "../../../etl/athena-sql/parser";
import { hiveType } from "../../../etl/athena-sql/types/hive";
import { formatType } from "../../../etl/athena-sql/types/type";
import { answerClasses, answersOf, ORACLE_NOW } from "../../oracles/trino/answers";

const COLUMNS = {
  device_id: "string",
  temperature: "int",
  at: "timestamp",
  tags: "array<struct<k:string,v:decimal(5,2)>>",
};
const catalog: SqlCatalog = {
  database: "lake",
  table: (database, name) =>
    database === "lake" && name === "store"
      ? {
          database,
          name,
          columns: [
            ...Object.entries(COLUMNS).map(([column, type]) => ({
              name: column,
              type: hiveType(type),
              partitionKey: false,
            })),
            { name: "__dt", type: hiveType("date"), partitionKey: true },
          ],
        }
      : undefined,
  hasDatabase: (name) => name === "lake",
  tableNames: () => ["lake.store"],
};
const analyze = (sql: string) => analyzeQuery(parseOnlyQuery(sql), { catalog, now: ORACLE_NOW });

describe("etl/athena-sql: analyzer", () => {
  it("names and types columns as Trino does, of every statement that it answers, without running it", () => {
    let known = 0;
    const differ: string[] = [];
    for (const { sql, names, types } of answerClasses().flatMap(answersOf)) {
      if (types === undefined) continue;
      try {
        const { columns } = analyze(sql);
        known++;
        const seen = columns.map(({ name, type }) => `${name} ${formatType(type)}`);
        const expected = types.map((type, i) => `${names![i]} ${type}`);
        if (seen.join() !== expected.join()) differ.push(`${sql}: ${seen.join()}, Trino: ${expected.join()}`);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
      }
    }
    assert.deepEqual(differ, []);
    assert.ok(known > 3000, String(known));
  });

  it("knows the tables that are read, and the columns that are compared with constants", () => {
    const { tables, columns } = analyze(
      "WITH w AS (SELECT * FROM store WHERE __dt = DATE '2026-01-01') SELECT count(*) AS n, max(w.at) FROM w JOIN lake.store s ON w.device_id = s.device_id AND s.temperature IN (1, 2)",
    );
    assert.deepEqual(
      tables.map(({ database, name, at, pinned }) => [database, name, at.line, at.column, [...pinned].sort()]),
      [["lake", "store", 1, 26, ["__dt", "temperature"]]],
    );
    assert.deepEqual(
      columns.map(({ name, type }) => `${name} ${formatType(type)}`),
      ["n bigint", "_col1 timestamp(3)"],
    );
  });

  // Each is what Trino 413 says of the same statement over a table of these columns.
  const refusals: [sql: string, message: string][] = [
    ["SELECT x FROM store", "line 1:8: Column 'x' cannot be resolved"],
    ["SELECT tags.k FROM store", "line 1:8: Expression tags is not of type ROW"],
    ["SELECT count(*) FROM store WHERE temperature = '1'", "line 1:46: Cannot apply operator: integer = varchar(1)"],
    ["SELECT temperature AS t FROM store WHERE t > 1", "line 1:42: Column 't' cannot be resolved"],
    ["SELECT temperature AS t, count(*) FROM store GROUP BY t", "line 1:55: Column 't' cannot be resolved"],
    [
      "SELECT device_id, max(temperature) FROM store",
      "line 1:8: 'device_id' must be an aggregate expression or appear in GROUP BY clause",
    ],
    ["SELECT sum(device_id) FROM store", "line 1:8: Unexpected parameters (varchar) for function sum. Expected: "],
    ["SELECT * FROM nowhere", "line 1:15: Table 'awsdatacatalog.lake.nowhere' does not exist"],
    ["SELECT * FROM other.store", "line 1:15: Schema 'other' does not exist"],
    ["SELECT nothing(1)", "line 1:8: Function 'nothing' not registered"],
  ];
  for (const [sql, message] of refusals)
    it(`refuses ${sql}`, () => {
      assert.throws(
        () => analyze(sql),
        (error: unknown) => {
          assert.ok(error instanceof SqlError);
          assert.ok(error.message.startsWith(message), error.message);
          return true;
        },
      );
    });
});
