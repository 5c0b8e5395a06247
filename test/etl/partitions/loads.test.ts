import assert from "node:assert/strict";
import fc from "fast-check";
import { fanOutRecord, loadsOf, readLoad, type Load, type MadeRow } from "../../../etl/partitions";
import { divisionOf } from "../../../local/services/firehose/divide";

const row = (hour: string, text: string): MadeRow => ({ row: Buffer.from(text), partitionKeys: { hour } });
/** What Firehose does with a record of the fan-out, configured as components/ does. */
const divide = divisionOf({
  extendedS3Configuration: {
    processingConfiguration: {
      enabled: true,
      processors: [
        { type: "RecordDeAggregation", parameters: [{ parameterName: "Delimiter", parameterValue: "Hg==" }] },
      ],
    },
  },
})!;
const readAll = (record: Buffer | string): (Load | undefined)[] => {
  if (typeof record === "string") assert.fail(record);
  return divide(record)!.map((part) => readLoad(Buffer.from(part)));
};

describe("rows of several partitions that one message was made into", () => {
  it("are put together by partition, in the order of each partition's first row", () => {
    const loads = loadsOf([row("10", "a"), row("11", "b"), row("10", "c")]);
    assert.deepEqual(
      loads.map(({ partitionKeys, data }) => [partitionKeys.hour, data.toString()]),
      [
        ["10", "a\nc\n"],
        ["11", "b\n"],
      ],
    );
  });

  it("come out of the fan-out's record as they went in, whatever they hold", () => {
    const rows = fc.array(
      fc.record({
        row: fc
          .oneof(
            fc.json(),
            fc.string({ unit: "binary" }).map((text) => JSON.stringify({ text })),
          )
          .map((text) => Buffer.from(text)),
        partitionKeys: fc.dictionary(fc.constantFrom("__year", "__partition_site"), fc.string({ unit: "binary" }), {
          noNullPrototype: true,
        }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, (made) => {
        const loads = loadsOf(made);
        assert.deepEqual(readAll(fanOutRecord(loads)), loads);
        const lines = (of: readonly { partitionKeys: object; data: Buffer }[]): string[] =>
          of.flatMap(({ partitionKeys, data }) =>
            data
              .toString()
              .split("\n")
              .slice(0, -1)
              .map((line) => JSON.stringify([partitionKeys, line])),
          );
        assert.deepEqual(
          lines(loads).sort(),
          made.map((one) => JSON.stringify([one.partitionKeys, one.row.toString()])).sort(),
        );
      }),
    );
  });

  it("fail with a reason if there are more of them than a record takes", () => {
    const loads = loadsOf(Array.from({ length: 501 }, (_, hour) => row(String(hour), "{}")));
    assert.match(
      String(fanOutRecord(loads)),
      /^its rows belong to 502 partitions, and the fan-out takes 501 of a message/,
    );
    assert.equal(readAll(fanOutRecord(loads.slice(1))).length, 500);
    const large = (length: number): Buffer | string => fanOutRecord(loadsOf([row("1", "x".repeat(length))]));
    // 1,000 KiB, of which the keys and two newlines take 14
    assert.equal(large(1_024_000 - 14).length, 1_024_000);
    assert.match(
      String(large(1_024_000 - 13)),
      /^its rows of further partitions have 1024001 bytes, and a record of the fan-out 1024000/,
    );
  });

  it("reads no load out of anything else", () => {
    for (const bytes of ["", "{}", "x\n", "[1]\n{}\n", "null\n", '{"a":1}\n{}\n', '{"device":"a"}'])
      assert.equal(readLoad(Buffer.from(bytes)), undefined, bytes);
  });
});
