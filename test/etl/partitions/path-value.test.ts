import assert from "node:assert/strict";
import fc from "fast-check";
import { pathValue } from "../../../etl/partitions";

const LIMIT = 64;
const CHANGED = /~[0-9a-f]{8}$/;

describe("etl/partitions: values in an object's key", () => {
  for (const value of [
    "pump-1",
    "north/1",
    "plant/line 1/pump",
    "a=b",
    "=",
    "a b",
    " leading and trailing ",
    "50%",
    "50%2F",
    "100 %",
    "Größe é 温度 \u{1f321}",
    "..",
    ".hidden",
    "trailing.",
    "a.b/c.d",
    'O\'Brien "x"',
    "a\\b",
    "${x} !{y:z}",
    "[a]{1,2}*?",
    "2024-03-05T07:08:09+02:00",
    "unknown",
    "rows",
    "x".repeat(LIMIT),
    "é".repeat(LIMIT / 2),
  ])
    it(`stands as it is: ${value}`, () => assert.equal(pathValue(value, LIMIT), value));

  const changed: [value: string, begin: string][] = [
    ["/north", "_north"],
    ["north/", "north_"],
    ["a//b", "a__b"],
    ["/", "_"],
    ["a/./b", "a_._b"],
    ["a/..", "a_.."],
    ["a/rows", "a_rows"],
    ["a/rows/b", "a_rows_b"],
    ["a/__partition_b=c", "a___partition_b=c"],
    ["a\nb", "a_b"],
    ["a\u0000b", "a_b"],
    ["a\u007fb", "a_b"],
    ["a\ud800", "a_"],
    ["looks like one~0123abcd", "looks like one~0123abcd"],
    ["x".repeat(LIMIT + 1), "x".repeat(LIMIT - 9)],
    ["é".repeat(LIMIT / 2 + 1), "é".repeat(27)],
    [`${"\u{1f321}".repeat(13)}${"x".repeat(20)}`, `${"\u{1f321}".repeat(13)}xxx`],
  ];
  for (const [value, begin] of changed)
    it(`cannot stand as it is: ${JSON.stringify(value)}`, () => {
      const made = pathValue(value, LIMIT);
      assert.match(made, CHANGED);
      assert.equal(made.slice(0, -9), begin);
    });

  it("an empty value is unknown", () => assert.equal(pathValue("", LIMIT), "unknown"));

  it("keeps any two values apart, in no more bytes than the limit, and leads to no other place", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "/",
      ".",
      "..",
      "=",
      "rows",
      "~",
      "0123abcd",
      " ",
      "%",
      "é",
      "\n",
      "\ud800",
    );
    const value = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(value, value, fc.integer({ min: 16, max: 60 }), (a, b, limit) => {
        const [first, second] = [pathValue(a, limit), pathValue(b, limit)];
        if (a !== "" && b !== "" && a !== "unknown" && b !== "unknown") assert.equal(first === second, a === b);
        assert.ok(Buffer.byteLength(first) <= limit, first);
        // the partition's folder has nothing of another one below it
        assert.ok(!`${second}/rows/`.startsWith(`${first}/rows/`) || first === second);
        for (const segment of first.split("/")) assert.notEqual(segment, "");
      }),
      { numRuns: 3000 },
    );
  });
});
