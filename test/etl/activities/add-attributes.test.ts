import assert from "node:assert/strict";
import { after } from "./support";

/** Reference 5, and 13 numbers 5 and 6. */
describe("etl/activities: addAttributes", () => {
  const cases: [name: string, attributes: Record<string, string>, message: string, expected: string][] = [
    [
      "the reference's example",
      { "unit.id": "machine", "unit.pos[1]": "y" },
      '{"unit":{"id":"m7","pos":[3,4]},"v":1}',
      '{"unit":{"id":"m7","pos":[3,4]},"v":1,"machine":"m7","y":4}',
    ],
    ["a root attribute, which stays", { a: "b" }, '{"a":1}', '{"a":1,"b":1}'],
    ["every digit", { a: "b" }, '{"a":9007199254740993.10}', '{"a":9007199254740993.10,"b":9007199254740993.10}'],
    ["an object, whole", { "a.b": "c" }, '{"a":{"b":{"x":[1, 2]}}}', '{"a":{"b":{"x":[1, 2]}},"c":{"x":[1, 2]}}'],
    ["null is a value", { a: "b" }, '{"a":null}', '{"a":null,"b":null}'],
    ["lists in lists", { "a[1][0].x": "b" }, '{"a":[0,[{"x":"y"}]]}', '{"a":[0,[{"x":"y"}]],"b":"y"}'],
    ["a missing source is skipped", { x: "b", a: "c" }, '{"a":1}', '{"a":1,"c":1}'],
    ["a missing member is skipped", { "a.x": "b" }, '{"a":{"y":1}}', '{"a":{"y":1}}'],
    ["an index behind the end is skipped", { "a[2]": "b" }, '{"a":[1,2]}', '{"a":[1,2]}'],
    ["a path through what is no object is skipped", { "a.b": "c", "a[0]": "d" }, '{"a":5}', '{"a":5}'],
    ["a path through null is skipped", { "a.b": "c" }, '{"a":null}', '{"a":null}'],
    ["a name's case counts", { A: "b" }, '{"a":1}', '{"a":1}'],
    ["an attribute of that name is overwritten", { a: "b" }, '{"b":0,"a":1}', '{"a":1,"b":1}'],
    ["its own source is overwritten", { "a.b": "a" }, '{"a":{"b":2}}', '{"a":2}'],
    ["one source may have several targets", { a: "b", "a ": "c" }, '{"a":1}', '{"a":1,"b":1}'],
    ["a later entry sees what an earlier one added", { a: "b", b: "c" }, '{"a":1}', '{"a":1,"b":1,"c":1}'],
    ["of names that are there twice the last one counts", { a: "b" }, '{"a":1,"a":2}', '{"a":2,"b":2}'],
    ["escaped names are the names that they say", { "\\u0061": "b", a: "c" }, '{"\\u0061":1}', '{"a":1,"c":1}'],
  ];
  for (const [name, attributes, message, expected] of cases)
    it(name, () => assert.equal(after({ addAttributes: { attributes } }, message), expected));
});
