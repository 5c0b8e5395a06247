import assert from "node:assert/strict";
import { AnalyticsDataset, ParquetDatastore, type AnalyticsDatasetArgs } from "../../../components";
import { LOCAL_ADMIN_ARN } from "../../../local/core/principals";
import type { Execution } from "../../../local/services/states";
import { componentCloud } from "../component-cloud";
import type { TestCloud } from "../stack";

const BUCKET = "iot-telemetry-etl-dev-daily-results-000000000000";
const RESULTS = "results/daily/";
const COUNT = 3000;

/** What users bring about, by the state machine of the component with its role, in the local cloud. */
describe("local cloud: datasets of bad input", () => {
  let test: TestCloud;
  afterEach(() => test.close());

  const deploy = async (args: Partial<AnalyticsDatasetArgs>): Promise<void> => {
    test = await componentCloud(() => {
      const readings = new ParquetDatastore("readings", { columns: [{ name: "v", type: "bigint" }] });
      const other = new ParquetDatastore("other", {
        columns: [{ name: "site", type: "string" }],
        partitions: [{ attributePartition: { attributeName: "line" } }],
        database: readings.databaseName,
      });
      new AnalyticsDataset("daily", {
        database: readings.databaseName,
        query: "SELECT * FROM readings",
        sources: [readings, other],
        ...args,
      });
    });
  };
  const runDaily = async (): Promise<Execution> => {
    const [machine] = test.cloud.machines.values();
    const { execution, idle, done } = machine!.start(LOCAL_ADMIN_ARN, {});
    await idle;
    for (let minute = 0; minute < 10 && execution.status === "RUNNING"; minute++)
      await test.clock.advanceTo(test.clock.now() + 60_000);
    return done;
  };
  const sql = async (text: string): Promise<void> => {
    const workgroup = "iot-telemetry-etl-dev-daily";
    const query = { sql: text, database: "iot_telemetry_etl_dev_readings", workgroup };
    const { state, reason } = await test.cloud.workgroups.run(LOCAL_ADMIN_ARN, query);
    assert.equal(state, "SUCCEEDED", reason);
  };
  const contents = (): string[] =>
    test.cloud.s3
      .list(BUCKET, RESULTS)
      .map(({ key }) => key.slice(RESULTS.length))
      .filter((key) => key.endsWith(".csv") && !key.endsWith("-manifest.csv"));
  const messages = () =>
    test.cloud.events.events().map(({ detail }) => {
      const { state, message } = detail as Record<string, string | null>;
      return [state, message];
    });

  it("a query that finds nothing is a content with its header", async () => {
    await deploy({ versions: { max: 2 } });
    const { status, output } = await runDaily();
    assert.equal(status, "SUCCEEDED");
    const { version } = output as { version: string };
    assert.equal(test.cloud.workgroups.content(version)!.rowCount, 0);
    assert.deepEqual(contents(), [`${version}.csv`]);
    assert.deepEqual(messages(), [["SUCCEEDED", null]]);
  });

  // The words are Athena's: https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
  it("a query over its scan limit is no content, and says so", async () => {
    await deploy({ versions: { max: 2 }, scanLimitMegabytes: 10 });
    await sql(
      "INSERT INTO readings SELECT random(1000000000000), DATE '2026-01-15' FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 300)) AS b(y)",
    );
    const { status, cause } = await runDaily();
    assert.equal(status, "FAILED", "the limit lets it pass");
    assert.match(cause!, /limit was exceeded/i);
    const [[state, message]] = messages() as [[string, string]];
    assert.equal(state, "FAILED");
    assert.match(message, /limit was exceeded/i);
  });

  // Their list has more than the 256 KiB of a variable: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it("thousands of contents are deleted 500 at a time, and never one that is kept", async () => {
    const nameOf = (number: number): string => String((number * 7919) % COUNT).padStart(36, "0");
    await deploy({ versions: { max: 100 } });
    for (let number = 0; number < COUNT; number++) {
      // Keys are in no order of time, as those of Athena's ids.
      const key = `${RESULTS}${nameOf(number)}.csv`;
      if (number % 500 === 0 || number === COUNT - 99) await test.clock.advanceTo(test.clock.now() + 1000);
      test.cloud.s3.put(LOCAL_ADMIN_ARN, BUCKET, key, Buffer.from("a\n"));
    }
    const { status, error, cause, output } = await runDaily();
    assert.equal(status, "SUCCEEDED", `${error}: ${cause}`);
    const left = contents();
    assert.equal(left.length, COUNT + 1 - 500);
    const { version } = output as { version: string };
    assert.ok(left.includes(`${version}.csv`));
    for (let number = COUNT - 99; number < COUNT; number++) assert.ok(left.includes(`${nameOf(number)}.csv`));
  });

  it("reads several datastores with one role, and of a partition that it names no other", async () => {
    const query = "SELECT r.v, o.site FROM readings AS r JOIN other AS o ON o.__partition_line = 'a'";
    await deploy({ query, versions: { max: 2 } });
    await sql("INSERT INTO readings VALUES (1, DATE '2026-01-15')");
    await sql("INSERT INTO other VALUES ('north', 'a'), ('south', 'b')");
    const { status, cause, output } = await runDaily();
    assert.equal(status, "SUCCEEDED", cause);
    const content = test.cloud.workgroups.content((output as { version: string }).version)!;
    assert.deepEqual(
      content.rows.map((row) => row.map(String)),
      [["1", "north"]],
    );
    assert.equal(content.partitions.total - content.partitions.planned, 1);
    assert.deepEqual(test.cloud.iam.refused(), []);
  });
});
