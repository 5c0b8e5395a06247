import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AnalyticsDataset, EtlPipeline, ParquetDatastore, TelemetryChannel } from "../../../../components";
import { ACCOUNT, KEY, REGION, run, statements, type Run } from "../../../harness";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const OTHER = KEY.replace("1234abcd", "9999abcd");
const columns = [{ name: "temperature", type: "int" }];

const statement = ({ one }: Run<unknown>, policy: string, sid: string) =>
  statements(one(POLICY, policy)).find(({ Sid }) => Sid === sid);

describe("what a transform changes", () => {
  it("reaches the alarms that are computed from it", async () => {
    const { one } = await run(() => {
      const channel = new TelemetryChannel(
        "plant",
        { topicFilter: "dt/+/x" },
        {
          transform: {
            stream: { retentionPeriod: 48 },
            archive: {
              deliveryStream: (args) =>
                void (args.extendedS3Configuration = pulumi
                  .output(args.extendedS3Configuration)
                  .apply((own) => ({ ...own!, bufferingInterval: 900 }))),
            },
          },
        },
      );
      const datastore = new ParquetDatastore("rows", { columns });
      new EtlPipeline(
        "convert",
        { channel, datastore },
        { transform: { transform: { function: { timeout: pulumi.output(120) } } } },
      );
    });
    // 10 % of 48 hours, twice 900 s and 5 minutes, 80 % of 120 s
    assert.equal(one(ALARM, "plant-stream-behind").inputs.threshold, 17_280_000);
    assert.equal(one(ALARM, "plant-archive-delivery-stale").inputs.threshold, 2100);
    assert.equal(one(ALARM, "convert-function-slow").inputs.threshold, 96_000);
  });

  it("reaches the statements of roles", async () => {
    const made = await run(() => {
      const channel = new TelemetryChannel(
        "plant",
        { topicFilter: "dt/+/x", kmsKeyArn: KEY },
        {
          transform: {
            stream: { kmsKeyId: OTHER },
            bucket: {
              encryption: {
                rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: OTHER } }],
              },
            },
            archive: {
              deliveryStream: (args) =>
                void Object.assign(args.extendedS3Configuration as object, { prefix: "old/!{timestamp:yyyy}/" }),
              role: { path: "/telemetry/" },
            },
          },
        },
      );
      const datastore = new ParquetDatastore("rows", { columns });
      new EtlPipeline("convert", { channel, datastore });
    });
    assert.deepEqual(statement(made, "plant-rule-policy", "EncryptStream")!.Resource, [OTHER]);
    assert.deepEqual(statement(made, "plant-archive-policy", "DecryptStream")!.Resource, [OTHER]);
    assert.deepEqual(statement(made, "convert-parquet-policy", "DecryptStream")!.Resource, [OTHER]);
    assert.deepEqual(statement(made, "plant-archive-policy", "EncryptObjects")!.Resource, [OTHER]);
    const bucket = `arn:aws:s3:::iot-telemetry-etl-dev-plant-raw-${ACCOUNT}`;
    assert.deepEqual(statement(made, "plant-archive-policy", "WriteObjects")!.Resource, [
      `${bucket}/old/*`,
      `${bucket}/raw-errors/plant/*`,
    ]);
    const { roleArn, kmsKeyArn } = made.one(
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "plant-archive",
    ).inputs.extendedS3Configuration;
    assert.equal(roleArn, `arn:aws:iam::${ACCOUNT}:role/telemetry/iot-telemetry-etl-dev-plant-archive`);
    assert.equal(kmsKeyArn, OTHER);
  });

  it("reaches the trust of a schedule's role", async () => {
    const { one } = await run(
      () =>
        new AnalyticsDataset(
          "daily",
          {
            query: "SELECT * FROM rows",
            database: "lake",
            sources: [{ tableName: "rows", bucket: "mine", prefix: "" }],
            schedules: ["rate(1 day)"],
          },
          { transform: { schedule: { group: { name: "reports" } } } },
        ),
    );
    const [trust] = statements(one("aws:iam/role:Role", "daily-schedule-role"));
    assert.match(JSON.stringify(trust), new RegExp(`arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/reports"`));
  });

  it("leaves keys of AWS without a statement", async () => {
    const made = await run(
      () =>
        new TelemetryChannel(
          "plant",
          { topicFilter: "dt/+/x", kmsKeyArn: KEY },
          { transform: { stream: { kmsKeyId: "alias/aws/kinesis" } } },
        ),
    );
    assert.equal(statement(made, "plant-rule-policy", "EncryptStream"), undefined);
  });
});
