import assert from "node:assert/strict";
import { rowsView } from "../../etl";
import { viewQuery } from "../../local/services/glue/client-tables";

/** https://docs.aws.amazon.com/athena/latest/ug/views.html; the form is that of views which Athena makes, as GetTable shows them. */
describe("etl: the view over a version's rows", () => {
  const columns = [
    { name: "device_id", type: "string" },
    { name: 'odd"name', type: "decimal(6,2)" },
    { name: "tags", type: "array<struct<k:string,n:int>>" },
    { name: "at", type: "timestamp" },
    { name: "__year", type: "string" },
  ];
  const view = rowsView("db", "store__rows", columns);

  it("names every column, so that it does not grow stale when the table gets another", () => {
    assert.deepEqual(viewQuery({ ViewOriginalText: view.viewOriginalText }), {
      sql: 'SELECT "device_id", "odd""name", "tags", "at", "__year" FROM "db"."store__rows"',
      database: "db",
    });
    assert.deepEqual(view.columns, columns);
    assert.deepEqual(view.parameters, { presto_view: "true", comment: "Presto View", "rows-of": "store__rows" });
  });

  it("has the columns with the types of Trino", () => {
    const [, encoded] = /^\/\* Presto View: (.+) \*\/$/.exec(view.viewOriginalText)!;
    const { columns: typed } = JSON.parse(Buffer.from(encoded!, "base64").toString()) as {
      columns: { type: string }[];
    };
    assert.deepEqual(
      typed.map(({ type }) => type),
      ["varchar", "decimal(6,2)", "array(row(k varchar, n integer))", "timestamp(3)", "varchar"],
    );
  });
});
