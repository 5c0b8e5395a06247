import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCondition, isOperator } from "../../../local/iam/conditions";

const holds = (operator: string, wanted: unknown, given: string | undefined): boolean =>
  compileCondition({ [operator]: { "aws:Key": wanted } })(given === undefined ? {} : { "aws:Key": given });

describe("condition operators", () => {
  const cases: [operator: string, wanted: unknown, given: string | undefined, result: boolean][] = [
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", ["b", "a"], "a", true],
    ["StringEquals", "a", undefined, false],
    ["StringEqualsIfExists", "a", undefined, true],
    ["StringEqualsIfExists", "a", "b", false],
    ["StringEqualsIgnoreCase", "a", "A", true],
    ["StringNotEquals", ["a", "b"], "a", false],
    ["StringNotEquals", ["a", "b"], "c", true],
    ["StringNotEquals", "a", undefined, true],
    ["StringLike", "s3.*.amazonaws.com", "s3.eu-central-1.amazonaws.com", true],
    ["StringNotLike", "s3.*", "kinesis.eu", true],
    ["ArnLike", "arn:aws:iot:eu:1:*", "arn:aws:iot:eu:1:rule/x", true],
    ["ArnLike", "arn:aws:iot:*:rule/x", "arn:aws:iot:eu:1:rule/x", false],
    ["ArnNotEquals", "arn:aws:iot:eu:1:rule/x", "arn:aws:iot:eu:1:rule/y", true],
    ["Bool", "false", "true", false],
    ["Bool", false, "false", true],
    ["BoolIfExists", "true", undefined, true],
    ["NumericLessThan", "1.2", "1.1", true],
    ["NumericLessThan", 1.2, "1.2", false],
    ["NumericGreaterThanEquals", "10", "9.5", false],
    ["NumericNotEquals", "10", "9", true],
    ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", true],
    ["Null", "true", undefined, true],
    ["Null", "true", "a", false],
    ["Null", "false", "a", true],
  ];
  for (const [operator, wanted, given, result] of cases)
    it(`${operator} ${JSON.stringify(wanted)} of ${given ?? "nothing"}: ${result}`, () => {
      assert.ok(isOperator(operator));
      assert.equal(holds(operator, wanted, given), result);
    });

  it("knows no others", () => {
    for (const operator of ["ForAllValues:StringEquals", "IpAddress", "BinaryEquals", "StringEqual", "NullIfExists"])
      assert.ok(!isOperator(operator), operator);
  });

  it("wants all operators and all keys, and takes keys in any case", () => {
    const condition = compileCondition({
      StringEquals: { "aws:SourceAccount": "1", "sts:ExternalId": "1" },
      ArnLike: { "aws:SourceArn": "arn:aws:iot:eu:1:*" },
    });
    const context = { "AWS:sourceaccount": "1", "sts:ExternalId": "1", "aws:SourceArn": "arn:aws:iot:eu:1:rule/x" };
    assert.ok(condition(context));
    for (const key of Object.keys(context)) assert.ok(!condition({ ...context, [key]: "2" }), key);
  });

  it("an operator and its negation never agree on a value that is there", () => {
    const pairs = fc.constantFrom("StringEquals", "StringLike", "ArnLike", "NumericEquals", "StringEqualsIgnoreCase");
    const texts = fc.string({ unit: fc.constantFrom("a", "B", "*", ":", "1"), maxLength: 4 });
    fc.assert(
      fc.property(pairs, fc.array(texts, { minLength: 1, maxLength: 3 }), texts, (operator, wanted, given) => {
        const negated = operator.replace(/^(String|Arn|Numeric)/, "$1Not");
        return holds(operator, wanted, given) !== holds(negated, wanted, given);
      }),
    );
  });
});
