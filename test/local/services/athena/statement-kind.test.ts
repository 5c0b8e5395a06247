import assert from "node:assert/strict";
import { parse } from "../../../../etl/athena-sql/parser";
import { errorKind } from "../../../../local/services/athena/failure";
import { executionParameters } from "../../../../local/services/athena/parameters";
import { kindOf } from "../../../../local/services/athena/statement-kind";

/** As https://github.com/aoyagikouhei/athena-local measured on Athena. */
describe("local/services/athena: what is known of a statement before it runs", () => {
  for (const [sql, type, subtype, name] of [
    ["SELECT 1", "DML", "SELECT", "ID.csv"],
    ["/* c */ (SELECT 1) UNION ALL (SELECT 2)", "DML", "SELECT", "ID.csv"],
    ["VALUES 1", "DML", "SELECT", "ID.csv"],
    ["TABLE t", "DML", "SELECT", "ID.csv"],
    ["INSERT INTO t SELECT 1", "DML", "INSERT", "ID"],
    ["UNLOAD (SELECT 1 AS a) TO 's3://b/p/' WITH (format = 'PARQUET')", "DML", "UNLOAD", "ID"],
    ["CREATE TABLE t AS SELECT 1 AS a", "DDL", "CREATE_TABLE_AS_SELECT", "tables/ID"],
    ["CREATE OR REPLACE VIEW v AS SELECT 1 AS a", "DDL", "CREATE_VIEW", "ID.txt"],
    ["EXPLAIN SELECT 1", "DML", "EXPLAIN", "ID.txt"],
    ["DESC t", "UTILITY", "DESCRIBE_TABLE", "ID.txt"],
    ["SHOW TABLES", "UTILITY", "SHOW_TABLES", "ID.txt"],
    ["SHOW SCHEMAS", "UTILITY", "SHOW_DATABASES", "ID.txt"],
    ["SHOW FUNCTIONS", "UTILITY", "SHOW_FUNCTIONS", "ID.csv"],
    ["DROP TABLE IF EXISTS t", "DDL", "DROP_TABLE", "ID.txt"],
    ["CREATE SCHEMA s", "DDL", "CREATE_DATABASE", "ID.txt"],
    ["DELETE FROM t", "DML", "DELETE", "ID.csv"],
    ["VACUUM t", "UTILITY", undefined, "ID.txt"],
  ] as const)
    it(sql, () => {
      const kind = kindOf(parse(sql));
      assert.deepEqual([kind.type, kind.subtype, `${kind.prefix}ID${kind.suffix}`], [type, subtype, name]);
    });

  it("of its values: expressions without names are expressions, all else are texts", () => {
    const statement = parse("SELECT ?");
    for (const [value, kind] of [
      ["'abc'", "string"],
      ["1 + 1", "arithmetic"],
      ["DATE '2020-01-01'", "typed"],
      ["NULL", "null"],
    ] as const)
      assert.equal(executionParameters(statement, [value])[0]!.kind, kind, value);
    for (const value of ["abc def", "it's", "123e4567-e89b-12d3-a456-426614174000", "abc", "x + 1", "t.x"])
      assert.deepEqual(executionParameters(statement, [value])[0], {
        kind: "string",
        at: { line: 1, column: 1 },
        value,
      });
    assert.deepEqual(executionParameters(parse("SELECT 1"), ["1"]), []);
    assert.throws(
      () => executionParameters(statement, ["1", "2"]),
      /Incorrect number of parameters: expected 1 but found 2/,
    );
    assert.equal(executionParameters(parse("EXECUTE p"), ["1", "2"]).length, 2);
  });

  it("of its failure", () => {
    for (const [reason, category, type] of [
      ["COLUMN_NOT_FOUND: line 1:8: ...", 2, 1006],
      ["TABLE_NOT_FOUND: ...", 2, 1301],
      ["DIVISION_BY_ZERO: Division by zero", 2, 1001],
      ["MISSING_COLUMN_ALIASES: ...", 2, 1000],
      ["GENERIC_INTERNAL_ERROR: ...", 1, 200],
    ] as const)
      assert.deepEqual(errorKind(reason), { category, type }, reason);
  });
});
