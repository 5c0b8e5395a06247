import assert from "node:assert/strict";
import { DatasetDashboard, type DatasetDashboardArgs, type DatasetSource } from "../../components";
import { ACCOUNT, REGION, run, statements, wrongArguments } from "../harness";

const SOURCE: DatasetSource = {
  tableName: "readings",
  databaseName: "plant",
  bucket: "plant-rows",
  prefix: "data/readings/",
  columns: [
    { name: "device_id", type: "string" },
    { name: "temperature", type: "double" },
    { name: "time", type: "bigint" },
    { name: "tags", type: "array<string>" },
  ],
};
const ARGS: DatasetDashboardArgs = {
  query: "SELECT * FROM readings",
  database: "plant",
  sources: [SOURCE],
  group: "engineers",
  time: "from_unixtime(time)",
};
const made = (more: Partial<DatasetDashboardArgs> = {}) =>
  run(() => new DatasetDashboard("hall", { ...ARGS, ...more }));
const wrong = (more: Partial<Record<keyof DatasetDashboardArgs, unknown>>) =>
  wrongArguments(() => new DatasetDashboard("hall", { ...ARGS, ...(more as Partial<DatasetDashboardArgs>) }));

describe("DatasetDashboard", () => {
  it("queries through a workgroup and a role of its own", async () => {
    const { one } = await made();
    const workgroup = "iot-telemetry-etl-dev-hall-dashboard";
    assert.equal(one("aws:athena/workgroup:Workgroup").inputs.name, workgroup);
    assert.deepEqual(one("aws:quicksight/dataSource:DataSource").inputs.parameters, {
      athena: { workGroup: workgroup, roleArn: `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-hall-quicksight` },
    });
    const [trust] = statements(one("aws:iam/role:Role"));
    assert.deepEqual(trust, {
      Effect: "Allow",
      Principal: { Service: "quicksight.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
    });
    const resources = statements(one("aws:iam/rolePolicy:RolePolicy")).flatMap(({ Resource }) => Resource as string[]);
    assert.ok(resources.includes(`arn:aws:glue:${REGION}:${ACCOUNT}:table/plant/readings`));
    assert.ok(resources.every((resource) => resource !== "*"));
  });

  it("names the database in the SQL of the data set, whose columns are typed", async () => {
    const { one } = await made();
    const { physicalTableMaps, importMode } = one("aws:quicksight/dataSet:DataSet").inputs;
    const [{ customSql }] = physicalTableMaps as [
      { customSql: { sqlQuery: string; columns: { name: string; type: string }[] } },
    ];
    assert.match(customSql.sqlQuery, /WITH "readings" AS \(SELECT \* FROM "plant"\."readings"\)/);
    assert.deepEqual(
      customSql.columns.map(({ name, type }) => `${name} ${type}`),
      [
        "event_time DATETIME",
        "device_id STRING",
        "temperature DECIMAL",
        "time INTEGER",
        "tags STRING",
        "__dt DATETIME",
        "is_latest INTEGER",
      ],
    );
    assert.equal(importMode, "DIRECT_QUERY");
  });

  it("follows the dataset's schedule in SPICE, and has no refresh without one", async () => {
    assert.equal((await made()).all("aws:quicksight/refreshSchedule:RefreshSchedule").length, 0);
    const { one } = await made({ schedules: ["cron(30 6 ? * MON *)"] });
    assert.equal(one("aws:quicksight/dataSet:DataSet").inputs.importMode, "SPICE");
    assert.deepEqual(one("aws:quicksight/refreshSchedule:RefreshSchedule").inputs.schedule, {
      refreshType: "FULL_REFRESH",
      scheduleFrequency: {
        interval: "WEEKLY",
        timeOfTheDay: "06:30",
        timezone: "UTC",
        refreshOnDay: { dayOfWeek: "MONDAY" },
      },
    });
  });

  it("is seen by the group and nobody else", async () => {
    const { one } = await made({ namespace: "north", identityRegion: "us-east-1" });
    const state = JSON.parse(one("aws:cloudcontrol/resource:Resource").inputs.desiredState as string) as Record<
      string,
      unknown
    >;
    assert.deepEqual(state.Permissions, [
      {
        Principal: `arn:aws:quicksight:us-east-1:${ACCOUNT}:group/north/engineers`,
        Actions: ["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"],
      },
    ]);
    assert.equal(state.AwsAccountId, ACCOUNT);
    assert.equal(state.LinkSharingConfiguration, undefined);
  });

  it("ends the preview if there is no such group", async () => {
    const absent = (): never => {
      const details = "ResourceNotFoundException: Group engineers is not found";
      throw Object.assign(new Error(details), { details });
    };
    await assert.rejects(
      run(() => new DatasetDashboard("hall", ARGS), {
        calls: { "aws:quicksight/getQuicksightGroup:getQuicksightGroup": absent },
      }),
      /QuickSight does not give the group engineers of the namespace default in the stack's region: .*Group engineers is not found/,
    );
  });

  it("says what is wrong with its arguments", async () => {
    const group = "arn:aws:quicksight:us-east-1:1:group/default/engineers";
    for (const [more, message] of [
      [{ group }, /group.*the name of a group in QuickSight, without ARN/],
      [{ group: undefined }, /group/],
      [{ time: undefined }, /time.*no column of type timestamp or date/],
      [{ time: "from_unixtime(tme)" }, /time.*no expression over the dataset's columns.*tme/],
      [{ device: "pump" }, /device.*no such column/],
      [{ values: ["device_id"] }, /values.*varchar/],
      [{ query: "SELECT * FROM others" }, /query.*others/],
      [{ sources: [{ ...SOURCE, columns: undefined }] }, /query.*columns are not known/],
      [{ mode: "SPICE" }, /mode.*no schedule that the refresh could follow/],
      [{ mode: "CACHED" }, /mode/],
      [{ schedules: ["daily"] }, /schedules/],
    ] as const)
      assert.match(
        JSON.stringify(await wrong(more).catch((error: Error) => error.message)),
        message,
        JSON.stringify(more),
      );
  });
});
