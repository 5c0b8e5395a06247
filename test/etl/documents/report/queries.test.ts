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

  it("has a note when it reads every partition, and which a condition leaves when one limits them", () => {
    const notes = (sql: string): string[] =>
      reported(sql, DATASTORE).flatMap((line) => /^note: ((?:it reads every|of ).*)/.exec(line)?.[1] ?? []);
    const [first = ""] = notes(`SELECT * FROM ${TABLE}`);
    assert.match(
      first,
      /^it reads every partition of ".*", so that its time and cost grow with the datastore; a condition on __dt/,
    );
    const leaves = (key: string): string[] => [
      `of ${JSON.stringify(TABLE)} it reads the partitions that its conditions on ${key} leave`,
    ];
    assert.deepEqual(notes(`SELECT * FROM ${TABLE} WHERE __dt > current_date - interval '7' day`), leaves("__dt"));
    assert.deepEqual(
      notes(`WITH w AS (SELECT * FROM ${TABLE}) SELECT count(*) FROM w WHERE date_trunc('month', __dt) = current_date`),
      leaves("__dt"),
    );
    // named, and yet no condition on it
    assert.match(notes(`SELECT __dt FROM ${TABLE} WHERE ${column} > 1`)[0]!, /^it reads every partition/);
    assert.match(
      notes(
        `SELECT * FROM ${TABLE} JOIN (SELECT max(__dt) AS d FROM ${TABLE}) ON __dt = d WHERE __dt > date '2026-01-01'`,
      )[0]!,
      /^it reads every partition of ".*", where it names it without a condition on its partitions/,
    );
  });

  it("is limited by a delta window with a condition on partitions, and by no other", () => {
    const windowed = (timeExpression: string): string[] => {
      const dataset = changed(
        changed(DATASET, "actions.0.queryAction.sqlQuery", `SELECT * FROM ${TABLE}`),
        "actions.0.queryAction.filters",
        [{ deltaTime: { offsetSeconds: -60, timeExpression } }],
      );
      const files = { "0.json": JSON.stringify(dataset), "1.json": JSON.stringify(DATASTORE) };
      return loadTexts(files, { purpose: "check" })
        .problems.filter(({ file, path }) => file.endsWith("0.json") && path === SQL)
        .map(({ message }) => message);
    };
    assert.ok(windowed("CAST(__dt AS timestamp)").some((line) => line.includes("its conditions on __dt leave")));
    assert.ok(windowed(`from_unixtime(${column})`).some((line) => line.startsWith("it reads every partition")));
  });
});
