import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  ActivityFunction,
  EtlPipeline,
  ParquetDatastore,
  TelemetryChannel,
  TelemetryDashboard,
  type AlarmsArgs,
} from "../../../../components";
import { ALARM_KINDS, type AlarmKind } from "../../../../components/parts/alarms/alarm-kinds";
import { EMITTED } from "../../../../local/services/cloudwatch/emitted";
import { planResource } from "../../../../local/handlers";
import { ACCOUNT, PROJECT, REGION, run, wrongArguments, type Inputs, type Run } from "../../../harness";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:on-call`;

function program(alarms?: AlarmsArgs) {
  return () => {
    const plant = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", alarms });
    const readings = new ParquetDatastore("readings", {
      columns: [{ name: "temperature", type: "int" }],
      partitions: [{ attributePartition: { attributeName: "line" } }],
    });
    const store = new EtlPipeline("store", { channel: plant, datastore: readings, alarms });
    new TelemetryDashboard("operations", {
      rules: plant.ruleNames,
      streams: [plant.streamName],
      deliveryStreams: [plant.archiveStream, store.deliveryStreamName],
      functions: [store.functionName],
      alarms: [plant, store].flatMap(({ nodes }) => Object.values(nodes.alarms).map(({ name }) => name)),
    });
  };
}

const alarmsOf = ({ all }: Run<unknown>): Map<string, Inputs> =>
  new Map(all(ALARM).map(({ name, inputs }) => [name, inputs]));

describe("alarms", () => {
  it("watch every way in which messages could be lost in silence", async () => {
    const alarms = alarmsOf(await run(program()));
    assert.deepEqual(
      [...alarms.keys()].sort(),
      [
        ...["failed", "error-lost", "throttled", "unparsed"].map((what) => `plant-rule-${what}`),
        ...["throttled", "read-throttled", "behind"].map((what) => `plant-stream-${what}`),
        ...["plant-archive", "store"].flatMap((stream) =>
          ["reader-behind", "delivery-stale", "delivery-failed"].map((what) => `${stream}-${what}`),
        ),
        ...["errors", "throttled", "slow"].map((what) => `store-function-${what}`),
        ...[
          "messages-failed",
          "transform-failed",
          "conversion-failed",
          "partitions-exceeded",
          "partitions-unregistered",
        ].map((what) => `store-${what}`),
      ].sort(),
    );
    assert.deepEqual(alarms.get("plant-stream-behind"), {
      name: `${PROJECT}-dev-plant-stream-behind`,
      alarmDescription: alarms.get("plant-stream-behind")!.alarmDescription,
      namespace: "AWS/Kinesis",
      metricName: "GetRecords.IteratorAgeMilliseconds",
      dimensions: { StreamName: `${PROJECT}-dev-plant` },
      statistic: "Maximum",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: (24 * 3_600_000) / 10,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    });
    assert.equal(alarms.get("store-delivery-stale")!.threshold, 900);
    assert.equal(alarms.get("store-function-slow")!.threshold, 48_000);
    assert.equal(alarms.get("store-reader-behind")!.treatMissingData, "breaching");
    assert.deepEqual(alarms.get("plant-rule-failed")!.dimensions, {
      RuleName: "iot_telemetry_etl_dev_plant",
      ActionType: "Kinesis",
    });
    assert.equal(
      alarms.get("plant-rule-error-lost")!.metricQueries[0].expression,
      `SELECT SUM(ErrorActionFailure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'iot_telemetry_etl_dev_plant'`,
    );
  });

  it("say what happened and what to do, tell the topic, and go by the thresholds that are given", async () => {
    const alarms = alarmsOf(
      await run(program({ topicArn: TOPIC, behindPercent: 50, durationPercent: 90, failedMessages: 7 })),
    );
    for (const [name, { alarmDescription, alarmActions, okActions }] of alarms) {
      assert.deepEqual([alarmActions, okActions], [[TOPIC], [TOPIC]], name);
      assert.match(alarmDescription, /^(Topic rule|Channel|Pipeline) (plant|store): .+\. .+\.$/, name);
      assert.ok(alarmDescription.length <= 1024);
    }
    assert.equal(alarms.get("plant-stream-behind")!.threshold, 12 * 3_600_000);
    assert.equal(alarms.get("store-function-slow")!.threshold, 54_000);
    assert.equal(alarms.get("store-messages-failed")!.threshold, 7);
  });

  it("watch a function of lambda activities, too", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "alarms-"));
    const code = path.join(folder, "index.js");
    fs.writeFileSync(code, "exports.handler = async (messages) => messages;");
    try {
      const alarms = alarmsOf(
        await run(() => void new ActivityFunction("fill", { path: code, alarms: { topicArn: TOPIC } })),
      );
      assert.deepEqual(
        [...alarms].map(([name, { metricName, dimensions, alarmActions }]) => [
          name,
          metricName,
          dimensions,
          alarmActions,
        ]),
        [
          ["fill-activity-errors", "Errors", { FunctionName: `${PROJECT}-dev-fill` }, [TOPIC]],
          ["fill-activity-throttled", "Throttles", { FunctionName: `${PROJECT}-dev-fill` }, [TOPIC]],
        ],
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("are all left out on demand", async () => {
    assert.equal((await run(program({ enabled: false }))).all(ALARM).length, 0);
  });

  it("are accepted by the local cloud, which reports every metric of theirs", async () => {
    const { all } = await run(program({ topicArn: TOPIC }));
    const context = { account: ACCOUNT, region: REGION, project: PROJECT, stack: "dev", name: "x", urn: "urn" };
    for (const { type, name, inputs } of [...all(ALARM), ...all("aws:cloudwatch/dashboard:Dashboard")])
      assert.deepEqual(planResource(type, inputs, { ...context, name }).problems, [], name);
    // Datasets' metrics come from services that only some stacks have.
    const elsewhere = ["AWS/States", "AWS/Scheduler", "AWS/SQS", "IotTelemetryEtl"];
    for (const { namespace, metric, suffix } of Object.values(ALARM_KINDS) as AlarmKind[])
      if (!elsewhere.includes(namespace)) assert.ok(EMITTED[namespace]?.[metric], suffix);
  });

  it("are on the dashboard before a message's way, within the grid", async () => {
    const { one } = await run(program());
    const { widgets } = JSON.parse(one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody) as Inputs;
    assert.equal(widgets[0].type, "alarm");
    assert.equal(widgets[0].properties.alarms.length, 21);
    assert.match(widgets[0].properties.alarms[0], new RegExp(`^arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:`));
    assert.equal(widgets.length, 11);
    assert.ok(widgets.every(({ x, width }: Inputs) => x + width <= 24));
    const places = widgets.map(({ x, y }: Inputs) => `${x},${y}`);
    assert.equal(new Set(places).size, places.length, "no widget lies on another");
  });

  it("refuse wrong arguments by name", async () => {
    assert.deepEqual(
      await wrongArguments(
        () =>
          new TelemetryChannel("plant", { alarms: { behindPercent: 0, durationPercent: 100, topicArn: "on-call" } }),
      ),
      [
        'alarms.topicArn: saw "on-call"; the ARN of a topic, arn:aws:sns:REGION:ACCOUNT:NAME, and not a FIFO one, which CloudWatch does not call',
        "alarms.behindPercent: saw 0; must be a whole number of percent from 1 to 90",
        "alarms.durationPercent: saw 100; must be a whole number of percent from 10 to 99",
      ],
    );
  });
});
