import assert from "node:assert/strict";
import fc from "fast-check";
import { memberPath, nearestKnown, parentPath } from "../../../aws/text/json-path";

describe("a JSON path", () => {
  it("has names that are words behind a dot, and other names in quotes", () => {
    assert.equal(memberPath("$", "a_1"), "$.a_1");
    assert.equal(memberPath("$.a", "b c"), '$.a["b c"]');
    assert.equal(memberPath("$", 'a"]'), '$["a\\"]"]');
    assert.equal(memberPath("$", "1st"), '$["1st"]');
  });

  it("has the path of its parent, whatever the members are called", () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat(999))), (steps) => {
        let path = "$";
        for (const step of steps) {
          const next = typeof step === "number" ? `${path}[${step}]` : memberPath(path, step);
          assert.equal(parentPath(next), path);
          path = next;
        }
        assert.equal(parentPath("$"), undefined);
      }),
    ));

  it("leads to its nearest parent that is known", () => {
    const known = new Set(["$", "$.a", '$.a["b c"]']);
    assert.equal(nearestKnown('$.a["b c"][3].d', known), '$.a["b c"]');
    assert.equal(nearestKnown("$.a.x", known), "$.a");
    assert.equal(nearestKnown("$.x[0]", known), "$");
  });
});
