import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { usdOf, type Price } from "../../../aws/prices/price";
import { PRICES, type PriceName } from "../../../aws/prices/table";

const FILE = path.join(__dirname, "../../oracles/prices/infracost.ndjson");
const ROWS = fs
  .readFileSync(FILE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as [PriceName, number, number, string]);

/** Prices that Infracost's recordings do not have for us-east-1, or print with too few digits. */
const NOT_RECORDED: readonly PriceName[] = [
  "iot-connection",
  "iot-message",
  "iot-rule",
  "iot-action",
  "kinesis-in",
  "kinesis-out",
  "firehose-in",
  "firehose-conversion",
  "firehose-partitioning",
  "firehose-object",
  ...(["fargate-arm64-cpu", "fargate-arm64-memory", "fargate-disk", "fargate-x86-cpu", "fargate-x86-memory"] as const),
  "s3-glacier-ir",
  "s3-get",
  "athena-scan",
  "custom-event",
  "quicksight-reader",
  "quicksight-spice",
  "scheduler-invocation",
  "cloudwatch-metric",
  "dms-t3-medium",
  "dms-t3-medium-multi-az",
  "dms-capacity-unit",
  "dms-capacity-unit-multi-az",
  "vpc-endpoint",
  "transit-gateway-attachment",
];

const LIST = { freeTier: false, steps: true };

describe("aws/prices: the table", () => {
  for (const [name, quantity, usd, file] of ROWS)
    it(`${name} is what Infracost made of AWS's price list (${file})`, () => {
      assert.equal(usdOf(PRICES[name], quantity, LIST).toFixed(2), usd.toFixed(2));
    });

  it("has every price in the recordings, or names it as not recorded", () => {
    const recorded = ROWS.map(([name]) => name);
    assert.deepEqual([...recorded, ...NOT_RECORDED].sort(), Object.keys(PRICES).sort());
  });

  for (const [name, price] of Object.entries<Price>(PRICES))
    it(`${name} has its page, its source, its date, and steps that end upwards`, () => {
      assert.match(price.page, /^https:\/\/aws\.amazon\.com\/\S+\/pricing\/$/);
      assert.match(price.date, /^20\d\d(-\d\d)?$/);
      assert.ok(price.steps.length > 0 && price.steps.at(-1)!.upTo === undefined);
      const ends = price.steps.slice(0, -1).map(({ upTo }) => upTo!);
      assert.deepEqual(
        ends,
        [...ends].sort((one, other) => one - other),
      );
    });
});

describe("aws/prices: a month's usage", () => {
  // https://aws.amazon.com/iot-core/pricing/: 1 USD a million up to a billion, 0.80 for the next four billion, 0.70 above
  for (const [millions, usd] of [
    [0, 0],
    [1000, 1000],
    [1001, 1000.8],
    [5000, 4200],
    [6000, 4900],
  ] as const)
    it(`${millions} million messages cost ${usd} USD`, () => {
      assert.ok(Math.abs(usdOf(PRICES["iot-message"], millions, LIST) - usd) < 1e-9);
    });

  it("goes down the steps only where that is asked for", () => {
    assert.equal(usdOf(PRICES["iot-message"], 6000, { freeTier: false, steps: false }), 6000);
  });

  it("leaves the free units out, and never gives money back", () => {
    const free = { freeTier: true, steps: true };
    assert.equal(usdOf(PRICES["cloudwatch-alarm"], 20, free), 1);
    assert.equal(usdOf(PRICES["cloudwatch-alarm"], 3, free), 0);
  });

  it("rises with the usage, by no more than the first step's price", () => {
    const names = Object.keys(PRICES) as PriceName[];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.boolean(),
        fc.boolean(),
        (name, quantity, more, freeTier, steps) => {
          const price: Price = PRICES[name];
          const options = { freeTier, steps };
          const difference = usdOf(price, quantity + more, options) - usdOf(price, quantity, options);
          const slack = 1e-6 * (1 + usdOf(price, quantity + more, options));
          assert.ok(difference >= -slack);
          assert.ok(difference <= more * price.steps[0]!.usd + slack);
        },
      ),
    );
  });
});
