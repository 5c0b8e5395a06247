import assert from "node:assert/strict";
import fc from "fast-check";
import { extraSize, leastSize, type AnsweredRecord } from "../../functions/answer";

describe("functions/answer: how many bytes an answer has", () => {
  it("is never less than it has, whatever ids and partition values hold", () => {
    const record = fc.record({
      recordId: fc.oneof(fc.string(), fc.string({ unit: "binary" })),
      data: fc.option(fc.base64String(), { nil: undefined }),
      keys: fc.option(
        fc.dictionary(fc.constantFrom("__partition_site", "__year"), fc.string({ unit: "grapheme", maxLength: 20 })),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), (given) => {
        let size = 0;
        const records = given.map(({ recordId, data, keys }): AnsweredRecord => {
          size += leastSize(recordId);
          if (data === undefined) return { recordId, result: "ProcessingFailed" };
          size += extraSize(data.length, keys);
          return keys === undefined
            ? { recordId, result: "Ok", data }
            : { recordId, result: "Ok", data, metadata: { partitionKeys: keys } };
        });
        const bytes = Buffer.byteLength(JSON.stringify({ records })) - Buffer.byteLength('{"records":[]}');
        assert.ok(bytes <= size, `${bytes} bytes, and ${size} were counted`);
      }),
      { numRuns: 300 },
    );
  });
});
