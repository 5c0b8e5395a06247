import assert from "node:assert/strict";
import { TYPES, type Resource } from "../../../../local/core/model";
import { changedTypeWarnings } from "../../../../local/services/glue/changed-types";

function table(columns: Record<string, string>): Resource {
  const inputs = {
    databaseName: "db",
    name: "t",
    storageDescriptor: { columns: Object.entries(columns).map(([name, type]) => ({ name, type })) },
  };
  return { urn: "t", type: TYPES.table, name: "t", custom: true, id: "t", dependencies: [], inputs, outputs: inputs };
}

describe("local/services/glue: a change of a column's type", () => {
  const warnings = (before: Record<string, string>, after: Record<string, string>, files = 2): string[] =>
    changedTypeWarnings([{ previous: table(before), resource: table(after) }], () => files);

  it("is warned of where stored files cannot be read as the new type, with the way out", () => {
    assert.deepEqual(warnings({ temp: "double" }, { temp: "int" }), [
      "table db.t: column temp was double and becomes int, but 2 stored files keep double: every query that reads the column there fails with HIVE_BAD_DATA. Add a column of the new type under another name, or reprocess the archive into a datastore with the new type",
    ]);
  });

  for (const [from, to, warned] of [
    ["int", "bigint", false],
    ["float", "double", false],
    ["string", "varchar(10)", false],
    ["decimal(5,2)", "decimal(7,3)", false],
    ["array<int>", "array<bigint>", false],
    ["bigint", "int", true],
    ["int", "double", true],
    ["int", "string", true],
    ["double", "decimal(5,2)", true],
    ["array<double>", "array<int>", true],
    ["struct<a:int>", "struct<a:string>", true],
  ] as const)
    it(`${from} to ${to}: ${warned ? "a warning" : "none"}`, () =>
      assert.equal(warnings({ x: from }, { x: to }).length, warned ? 1 : 0));

  it("is not warned of without files, or of a column that is new", () => {
    assert.deepEqual(warnings({ temp: "double" }, { temp: "int" }, 0), []);
    assert.deepEqual(warnings({}, { temp: "int" }), []);
  });
});
