import assert from "node:assert/strict";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { checkProgram, planResource } from "../../../../local/handlers";
import { columnProblem } from "../../../../local/services/quicksight/quicksight";
import { smallStack, TestCloud } from "../../stack";

const ARN = `arn:aws:quicksight:eu-central-1:${ACCOUNT}`;
const WORKGROUP = `arn:aws:athena:eu-central-1:${ACCOUNT}:workgroup/reports`;
const COLUMNS = [
  { name: "device_id", type: "STRING" },
  { name: "n", type: "INTEGER" },
];
const SQL = "SELECT * FROM (VALUES ('a', 1), ('b', 2)) AS t (device_id, n)";

interface Changes {
  sql?: string;
  columns?: Properties[];
  mode?: string;
  refresh?: Properties;
  /** actions that the role lacks */
  without?: string[];
  service?: string;
}

/** A data source with its role and workgroup, a data set and its refresh. */
function stack({
  sql = SQL,
  columns = COLUMNS,
  mode = "SPICE",
  refresh,
  without = [],
  service,
}: Changes = {}): Resource[] {
  const resources = smallStack();
  const add = (type: string, name: string, inputs: Properties, outputs: Properties = {}): void => {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    resources.push({
      urn,
      type,
      name,
      custom: true,
      id: name,
      dependencies: [],
      inputs,
      outputs: { ...inputs, ...outputs },
    });
  };
  const policy = (Statement: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/reports`;
  const trust = {
    Effect: "Allow",
    Principal: { Service: service ?? "quicksight.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
  };
  add(TYPES.role, "reports", { name: "reports", assumeRolePolicy: policy([trust]) }, { arn: roleArn });
  const actions = [
    "athena:StartQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:StopQueryExecution",
    "athena:GetDataCatalog",
    "s3:PutObject",
    "s3:GetObject",
    "s3:GetBucketLocation",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ].filter((action) => !without.includes(action));
  add(TYPES.rolePolicy, "reports", {
    role: "reports",
    name: "reports",
    policy: policy([{ Effect: "Allow", Action: actions, Resource: "*" }]),
  });
  const resultConfiguration = { outputLocation: "s3://store/reports/" };
  const configuration = { enforceWorkgroupConfiguration: true, resultConfiguration };
  add(TYPES.workgroup, "reports", { name: "reports", configuration }, { arn: WORKGROUP });
  const sourceArn = `${ARN}:datasource/source`;
  const athena = { workGroup: "reports", roleArn };
  add(TYPES.dataSource, "source", { dataSourceId: "source", parameters: { athena } }, { arn: sourceArn });
  const customSql = { dataSourceArn: sourceArn, name: "rows", sqlQuery: sql, columns };
  add(
    TYPES.dataSet,
    "rows",
    {
      dataSetId: "rows",
      name: "readings",
      importMode: mode,
      physicalTableMaps: [{ physicalTableMapId: "rows", customSql }],
    },
    { arn: `${ARN}:dataset/rows` },
  );
  if (refresh !== undefined)
    add(TYPES.refreshSchedule, "refresh", {
      dataSetId: "rows",
      scheduleId: "r",
      schedule: { refreshType: "FULL_REFRESH", scheduleFrequency: refresh },
    });
  return resources;
}

describe("local/services/quicksight: queries of data sets", () => {
  let cloud: TestCloud | undefined;
  afterEach(async () => {
    await cloud?.close();
    cloud = undefined;
  });
  const queried = async (changes: Changes) => {
    cloud = new TestCloud(stack(changes));
    await cloud.cloud.quickSight.queryAll();
    return cloud.cloud.quickSight.countsOf("rows")!;
  };

  it("are made with the role of the data source, in its workgroup", async () => {
    assert.deepEqual(await queried({}), { mode: "SPICE", refreshed: 1, failed: 0, passedOver: 0, rows: 2 });
    assert.deepEqual(cloud!.cloud.iam.refused(), []);
    const [record] = cloud!.cloud.workgroups.queriesOf("reports");
    assert.deepEqual([record!.state, record!.sql], ["SUCCEEDED", SQL]);
  });

  for (const action of ["athena:StartQueryExecution", "athena:GetQueryResults", "s3:GetObject", "s3:PutObject"])
    it(`fail without ${action}`, async () => {
      const { refreshed, failed, error } = await queried({ without: [action] });
      assert.deepEqual([refreshed, failed], [0, 1]);
      assert.match(error!, new RegExp(action === "s3:PutObject" ? "s3:PutObject|Access|denied" : action, "i"));
    });

  it("fail if QuickSight may not have the role", async () => {
    const { error } = await queried({ service: "lambda.amazonaws.com" });
    assert.match(error!, /role\/reports may not be assumed/);
  });

  it("fail if the SQL does, and if the columns are others", async () => {
    assert.match((await queried({ sql: "SELECT 1 / 0 AS n" })).error!, /DIVISION_BY_ZERO/);
    await cloud!.close();
    assert.match(
      (await queried({ sql: "SELECT 'a' AS device_id, 1.5 AS n" })).error!,
      /the column n as INTEGER, and the query gives decimal/,
    );
  });

  it("are made when the refresh is due on the local clock", async () => {
    cloud = new TestCloud(stack({ refresh: { interval: "DAILY", timeOfTheDay: "13:00" } }));
    const counts = cloud.cloud.quickSight.countsOf("rows")!;
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 15, 12, 59));
    assert.equal(counts.refreshed, 0);
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 18, 12));
    assert.equal(counts.refreshed, 3);
  });

  it("are thinned out in a long replay", async () => {
    cloud = new TestCloud(stack({ refresh: { interval: "HOURLY" } }));
    await cloud.clock.advanceTo(Date.UTC(2026, 0, 15, 12) + 200 * 3_600_000);
    const { refreshed, passedOver } = cloud.cloud.quickSight.countsOf("rows")!;
    // The first 100, then every second of 200.
    assert.deepEqual([refreshed, passedOver], [150, 50]);
  });

  it("compares columns by name and type", () => {
    const found = [
      { name: "a", type: "varchar" },
      { name: "n", type: "bigint" },
    ];
    const problem = (...declared: [string, string][]) =>
      columnProblem(
        declared.map(([name, type]) => ({ name, type })),
        found,
      );
    assert.equal(problem(["a", "STRING"], ["n", "INTEGER"]), undefined);
    assert.match(problem(["a", "STRING"], ["n", "DECIMAL"])!, /column n as DECIMAL, and the query gives bigint/);
    assert.match(problem(["a", "STRING"], ["m", "INTEGER"])!, /declares the column m, and the query gives a, n/);
    assert.match(problem(["a", "STRING"])!, /the column n, which the data set does not declare/);
  });
});

describe("local/services/quicksight: resources", () => {
  const context = { account: ACCOUNT, region: "eu-central-1", project: "p", stack: "s", name: "n", urn: "urn" };
  const problems = (type: string, inputs: Properties): string[] =>
    planResource(type, inputs, context).problems.map(({ path, message }) => `${path}: ${message}`);
  const column = (ColumnName: string): Properties => ({ DataSetIdentifier: "rows", ColumnName });
  const dashboard = (change: Properties = {}, definition: Properties = {}): Properties => ({
    typeName: "AWS::QuickSight::Dashboard",
    desiredState: JSON.stringify({
      ...{ AwsAccountId: ACCOUNT, DashboardId: "d", Name: "d" },
      Definition: {
        DataSetIdentifierDeclarations: [{ Identifier: "rows", DataSetArn: `${ARN}:dataset/rows` }],
        Sheets: [{ Visuals: [{ TableVisual: { VisualId: "a", Values: [{ Column: column("n") }] } }] }],
        ...definition,
      },
      ...change,
    }),
  });

  it("refuse another resource of Cloud Control, and what nobody would see", () => {
    assert.deepEqual(problems(TYPES.cloudControl, dashboard()), []);
    assert.match(
      problems(TYPES.cloudControl, { ...dashboard(), typeName: "AWS::Logs::LogGroup" })[0]!,
      /the local cloud takes AWS::QuickSight::Dashboard alone/,
    );
    assert.match(
      problems(TYPES.cloudControl, dashboard({ LinkSharingConfiguration: {} }))[0]!,
      /LinkSharingConfiguration: the local cloud does not know/,
    );
  });

  it("find a group of another account, a visual twice and a filter for none", () => {
    const Principal = "arn:aws:quicksight:us-east-1:999999999999:group/default/engineers";
    assert.match(
      problems(TYPES.cloudControl, dashboard({ Permissions: [{ Principal }] }))[0]!,
      /saw a group of the account 999999999999/,
    );
    const group = "arn:aws:iam::1:group/engineers";
    assert.match(
      problems(TYPES.cloudControl, dashboard({ Permissions: [{ Principal: group }] }))[0]!,
      /the ARN of a group of QuickSight/,
    );
    const Visuals = [{ TableVisual: { VisualId: "a" } }, { TableVisual: { VisualId: "a" } }];
    assert.match(
      problems(TYPES.cloudControl, dashboard({}, { Sheets: [{ Visuals }] }))[0]!,
      /saw the visual "a" twice/,
    );
    const ScopeConfiguration = { SelectedSheets: { SheetVisualScopingConfigurations: [{ VisualIds: ["b"] }] } };
    const FilterGroups = [{ FilterGroupId: "f", ScopeConfiguration }];
    assert.match(
      problems(TYPES.cloudControl, dashboard({}, { FilterGroups }))[0]!,
      /saw the visual "b" in the filter f/,
    );
  });

  it("find a column and a data set that are not there, and a refresh of what is not in SPICE", () => {
    const program = (changes: Changes, inputs: Properties): string[] => {
      const resources = stack(changes);
      const urn = "urn:pulumi:test::test::cc::d";
      resources.push({
        urn,
        type: TYPES.cloudControl,
        name: "d",
        custom: true,
        id: "d",
        dependencies: [],
        inputs,
        outputs: inputs,
      });
      return checkProgram(resources)
        .filter(({ resource }) => resource.type === TYPES.cloudControl || resource.type === TYPES.refreshSchedule)
        .map(({ path, message }) => `${path}: ${message}`);
    };
    assert.deepEqual(program({}, dashboard()), []);
    const Sheets = [{ Visuals: [{ TableVisual: { VisualId: "a", Values: [column("device")] } }] }];
    assert.match(program({}, dashboard({}, { Sheets }))[0]!, /saw the column "device".*did you mean device_id\?/);
    const other = [{ Identifier: "rows", DataSetArn: `${ARN}:dataset/other` }];
    assert.match(program({}, dashboard({}, { DataSetIdentifierDeclarations: other }))[0]!, /declares no such data set/);
    assert.match(
      program({ mode: "DIRECT_QUERY", refresh: { interval: "HOURLY" } }, dashboard())[0]!,
      /dataSetId: saw the data set readings, which is not in SPICE/,
    );
  });

  it("find what a frequency lacks", () => {
    const refresh = (scheduleFrequency: Properties): string[] =>
      problems(TYPES.refreshSchedule, {
        ...{ dataSetId: "rows", scheduleId: "r" },
        schedule: { refreshType: "FULL_REFRESH", scheduleFrequency },
      });
    assert.deepEqual(refresh({ interval: "HOURLY" }), []);
    assert.match(refresh({ interval: "DAILY" })[0]!, /timeOfTheDay: is required with DAILY/);
    assert.match(refresh({ interval: "WEEKLY", timeOfTheDay: "06:00" })[0]!, /refreshOnDay.dayOfWeek: is required/);
    assert.match(refresh({ interval: "DAILY", timeOfTheDay: "6:00" })[0]!, /must be HH:MM/);
    assert.match(refresh({ interval: "MINUTE15" })[0]!, /MINUTE15/);
  });
});
