import assert from "node:assert/strict";
import * as s3 from "@pulumi/aws/s3";
import { AnalyticsDataset, ParquetDatastore, type AnalyticsDatasetArgs } from "../../../components";
import { LOCAL_ADMIN_ARN } from "../../../local/core/principals";
import type { Execution } from "../../../local/services/states";
import { componentCloud } from "../component-cloud";
import type { TestCloud } from "../stack";

const MINUTE = 60_000;

/** State machines of datasets as the component makes them, with their roles, in the local cloud. */
describe("local cloud: runs of datasets", () => {
  let test: TestCloud;
  afterEach(async () => {
    await test.close();
    assert.deepEqual(test.errors, []);
  });

  const deploy = async (args: Partial<AnalyticsDatasetArgs>): Promise<void> => {
    test = await componentCloud(() => {
      const columns = [
        { name: "v", type: "int" },
        { name: "at", type: "timestamp" },
      ];
      const readings = new ParquetDatastore("readings", { columns });
      const shared = { database: readings.databaseName, sources: [readings], query: "SELECT * FROM readings" };
      const report = new AnalyticsDataset("report", { ...shared, triggered: true });
      new AnalyticsDataset("daily", { ...shared, starts: [report.stateMachineArn!], ...args });
      const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::refuses/*" };
      new s3.Bucket("refuses", { bucket: "refuses" });
      new s3.BucketPolicy("refuses", {
        bucket: "refuses",
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [deny] }),
      });
      new s3.Bucket("takes", { bucket: "takes" });
    });
  };
  const machine = (name: string) => {
    const found = [...test.cloud.machines.values()].find((each) => each.name.endsWith(`-${name}`));
    return found ?? assert.fail(`no machine ${name}`);
  };
  /** Runs daily to its end, over its retries. */
  const runDaily = async (scheduledTime = "2026-01-15T12:00:00Z"): Promise<Execution> => {
    const { execution, idle, done } = machine("daily").start(LOCAL_ADMIN_ARN, { scheduledTime });
    await idle;
    for (let minute = 0; minute < 10 && execution.status === "RUNNING"; minute++)
      await test.clock.advanceTo(test.clock.now() + MINUTE);
    return done;
  };
  const events = () =>
    test.cloud.events
      .events()
      .map(({ detail }) => detail as Record<string, string | null>)
      .map((detail) => [detail["dataset-name"], detail.state, detail["content-delivery-rule-index"]]);

  it("a content starts the next dataset, for the same scheduled time, once", async () => {
    await deploy({});
    const { output, arn } = await runDaily();
    const { version } = output as { version: string };
    const [next] = machine("report").executions();
    assert.equal(machine("report").executions().length, 1);
    assert.equal(next!.status, "SUCCEEDED", next!.cause);
    // Named for the content, so that a repeated start is none: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    assert.equal(next!.name, version);
    assert.deepEqual(next!.input, {
      scheduledTime: "2026-01-15T12:00:00.000Z",
      dataset: "daily",
      version,
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: arn,
    });
    assert.equal((next!.output as { scheduleTime: string }).scheduleTime, "2026-01-15T12:00:00.000Z");
    assert.deepEqual(events().sort(), [
      ["daily", "SUCCEEDED", null],
      ["report", "SUCCEEDED", null],
    ]);
    assert.deepEqual(test.cloud.iam.refused(), []);
  });

  it("puts events in the shape of the retired service's, under a source that is not AWS's", async () => {
    await deploy({
      starts: [],
      deliveries: [{ bucket: "takes", key: "a/!{iotanalytics:versionId}.csv" }],
      inputEvents: [{ inputName: "hot" }],
    });
    const { output, arn } = await runDaily();
    const { version } = output as { version: string };
    const put = test.cloud.events.events();
    // https://docs.aws.amazon.com/iotanalytics/latest/userguide/late-data-notification.html; resources: connect-eventbridge of Step Functions
    for (const event of put) {
      assert.equal(event["detail-type"], "IoT Analytics Dataset Lifecycle Notification");
      assert.equal(event.source, "iot-telemetry-etl");
      assert.deepEqual(event.resources, [arn, machine("daily").arn]);
    }
    const content = `s3://iot-telemetry-etl-dev-daily-results-000000000000/results/daily/${version}.csv`;
    const shared = { "event-detail-version": "1.0", "dataset-name": "daily", "version-id": version, message: null };
    const input = { "iot-events-input": null };
    assert.deepEqual(
      put.map(({ detail }) => detail),
      [
        { ...shared, ...input, "content-delivery-rule-index": null, state: "SUCCEEDED", "content-uri": content },
        {
          ...shared,
          ...input,
          "content-delivery-rule-index": "0",
          state: "CONTENT_DELIVERY_SUCCEEDED",
          "content-uri": `s3://takes/a/${version}.csv`,
        },
        {
          ...shared,
          "content-delivery-rule-index": "1",
          state: "CONTENT_DELIVERY_SUCCEEDED",
          "content-uri": content,
          "iot-events-input": "hot",
        },
      ],
    );
  });

  it("a query that fails makes an event with Athena's reason, a failed run, and starts nothing", async () => {
    await deploy({ query: "SELECT 1 / (count(*) - count(*)) AS n FROM readings" });
    const { status, cause } = await runDaily();
    assert.equal(status, "FAILED");
    assert.match(cause!, /Division by zero/);
    assert.equal(machine("report").executions().length, 0);
    const [event, ...others] = test.cloud.events.events();
    assert.equal(others.length, 0);
    const detail = event!.detail as Record<string, string | null>;
    assert.equal(detail.state, "FAILED");
    assert.equal(detail["version-id"], null);
    assert.match(detail.message!, /^States\.TaskFailed: DIVISION_BY_ZERO: Division by zero$/);
  });

  it("a bucket that refuses a delivery keeps nothing else from being done, and fails the run", async () => {
    await deploy({
      deliveries: [
        { bucket: "refuses", key: "a.csv" },
        { bucket: "takes", key: "b.csv" },
      ],
    });
    const { status, error, cause } = await runDaily();
    assert.equal(status, "FAILED");
    assert.equal(error, "S3.S3Exception");
    assert.match(cause!, /s3:PutObject/);
    assert.deepEqual(
      test.cloud.s3.list("takes", "").map(({ key }) => key),
      ["b.csv"],
    );
    assert.equal(machine("report").executions().length, 1);
    assert.deepEqual(
      events().filter(([name]) => name === "daily"),
      [
        ["daily", "SUCCEEDED", null],
        ["daily", "CONTENT_DELIVERY_FAILED", "0"],
        ["daily", "CONTENT_DELIVERY_SUCCEEDED", "1"],
      ],
    );
  });

  it("a table over delivered contents has the query's types, whatever the values", async () => {
    const query = `SELECT * FROM (VALUES
      (1, 1.5E0, CAST(2.50 AS decimal(5,2)), DATE '2026-01-31', TIMESTAMP '2026-01-31 12:00:00.250', true, 'a "b", c\\d', ARRAY[1, 2], REAL '0.5'),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) AS t (i, d, p, day, at, b, text, list, r) WHERE (SELECT count(*) FROM readings) = 0`;
    const table = { tableName: "Delivered", databaseName: "iot_telemetry_etl_dev_readings" };
    await deploy({
      query,
      starts: [],
      deliveries: [{ bucket: "takes", key: "d/!{iotanalytics:versionId}.csv", table }],
    });
    const { status, cause } = await runDaily();
    assert.equal(status, "SUCCEEDED", cause);
    const { columns, rows } = await test.cloud.query("SELECT * FROM delivered", table.databaseName);
    // As the query has them: https://docs.aws.amazon.com/athena/latest/ug/data-types.html; what is no scalar is the text that Athena writes.
    assert.deepEqual(
      columns.map(({ name, type }) => `${name} ${type}`),
      [
        "i integer",
        "d double",
        "p decimal(5,2)",
        "day date",
        "at timestamp(3)",
        "b boolean",
        "text varchar",
        "list varchar",
        "r real",
      ],
    );
    const texts = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
    assert.deepEqual(texts, [
      ["1", "1.5", "2.50", "2026-01-31", "2026-01-31 12:00:00.250", "true", 'a "b", c\\d', "[1, 2]", "0.5"],
      [null, null, null, null, null, null, "", "", null],
    ]);
    // Each content is in it.
    await runDaily();
    const counted = await test.cloud.query('SELECT count(*), count(DISTINCT "i") FROM delivered', table.databaseName);
    assert.deepEqual(
      counted.rows.map((row) => row.map(Number)),
      [[4, 1]],
    );
  });

  it("finds rows that arrive for windows of earlier contents, says so once, and keeps looking as long as the rule says", async () => {
    await deploy({
      starts: [],
      query: "SELECT v FROM readings",
      window: { timeExpression: "at", lateData: { ruleName: "late_readings", timeoutMinutes: 30 } },
      versions: { max: 10 },
    });
    const arrive = async (...times: string[]): Promise<void> => {
      const rows = times.map((time) => `(1, TIMESTAMP '2026-01-15 ${time}:00', DATE '2026-01-15')`);
      const database = "iot_telemetry_etl_dev_readings";
      const sql = `INSERT INTO readings VALUES ${rows.join(", ")}`;
      const query = { sql, database, workgroup: "iot-telemetry-etl-dev-daily-late" };
      const { state, reason } = await test.cloud.workgroups.run(LOCAL_ADMIN_ARN, query);
      assert.equal(state, "SUCCEEDED", reason);
    };
    /** Runs for a time; the version, its rows, and what was said to be late. */
    const runAt = async (time: string): Promise<{ version: string; rows: number; late: unknown[] }> => {
      const before = test.cloud.events.events().length;
      const { status, cause, output } = await runDaily(`2026-01-15T${time}:00Z`);
      assert.equal(status, "SUCCEEDED", cause);
      const { version } = output as { version: string };
      const late = test.cloud.events
        .events()
        .slice(before)
        .map(({ detail }) => detail as Record<string, unknown>)
        .filter((detail) => "late-data-rule-name" in detail);
      return { version, rows: test.cloud.workgroups.content(version)!.rowCount, late };
    };
    await arrive("11:50");
    const first = await runAt("12:00");
    assert.deepEqual([first.rows, first.late], [1, []]);

    // one on time for the second window, one late for the first
    await arrive("12:05", "11:55");
    const second = await runAt("12:15");
    assert.equal(second.rows, 1);
    // https://docs.aws.amazon.com/iotanalytics/latest/userguide/late-data-notification.html
    const event = {
      "event-detail-version": "1.0",
      "dataset-name": "daily",
      "late-data-rule-name": "late_readings",
      message: null,
    };
    assert.deepEqual(second.late, [{ ...event, "version-ids": [first.version], "late-rows": 1 }]);

    const third = await runAt("12:30");
    assert.deepEqual([third.rows, third.late], [0, []]);

    await arrive("12:10", "11:40", "12:00");
    const fourth = await runAt("12:45");
    assert.deepEqual(fourth.late, [{ ...event, "version-ids": [first.version, second.version], "late-rows": 3 }]);

    // The first window is 45 minutes old, and nobody looks at it any more.
    await arrive("11:59", "12:20");
    assert.deepEqual((await runAt("13:00")).late, [{ ...event, "version-ids": [third.version], "late-rows": 1 }]);
    assert.equal(test.cloud.cloudwatch.total("IotTelemetryEtl", "LateRows", { Dataset: "daily" }), 5);
    // What counts leaves nothing behind, and its results are no contents.
    const bucket = "iot-telemetry-etl-dev-daily-results-000000000000";
    const keys = test.cloud.s3.list(bucket, "").map(({ key }) => key);
    assert.deepEqual(
      keys.filter((key) => key.startsWith("late/") && key.includes(".csv") && !key.includes("-manifest")),
      [],
    );
    assert.equal(keys.filter((key) => key.startsWith("results/daily/") && key.endsWith(".csv")).length, 5);
    assert.deepEqual(test.cloud.iam.refused(), []);
  });

  it("twenty deliveries are more events than one call takes", async () => {
    const deliveries = Array.from({ length: 20 }, (_, index) => ({ bucket: "takes", key: `${index}.csv` }));
    await deploy({ starts: [], deliveries });
    const { status, cause } = await runDaily();
    assert.equal(status, "SUCCEEDED", cause);
    assert.equal(events().length, 21);
    assert.deepEqual(events().at(-1), ["daily", "CONTENT_DELIVERY_SUCCEEDED", "19"]);
  });
});
