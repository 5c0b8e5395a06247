import assert from "node:assert/strict";
import { readBatchResponse } from "../../../../local/services/event-sources/batch-response";

const IDS = new Set(["1", "2"]);
const failures = (...ids: unknown[]): string =>
  JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("local/services/event-sources/batch-response", () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html, "Success and failure conditions"
  for (const payload of [failures(), '{"batchItemFailures":null}', "{}", "null"])
    it(`takes ${payload} as a success`, () => assert.equal(readBatchResponse(payload, IDS), "succeeded"));
  for (const payload of [
    failures(""),
    failures(null),
    failures("3"),
    '{"batchItemFailures":[{"itemId":"1"}]}',
    '{"batchItemFailures":"1"}',
    '"text"',
  ])
    it(`takes ${payload} as a failure of the whole batch`, () =>
      assert.equal(readBatchResponse(payload, IDS), "failed"));
  it("gives the items that failed", () => assert.deepEqual(readBatchResponse(failures("2"), IDS), new Set(["2"])));
});
