import assert from "node:assert/strict";
import { TYPES, type Properties, type Resource } from "../../local/core/model";
import { stackOutputs } from "../../local/stack-outputs";
import { smallStack } from "./stack";

describe("what a stack holds, read from its resources", () => {
  const view = (name: string, parameters: Properties): Resource => ({
    ...{ urn: `urn:pulumi:test::test::${TYPES.table}::${name}`, type: TYPES.table, name, custom: true, id: name },
    dependencies: [],
    inputs: { databaseName: "db", name, tableType: "VIRTUAL_VIEW", parameters },
    outputs: {},
  });

  it("has a datastore for each table, and for a view that shows the rows of one; the view of a dataset is none", () => {
    const resources = [...smallStack(), view("daily", {}), view("shown", { "rows-of": "readings" })];
    assert.deepEqual(Object.keys(stackOutputs({ outputs: {}, resources }).datastores), ["readings", "shown"]);
  });
});
