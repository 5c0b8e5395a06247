import assert from "node:assert/strict";
import { after } from "./support";

/** Reference 5, and 13 number 8. */
describe("etl/activities: removeAttributes", () => {
  const cases: [name: string, attributes: string[], message: string, expected: string][] = [
    ["the reference's example", ["unit"], '{"unit":{"id":"m7","pos":[3,4]},"v":1}', '{"v":1}'],
    ["several", ["a", "c"], '{"a":1,"b":2,"c":3}', '{"b":2}'],
    ["what is not there is no mistake", ["x", "a.x", "b[9]", "b.c"], '{"a":{"b":1},"b":[1]}', '{"a":{"b":1},"b":[1]}'],
    ["a nested one", ["a.b"], '{"a":{"b":1,"c":2},"d":3}', '{"a":{"c":2},"d":3}'],
    ["the last of an object leaves it empty", ["a.b"], '{"a":{"b":1}}', '{"a":{}}'],
    ["an element of a list", ["a[1]"], '{"a":[1,2,3]}', '{"a":[1,3]}'],
    ["a member of an element", ["a[0].b.c"], '{"a":[{"b":{"c":1,"d":1.10}},2]}', '{"a":[{"b":{"d":1.10}},2]}'],
    ["a name's case counts", ["A"], '{"a":1}', '{"a":1}'],
    ["every one of a name that is there twice", ["a"], '{"a":1,"b":2,"a":3}', '{"b":2}'],
    ["all of them: nothing is stored", ["a", "b"], '{"a":1,"b":2}', "filtered"],
    ["all but the system's: nothing is stored", ["a"], '{"a":1,"__received_at":5}', "filtered"],
    ["a null", ["a"], '{"a":null,"b":1}', '{"b":1}'],
  ];
  for (const [name, attributes, message, expected] of cases)
    it(name, () => assert.equal(after({ removeAttributes: { attributes } }, message), expected));
});
