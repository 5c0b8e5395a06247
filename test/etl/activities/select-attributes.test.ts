import assert from "node:assert/strict";
import { after } from "./support";

/** Reference 5, and 13 number 7. */
describe("etl/activities: selectAttributes", () => {
  const cases: [name: string, attributes: string[], message: string, expected: string][] = [
    ["the reference's example", ["unit.id", "v"], '{"unit":{"id":"m7","pos":[3,4]},"v":1}', '{"id":"m7","v":1}'],
    ["in the order of the list", ["c", "a"], '{"a":1,"b":2,"c":3}', '{"c":3,"a":1}'],
    ["what is not there is skipped", ["x", "a.x", "a"], '{"a":{"b":1},"c":2}', '{"a":{"b":1}}'],
    ["nothing is there: nothing is stored", ["x"], '{"a":1}', "filtered"],
    ["null is there", ["a"], '{"a":null,"b":1}', '{"a":null}'],
    ["through a list", ["a[1].b"], '{"a":[0,{"b":9007199254740993}]}', '{"b":9007199254740993}'],
    ["a nested one under the name of its own root", ["a.a"], '{"a":{"a":{"a":1}}}', '{"a":{"a":1}}'],
    ["two that swap places", ["a.b", "b.a"], '{"a":{"b":1},"b":{"a":2}}', '{"b":1,"a":2}'],
    ["a name's case counts", ["A", "b"], '{"a":1,"b":2}', '{"b":2}'],
    ["of names that are there twice the last one", ["a"], '{"a":1,"a":2}', '{"a":2}'],
    ["the system's attributes stay", ["a"], '{"a":1,"b":2,"__received_at":5}', '{"__received_at":5,"a":1}'],
  ];
  for (const [name, attributes, message, expected] of cases)
    it(name, () => assert.equal(after({ selectAttributes: { attributes } }, message), expected));
});
