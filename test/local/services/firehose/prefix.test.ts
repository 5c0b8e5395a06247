import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePrefix, derivedUuid, objectName } from "../../../../local/services/firehose/prefix";

const CONTEXT = {
  time: Date.UTC(2026, 2, 9, 7, 5, 1),
  seed: "s",
  partitionKeys: { __year: "2024", device: "a" },
  errorOutputType: "processing-failed",
};

describe("local/services/firehose/prefix", () => {
  const CASES: [prefix: string, isError: boolean, expected: string][] = [
    ["raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/", false, "raw/dt=2026-03-09/hour=07/"],
    ["data/", false, "data/2026/03/09/07/"],
    ["", false, "2026/03/09/07/"],
    [
      "data/__year=!{partitionKeyFromLambda:__year}/d=!{partitionKeyFromLambda:device}/",
      false,
      "data/__year=2024/d=a/",
    ],
    [
      "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
      true,
      "errors/processing-failed/dt=2026-03-09/",
    ],
    ["errors/", true, "errors/"],
    ["x/!{timestamp:'year='yyyy}/", false, "x/year=2026/"],
  ];
  for (const [prefix, isError, expected] of CASES)
    it(`evaluates ${prefix || "an empty prefix"}`, () =>
      assert.equal(compilePrefix(prefix, isError)(CONTEXT), expected));

  it("gives a random string that is the same for the same records", () => {
    const prefix = compilePrefix("x/!{firehose:random-string}/!{timestamp:yyyy}", false);
    assert.match(prefix(CONTEXT), /^x\/[A-Za-z0-9]{11}\/2026$/);
    assert.equal(prefix(CONTEXT), prefix(CONTEXT));
    assert.notEqual(prefix(CONTEXT), prefix({ ...CONTEXT, seed: "t" }));
  });

  it("refuses a namespace that it does not know", () => {
    assert.throws(
      () => compilePrefix("x/!{partitionKeyFromQuery:a}/", false),
      /not an expression that the local cloud evaluates/,
    );
  });

  it("names objects as Firehose does, differently for different records", () => {
    assert.match(
      objectName("stream", 1, CONTEXT.time, "a"),
      /^stream-1-2026-03-09-07-05-01-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => (derivedUuid(a) === derivedUuid(b)) === (a === b)));
  });
});
