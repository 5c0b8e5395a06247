import assert from "node:assert/strict";
import { DatastoreMaintenance, ParquetDatastore } from "../../components";
import { ACCOUNT, REGION, run, statements, wrongArguments } from "../harness";

const PARTITIONS = [{ attributePartition: { attributeName: "site" } }];
const COLUMNS = [{ name: "temperature", type: "double" }];
const calls = { "aws:glue/getCatalogTable:getCatalogTable": () => ({ storageDescriptors: [], parameters: {} }) };

describe("DatastoreMaintenance", () => {
  const make = (args: Partial<ConstructorParameters<typeof DatastoreMaintenance>[1]> = {}) =>
    run(
      () => {
        const datastore = new ParquetDatastore("readings", { columns: COLUMNS, partitions: PARTITIONS });
        return new DatastoreMaintenance("readings", { datastore, ...args }).functionName;
      },
      { calls },
    );

  it("is a function that a schedule calls, and that knows its table", async () => {
    const { one } = await make({ scanHours: 6, retentionDays: 30 });
    const { inputs } = one("aws:lambda/function:Function");
    assert.deepEqual(inputs.environment.variables, {
      DATASTORE_DATABASE: "iot_telemetry_etl_dev_readings",
      DATASTORE_TABLE: "readings",
      MAINTENANCE_NOTES: `s3://iot-telemetry-etl-dev-readings-data-${ACCOUNT}/maintenance/readings/`,
      SCAN_HOURS: "6",
      RETENTION_DAYS: "30",
    });
    const schedule = one("aws:scheduler/schedule:Schedule").inputs;
    assert.equal(schedule.scheduleExpression, "rate(1 hours)");
    assert.equal(schedule.target.arn, `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${inputs.name}`);
    const queue = `arn:aws:sqs:${REGION}:${ACCOUNT}:${one("aws:sqs/queue:Queue").inputs.name}`;
    assert.equal(schedule.target.deadLetterConfig.arn, queue);
    assert.equal(inputs.deadLetterConfig.targetArn, queue);
  });

  it("may look over its own rows and partitions, and write its notes, and nothing else", async () => {
    const { resources } = await make();
    const policy = resources.find(({ name }) => name === "readings-maintenance-function-policy")!;
    const bucket = `arn:aws:s3:::iot-telemetry-etl-dev-readings-data-${ACCOUNT}`;
    const glue = (rest: string): string => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`;
    const granted = statements(policy)
      .filter(({ Sid }) => !["WriteLog", "KeepDeadLetter"].includes(String(Sid)))
      .map(({ Sid, Action, Resource, Condition }) => ({ Sid, Action, Resource, Condition }));
    assert.deepEqual(granted, [
      {
        Sid: "KeepPartitions",
        Action: [
          "glue:GetTable",
          "glue:GetPartitions",
          "glue:BatchGetPartition",
          "glue:BatchCreatePartition",
          "glue:BatchDeletePartition",
        ],
        Resource: [
          glue("catalog"),
          glue("database/iot_telemetry_etl_dev_readings"),
          glue("table/iot_telemetry_etl_dev_readings/readings"),
        ],
        Condition: undefined,
      },
      {
        Sid: "ListObjects",
        Action: ["s3:ListBucket"],
        Resource: [bucket],
        Condition: { StringLike: { "s3:prefix": ["data/readings/*", "maintenance/readings/*"] } },
      },
      {
        Sid: "KeepNotes",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: [`${bucket}/maintenance/readings/*`],
        Condition: undefined,
      },
    ]);
  });

  it("refuses a datastore by the day of arrival, and wrong arguments", async () => {
    assert.deepEqual(
      await wrongArguments(
        () =>
          new DatastoreMaintenance("readings", {
            datastore: new ParquetDatastore("readings", { columns: COLUMNS }),
            scanHours: 0,
          }),
      ),
      [
        "scanHours: saw 0; must be a whole number of hours from 1 to 168",
        "datastore: saw readings, which has no partitions but the day of arrival; those are projected, and nothing has to be kept up",
      ],
    );
  });
});
