import assert from "node:assert/strict";
import { queryColumns, queryView } from "../../etl";
import { datastoreTable } from "../../etl/documents/check/dataset-query";
import { DATASTORE } from "./documents/support";

const TABLE = datastoreTable({
  ...DATASTORE,
  fileFormatConfiguration: {
    parquetConfiguration: {
      schemaDefinition: {
        columns: [
          { name: "id", type: "string" },
          { name: "temperature", type: "double" },
          { name: "at", type: "timestamp" },
          { name: "tags", type: "map<string,int>" },
          { name: "place", type: "struct<site:string,rows:array<int>>" },
          { name: "price", type: "decimal(5,2)" },
        ],
      },
    },
  },
})!;

const view = (sql: string) => queryView(sql, [TABLE]);
const problem = (sql: string): string => {
  const found = view(sql);
  return "problem" in found ? found.problem : assert.fail(found.sql);
};

describe("etl/query-view", () => {
  // The types of the catalog and of SQL: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
  it("has the query's columns by name, with the types of the catalog", () => {
    const found = view("SELECT *, count(*) OVER () AS N, 'abc' AS text, 1 AS one FROM readings;");
    assert.ok("sql" in found, JSON.stringify(found));
    assert.deepEqual(
      found.columns.map(({ name, type }) => `${name} ${type}`),
      [
        "id string",
        "temperature double",
        "at timestamp",
        "tags map<string,int>",
        "place struct<site:string,rows:array<int>>",
        "price decimal(5,2)",
        "__dt date",
        "n bigint",
        "text string",
        "one int",
      ],
    );
    assert.equal(
      found.sql,
      'SELECT "id", "temperature", "at", "tags", "place", "price", "__dt", "n", "text", "one" FROM (\n' +
        "SELECT *, count(*) OVER () AS N, 'abc' AS text, 1 AS one FROM readings\n)",
    );
  });

  it("takes a query that ends in a comment, and one with WITH, UNION, ORDER BY and LIMIT", () => {
    for (const sql of [
      "SELECT id FROM readings -- all",
      "WITH r AS (SELECT id FROM readings) SELECT id FROM r UNION SELECT 'x' ORDER BY id LIMIT 3",
    ])
      assert.ok("sql" in view(sql), JSON.stringify(view(sql)));
  });

  it("says why there can be none", () => {
    assert.match(problem("SELECT count(*) FROM readings"), /column 1 has no name; give it one with AS/);
    assert.match(problem("SELECT id, ID FROM readings"), /two of its columns are called "id"/);
    assert.match(problem("SELECT current_timestamp AS t FROM readings"), /"t".*timestamp\(3\) with time zone/);
    assert.match(problem("SELECT NULL AS nothing FROM readings"), /"nothing".*unknown/);
    assert.match(problem("SELECT nowhere FROM readings"), /'nowhere' cannot be resolved/);
  });

  it("has columns of a type that the catalog lacks, too, for who reads them as texts", () => {
    const found = queryColumns("SELECT current_timestamp AS t, 1 FROM readings", [TABLE]);
    assert.deepEqual(found, {
      columns: [
        { name: "t", named: true, type: undefined, sqlType: "timestamp(3) with time zone" },
        { name: "_col1", named: false, type: "int", sqlType: "integer" },
      ],
    });
  });
});
