import assert from "node:assert/strict";
import { pageOf } from "../../../local/api/pages";

describe("local/api: pages", () => {
  const all = ["a", "b", "c", "d"];
  const malformed = (token: string): Error => new Error(`malformed ${token}`);
  const page = (items: readonly string[], token: string | undefined, size = 2) =>
    pageOf(items, (item) => item, { token, size, malformed });

  it("lead through the whole list", () => {
    const first = page(all, undefined);
    assert.deepEqual(first.items, ["a", "b"]);
    assert.deepEqual(page(all, first.next), { items: ["c", "d"] });
    assert.deepEqual(page([], undefined), { items: [] });
    assert.deepEqual(page(all, undefined, 4), { items: all });
  });

  it("have one item at least, whatever size is asked for", () => {
    for (const size of [0, -1, 5e-324, 1.9]) assert.deepEqual(page(all, undefined, size).items, ["a"]);
    assert.ok(page(all, undefined, 0).next);
  });

  it("neither repeat nor hide items when others come and go", () => {
    const { next } = page(all, undefined);
    assert.deepEqual(page(["a", "aa", "b", "c", "d"], next).items, ["c", "d"]);
    assert.deepEqual(page(["a", "c", "d"], next).items, ["c", "d"]);
    assert.deepEqual(page(["a"], next).items, []);
  });

  it("refuse a token that no page gave", () => {
    for (const token of ["", "x", "bG9jYWw", Buffer.from("other:a").toString("base64")])
      assert.throws(() => page(all, token), { message: `malformed ${token}` });
  });
});
