import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Defects } from "../../../../local/core/defects";
import { Clock } from "../../../../local/core/clock";
import { TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { CloudWatch } from "../../../../local/services/cloudwatch";
import { compileFilter, compileValue } from "../../../../local/services/cloudwatch/filter";
import { parseQuery } from "../../../../local/services/cloudwatch/query";
import { planResource } from "../../../../local/handlers";
import { smallStack, TestCloud } from "../../stack";

const START = Date.UTC(2026, 0, 15, 12);
const DIMENSIONS = { FunctionName: "transform" };

function resource(type: string, name: string, inputs: Properties): Resource {
  return {
    urn: `urn:pulumi:t::t::${type}::${name}`,
    type,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs,
    outputs: {},
  };
}

function alarm(changes: Properties = {}): Resource {
  return resource(TYPES.metricAlarm, "errors", {
    name: "errors",
    alarmDescription: "what happened, what to do",
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: DIMENSIONS,
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    treatMissingData: "notBreaching",
    ...changes,
  });
}

describe("local/cloudwatch: alarms", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloudwatch-"));
  let number = 0;
  after(() => fs.rmSync(folder, { recursive: true }));

  /** An alarm over values by minute; undefined is a minute without. */
  function over(values: (number | undefined)[], changes: Properties = {}, idle?: () => number | undefined) {
    const clock = new Clock(START);
    const watch = new CloudWatch([alarm(changes)], path.join(folder, String(number++)), clock, new Defects());
    const metric = watch.metric("AWS/Lambda", "Errors", DIMENSIONS);
    metric.idle = idle;
    watch.settle();
    values.forEach((value, minute) => value !== undefined && metric.add(value, START + minute * 60_000));
    clock.reset(START + values.length * 60_000);
    watch.settle(true);
    return watch.report()[0]!;
  }
  const minutes = (raised: readonly { at: number; until: number | undefined }[]) =>
    raised.map(({ at, until }) => [(at - START) / 60_000, until === undefined ? undefined : (until - START) / 60_000]);

  it("goes off at the end of the minute and is over at the end of the first good one", () => {
    const { state, times, raised } = over([0, 3, 1, 0, 2, undefined]);
    assert.equal(state, "OK");
    assert.equal(times, 2);
    assert.deepEqual(minutes(raised), [
      [2, 4],
      [5, 6],
    ]);
    assert.equal(raised[0]!.reason, "Sum of AWS/Lambda Errors > 0 in 1 of 1 periods of 60 s (3)");
  });

  it("wants M of N periods", () => {
    const three = { evaluationPeriods: 5, datapointsToAlarm: 3 };
    assert.equal(over([1, 0, 1, 0, 0, 1], three).times, 0);
    assert.deepEqual(minutes(over([1, 0, 1, 0, 1, 0, 0], three).raised), [[5, 6]]);
    assert.deepEqual(minutes(over([1, undefined, 1, undefined, 1], three).raised), [[5, undefined]]);
  });

  for (const [treatMissingData, state] of [
    ["notBreaching", "OK"],
    ["breaching", "ALARM"],
    ["missing", "INSUFFICIENT_DATA"],
    ["ignore", "OK"],
  ] as const)
    it(`without data is ${state} if that counts as ${treatMissingData}`, () => {
      assert.equal(over([0, ...new Array<undefined>(200)], { treatMissingData, evaluationPeriods: 3 }).state, state);
    });

  it("takes what a service reports while nothing happens for data", () => {
    const changes = { treatMissingData: "breaching", evaluationPeriods: 3 };
    assert.equal(over(new Array<undefined>(30), changes, () => 0).state, "OK");
    assert.equal(over(new Array<undefined>(30), changes, () => undefined).state, "ALARM");
  });

  it("counts by statistic, comparison and longer periods", () => {
    const state = (values: number[], changes: Properties): string => over(values, changes).state;
    const average = { statistic: "Average", comparisonOperator: "LessThanThreshold", threshold: 1, period: 300 };
    assert.equal(state([1, 1, 1, 1, 0, 1, 1, 1, 1, 1], average), "OK");
    assert.equal(over([1, 1, 1, 1, 0, 1, 1, 1, 1, 1], average).times, 1);
    assert.equal(state([5, 9], { statistic: "Maximum", threshold: 9, period: 120 }), "OK");
    const least = { statistic: "Minimum", comparisonOperator: "LessThanOrEqualToThreshold", threshold: 5, period: 120 };
    assert.equal(state([5, 9], least), "ALARM");
    const atLeast = {
      statistic: "SampleCount",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 2,
      period: 120,
    };
    assert.equal(state([5, 9], atLeast), "ALARM");
  });

  it("agrees with an evaluator that looks at every minute", () => {
    const value = fc.option(fc.constantFrom(0, 1, 2), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom("notBreaching", "breaching", "missing", "ignore"),
        (values, of, wanted, treatMissingData) => {
          const needed = Math.min(of, wanted);
          const report = over(values, {
            evaluationPeriods: of,
            datapointsToAlarm: needed,
            treatMissingData,
            threshold: 1,
          });
          let state = "INSUFFICIENT_DATA";
          let times = 0;
          for (let minute = 0; minute < values.length; minute++) {
            const window = values.slice(Math.max(0, minute - of + 1), minute + 1);
            const present = window.filter((one) => one !== undefined);
            const gaps = treatMissingData === "breaching" ? window.length - present.length : 0;
            const before = state;
            if (present.filter((one) => one > 1).length + gaps >= needed) state = "ALARM";
            else if (present.length > 0 || treatMissingData === "notBreaching") state = "OK";
            else if (treatMissingData === "missing") state = "INSUFFICIENT_DATA";
            if (state === "ALARM" && before !== "ALARM") times++;
          }
          assert.deepEqual([report.state, report.times], [state, times]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("watches a query over dimensions that it does not name", () => {
    const query = `SELECT SUM(ErrorActionFailure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'etl'`;
    assert.deepEqual(parseQuery(query), {
      statistic: "Sum",
      metric: "ErrorActionFailure",
      namespace: "AWS/IoT",
      dimensions: ["ActionType", "RuleName"],
      where: { RuleName: "etl" },
    });
    for (const other of ["SELECT 1", `${query} GROUP BY RuleName`, query.replace("RuleName)", "Other)")])
      assert.equal(parseQuery(other), undefined);
    const clock = new Clock(START);
    const metricQueries = [{ id: "q", expression: query, period: 60, returnData: true }];
    const single = {
      namespace: undefined,
      metricName: undefined,
      dimensions: undefined,
      statistic: undefined,
      period: undefined,
    };
    const watch = new CloudWatch(
      [alarm({ ...single, metricQueries })],
      path.join(folder, "query"),
      clock,
      new Defects(),
    );
    watch.metric("AWS/IoT", "ErrorActionFailure", { RuleName: "other", ActionType: "S3" }).add(1, START);
    clock.reset(START + 60_000);
    watch.settle(true);
    assert.equal(watch.report()[0]!.state, "OK");
    watch.metric("AWS/IoT", "ErrorActionFailure", { RuleName: "etl", ActionType: "S3" }).add(1, START + 60_000);
    clock.reset(START + 120_000);
    watch.settle(true);
    assert.equal(watch.report()[0]!.times, 1);
  });

  it("stays off over a restart until it is over", () => {
    const where = path.join(folder, "restart");
    const clock = new Clock(START);
    const before = new CloudWatch([alarm({ treatMissingData: "ignore" })], where, clock, new Defects());
    before.metric("AWS/Lambda", "Errors", DIMENSIONS).add(1, START);
    before.settle(true);
    before.save();
    const afterwards = new CloudWatch(
      [alarm({ treatMissingData: "ignore" })],
      where,
      new Clock(START + 3_600_000),
      new Defects(),
    );
    assert.equal(afterwards.report()[0]!.state, "ALARM");
    afterwards.metric("AWS/Lambda", "Errors", DIMENSIONS).add(0, START + 3_600_000);
    afterwards.settle(true);
    assert.equal(afterwards.report()[0]!.state, "OK");
  });
});

describe("local/cloudwatch: logs as metrics", () => {
  const matches: [pattern: string, event: string, expected: boolean][] = [
    ["", "anything", true],
    ["ERROR timeout", "a timeout, ERROR", true],
    ["ERROR timeout", "ERROR", false],
    ["?ERROR ?WARN", "WARN: x", true],
    ["ERROR -debug", "ERROR debug", false],
    ['"two words"', "the two words", true],
    ["{ $.level = ERROR }", '{"level":"ERROR"}', true],
    ["{ $.level = ERROR }", "ERROR", false],
    ['{ $.reason = "no *" }', '{"reason":"no room"}', true],
    ["{ $.a.b > 2 && $.list[1] = 5 }", '{"a":{"b":3},"list":[4,5]}', true],
    ["{ ($.a = 1 || $.a = 2) && $.b NOT EXISTS }", '{"a":2}', true],
    ["{ ($.a = 1 || $.a = 2) && $.b NOT EXISTS }", '{"a":2,"b":null}', false],
    ["{ $.b IS NULL }", '{"b":null}', true],
    ["{ $.b IS TRUE }", '{"b":true}', true],
    ["{ $.status != 200 }", '{"status":500}', true],
    ["{ $.status != 200 }", "{}", false],
  ];
  for (const [pattern, event, expected] of matches)
    it(`${pattern || "(empty)"} ${expected ? "matches" : "does not match"} ${event}`, () =>
      assert.equal(compileFilter(pattern)(event), expected));

  it("refuses what it does not execute by name", () => {
    for (const [pattern, message] of [
      ["[ip, user]", /columns/],
      ["{ $.a = %x% }", /regular expressions/],
      ["{ $.a ~ 1 }", /operator/],
      ["{ a = 1 }", /wants a member/],
      ["{ $.a = 1", /ends in }/],
      ["{ ($.a = 1 }", /parenthesis/],
      ["a.b", /must be quoted/],
    ] as const)
      assert.throws(() => compileFilter(pattern), message);
    assert.throws(() => compileValue("five"), /wants a member/);
  });

  it("counts what a filter finds, and the embedded metric format", () => {
    const clock = new Clock(START);
    const filter = (pattern: string, metricTransformation: Properties): Resource =>
      resource(TYPES.logMetricFilter, pattern, { name: pattern, logGroupName: "/g", pattern, metricTransformation });
    const watch = new CloudWatch(
      [
        filter("{ $.failed > 0 }", {
          name: "Failed",
          namespace: "Own",
          value: "$.failed",
          dimensions: { Pipeline: "$.pipeline" },
        }),
        filter("ERROR", { name: "Lines", namespace: "Own", value: "1", defaultValue: "0" }),
      ],
      path.join(os.tmpdir(), "never-written"),
      clock,
      new Defects(),
    );
    const embedded = {
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [{ Namespace: "Own", Dimensions: [["F"]], Metrics: [{ Name: "Stored" }] }],
      },
      F: "f",
      Stored: 7,
    };
    watch.takeLogs("/g", ['{"failed":3,"pipeline":"p"}', '{"failed":2}', "ERROR x", JSON.stringify(embedded)]);
    watch.takeLogs("/other", ["ERROR y"]);
    watch.settle(true);
    const sum = (name: string, dimensions: Record<string, string>) =>
      watch.metric("Own", name, dimensions).minutes.reduce((total, minute) => total + minute.sum, 0);
    assert.equal(sum("Failed", { Pipeline: "p" }), 3);
    assert.equal(sum("Lines", {}), 1);
    assert.equal(sum("Stored", { F: "f" }), 7);
  });
});

describe("local/cloudwatch: resources", () => {
  const context = { account: "0".repeat(12), region: "eu-central-1", project: "p", stack: "s", name: "n", urn: "u" };
  const problems = (changes: Properties): string[] =>
    planResource(TYPES.metricAlarm, alarm(changes).inputs, context).problems.map(
      ({ path: at, message }) => `${at}: ${message}`,
    );

  for (const [what, changes, expected] of [
    ["a percentile", { statistic: undefined, extendedStatistic: "p99" }, /^extendedStatistic: .*use statistic/m],
    ["a metric that nobody reports", { metricName: "Erors" }, /does not report; of AWS\/Lambda it reports .*Errors/],
    [
      "dimensions that a metric does not have",
      { dimensions: {} },
      /by the dimensions none; it is reported by FunctionName/,
    ],
    ["a period of seconds", { period: 10 }, /period: /],
    ["more periods than there are", { datapointsToAlarm: 2 }, /datapointsToAlarm: saw 2 of 1 periods/],
    [
      "an expression of metrics",
      { metricQueries: [{ id: "e", expression: "m1 / m2", period: 60, returnData: true }] },
      /executes SELECT/,
    ],
    ["a comparison with a band", { comparisonOperator: "GreaterThanUpperThreshold" }, /comparisonOperator: saw/],
  ] as const)
    it(`refuses ${what}`, () => assert.match(problems(changes).join("\n"), expected));

  it("accepts an alarm on a function's errors", () => assert.deepEqual(problems({}), []));
});

describe("local/cloudwatch: what services report", () => {
  const watching = (
    metricName: string,
    namespace: string,
    dimensions: Properties,
    changes: Properties = {},
  ): Resource => ({
    ...alarm({ name: metricName, metricName, namespace, dimensions, ...changes }),
    name: metricName,
  });
  const DELIVERY = { DeliveryStreamName: "convert" };
  const ALARMS = [
    watching("Errors", "AWS/Lambda", DIMENSIONS),
    watching("ExecuteProcessing.Success", "AWS/Firehose", DELIVERY, {
      statistic: "Average",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
    }),
    watching("FailedConversion.Records", "AWS/Firehose", DELIVERY),
    watching("DeliveryToS3.Success", "AWS/Firehose", DELIVERY, {
      statistic: "Average",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
    }),
    watching("DeliveryToS3.DataFreshness", "AWS/Firehose", DELIVERY, { statistic: "Maximum", threshold: 420 }),
    watching("KinesisMillisBehindLatest", "AWS/Firehose", DELIVERY, {
      statistic: "Maximum",
      threshold: 900_000,
      evaluationPeriods: 3,
      treatMissingData: "breaching",
    }),
    watching("Failure", "AWS/IoT", { RuleName: "rule", ActionType: "Kinesis" }),
  ];
  const less = (role: string, action: string) => ({
    statements: (name: string, statements: Properties[]) =>
      name !== role
        ? statements
        : statements.map((one) => ({ ...one, Action: (one.Action as string[]).filter((given) => given !== action) })),
  });

  for (const [what, changes, payload, expected] of [
    ["nothing is wrong", {}, { device_id: "a", value: 1 }, []],
    [
      "the function throws",
      { code: "exports.handler = async () => { throw new Error('broken'); };" },
      { device_id: "a", value: 1 },
      ["Errors", "ExecuteProcessing.Success"],
    ],
    ["a value does not fit", {}, { device_id: "a", value: "much" }, ["FailedConversion.Records"]],
    [
      "the bucket may not be written",
      less("convert", "s3:PutObject"),
      { device_id: "a", value: 1 },
      ["DeliveryToS3.Success", "DeliveryToS3.DataFreshness"],
    ],
    [
      "the stream may not be read",
      less("convert", "kinesis:GetRecords"),
      { device_id: "a", value: 1 },
      ["KinesisMillisBehindLatest"],
    ],
    ["the rule may not write", less("rule", "kinesis:PutRecord"), { device_id: "a", value: 1 }, ["Failure"]],
  ] as const)
    it(`goes off as it must when ${what}`, async () => {
      const test = new TestCloud([...smallStack(changes), ...ALARMS]);
      await test.publish("dt/a/aggregate", JSON.stringify(payload));
      await test.clock.advanceTo(test.clock.now() + 15 * 60_000);
      await test.cloud.drain();
      test.cloud.cloudwatch.settle(true);
      const raised = test.cloud.cloudwatch.report().filter(({ times }) => times > 0);
      await test.close();
      assert.deepEqual(
        raised.map(({ name }) => name),
        expected,
      );
    });
});
