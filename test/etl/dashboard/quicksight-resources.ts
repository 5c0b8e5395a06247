/** Resources of QuickSight as its judges take them: see test/oracles/quicksight. */
import { quickSightDefinition, refreshFrequency, withLatest } from "../../../etl/dashboard";
import { descriptionOf, QUERIES } from "./statements";

/** What a judge is asked. */
export interface Question {
  name: string;
  judge: "cfn-lint" | "botocore";
  given: Record<string, unknown>;
}

const ACCOUNT = "123456789012";
const ARN = `arn:aws:quicksight:eu-central-1:${ACCOUNT}`;
/** Schedules whose frequencies are all that there are. */
export const SCHEDULES: readonly (readonly string[])[] = [
  ["rate(1 hours)"],
  ["cron(5 6 * * ? *)"],
  ["cron(0 12 ? * MON *)"],
  ["cron(30 1 15 * ? *)"],
];

/** Every resource, and some with a mistake. */
export function questions(): Question[] {
  const names = Object.keys(QUERIES);
  const dashboards = names.map((name): Question => ({ name, judge: "cfn-lint", given: dashboard(name) }));
  const requests = names.map((name): Question => ({
    name: `rows of ${name}`,
    judge: "botocore",
    given: dataSet(name),
  }));
  const refreshes = SCHEDULES.map((schedules): Question => ({
    name: schedules.join(),
    judge: "botocore",
    given: refresh(schedules),
  }));
  const wrong = (judge: Question["judge"], name: string, given: Record<string, unknown>): Question => ({
    name: `wrong: ${name}`,
    judge,
    given,
  });
  const { Definition, ...others } = dashboard("texts");
  return [
    ...dashboards,
    wrong("cfn-lint", "no definition of sheets", {
      ...others,
      Definition: { ...(Definition as object), Sheets: [{}] },
    }),
    wrong("cfn-lint", "an unknown member", { ...dashboard("texts"), Shared: true }),
    { name: "data source", judge: "botocore", given: dataSource() },
    ...requests,
    wrong("botocore", "an import mode that is no text", {
      CreateDataSet: { ...(dataSet("texts").CreateDataSet as object), ImportMode: 1 },
    }),
    ...refreshes,
  ];
}

function dashboard(name: string): Record<string, unknown> {
  return {
    AwsAccountId: ACCOUNT,
    DashboardId: name,
    Name: name,
    VersionDescription: "iot-telemetry-etl",
    Permissions: [
      {
        Principal: `${ARN}:group/default/engineers`,
        Actions: ["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"],
      },
    ],
    Definition: quickSightDefinition(descriptionOf(name), name, `${ARN}:dataset/${name}`),
  };
}

function dataSource(): Record<string, unknown> {
  const AthenaParameters = { WorkGroup: "w", RoleArn: `arn:aws:iam::${ACCOUNT}:role/readings-quicksight` };
  return {
    CreateDataSource: {
      ...{ AwsAccountId: ACCOUNT, DataSourceId: "d", Name: "d", Type: "ATHENA" },
      DataSourceParameters: { AthenaParameters },
      SslProperties: { DisableSsl: false },
    },
  };
}

function dataSet(name: string): Record<string, unknown> {
  const { sql, columns } = withLatest(descriptionOf(name));
  const Columns = columns.map((column) => ({ Name: column.name, Type: column.type }));
  const CustomSql = { DataSourceArn: `${ARN}:datasource/d`, Name: "rows", SqlQuery: sql, Columns };
  const set = { AwsAccountId: ACCOUNT, DataSetId: name, Name: name, ImportMode: "SPICE" };
  return { CreateDataSet: { ...set, PhysicalTableMap: { rows: { CustomSql } } } };
}

function refresh(schedules: readonly string[]): Record<string, unknown> {
  const { interval: Interval, timeOfTheDay, dayOfWeek, dayOfMonth } = refreshFrequency(schedules)!;
  const RefreshOnDay = {
    ...(dayOfWeek !== undefined && { DayOfWeek: dayOfWeek }),
    ...(dayOfMonth !== undefined && { DayOfMonth: dayOfMonth }),
  };
  const ScheduleFrequency = {
    ...{ Interval, Timezone: "UTC" },
    ...(timeOfTheDay !== undefined && { TimeOfTheDay: timeOfTheDay }),
    ...(Object.keys(RefreshOnDay).length > 0 && { RefreshOnDay }),
  };
  const Schedule = { ScheduleId: "dataset", RefreshType: "FULL_REFRESH", ScheduleFrequency };
  return { CreateRefreshSchedule: { AwsAccountId: ACCOUNT, DataSetId: "d", Schedule } };
}
