import assert from "node:assert/strict";
import { pipelineOf } from "./support";

/** Messages as they come in: what is no JSON object fails, what is empty is not stored. */
describe("etl/activities: channel", () => {
  const outcome = (payload: string | Buffer): string => {
    const result = pipelineOf([]).process(payload, { arrivalTime: Date.UTC(2026, 0, 1) });
    return result.result === "failed" ? `failed at ${result.at}: ${result.reason}` : result.result;
  };
  const cases: [payload: string | Buffer, expected: string | RegExp][] = [
    ['{"id":"a"}', "stored"],
    [' \n{ "id" : "a" } \r\n', "stored"],
    ['{"unlisted":1}', "stored"],
    ["{}", "filtered"],
    ['{"__received_at":5}', "filtered"],
    ["", /^failed at source: the payload is empty/],
    ["oops", /^failed at source: the payload is not JSON/],
    ['{"id":"a"', /^failed at source: the payload is not JSON/],
    ['{"id":"a"}{"id":"b"}', /^failed at source: the payload is not JSON/],
    ["{'id':1}", /^failed at source: the payload is not JSON/],
    ['{"id":01}', /^failed at source: the payload is not JSON/],
    ['{"id":NaN}', /^failed at source: the payload is not JSON/],
    ["[1]", /^failed at source: the payload is an array/],
    ['"text"', /^failed at source: the payload is a text/],
    ["5", /^failed at source: the payload is a number/],
    ["null", /^failed at source: the payload is null/],
    [Buffer.from([0x7b, 0xff, 0x7d]), /^failed at source: the payload is not/],
    [Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3]), Buffer.from('"}')]), /^failed at source: .*UTF-8/],
    [`${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`, /^failed at source: .*(nested|deep)/],
    [`{"id":"${"x".repeat(1_000_000)}"}`, "stored"],
  ];
  for (const [payload, expected] of cases) {
    const text = payload.toString();
    it(`${text.length > 40 ? `${JSON.stringify(text.slice(0, 40))}...` : JSON.stringify(text)}`, () => {
      const seen = outcome(payload);
      if (typeof expected === "string") assert.equal(seen, expected);
      else assert.match(seen, expected);
    });
  }
});
