import assert from "node:assert/strict";
import fc from "fast-check";
import { RowBuffer } from "../../../etl/columns";
import type { PipelineActivity } from "../../../etl/documents";
import { compilePipeline, type CompiledPipeline } from "../../../etl/pipeline";

/** A pipeline with one activity, or none, into a datastore in JSON format. */
function pipeline(activity?: object): CompiledPipeline {
  const [[kind, settings] = ["", {}]] = Object.entries(activity ?? {});
  const between = activity === undefined ? [] : [{ [kind]: { name: "a", next: "to", ...(settings as object) } }];
  const activities = [
    { channel: { name: "from", channelName: "c", next: activity === undefined ? "to" : "a" } },
    ...between,
    { datastore: { name: "to", datastoreName: "d" } },
  ] as unknown as PipelineActivity[];
  return compilePipeline({
    pipeline: { pipelineName: "p", pipelineActivities: activities },
    datastore: { datastoreName: "d" },
  });
}

function rowOf(compiled: CompiledPipeline, text: string): string {
  const outcome = compiled.process(text, { arrivalTime: 0 });
  return outcome.result === "stored" ? outcome.row : outcome.result;
}

describe("short cuts of the transformation", () => {
  it("write numbers as the language does", () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }).map((thousandths) => thousandths / 1000),
      fc.integer({ min: -20_000, max: 20_000 }).map((thousandths) => thousandths / 1000 + Number.EPSILON),
      fc.constantFrom(0, -0, 0.001, 0.0001, -0.01, 0.1 + 0.2, 900_000_000, 900_000_000.001, 1e21, 1e-7, 123456789.125),
    );
    fc.assert(
      fc.property(numbers, (value) => {
        const out = new RowBuffer(1);
        out.number(value);
        assert.equal(out.text(0), String(value));
      }),
      { numRuns: 3000 },
    );
  });

  it("copy nested values, and write them as they would be written piece by piece", () => {
    const names = fc.constantFrom("a", "b", "A", "x_1", "ä", "a b", 'q"');
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<unknown>(1, -2.5, 1e21, 123456789012345680000, true, null, "", "t", 'say "hi" \\', "ü"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const message = fc.dictionary(names, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
        const [copied, piecewise] = [pipeline(), pipeline()];
        // the second round meets the types that the first one left
        for (const one of [...messages, ...messages]) {
          // blanks stand in the way of copying
          assert.equal(rowOf(copied, JSON.stringify(one)), rowOf(piecewise, JSON.stringify(one, undefined, 1)));
          assert.deepEqual(copied.inferredSchema?.columns, piecewise.inferredSchema?.columns);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("take no nested value for plain that is not", () => {
    const compiled = pipeline();
    const rows: [string, string][] = [
      ['{"u":{"a":1,"b":[{"c":1.5}]}}', '{"u":{"a":1,"b":[{"c":1.5}]}}'],
      ['{"u":{"a":1,"A":2}}', '{"u":{"a":2}}'],
      ['{"u":{"A":1}}', '{"u":{"a":1}}'],
      ['{"u":{"a":1,"a":2}}', '{"u":{"a":2}}'],
      ['{"u":{ "a" : 1 }}', '{"u":{"a":1}}'],
      ['{"u":{"\\u0061":1}}', '{"u":{"a":1}}'],
      ['{"u":{"b":[{"c":2,"c":3},{"c":4}],"a":7}}', '{"u":{"b":[{"c":3},{"c":4}],"a":7}}'],
    ];
    for (const [text, expected] of rows) assert.equal(rowOf(compiled, text), expected);
    assert.deepEqual(JSON.stringify(compiled.inferredSchema?.columns[0]?.type).match(/"kind":"\w+"/g), [
      '"kind":"struct"',
      '"kind":"bigint"',
      '"kind":"array"',
      '"kind":"struct"',
      '"kind":"double"',
    ]);
    // wider than what was there
    rowOf(compiled, '{"u":{"a":1.5,"b":[{"c":true,"d":"x"}]}}');
    assert.match(
      JSON.stringify(compiled.inferredSchema?.columns[0]?.type),
      /"a","type":\{"kind":"double"\}.*"c","type":\{"kind":"string"\}.*"d"/,
    );
    rowOf(compiled, '{"u":{"a":12345678901234567890123}}');
    assert.match(JSON.stringify(compiled.inferredSchema?.columns[0]?.type), /"a","type":\{"kind":"string"\}/);
  });

  it("compare attributes with texts as values are compared", () => {
    const texts = fc.constantFrom("", "x", "xy", "it's", 'q"', "ü", "\u{1f600}", "a\\b", "\n", "/", "1", "true");
    const values = fc.oneof(texts, fc.constantFrom<unknown>(1, true, null, undefined, [], ["x"], { a: "x" }));
    fc.assert(
      fc.property(texts, values, fc.boolean(), fc.boolean(), (text, attribute, turned, escaped) => {
        const literal = `'${text.replaceAll("'", "''")}'`;
        const of = (operator: string): string =>
          rowOf(
            pipeline({ filter: { filter: turned ? `${literal} ${operator} a` : `a ${operator} ${literal}` } }),
            escaped
              ? JSON.stringify({ a: attribute, b: 1 }).replaceAll("x", "\\u0078")
              : JSON.stringify({ a: attribute, b: 1 }),
          );
        const missing = attribute === undefined;
        assert.equal(of("=") !== "filtered", !missing && attribute === text);
        assert.equal(of("<>") !== "filtered", !missing && attribute !== text);
      }),
      { numRuns: 300 },
    );
  });

  it("select attributes in the order in which they are listed, and leave the others out", () => {
    const select = (...attributes: string[]): object => ({ selectAttributes: { attributes } });
    const message = '{"a":1,"x":{"a":5,"y":[6,7]},"b":12345678901234567890,"B":2,"c":"t"}';
    const cases: [string[], string][] = [
      [["c", "a"], '{"c":"t","a":1}'],
      [["b", "missing"], '{"b":12345678901234567890}'],
      [["a", "c", "a"], '{"a":1,"c":"t"}'],
      [["x.y", "b"], '{"y":[6,7],"b":12345678901234567890}'],
      [["x.a", "c"], '{"a":5,"c":"t"}'],
      [["a", "x.missing"], '{"a":1}'],
      [["missing"], "filtered"],
    ];
    for (const [attributes, expected] of cases) {
      const compiled = pipeline(select(...attributes));
      // a second time, behind a message that had others
      for (const text of ['{"c":1}', message])
        if (text === message) assert.equal(rowOf(compiled, text), expected);
        else rowOf(compiled, text);
    }
  });
});
