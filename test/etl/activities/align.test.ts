import assert from "node:assert/strict";
import fc from "fast-check";
import { align } from "../../../etl/activities/align";

const set = (text: string): Set<string> => new Set(text.split("").filter((each) => each !== " "));
const sets = (...texts: string[]): Set<string>[] => texts.map(set);

describe("etl/activities: which message a result came from", () => {
  const cases: [name: string, messages: string[], results: string[], sources: number[]][] = [
    ["one of each", ["a", "b"], ["a", "b"], [0, 1]],
    ["the second alone", ["ax", "bx"], ["bx"], [1]],
    ["two of the first", ["ax", "bx"], ["ap", "aq", "bp"], [0, 0, 1]],
    ["two of the last", ["ax", "bx"], ["ap", "bp", "bq"], [0, 1, 1]],
    ["those in the middle are gone", ["a", "b", "c", "d"], ["a", "d"], [0, 3]],
    ["nothing in common: by their place", ["a", "b", "c", "d"], ["x", "y"], [0, 2]],
    ["nothing came back", ["a", "b"], [], []],
  ];
  for (const [name, messages, results, sources] of cases)
    it(name, () => assert.deepEqual(align(sets(...messages), sets(...results)), sources));

  it("gives each result a source, in order, and no two one when there are fewer", () => {
    const texts = fc.array(
      fc.array(fc.constantFrom(..."abcdef"), { maxLength: 4 }).map((letters) => letters.join("")),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        texts.filter(({ length }) => length > 0),
        texts,
        (messages, results) => {
          const sources = align(sets(...messages), sets(...results));
          assert.equal(sources.length, results.length);
          sources.forEach((source, index) => {
            assert.ok(source >= 0 && source < messages.length);
            const before = sources[index - 1];
            if (before !== undefined) assert.ok(results.length < messages.length ? source > before : source >= before);
          });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
