import assert from "node:assert/strict";
import { changed, DATASET, DATASTORE, loadTexts } from "../support";

const SQL = "$.actions[0].queryAction.sqlQuery";
const TABLE = (DATASTORE as { datastoreName: string }).datastoreName;

/** What is reported about a dataset's query beside the given datastores. */
function reported(sql: string, ...datastores: object[]): string[] {
  const dataset = changed(DATASET, "actions.0.queryAction.sqlQuery", sql);
  const files = Object.fromEntries(
    [dataset, ...datastores].map((each, index) => [`${index}.json`, JSON.stringify(each)]),
  );
  return loadTexts(files, { purpose: "check" })
    .problems.filter(({ file, path }) => file.endsWith("0.json") && path === SQL)
    .map(({ severity, message }) => `${severity}: ${message}`);
}

const refusal = (sql: string, ...datastores: object[]): string | undefined =>
  reported(sql, ...datastores).find((line) => line.includes("Athena refuses the query"));

// The refusals are those of Trino 413, test/oracles/trino.
describe("npm run check: a dataset's query", () => {
  const column = "temperature";

  it("is refused with line and column for what Athena does not parse", () => {
    assert.match(refusal(`SELECT * FORM ${TABLE}`)!, /line 1:10: mismatched input 'FORM'/);
    assert.match(refusal(`SELECT ${column}::varchar FROM ${TABLE}`)!, /line 1:19: mismatched input ':'/);
    assert.match(refusal(`SELECT * FROM ${TABLE} LIMIT 1 OFFSET 1`)!, /mismatched input 'OFFSET'/);
  });

  it("is refused for columns, functions and types, when every table is a datastore among the documents", () => {
    assert.match(
      refusal(`SELECT\n  nothing FROM ${TABLE}`, DATASTORE)!,
      /line 2:3: Column 'nothing' cannot be resolved/,
    );
    assert.match(refusal(`SELECT foo(${column}) FROM ${TABLE}`, DATASTORE)!, /line 1:8: Function 'foo' not registered/);
    assert.match(
      refusal(`SELECT * FROM ${TABLE} WHERE ${column} = 'a'`, DATASTORE)!,
      /Cannot apply operator: .* = varchar/,
    );
    assert.equal(refusal(`SELECT ${column} FROM ${TABLE} WHERE ${column} > 1`, DATASTORE), undefined);
  });

  it("is judged by its syntax alone when a table's columns are unknown", () => {
    assert.equal(refusal(`SELECT nothing FROM ${TABLE}`), undefined);
    assert.equal(refusal(`SELECT nothing FROM ${TABLE}`, { datastoreName: TABLE }), undefined);
    assert.equal(refusal(`SELECT nothing FROM ${TABLE} JOIN other ON true`, DATASTORE), undefined);
  });

  it("is not judged where a placeholder stands", () => {
    const template = {
      Resources: {
        D: {
          Type: "AWS::IoTAnalytics::Dataset",
          Properties: {
            DatasetName: "d",
            Actions: [{ ActionName: "a", QueryAction: { SqlQuery: { "Fn::ImportValue": "x" } } }],
          },
        },
      },
    };
    const { problems } = loadTexts({ "t.json": JSON.stringify(template) }, { purpose: "check" });
    assert.ok(!problems.some(({ message }) => message.includes("Athena refuses")), JSON.stringify(problems));
  });

  it("has a note when it reads every partition, and none when a condition limits them", () => {
    const all = (sql: string): boolean =>
      reported(sql, DATASTORE).some((line) => /^note: it reads every partition/.test(line));
    assert.ok(all(`SELECT * FROM ${TABLE}`));
    assert.ok(!all(`SELECT * FROM ${TABLE} WHERE __dt > current_date - interval '7' day`));
  });
});
