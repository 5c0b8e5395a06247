import assert from "node:assert/strict";
import * as fc from "fast-check";
import { adviceFor, type Registered } from "../../cost";
import { flushes } from "../../cost/flow/deliveries";
import { shardsFor } from "../../cost/flow/streams";
import { runsAMonth } from "../../cost/flow/queries";
import { estimate, NOW, optionsFor, seed, usdBy } from "./stacks";

const stream = (inputs: Registered["inputs"]): Registered[] => [
  { urn: "urn:stream", type: "aws:kinesis/stream:Stream", name: "stream", inputs: { name: "stream", ...inputs } },
];

describe("cost: the seed's stack", () => {
  let dev: readonly Registered[];
  let prod: readonly Registered[];
  before(async () => {
    // one after the other: the mocks are of the process
    dev = await seed("dev");
    prod = await seed("prod");
  });

  it("at 1,000 messages/s of 300 bytes costs by AWS's price list what its pages say", () => {
    // 2,628 million messages a month of 730 hours. Each is one unit of 5 KB for IoT Core and for Firehose, and one of 25 KB for Kinesis.
    const by = usdBy(estimate(dev, optionsFor({ rate: 1000, size: 300 })));
    const gigabytes = (2628e6 * 5120) / 2 ** 30;
    const expected: Record<string, number> = {
      "iot-message": 1000 * 1 + 1628 * 0.8,
      "iot-rule": 2628 * 0.15,
      "iot-action": 2628 * 0.15,
      "kinesis-shard-hour": 730 * 0.015,
      "kinesis-put": 2628 * 0.014,
      "firehose-in": 2 * gigabytes * 0.029,
      "firehose-conversion": gigabytes * 0.018,
      "firehose-partitioning": ((2628e6 * 300) / 2 ** 30) * 0.02,
      "cloudwatch-dashboard": 3,
    };
    for (const [price, usd] of Object.entries(expected)) assert.equal(by[price], usd.toFixed(2), price);
  });

  it("costs what is fixed when no message comes", () => {
    const bill = estimate(dev, optionsFor({ rate: 0 }));
    const alarms = dev.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm").length;
    assert.deepEqual(usdBy(bill), {
      "cloudwatch-alarm": (alarms * 0.1).toFixed(2),
      "cloudwatch-dashboard": "3.00",
      "kinesis-shard-hour": "10.95",
      // the datastore's maintenance, once a day
      "lambda-arm64": "0.00",
      "lambda-request": "0.00",
      "s3-put": "0.00",
      "scheduler-invocation": "0.00",
    });
    assert.equal(bill.usdPerMonth, bill.fixedUsdPerMonth);
    assert.equal(bill.usdPerMillionMessages, 0);
  });

  it("pays on demand by the hour and by GB, records rounded up to 1 KB, with its retention", () => {
    const by = usdBy(estimate(prod, optionsFor({ rate: 100, size: 1500 })));
    assert.equal(by["kinesis-stream-hour"], (730 * 0.04).toFixed(2));
    assert.equal(by["kinesis-in"], (((262.8e6 * 2048) / 2 ** 30) * 0.08).toFixed(2));
    // two delivery streams read it
    assert.equal(by["kinesis-out"], (((262.8e6 * 1500 * 2) / 2 ** 30) * 0.04).toFixed(2));
    // what came in within the six days above the first
    assert.equal(by["kinesis-retention-week"], (((100 * 1500 * 6 * 86_400) / 2 ** 30) * 0.1).toFixed(2));
  });

  it("rounds messages up to 5 KB, so that a batch of 17 costs like one message", () => {
    const of = (batch: number): Record<string, string> =>
      usdBy(estimate(dev, optionsFor({ rate: 1700, size: 300, batch }, { prices: { freeTier: false, steps: false } })));
    const [one, many] = [of(1), of(17)];
    for (const price of ["iot-message", "iot-rule", "iot-action", "firehose-in", "firehose-conversion"])
      assert.ok(
        Math.abs(Number(one[price]) / Number(many[price]) - 17) < 0.01,
        `${price} ${one[price]} ${many[price]}`,
      );
  });

  it("pays no message by basic ingest, and everything else", () => {
    const plain = usdBy(estimate(dev, optionsFor({ rate: 1000 })));
    const { "iot-message": messages, ...rest } = plain;
    assert.ok(Number(messages) > 2000);
    assert.deepEqual(usdBy(estimate(dev, optionsFor({ rate: 1000, basicIngest: true }))), rest);
  });

  it("adds the connections of devices", () => {
    // https://aws.amazon.com/iot-core/pricing/: 0.08 USD a million minutes
    const by = usdBy(estimate(dev, optionsFor({ rate: 1, devices: 10_000 })));
    assert.equal(by["iot-connection"], (((10_000 * 730 * 60) / 1e6) * 0.08).toFixed(2));
  });

  it("takes a channel's own rate from its name, and says of a name that there is not", () => {
    const shared = estimate(dev, optionsFor({ rate: 50 }));
    const own = estimate(dev, optionsFor({ rates: { etl_device_data: 50 } }));
    assert.equal(own.usdPerMonth, shared.usdPerMonth);
    assert.deepEqual(
      estimate(dev, optionsFor({ rates: { nothing: 5 } })).unknown.filter((text) => text.startsWith("nothing")),
      ["nothing: a rate is given for it, but nothing of that name receives messages"],
    );
  });

  it("says that a region's prices are not in the table", () => {
    const unknown = (region: string): readonly string[] => estimate(dev, optionsFor({}, { region })).unknown;
    assert.ok(
      unknown("eu-central-1").includes(
        "prices of eu-central-1 are not in the table: every figure has the price of us-east-1",
      ),
    );
    assert.ok(!unknown("us-east-1").some((text) => text.includes("us-east-1")));
  });

  it("warns of a stream with too few shards, and of a query that its limit cancels", () => {
    const { warnings } = estimate(dev, optionsFor({ rate: 2500, queries: 1 }));
    assert.equal(warnings.length, 2);
    assert.match(
      warnings[0]!,
      /^etl_device_data-stream: 2500 records\/s of 300 bytes need shardCount 3, and it has 1$/,
    );
    assert.match(warnings[1]!, /the workgroup's limit cancels it at 1,024 MB$/);
  });

  it("adds up: the items are the sum, and more messages never cost less", () => {
    const traffic = fc.record({
      rate: fc.double({ min: 0, max: 1e5, noNaN: true }),
      size: fc.integer({ min: 1, max: 131_072 }),
      devices: fc.integer({ min: 0, max: 1e6 }),
      batch: fc.integer({ min: 1, max: 100 }),
      basicIngest: fc.boolean(),
      queries: fc.double({ min: 0, max: 1000, noNaN: true }),
    });
    fc.assert(
      fc.property(traffic, fc.constantFrom(dev, prod), (given, resources) => {
        const bill = estimate(resources, optionsFor(given));
        const sum = bill.items.reduce((total, { usdPerMonth }) => total + usdPerMonth, 0);
        assert.ok(Math.abs(sum - bill.usdPerMonth) <= 1e-9 * (1 + sum));
        for (const { quantity, unitPrice, usdPerMonth } of bill.items) {
          assert.ok(quantity > 0 && Number.isFinite(usdPerMonth) && usdPerMonth >= 0);
          assert.ok(Math.abs(quantity * unitPrice - usdPerMonth) <= 1e-9 * (1 + usdPerMonth));
        }
        assert.ok(bill.fixedUsdPerMonth <= bill.usdPerMonth + 1e-9);
        const more = estimate(resources, optionsFor({ ...given, rate: given.rate * 2 }));
        assert.ok(more.usdPerMonth >= bill.usdPerMonth - 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it("advises settings whose figures are those of the program with them", async () => {
    const traffic = optionsFor({ rate: 800, size: 300, queries: 1 });
    for (const [change, stack, config] of [
      [/^alarms false/, "prod", { alarms: "false" }],
      [/^retentionHours 24/, "prod", { retentionHours: "24" }],
      [/^bufferingSeconds 900/, "prod", { bufferingSeconds: "900" }],
      [/^streamMode PROVISIONED with shardCount 1,/, "prod", { streamMode: "PROVISIONED", shardCount: "1" }],
      [/^streamMode ON_DEMAND/, "dev", { streamMode: "ON_DEMAND" }],
    ] as const) {
      const resources = stack === "prod" ? prod : dev;
      const advice = adviceFor(resources, traffic).find((each) => change.test(each.change));
      const changed = await seed(stack, config);
      const difference = estimate(changed, traffic).usdPerMonth - estimate(resources, traffic).usdPerMonth;
      assert.ok(advice !== undefined, String(change));
      assert.ok(
        Math.abs(advice.usdPerMonth - difference) < 0.005,
        `${advice.change}: ${advice.usdPerMonth} ${difference}`,
      );
    }
  });

  it("advises the largest saving first, and nothing that changes nothing", () => {
    const advice = adviceFor(prod, optionsFor({ rate: 1000 }));
    const figures = advice.map(({ usdPerMonth }) => usdPerMonth);
    assert.deepEqual(
      figures,
      [...figures].sort((one, other) => one - other),
    );
    assert.match(advice[0]!.change, /^devices publish 17 messages as one array/);
    const fixed = adviceFor(prod, optionsFor({ rate: 0 })).map(({ change }) => change);
    assert.ok(!fixed.some((change) => /basic ingest|array|bufferingSeconds/.test(change)));
  });
});

describe("cost: rules and buckets", () => {
  const rule = (name: string, sql: string, streamName: string): Registered => ({
    urn: `urn:${name}`,
    type: "aws:iot/topicRule:TopicRule",
    name,
    inputs: { name, sql, kineses: [{ streamName }] },
  });
  const named = (name: string): Registered => ({
    urn: `urn:stream-${name}`,
    type: "aws:kinesis/stream:Stream",
    name,
    inputs: { name, shardCount: 1 },
  });
  const quantities = (resources: readonly Registered[], traffic: Parameters<typeof optionsFor>[0], price: string) =>
    estimate(resources, optionsFor(traffic))
      .items.filter((item) => item.price === price)
      .map(({ component, quantity }) => [component, Number(quantity.toFixed(3))]);

  it("count a message of more than 5 KB for each 5 KB that it has begun", () => {
    const one = [rule("a", "SELECT * FROM 'a/+'", "one"), named("one")];
    for (const [size, units] of [
      [5120, 1],
      [5121, 2],
      [10_241, 3],
    ] as const)
      assert.deepEqual(quantities(one, { rate: 1, size }, "iot-message"), [["a", 2.628 * units]]);
  });

  it("share the stack's rate by filters, and pay a message once that rules with one filter get", () => {
    const resources = [
      rule("a", "SELECT * FROM 'a/+'", "one"),
      rule("b", "SELECT temperature FROM 'b/+'", "one"),
      rule("c", "SELECT * FROM 'b/+' WHERE x > 1", "two"),
      named("one"),
      named("two"),
    ];
    const traffic = { rate: 20 };
    assert.deepEqual(quantities(resources, traffic, "iot-message"), [
      ["a", 26.28],
      ["b", 26.28],
    ]);
    assert.deepEqual(quantities(resources, traffic, "iot-action"), [
      ["a", 26.28],
      ["b", 26.28],
      ["c", 26.28],
    ]);
    assert.deepEqual(quantities(resources, traffic, "kinesis-put"), [
      ["one", 52.56],
      ["two", 26.28],
    ]);
    assert.deepEqual(quantities(resources, { rate: 20, rates: { a: 15 } }, "iot-message"), [
      ["a", 39.42],
      ["b", 13.14],
    ]);
  });

  it("count the entries of AWS IoT's log: a message, its rules, their actions", () => {
    const log = (defaultLogLevel: string): Registered => ({
      urn: "urn:log",
      type: "aws:iot/loggingOptions:LoggingOptions",
      name: "iot",
      inputs: { defaultLogLevel },
    });
    const of = (level: string) =>
      quantities([rule("a", "SELECT * FROM 'a/+'", "one"), named("one"), log(level)], { rate: 1 }, "logs-in");
    // 2.628 million messages a month, 400 bytes an entry
    assert.deepEqual(of("ERROR"), []);
    assert.deepEqual(of("INFO"), [["iot", Number(((2.628e6 * 3 * 400) / 2 ** 30).toFixed(3))]]);
    assert.deepEqual(of("DEBUG"), [["iot", Number(((2.628e6 * 4 * 400) / 2 ** 30).toFixed(3))]]);
  });

  it("keep what the lifecycle keeps, in the classes that it moves objects to", () => {
    const resources: Registered[] = [
      named("one"),
      {
        urn: "urn:archive",
        type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        name: "archive",
        inputs: {
          name: "archive",
          kinesisSourceConfiguration: { kinesisStreamArn: "arn:aws:kinesis:us-east-1:1:stream/one" },
          extendedS3Configuration: { bucketArn: "arn:aws:s3:::raw", prefix: "raw/", compressionFormat: "UNCOMPRESSED" },
        },
      },
      { urn: "urn:raw", type: "aws:s3/bucket:Bucket", name: "raw", inputs: { bucket: "raw" } },
    ];
    const with_ = (...rules: object[]): Registered[] => [
      ...resources,
      {
        urn: "urn:rules",
        type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        name: "rules",
        inputs: { bucket: "raw", rules },
      },
    ];
    const traffic = { rates: { one: 1 }, size: 2 ** 30 / 2_628_000 };
    const stored = (own: readonly Registered[]): Record<string, number> =>
      Object.fromEntries(
        estimate(own, optionsFor(traffic))
          .items.filter(({ what }) => what.startsWith("stored"))
          .map(({ price, quantity }) => [price, Number(quantity.toFixed(2))]),
      );
    // a GB a month
    assert.deepEqual(stored(resources), { "s3-standard": 12 });
    const days = 730 / 24;
    assert.deepEqual(stored(with_({ status: "Enabled", expiration: { days: 3 * days } })), { "s3-standard": 3 });
    assert.deepEqual(stored(with_({ status: "Disabled", expiration: { days: 3 * days } })), { "s3-standard": 12 });
    assert.deepEqual(stored(with_({ status: "Enabled", filter: { prefix: "other/" }, expiration: { days } })), {
      "s3-standard": 12,
    });
    const transitions = [
      { days: 2 * days, storageClass: "GLACIER_IR" },
      { days: 6 * days, storageClass: "DEEP_ARCHIVE" },
    ];
    assert.deepEqual(stored(with_({ status: "Enabled", transitions, expiration: { days: 10 * days } })), {
      "s3-standard": 2,
      "s3-glacier-ir": 4,
      "s3-deep-archive": 4,
    });
    const [unpriced] = estimate(
      with_({ transitions: [{ days: 1, storageClass: "GLACIER" }] }),
      optionsFor(traffic),
    ).unknown;
    assert.equal(unpriced, "rules: the price of the storage class GLACIER is not in the table");
  });
});

describe("cost: a stream", () => {
  it("costs what AWS's example says: 100 records/s of 35 KB on four shards", () => {
    // https://aws.amazon.com/kinesis/data-streams/pricing/: two PUT units a record
    const by = usdBy(estimate(stream({ shardCount: 4 }), optionsFor({ rate: 100, size: 35 * 1024 })));
    assert.deepEqual(by, {
      "kinesis-shard-hour": (4 * 730 * 0.015).toFixed(2),
      "kinesis-put": (100 * 2 * 2.628 * 0.014).toFixed(2),
    });
    assert.equal(shardsFor(100, 35 * 1024, 1), 4);
  });

  it("needs shards for records, for bytes in, and for what its readers take", () => {
    assert.equal(shardsFor(1000, 300, 2), 1);
    assert.equal(shardsFor(1001, 300, 2), 2);
    assert.equal(shardsFor(100, 1024 * 1024, 1), 100);
    assert.equal(shardsFor(100, 1024 * 1024, 3), 150);
    assert.equal(shardsFor(0, 300, 0), 1);
  });
});

describe("cost: buffers and schedules", () => {
  it("writes an object when the time is over, or when the buffer is full", () => {
    const buffer = { seconds: 300, megabytes: 1 };
    assert.ok(Math.abs(flushes(10, 300, buffer) - 1 / 300.1) < 1e-9);
    // 1,024 records of 1 KiB fill it
    assert.ok(Math.abs(flushes(1024, 1024, buffer) - 1) < 1e-3);
    assert.equal(flushes(0, 300, buffer), 0);
  });

  it("writes an object for each message when they are rare", () => {
    const rare = 1 / 86_400;
    assert.ok(Math.abs(flushes(rare, 300, { seconds: 300, megabytes: 64 }) / rare - 1) < 0.01);
  });

  for (const [expression, runs] of [
    ["rate(1 hours)", 730],
    ["rate(1 days)", 730 / 24],
    ["cron(0 12 * * ? *)", 730 / 24],
    ["cron(0 0 1 * ? *)", 1],
    ["at(2026-05-01T00:00:00)", 0],
  ] as const)
    it(`${expression} runs ${runs.toFixed(1)} times a month`, () => {
      assert.ok(Math.abs(runsAMonth(expression, NOW) - runs) < 0.06, String(runsAMonth(expression, NOW)));
    });
});
