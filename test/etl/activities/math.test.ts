import assert from "node:assert/strict";
import { after, pipelineOf } from "./support";

/** The language itself is tested with the expressions. */
describe("etl/activities: math", () => {
  const cases: [math: string, attribute: string, message: string, expected: string][] = [
    ["(temperature * 9/5) + 32 ", "f", '{"temperature":47}', '{"temperature":47,"f":116.6}'],
    ["((t - 32) * 5.0) / 9.0", "c", '{"t":68}', '{"t":68,"c":20}'],
    ["t * 1.8 + 32", "t", '{"t":10,"x":1}', '{"t":50,"x":1}'],
    ["unit.pos[0] + unit.pos[1]", "sum", '{"unit":{"pos":[3,4]}}', '{"unit":{"pos":[3,4]},"sum":7}'],
    [
      "t + 1",
      "t",
      '{"t":"9007199254740993"}',
      'failed: the math expression t + 1 gives no number: t is the text "9007199254740993", and + joins texts',
    ],
    // 34 digits
    ["t / 3", "d", '{"t":1}', '{"t":1,"d":0.3333333333333333333333333333333333}'],
    ["t * 100", "d", '{"t":1.1}', '{"t":1.1,"d":110}'],
    ["t + 0.2", "t", '{"t":0.1,"x":1}', '{"t":0.3,"x":1}'],
    ["t + 1", "d", '{"t":0.12345678901234567890}', '{"t":0.12345678901234567890,"d":1.1234567890123456789}'],
    ["t / 3", "t", '{"t":1,"x":1}', '{"t":0.3333333333333333333333333333333333,"x":1}'],
    ["t * 2", "d", '{"t":"1.5"}', '{"t":"1.5","d":3}'],
    ["t + 1", "u", '{"t":9007199254740993}', '{"t":9007199254740993,"u":9007199254740994}'],
    [
      "t / 0",
      "d",
      '{"t":1}',
      "failed: the math expression t / 0 gives no number: it divides by zero, or its result is not a number or too large",
    ],
    ["humidity + 1", "d", '{"t":1}', "failed: the math expression humidity + 1 gives no number: humidity is missing"],
    ["t + 1", "d", '{"t":null}', "failed: the math expression t + 1 gives no number: t is null"],
    [
      "t + 1",
      "d",
      '{"t\\t":1}',
      'failed: the math expression t + 1 gives no number: t is missing (the message has "t\\t")',
    ],
    ["t.x + 1", "d", '{"t":[1]}', "failed: the math expression t.x + 1 gives no number: t.x is missing"],
  ];
  for (const [math, attribute, message, expected] of cases)
    it(`${math.trim()} of ${message}`, () => assert.equal(after({ math: { math, attribute } }, message), expected));

  it("divides whole numbers as whole numbers where the pipeline says so, towards zero", () => {
    const divided = (math: string, message: string): string =>
      after({ math: { math, attribute: "q" } }, message, { integerDivision: true });
    assert.equal(divided("t / 2", '{"t":7}'), '{"t":7,"q":3}');
    assert.equal(divided("t / 2", '{"t":-7}'), '{"t":-7,"q":-3}');
    assert.equal(divided("t / 2.5", '{"t":5}'), '{"t":5,"q":2}');
    assert.equal(divided("t / 2", '{"t":7.5}'), '{"t":7.5,"q":3.75}');
  });

  it("keeps 34 digits on their way to columns, and through another formula", () => {
    const pipeline = pipelineOf(
      [{ math: { math: "t / 3", attribute: "third" } }, { math: { math: "third * 3", attribute: "n" } }],
      {},
      {
        fileFormatConfiguration: {
          parquetConfiguration: {
            schemaDefinition: {
              columns: [
                { name: "third", type: "decimal(38,34)" },
                { name: "text", type: "string" },
                { name: "n", type: "double" },
              ],
            },
          },
        },
      },
    );
    const outcome = pipeline.process('{"t":1}', { arrivalTime: 0 });
    assert.ok(outcome.result === "stored");
    assert.equal(
      outcome.row,
      '{"third":"0.3333333333333333333333333333333333","n":0.9999999999999999999999999999999999}',
    );
  });

  it("lets a message go on without where the pipeline says so, and counts it", () => {
    const pipeline = pipelineOf([{ math: { math: "x + 1", attribute: "n" } }], { onMathFailure: "pass" });
    const outcome = pipeline.process('{"id":"a","n":5}', { arrivalTime: 0 });
    assert.ok(outcome.result === "stored");
    assert.equal(outcome.row, '{"id":"a","n":5}');
    assert.equal(pipeline.counters.mathFailuresPassed, 1);
  });
});
