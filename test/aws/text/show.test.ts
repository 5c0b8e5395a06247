import assert from "node:assert/strict";
import { show } from "../../../aws/text/show";

describe("show", () => {
  it("writes a value as JSON, and says nothing for none", () => {
    assert.equal(show("a\u001b[31m"), '"a\\u001b[31m"');
    assert.equal(show({ a: [1] }), '{"a":[1]}');
    assert.equal(show(undefined), "nothing");
    assert.equal(show(null), "null");
  });

  it("cuts what is longer than 120 characters", () => {
    assert.equal(show("x".repeat(118)), `"${"x".repeat(118)}"`);
    assert.equal(show("x".repeat(119)), `"${"x".repeat(116)}...`);
  });
});
