import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePipeline, parseTimestampFormat } from "../../../etl";

const ARRIVAL = Date.UTC(2026, 5, 15, 7, 30);

/** Where a message with this `ts` goes, and whether it had no time to go by. */
function partitionOf(timestampFormat: string | undefined, ts: unknown): { hour: string; fallback: boolean } {
  const pipeline = compilePipeline({
    pipeline: {
      pipelineName: "p",
      pipelineActivities: [
        { channel: { name: "in", channelName: "c", next: "out" } },
        { datastore: { name: "out", datastoreName: "d" } },
      ],
    },
    datastore: {
      datastoreName: "d",
      datastorePartitions: { partitions: [{ timestampPartition: { attributeName: "ts", timestampFormat } }] },
    },
  });
  const outcome = pipeline.process(`{"id":1${ts === undefined ? "" : `,"ts":${ts as string}`}}`, {
    arrivalTime: ARRIVAL,
  });
  assert.ok(outcome.result === "stored");
  const { __year, __month, __day, __hour } = outcome.partitionKeys;
  return { hour: `${__year}-${__month}-${__day}T${__hour}`, fallback: pipeline.counters.partitionFallbacks > 0 };
}

describe("etl/partitions: room for a value", () => {
  const siteOf = (site: string, prefix?: string): string => {
    const pipeline = compilePipeline({
      pipeline: {
        pipelineName: "p",
        pipelineActivities: [
          { channel: { name: "in", channelName: "c", next: "out" } },
          { datastore: { name: "out", datastoreName: "d" } },
        ],
      },
      datastore: {
        datastoreName: "d",
        datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
      },
      prefix,
    });
    const outcome = pipeline.process(JSON.stringify({ site }), { arrivalTime: ARRIVAL });
    return outcome.result === "stored" ? (outcome.partitionKeys.__partition_site ?? "") : "";
  };

  it("is what the prefix leaves of 512 characters, a bucket of the user's own with its prefix too", () => {
    const fixed = (base: string): number => `${base}__partition_site=/rows/`.length;
    for (const [prefix, base] of [
      [undefined, "data/d/"],
      [`${"x".repeat(254)}/data/d/`, `${"x".repeat(254)}/data/d/`],
    ] as const) {
      const room = 512 - fixed(base);
      assert.equal(siteOf("s".repeat(room), prefix), "s".repeat(room));
      const cut = siteOf("s".repeat(room + 1), prefix);
      assert.equal(cut.length, room);
      assert.match(cut, /^s+~[0-9a-f]{8}$/);
    }
  });
});

describe("etl/partitions: the hour of a message", () => {
  const ARRIVED = "2026-06-15T07";
  const cases: [format: string | undefined, ts: string | undefined, hour: string][] = [
    [undefined, "1709622489", "2024-03-05T07"],
    [undefined, '"1709622489"', "2024-03-05T07"],
    [undefined, "1709622489.999", "2024-03-05T07"],
    [undefined, "1.709622489e9", "2024-03-05T07"],
    [undefined, "0", "1970-01-01T00"],
    [undefined, "-1", "1969-12-31T23"],
    // milliseconds are a time in the year 56,145, which no partition has
    [undefined, "1709622489123", ARRIVED],
    [undefined, '"2024-03-05 07:08:09"', ARRIVED],
    [undefined, "null", ARRIVED],
    [undefined, "true", ARRIVED],
    [undefined, "[1709622489]", ARRIVED],
    [undefined, undefined, ARRIVED],
    ["yyyy-MM-dd HH:mm:ss", '"2024-03-05 07:59:59"', "2024-03-05T07"],
    ["yyyy-MM-dd HH:mm:ss", '"2024-12-31 24:00:00"', "2025-01-01T00"],
    ["yyyy-MM-dd HH:mm:ss", '"2024-02-30 07:00:00"', "2024-02-29T07"],
    ["yyyy-MM-dd HH:mm:ss", '"2024-03-05T07:59:59"', ARRIVED],
    ["yyyy-MM-dd HH:mm:ss", '"2024\\u002d03-05 07:00:00"', "2024-03-05T07"],
    ["yyyy-MM-dd HH:mm:ss", "1709622489", ARRIVED],
    ["yyyyMMddHH", "2024030507", "2024-03-05T07"],
    ["yyyy", '"2024"', "2024-01-01T00"],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '"2024-03-05T00:30:00+01:00"', "2024-03-04T23"],
    ["d MMM yyyy h a", '"5 Mar 2024 7 PM"', "2024-03-05T19"],
  ];
  for (const [format, ts, hour] of cases)
    it(`${format ?? "seconds since 1970"}: ${ts ?? "nothing"} is ${hour}`, () =>
      assert.deepEqual(partitionOf(format, ts), { hour, fallback: hour === ARRIVED }));

  it("a format that is read from the bytes reads what the same format read as a text does", () => {
    const FORMATS = ["yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss", "dd/MM/yyyy HH", "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"];
    const instant = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_000 });
    const noise = fc.constantFrom("", "0", "9", "x", " ", "-", "é", "31", "24", "60");
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), instant, fc.nat(24), fc.nat(2), noise, (format, ms, at, cut, other) => {
        const text = parseTimestampFormat(format).format(ms);
        const changed = text.slice(0, at) + other + text.slice(at + cut);
        for (const sent of [text, changed])
          assert.deepEqual(
            partitionOf(format, JSON.stringify(sent)),
            // in brackets it is a section that may be missing, and so has no fixed places
            partitionOf(`[${format}]`, JSON.stringify(sent)),
            sent,
          );
      }),
      { numRuns: 400 },
    );
  });
});
