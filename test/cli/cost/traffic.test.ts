import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseOptions, UsageError } from "../../../cli/command/options";
import { UserError } from "../../../cli/command/run";
import { COST } from "../../../cli/cost";
import { assumptionsOf, measure, trafficOf } from "../../../cli/cost/traffic";
import { metricsLine } from "../../../functions/log";
import { ASSUMPTIONS, configuredTraffic, NO_TRAFFIC } from "../../../cost";

const parsed = (...argv: string[]) => parseOptions(COST, argv);

describe("cli/cost: traffic", () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cost-"))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, text);
    return full;
  };

  it("comes from options, then from the recording, then from the stack's configuration", () => {
    const configured = { ...NO_TRAFFIC, rate: 7, size: 70, devices: 3 };
    const measured = { messages: 2, size: 50.4, rate: 0.5, gzipRatio: 0.3 };
    assert.deepEqual(trafficOf(parsed(), undefined, configured), configured);
    assert.deepEqual(trafficOf(parsed(), measured, configured), { ...configured, rate: 0.5, size: 50 });
    assert.deepEqual(trafficOf(parsed("--rate", "9.5", "--size", "10", "--rate", "a=2"), measured, configured), {
      ...configured,
      rate: 9.5,
      rates: { a: 2 },
      size: 10,
    });
  });

  it("is read from the configuration as the program gets it, whatever is wrong in it", () => {
    const of = (text: string) => configuredTraffic({ "iot-telemetry-etl:traffic": text, "aws:traffic": "{}" });
    assert.deepEqual(of('{"rate":2.5,"basicIngest":true}'), { ...NO_TRAFFIC, rate: 2.5, basicIngest: true });
    assert.deepEqual(of('{"rate":"x"}'), NO_TRAFFIC);
    for (const text of ["{", "[]", "7"]) assert.equal(of(text), undefined);
    assert.equal(configuredTraffic({}), undefined);
  });

  it("is measured from a recording: size, rate by its times, compression", async () => {
    const lines = Array.from({ length: 101 }, (_, n) => `{"at":${1_700_000_000 + n * 2},"value":"${"x".repeat(50)}"}`);
    const measured = await measure(parsed("--input", file("a.ndjson", `${lines.join("\n")}\n`), "--time", "at"));
    assert.equal(measured!.messages, 101);
    assert.equal(measured!.size, lines[0]!.length);
    assert.equal(measured!.rate, 0.5);
    assert.ok(measured!.gzipRatio > 0.01 && measured!.gzipRatio < 0.2);
    assert.equal(assumptionsOf(parsed(), measured).gzipRatio, measured!.gzipRatio);
    assert.equal(assumptionsOf(parsed("--assume", "gzipRatio=0.5"), measured).gzipRatio, 0.5);
  });

  it("has no rate without times", async () => {
    assert.equal((await measure(parsed("--input", file("b.ndjson", '{"a":1}\n'))))!.rate, undefined);
  });

  for (const [content, message] of [
    ['{"at":"soon"}\n{"at":"later"}\n', /b, message 1: at is "soon"; a time is ISO 8601/],
    ['{"other":1}\n', /b, message 1: at is missing; a time is/],
    ['{"at":1700000000}\n', /--time at: every message has the same time/],
  ] as const)
    it(`says what is wrong with ${content.trim().replace("\n", " ")}`, async () => {
      const given = parsed("--input", file("b", content), "--time", "at");
      await assert.rejects(measure(given), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      });
    });

  for (const [argv, message] of [
    [["--rate", "-1"], /--rate/],
    [["--rate", "a=b"], /--rate a=b: needs a number that is not negative/],
    [["--size", "0"], /--size 0: needs a whole number from 1 to 131072/],
    [["--batch", "0"], /--batch 0/],
    [["--queries", "many"], /--queries many: needs a number/],
    [["--assume", "gzip=1"], /--assume gzip=1: there is no such assumption; /],
    [["--assume", "parquetRatios=1"], /did you mean parquetRatio\?/],
    [["--assume", "months"], /--assume months: needs NAME=N/],
    [["--time", "at"], /--time needs --input FILE/],
  ] as const)
    it(`refuses ${argv.join(" ")}`, async () => {
      await assert.rejects(
        async () => {
          const given = parsed(...argv);
          trafficOf(given, undefined);
          assumptionsOf(given, undefined);
          await measure(given);
        },
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          return true;
        },
      );
    });

  it("counts the metrics that a transform function publishes", () => {
    const none = { received: 0, stored: 0, filtered: 0, failed: 0, mismatches: {}, partitionFallbacks: 0 };
    const figures = { ...none, mathFailuresPassed: 0, nameCollisions: 0, enrichmentFailures: 0, lambdaMismatches: 0 };
    const line = JSON.parse(metricsLine("p", figures, 0)) as {
      _aws: { CloudWatchMetrics: { Metrics: unknown[] }[] };
    };
    const metrics = line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics);
    assert.equal(ASSUMPTIONS.functionMetrics, metrics.length);
  });

  it("keeps the documented assumptions", () => {
    const page = fs.readFileSync(path.join(__dirname, "../../../docs/cost.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` +\| ([\d.]+) /gm)].map(([, name, value]) => [name, Number(value)]);
    assert.deepEqual(Object.fromEntries(rows), ASSUMPTIONS);
  });
});
