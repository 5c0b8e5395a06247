import assert from "node:assert/strict";
import { DATASET, DATASTORE, loadTexts } from "../support";

/** The errors of datasets that start each other; `pairs` are a dataset and what starts it. */
function errors(...pairs: [name: string, starter: string | undefined][]): string[] {
  const datasets = pairs.map(([datasetName, starter]) => ({
    ...DATASET,
    datasetName,
    triggers: starter === undefined ? [] : [{ dataset: { name: starter } }],
  }));
  const { problems } = loadTexts({ "all.json": JSON.stringify([DATASTORE, ...datasets]) }, { purpose: "check" });
  return problems
    .filter(({ severity }) => severity !== "note")
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

describe("datasets that start each other", () => {
  it("may be a chain or a tree", () => {
    assert.deepEqual(errors(["a", undefined], ["b", "a"], ["c", "b"], ["d", "a"]), []);
  });

  it("are refused in a circle, which is named once", () => {
    const found = errors(["a", "c"], ["b", "a"], ["c", "b"], ["after", "b"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /^error \$\[1\]\.triggers\[0\]\.dataset\.name: .*"a" starts "b" starts "c" starts "a"/);
  });

  it("are refused when one starts itself", () => {
    const found = errors(["a", "a"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /"a" starts "a"/);
  });

  it("are warned of when nothing has the name", () => {
    const found = errors(["a", "other"]);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, /^warning \$\[1\]\.triggers\[0\]\.dataset\.name: "other" names no dataset/);
  });
});
