import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePipeline } from "../../../etl";
import { RuleContext, RuleProgram, Payload } from "../../../etl/iot-sql";
import { bounded, RegexTooSlow } from "../../../etl/regex/bounded";
import { Athena } from "../../../local/athena";

/** Exponential in Java and JavaScript alike. */
const PATTERN = "^(a+)+$";
const TEXT = `${"a".repeat(60)}!`;

describe("etl/regex: expressions that backtrack", function () {
  // A machine that has much else to do measures the limit late.
  this.timeout(60_000);

  for (const [name, source, text] of [
    ["a repetition of a group", "^(a+)+$", TEXT],
    ["one with alternatives", "^(?:a|a)*$", TEXT],
    ["repetitions one after the other", "a*a*a*a*a*b", "a".repeat(3000)],
    ["a repetition with a high bound", "(?:a{1,40}){1,40}b", TEXT],
    ["one repetition over a long text", "a+b", "a".repeat(500_000)],
  ] as const)
    it(`end: ${name}`, () => {
      const regexp = new RegExp(source, "v");
      assert.throws(() => bounded(regexp, text, () => regexp.test(text)), RegexTooSlow);
    });

  it("give what they give without a limit, when they end (property)", () => {
    const source = fc.constantFrom("^(a+)+$", "(?:ab|a)*b", "a*a*b", "[*+]+x", "\\(a\\)+", "a{2,}", "(a{1,3}){2}");
    const text = fc.string({ unit: fc.constantFrom("a", "b", "(", ")", "*"), maxLength: 18 });
    fc.assert(
      fc.property(source, text, (written, value) => {
        const regexp = new RegExp(written, "v");
        assert.deepEqual(
          bounded(regexp, value, () => regexp.exec(value)),
          regexp.exec(value),
        );
      }),
    );
  });

  it("fail a message of a filter, with the reason", () => {
    const compiled = compilePipeline({
      pipeline: {
        pipelineName: "p",
        pipelineActivities: [
          { channel: { name: "a", channelName: "c", next: "f" } },
          { filter: { name: "f", filter: `regexp_matches(code, '${PATTERN}')`, next: "b" } },
          { datastore: { name: "b", datastoreName: "d" } },
        ],
      },
      datastore: { datastoreName: "d" },
    });
    const of = (code: string): unknown => compiled.process(JSON.stringify({ code }), { arrivalTime: 0 });
    assert.deepEqual(of(TEXT), {
      result: "failed",
      at: "f",
      reason:
        "the regular expression ^(a+)+$ takes too long on a text of 61 characters: it tries too many ways to match; write it without repetitions within repetitions",
    });
    assert.equal((of("aaaa") as { result: string }).result, "stored");
    assert.equal((of("aab") as { result: string }).result, "filtered");
  });

  it("fail a rule's statement", () => {
    const program = new RuleProgram(`SELECT regexp_replace(code, '${PATTERN}', 'x') AS y FROM 'a'`);
    const context = new RuleContext({} as never, new Payload(Buffer.from(JSON.stringify({ code: TEXT }))));
    assert.throws(() => program.run(context), RegexTooSlow);
  });

  it("fail a query", async () => {
    const athena = new Athena();
    try {
      for (const sql of [
        `SELECT regexp_like('${TEXT}', '${PATTERN}')`,
        `SELECT regexp_replace('${TEXT}', '${PATTERN}', '')`,
        `SELECT regexp_count('${TEXT}', '${PATTERN}')`,
        `SELECT regexp_extract('${TEXT}', '${PATTERN}')`,
      ])
        await assert.rejects(
          athena.query(sql, { database: "db", tables: new Map() }),
          /EXCEEDED_TIME_LIMIT.*takes too long/,
        );
    } finally {
      athena.close();
    }
  });
});
