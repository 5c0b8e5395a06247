import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson } from "../../../etl/json";
import { replaceLoneSurrogates } from "../../../etl/json/surrogates";
import { arrivals, pipelineOf, servicesOf } from "../activities/support";

const ARRIVAL = Date.UTC(2026, 0, 1);
/** The judge: the language's own rule for texts without halves of pairs. */
const wellFormed = (text: string): string => (text as unknown as { toWellFormed(): string }).toWellFormed();

/** A value with every text of it, names too, made well-formed. */
function mended(value: unknown): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [wellFormed(name), mended(member)]));
}

/** Texts of whole characters, halves of pairs, backslashes and quotes, in lower case for the names of columns. */
const text = fc
  .array(fc.constantFrom("a", "z", "\\", '"', "u", "d83c", "\ud83c", "\udf0d", "\ud83c\udf0d", "é", "\n"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
})).value;
const message = fc
  .record({ text, extra: value, nested: value })
  .chain((fixed) =>
    fc.dictionary(text, value, { maxKeys: 3 }).map((others): Record<string, unknown> => ({ ...others, ...fixed })),
  );
/** JSON.stringify escapes halves and leaves whole characters; this writer escapes both. */
const escaped = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const row = (json: string, parquet: boolean): unknown => {
  const pipeline = pipelineOf([], {}, parquet ? {} : { fileFormatConfiguration: { jsonConfiguration: {} } });
  const outcome = pipeline.process(json, { arrivalTime: ARRIVAL });
  assert.equal(outcome.result, "stored", JSON.stringify(outcome));
  return outcome.result === "stored" ? outcome.row : undefined;
};

describe("half a surrogate pair", () => {
  it("becomes U+FFFD wherever it stands, and whole pairs stay", () =>
    fc.assert(
      fc.property(value, fc.boolean(), (given, all) => {
        const json = all ? escaped(JSON.stringify(given)) : JSON.stringify(given);
        const bytes = Buffer.from(`  ${json}  `);
        const replaced = replaceLoneSurrogates(bytes, 2, bytes.length - 2);
        const after = replaced?.toString() ?? json;
        assert.deepEqual(JSON.parse(after), mended(given));
        assert.equal(replaced === undefined, JSON.stringify(mended(given)) === JSON.stringify(given));
        assert.equal(bytes.toString(), `  ${json}  `);
      }),
    ));

  it("is in no row of a datastore in JSON format", () =>
    fc.assert(
      fc.property(message, fc.boolean(), (given, all) => {
        const json = all ? escaped(JSON.stringify(given)) : JSON.stringify(given);
        const line = row(json, false) as string;
        assert.deepEqual(JSON.parse(line), mended(JSON.parse(line)));
        const { text: stored, extra } = JSON.parse(line) as Record<string, unknown>;
        assert.equal(stored, wellFormed(given.text as string));
        assert.deepEqual(extra, mended(given.extra));
      }),
    ));

  it("is in no row of a datastore in Parquet", () =>
    fc.assert(
      fc.property(message, (given) => {
        const line = row(JSON.stringify(given), true) as string;
        assert.equal((JSON.parse(line) as { text: string }).text, wellFormed(given.text as string));
        assert.deepEqual(JSON.parse(line), mended(JSON.parse(line)));
      }),
    ));

  it("does not come back by names that a later message repeats, by a function or by a shadow", async () => {
    const json = pipelineOf([], {}, { fileFormatConfiguration: { jsonConfiguration: {} } });
    for (let time = 0; time < 3; time++) {
      const outcome = json.process('{"caf\\ud83c":{"\\ud83c":"x\\udf0d"}}', { arrivalTime: ARRIVAL });
      assert.equal(outcome.result === "stored" && outcome.row, '{"caf\ufffd":{"\ufffd":"x\\ufffd"}}');
    }
    const waiting = pipelineOf(
      [
        { lambda: { lambdaName: "f", batchSize: 1 } },
        { deviceShadowEnrich: { attribute: "shadow", thingName: "id", roleArn: "r" } },
      ],
      {},
      { fileFormatConfiguration: { jsonConfiguration: {} } },
    );
    const { services } = servicesOf(
      () => '[{"id":"a","text":"\\ud83c"}]',
      () => ({ ok: true, json: '{"name":"\\udf0d"}' }),
    );
    const [outcome] = await waiting.processBatch(arrivals("{}"), services);
    assert.ok(outcome?.result === "stored");
    assert.deepEqual(JSON.parse(outcome.rows[0]!.row.toString()), {
      id: "a",
      text: "\ufffd",
      shadow: { name: "\ufffd" },
    });
  });

  it("is read as it was sent by everybody else", () => {
    assert.equal(parseJson('"\\ud83c"'), "\ud83c");
  });
});
