import assert from "node:assert/strict";
import fc from "fast-check";
import { documentQuota, PartitionCounter, quotaWarning } from "../../../etl/partitions";
import type { DatastoreDocument } from "../../../etl";

type Partition = NonNullable<NonNullable<DatastoreDocument["datastorePartitions"]>["partitions"]>[number];

const HOUR = 3_600_000;
const site: Partition = { attributePartition: { attributeName: "site" } };
const time = (timestampFormat?: string): Partition => ({
  timestampPartition: { attributeName: "ts", ...(timestampFormat === undefined ? {} : { timestampFormat }) },
});
const datastore = (partitions: Partition[], numberOfDays?: number): DatastoreDocument => ({
  datastoreName: "d",
  datastorePartitions: { partitions },
  ...(numberOfDays === undefined ? {} : { retentionPeriod: { numberOfDays } }),
});

/** The partition of a time, as the delivery stream gets it. */
function keysOf(ms: number, value?: string): Record<string, string> {
  const [year, month, day, hour] = new Date(ms).toISOString().split(/[-T:]/);
  const own = { __year: year!, __month: month!, __day: day!, __hour: hour! };
  return value === undefined ? own : { ...own, __partition_site: value };
}

// The quota is 10,000,000 partitions of a table: https://docs.aws.amazon.com/general/latest/gr/glue.html
describe("etl/partitions: AWS's quota of partitions of a table", () => {
  it("is never reached by hours that are kept for less than 1,140 years", () => {
    assert.equal(documentQuota(datastore([time()])), undefined);
    assert.equal(documentQuota(datastore([time()], 416_666)), undefined);
    const warning = documentQuota(datastore([time()], 416_667));
    assert.equal(warning?.severity, "warning");
    assert.match(
      warning.message,
      /10,000,008 partitions in the 416,667 days of retentionPeriod, more than .*10,000,000/,
    );
    assert.equal(documentQuota(datastore([time("yyyy-MM-dd")], 416_667)), undefined);
  });

  it("allows so many values of an attribute in each hour or day", () => {
    // 10,000,000 / (365 x 24) = 1,141.6
    const hourly = documentQuota(datastore([site, time()], 365));
    assert.equal(hourly?.severity, "note");
    assert.match(hourly.message, /every value of site that arrives in it; more than 1,141 in each hour/);
    assert.match(documentQuota(datastore([site, time("yyyy-MM-dd")], 365))!.message, /more than 27,397 in each day/);
    assert.match(
      documentQuota(datastore([site, time()]))!.message,
      /more than 114 in each hour exceed .* within 10 years/,
    );
  });

  it("is not spoken of where nothing is known", () => {
    assert.equal(documentQuota(datastore([site])), undefined);
    assert.equal(documentQuota(datastore([])), undefined);
    assert.match(documentQuota(datastore([site, time("no format '")]))!.message, /in each hour/);
  });

  it("is compared with what the partitions of messages make of a year", () => {
    const counter = new PartitionCounter();
    const start = Date.UTC(2025, 11, 31, 12);
    // 200 sites in each of 24 hours, over a year's end
    for (let hour = 0; hour < 24; hour++)
      for (let n = 0; n < 200; n++) counter.add(keysOf(start + hour * HOUR, `site-${n}`));
    // 200 x 24 x 365.25
    assert.deepEqual(counter.count, { partitions: 4800, hours: 24, perYear: 1_753_200 });
    const warning = quotaWarning(counter.count)!;
    assert.match(
      warning,
      /^4,800 partitions over 24 hours, at this rate 1,753,200 a year: .* is reached after 5\.7 years\./,
    );
    assert.match(warning, /retentionPeriod/);
    assert.equal(quotaWarning(counter.count, 5.7 * 365), undefined);
    assert.equal(quotaWarning(counter.count, 5.8 * 365), warning);
    // At a tenth of the rate rows of ten years stay below.
    assert.equal(quotaWarning({ partitions: 480, hours: 24, perYear: 175_320 }), undefined);
  });

  it("is compared with the number alone where partitions have no time", () => {
    const counter = new PartitionCounter();
    for (let n = 0; n < 999_999; n++) counter.add({ __partition_site: String(n) });
    assert.deepEqual(counter.count, { partitions: 999_999, hours: undefined, perYear: undefined });
    assert.equal(quotaWarning(counter.count), undefined);
    for (let n = 999_999; n < 1_000_010; n++) counter.add({ __partition_site: String(n) });
    assert.match(quotaWarning(counter.count)!, /^1,000,000 or more partitions, a tenth of AWS's quota of 10,000,000/);
  });

  it("counts each partition once, in any order, and none of a datastore by the day of arrival", () => {
    const rows = fc.array(fc.tuple(fc.nat(24 * 400), fc.constantFrom("a", "b", "")), { minLength: 1 });
    fc.assert(
      fc.property(rows, (list) => {
        const counter = new PartitionCounter();
        for (const [hour, value] of list) counter.add(keysOf(Date.UTC(2024, 1, 28) + hour * HOUR, value));
        const hours = list.map(([hour]) => hour);
        assert.equal(counter.count.partitions, new Set(list.map(String)).size);
        assert.equal(counter.count.hours, Math.max(...hours) - Math.min(...hours) + 1);
      }),
    );
    const none = new PartitionCounter();
    none.add({});
    assert.deepEqual(none.count, { partitions: 0, hours: undefined, perYear: undefined });
    assert.equal(quotaWarning(none.count), undefined);
  });
});
