import assert from "node:assert/strict";
import * as fc from "fast-check";
import { belongsToLive, partOfRecord } from "../../etl/boundary";

const B = 1_767_225_600_000;
const BEFORE = B - 1;

const live = (message: string, fallbackTime = NaN) => belongsToLive(Buffer.from(message), fallbackTime, B);

describe("etl: the boundary of a candidate", () => {
  for (const [what, value, expected] of [
    ["the boundary itself", "1767225600000", true],
    ["the millisecond before", "1767225599999", false],
    ["a fraction before", "1767225599999.9", false],
    ["a fraction that a double rounds up to the boundary", "1767225599999.99999999999", false],
    ["a fraction that a double rounds down to the boundary", "1767225600000.00000000001", true],
    ["an exponent", "1.7672256e12", true],
    ["an exponent, a millisecond before", "1.767225599999e12", false],
    ["a whole number beyond 2^53", "17672255999990000000", true],
    ["zero", "0", false],
    ["a negative number", "-1767225600000", false],
  ] as const)
    it(`decides by the digits of the message: ${what}`, () => {
      // The other side would take it by the fallback.
      const fallback = expected ? BEFORE : B;
      assert.equal(live(`{"a":1,"__received_at":${value},"b":2}`, fallback), expected);
      assert.equal(live(` {"b":{"__received_at":1},"__received_at" : ${value} } `, fallback), expected);
    });

  for (const [what, message] of [
    ["has none", '{"temperature":1}'],
    ["has it in an object only", '{"meta":{"__received_at":1767225600001}}'],
    ["has a text", '{"__received_at":"1767225600001"}'],
    ["has null", '{"__received_at":null}'],
    ["has a list", '{"__received_at":[1767225600001]}'],
    ["has a number beyond every decimal", '{"__received_at":1e99999999}'],
    ["spells it otherwise", '{"__Received_At":1767225600001}'],
    ["is an array", '[{"__received_at":1767225600001}]'],
    ["is no JSON", '{"__received_at":1767225600001'],
    [
      "is no UTF-8",
      Buffer.concat([Buffer.from('{"__received_at":1767225600001,"a":"'), Buffer.from([0xff, 0x22, 0x7d])]),
    ],
    ["is empty", ""],
  ] as const)
    it(`takes the other time when the message ${what}`, () => {
      const bytes = Buffer.from(message as string);
      assert.equal(belongsToLive(bytes, B, B), true);
      assert.equal(belongsToLive(bytes, BEFORE, B), false);
    });

  it("takes the last of several, as the pipeline does, and reads escapes", () => {
    assert.equal(live('{"__received_at":1,"__received_at":1767225600000}', BEFORE), true);
    assert.equal(live('{"__received_at":1767225600000,"__received\\u005fat":1}', B), false);
  });

  it("decides of each message of a batch, which stays as it was sent", () => {
    const batch = Buffer.from(
      '[ {"n":12345678901234567890,"__received_at":1767225600000}, {"n":1.10,"__received_at":1767225599999} , 7]',
    );
    const part = (side: "live" | "reprocessing", fallbackTime: number) =>
      partOfRecord(batch, side, { boundary: B, fallbackTime, batches: true })?.toString();
    assert.equal(part("live", BEFORE), '[{"n":12345678901234567890,"__received_at":1767225600000}]');
    assert.equal(part("reprocessing", BEFORE), '[{"n":1.10,"__received_at":1767225599999},7]');
    assert.equal(part("live", B), '[{"n":12345678901234567890,"__received_at":1767225600000},7]');
  });

  it("takes an array as one message where arrays are no batches, and an empty batch as well", () => {
    const array = Buffer.from('[{"__received_at":1767225600000}]');
    const of = (record: Buffer, batches: boolean, side: "live" | "reprocessing", fallbackTime: number) =>
      partOfRecord(record, side, { boundary: B, fallbackTime, batches });
    assert.equal(of(array, false, "live", BEFORE), undefined);
    assert.equal(of(array, false, "reprocessing", BEFORE), array);
    assert.equal(of(array, true, "live", BEFORE), array);
    const empty = Buffer.from("[]");
    assert.equal(of(empty, true, "live", B), empty);
    assert.equal(of(empty, true, "reprocessing", B), undefined);
  });

  it("gives every message to exactly one side, alone or in a batch, in its order", () => {
    const message = fc.record(
      { n: fc.integer(), __received_at: fc.oneof(fc.integer({ min: B - 2, max: B + 2 }), fc.constant("odd")) },
      { requiredKeys: ["n"] },
    );
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.integer({ min: B - 2, max: B + 2 }),
        (messages, fallbackTime) => {
          const texts = messages.map((each) => JSON.stringify(each));
          const options = { boundary: B, fallbackTime, batches: true };
          const split = (record: string) =>
            (["live", "reprocessing"] as const).map((side) =>
              partOfRecord(Buffer.from(record), side, options)?.toString(),
            );
          for (const text of texts) {
            const [first, second] = split(text);
            assert.deepEqual(
              [first, second].filter((part) => part !== undefined),
              [text],
            );
            assert.equal(first !== undefined, live(text, fallbackTime));
          }
          if (texts.length === 0) return;
          const parts = split(`[${texts.join(",")}]`).map((part) =>
            part === undefined ? [] : (JSON.parse(part) as unknown[]),
          );
          const wanted = (own: boolean) => messages.filter((_, index) => live(texts[index]!, fallbackTime) === own);
          assert.deepEqual(
            parts,
            [wanted(true), wanted(false)].map((each) => JSON.parse(JSON.stringify(each))),
          );
        },
      ),
    );
  });
});
