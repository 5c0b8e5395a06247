import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatNumber,
  matching,
  numberWithin,
  oneOf,
  TRUE_OR_FALSE,
  violation,
  wholeNumber,
  type Rule,
} from "../../../aws/text/rule";

const CASES: readonly (readonly [Rule<unknown>, readonly unknown[], readonly (readonly [unknown, string])[]])[] = [
  [
    wholeNumber(1, 10_000, "seconds"),
    [1, 10_000],
    [
      [0, "saw 0; must be a whole number of seconds from 1 to 10,000"],
      [10_001, "saw 10001; must be a whole number of seconds from 1 to 10,000"],
      [1.5, "saw 1.5; must be a whole number of seconds from 1 to 10,000"],
      ["1", 'saw "1"; must be a whole number of seconds from 1 to 10,000'],
    ],
  ],
  [wholeNumber(1), [1, 2 ** 52], [[0, "saw 0; must be a whole number of at least 1"]]],
  [wholeNumber(-Number.MAX_SAFE_INTEGER), [-5, 0], [[0.5, "saw 0.5; must be a whole number"]]],
  [
    numberWithin(0.2, 3),
    [0.2, 1, 3],
    [
      [0.1, "saw 0.1; must be a number from 0.2 to 3"],
      [NaN, "saw null; must be a number from 0.2 to 3"],
      [undefined, "not set; must be a number from 0.2 to 3"],
    ],
  ],
  [oneOf(["fail", "pass"]), ["fail"], [["ignore", 'saw "ignore"; must be one of "fail", "pass"']]],
  [oneOf([1]), [1], [["1", 'saw "1"; must be 1']]],
  [matching(/^[a-z]$/, "a letter"), ["b"], [["ab", 'saw "ab"; must be a letter']]],
  [TRUE_OR_FALSE, [true, false], [["true", 'saw "true"; must be true or false']]],
];

describe("a rule of a value", () => {
  for (const [rule, accepted, refused] of CASES)
    it(`accepts ${rule.words} and nothing else`, () => {
      for (const value of accepted) assert.equal(violation(value, rule), undefined);
      for (const [value, message] of refused) assert.equal(violation(value, rule), message);
    });

  it("accepts every whole number within its bounds and none outside", () =>
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, value) => {
        const [min, max] = a < b ? [a, b] : [b, a];
        assert.equal(wholeNumber(min, max).accepts(value), value >= min && value <= max);
      }),
    ));
});

describe("a number in a message", () => {
  it("has separators from 10,000 on, so that years have none", () => {
    assert.deepEqual([2026, -9999, 10_000, 1_048_576].map(formatNumber), ["2026", "-9999", "10,000", "1,048,576"]);
  });
});
